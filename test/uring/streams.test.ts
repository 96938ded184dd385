import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';
import { SEED } from '../support/seeded-random.js';

const WORLDS = 16;

interface Streams {
  readonly worlds: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

describe('connections on the ring', () => {
  // RZMQ_TEST_SEED brings a run back; the report of a failure has the seed of its world, for children/random-streams.mjs alone.
  test(`SHALL bring every byte to its place, whoever stops reading or writing [seed ${SEED}]`, async () => {
    const result = await runChild<Streams>('children/random-streams.mjs', import.meta.url, { args: [SEED, WORLDS] });
    expect(result).toMatchObject({ problems: [], worlds: WORLDS });
    expect(result.bytes).toBeGreaterThan(WORLDS);
  }, 120_000);
});
