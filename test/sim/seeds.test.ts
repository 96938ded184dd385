import { describe, expect, it } from '@jest/globals';
import { runSeed } from './scenario.js';

// A few, so that a change is noticed at once; `npm run sim` plays a thousand in the time that these take here.
describe('random worlds, in virtual time', () => {
  for (let first = 1; first <= 81; first += 20) {
    it(`seeds ${first} to ${first + 19} keep the promises`, async () => {
      const failed: string[] = [];
      for (let seed = first; seed < first + 20; seed++) {
        await runSeed(seed).catch((error: unknown) => failed.push(`npm run sim -- --seed ${seed}: ${String(error)}`));
      }
      expect(failed).toEqual([]);
    });
  }

  it('the same seed gives the same trace, to the last byte', async () => {
    for (let seed = 1; seed <= 10; seed++) expect(await runSeed(seed)).toBe(await runSeed(seed));
  });
});
