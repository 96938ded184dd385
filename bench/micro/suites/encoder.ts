import { Msg, type OutMessage } from '../../../src/core/msg.js';
import { FrameEncoder } from '../../../src/engines/zmtp/frame-encoder.js';
import type { Case } from '../harness.js';

const bytes = (size: number): Buffer => Buffer.alloc(size, 'x');

/** Encodes into the batch, and takes it away when it is full, as a connection does that the kernel never holds back. */
function encode(message: OutMessage): (times: number) => number {
  const encoder = new FrameEncoder();
  return (times) => {
    let chunks = 0;
    for (let i = 0; i < times; i++) {
      encoder.message(message);
      if (!encoder.full) continue;
      chunks += encoder.take().length;
      encoder.reuse();
    }
    return chunks;
  };
}

export const cases: readonly Case[] = [
  { name: 'a Buffer of 64 B', prepare: () => encode(bytes(64)) },
  { name: 'a string of 64 B', prepare: () => encode('x'.repeat(64)) },
  { name: 'a Msg of 64 B', prepare: () => encode(new Msg(bytes(64))) },
  { name: 'three frames of 64 B', prepare: () => encode([bytes(64), bytes(64), bytes(64)]) },
  { name: 'a Buffer of 1 KB', prepare: () => encode(bytes(1024)) },
  { name: 'a Buffer of 64 KB, by reference', prepare: () => encode(bytes(65_536)) },
];
