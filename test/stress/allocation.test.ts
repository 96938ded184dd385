import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Bytes {
  readonly heap: number;
  readonly buffers: number;
}

interface Report {
  readonly sender: Bytes;
  readonly receiver: Bytes;
  /** What V8 itself allocates for one `await`. */
  readonly oneAwait: Bytes;
}

const run = (api: string) =>
  runChild<Report>('../../bench/micro/allocation.mjs', import.meta.url, { args: ['--json', '--api', api] });

/** A message of 64 B with its header. */
const ON_THE_WIRE = 66;
/** A Msg, and the array of frames that it comes in. */
const MESSAGE = 64 + 56;
/** What `for await` gets for each message: a promise and an iterator result. */
const STEP = 48 + 40;
/** What a function allocates that has a closure in it, although it is not made. V8 is free to do so, or not to. */
const CONTEXT = 56;
const NOISE = 10;

describe('what a message of 64 B makes both sides allocate', () => {
  test('`await send` and `for await`: the message and what the language needs', async () => {
    const { sender, receiver, oneAwait } = await run('usual');
    expect(sender.heap - oneAwait.heap).toBeLessThan(CONTEXT + NOISE);
    expect(sender.buffers).toBeLessThan(NOISE);
    expect(receiver.heap - oneAwait.heap).toBeLessThan(MESSAGE + STEP + CONTEXT + NOISE);
    // A full reader makes the decoder move what it keeps.
    expect(receiver.buffers).toBeLessThan(2 * ON_THE_WIRE);
  });

  test('`trySend` and `recvMany`: the message', async () => {
    const { sender, receiver } = await run('fast');
    expect(sender.heap).toBeLessThan(CONTEXT + NOISE);
    expect(sender.buffers).toBeLessThan(NOISE);
    expect(receiver.heap).toBeLessThan(MESSAGE + CONTEXT + NOISE);
    expect(receiver.buffers).toBeLessThan(2 * ON_THE_WIRE);
  });
});
