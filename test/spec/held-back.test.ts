import { afterEach, describe, expect, test } from '@jest/globals';
import { until, useGround } from '../support/spec-ground.js';
import { frame, RawPeers } from '../support/spec-raw-peer.js';

/** Larger than what a connection reads into memory that its messages share. */
const LARGE = 600_000;

/** The head of a frame with a long size. */
function head(size: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes[0] = 2;
  bytes.writeBigUInt64BE(BigInt(size), 1);
  return bytes;
}

describe('a reader that holds its peer back', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  // So many bytes of the large message came with the small ones, in a read that was long enough to be followed by one into
  // the memory of the reader; then reading stopped, and what had come was decoded later.
  test.each([0, 1, 100, 20_000, 60_000])(
    'a large message of which %d bytes had come when reading stopped SHALL arrive whole',
    async (early) => {
      const pull = ground.socket('PULL', { receiveHighWaterMark: 3 });
      const peer = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
      await peer.shake('PUSH');
      const body = Buffer.alloc(LARGE, Buffer.from('0123456789abcdef!'));
      const small = Array.from({ length: 10 }, (_, index) => frame(0, `${index}`));
      // Something long first, so that the reader is read into directly.
      const first = Buffer.alloc(64_000, 1);
      peer.send(head(first.length), first);
      expect((await pull.recv()).size).toBe(first.length);
      peer.send(head(40_000), Buffer.alloc(40_000, 2), ...small, head(LARGE), body.subarray(0, early));
      await until(() => pull.readable);
      expect((await pull.recv()).size).toBe(40_000);
      // The rest comes while nobody reads, and after it.
      peer.send(body.subarray(early), frame(0, 'end'));
      for (const index of small.keys()) expect(String(await pull.recv())).toBe(`${index}`);
      const large = await pull.recv();
      expect(large.size).toBe(LARGE);
      expect(large.data.equals(body)).toBe(true);
      expect(String(await pull.recv())).toBe('end');
    },
  );
});
