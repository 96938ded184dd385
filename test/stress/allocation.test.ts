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
/** A share of the array that `recvMany` answers, which grows as it is filled. */
const BATCH = 32;
const NOISE = 10;

describe('what a message of 64 B makes both sides allocate', () => {
  test('`await send` and `for await`: the message and what the language needs', async () => {
    const { sender, receiver, oneAwait } = await run('usual');
    expect(sender.heap - oneAwait.heap).toBeLessThan(NOISE);
    expect(sender.buffers).toBeLessThan(NOISE);
    expect(receiver.heap - oneAwait.heap).toBeLessThan(MESSAGE + STEP + NOISE);
    expect(receiver.buffers).toBeLessThan(ON_THE_WIRE + NOISE);
  });

  test('`trySend` and `recvMany`: the message', async () => {
    const { sender, receiver } = await run('fast');
    expect(sender.heap).toBeLessThan(NOISE);
    expect(sender.buffers).toBeLessThan(NOISE);
    expect(receiver.heap).toBeLessThan(MESSAGE + BATCH + NOISE);
    expect(receiver.buffers).toBeLessThan(ON_THE_WIRE + NOISE);
  });
});
