import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';
import { SEED } from '../support/seeded-random.js';

interface Streams {
  readonly worlds: number;
  readonly bytes: number;
  readonly problems: readonly string[];
}

describe('connections on the ring', () => {
  // RZMQ_TEST_SEED brings a run back; the report of a failure has the seed of its world, for the program alone.
  test.each([
    ['to its place, whoever stops reading or writing', 'random-streams', 16],
    ['to its reader, however peers cut and end, and readers pause', 'random-peers', 10],
  ])(
    `SHALL bring every byte %s [seed ${SEED}]`,
    async (_name, program, worlds) => {
      const result = await runChild<Streams>(`children/${program}.mjs`, import.meta.url, { args: [SEED, worlds] });
      expect(result).toMatchObject({ problems: [], worlds });
      expect(result.bytes).toBeGreaterThan(worlds);
    },
    120_000,
  );
});
