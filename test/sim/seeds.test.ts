import { describe, expect, it } from '@jest/globals';
import { runSeed } from './scenario.js';

/** So many seeds in all, in groups that can be told apart. `npm run sim -- --seed N` repeats one. */
const GROUPS = 10;
const SEEDS_PER_GROUP = 100;

describe('random worlds, in virtual time', () => {
  for (let group = 0; group < GROUPS; group++) {
    const first = group * SEEDS_PER_GROUP + 1;
    it(`seeds ${first} to ${first + SEEDS_PER_GROUP - 1} keep the promises`, async () => {
      const failed: string[] = [];
      for (let seed = first; seed < first + SEEDS_PER_GROUP; seed++) {
        await runSeed(seed).catch((error: unknown) => failed.push(`npm run sim -- --seed ${seed}: ${String(error)}`));
      }
      expect(failed).toEqual([]);
    });
  }

  it('the same seed gives the same trace, to the last byte', async () => {
    for (let seed = 1; seed <= 50; seed++) expect(await runSeed(seed)).toBe(await runSeed(seed));
  });
});
