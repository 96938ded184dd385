import { Msg } from '../../../src/core/msg.js';
import { connectedPipe, FarEnd } from '../far-end.js';
import type { Case } from '../harness.js';

const message = Buffer.alloc(64, 'x');
const received: [Msg] = [new Msg(message)];
/** So many wait in the queue before they go on. */
const BURST = 500;

/** @param through true: the peer takes each at once; false: they wait in the queue, and go when the peer is ready. */
function write(through: boolean): (times: number) => number {
  const end = new FarEnd();
  const pipe = connectedPipe(end);
  return (times) => {
    for (let done = 0; done < times; done += BURST) {
      end.ready = through;
      for (let i = 0; i < BURST; i++) pipe.write(message);
      end.ready = true;
      pipe.drain();
    }
    return end.taken;
  };
}

function read(burst: number): (times: number) => number {
  const pipe = connectedPipe(new FarEnd());
  return (times) => {
    let bytes = 0;
    for (let done = 0; done < times; done += burst) {
      for (let i = 0; i < burst; i++) pipe.deliver(received);
      for (let next = pipe.read(); next !== undefined; next = pipe.read()) bytes += next[0].size;
    }
    return bytes;
  };
}

export const cases: readonly Case[] = [
  { name: 'write, straight through', prepare: () => write(true) },
  { name: 'write, by way of the queue', prepare: () => write(false) },
  { name: 'deliver and read, 500 at a time', prepare: () => read(BURST) },
  { name: 'deliver and read, one at a time', prepare: () => read(1) },
];
