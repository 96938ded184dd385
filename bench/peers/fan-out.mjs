// PUB to SUB. A publisher drops what a slow subscriber cannot take, so the subscribers say how far they are and the
// publisher stays within a window: nothing may be lost, and each message is checked at each subscriber.
import { completion } from './control.mjs';
import { check, makeSource } from './messages.mjs';
import { Meter } from './meter.mjs';

/**
 * Messages on their way to the slowest subscriber. Below half of SNDHWM (1000), because libzmq hears only after every 500
 * messages how far the other end of a queue is, and takes it for full meanwhile.
 */
const WINDOW = 450;
const ACKNOWLEDGE_EVERY = 50;
const RETRY_MS = 5;

export async function pub(task, library, control) {
  const socket = library.open('PUB');
  const progress = library.open('PULL');
  const endpoints = [await library.bind(socket, task.bind), await library.bind(progress, task.bind)];
  let acknowledged = -1;
  let wake = () => {};
  const listening = (async () => {
    for await (const frames of progress) {
      acknowledged = library.bytes(frames[0]).readUInt32LE(0);
      wake();
    }
  })();
  listening.catch(control.fail);
  control.ready(endpoints);

  // An empty message until all subscriptions have arrived, which the first acknowledgement says.
  while (acknowledged < 0) {
    await socket.send(Buffer.alloc(0));
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  const source = makeSource(task.size);
  while (!control.stopping) {
    if (source.sequence - acknowledged < WINDOW) await socket.send(source.next());
    else
      await new Promise((resolve) => {
        wake = resolve;
      });
  }
  control.sent(source.sequence * task.subscribers);
}

export async function sub(task, library, control) {
  const { size, subscribers } = task;
  const { bytes } = library;
  const [endpoint, progressEndpoint] = await control.endpoint;
  const progress = library.open('PUSH');
  await progress.connect(progressEndpoint);
  const meter = new Meter(task, control.result);
  const arrived = completion(control);
  const received = new Array(subscribers).fill(0);
  let waiting = subscribers;
  let acknowledged = 0;

  const acknowledge = async () => {
    const least = Math.min(...received);
    if (least < acknowledged) return;
    acknowledged = least + ACKNOWLEDGE_EVERY;
    const message = Buffer.alloc(4);
    message.writeUInt32LE(least);
    await progress.send(message);
  };

  const follow = async (index) => {
    const socket = library.open('SUB');
    await socket.connect(endpoint);
    await socket.subscribe('');
    let subscribed = false;
    for await (const frames of socket) {
      const data = bytes(frames[0]);
      if (data.length === 0) {
        if (!subscribed && --waiting === 0) await acknowledge();
        subscribed = true;
        continue;
      }
      check(data, size, received[index]++);
      arrived.count++;
      meter.add();
      if (received[index] % ACKNOWLEDGE_EVERY === 0) await acknowledge();
      if (control.expected >= 0) arrived.check();
    }
  };
  await Promise.all(received.map((_count, index) => follow(index)));
}
