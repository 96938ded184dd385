import { beforeAll, describe, expect, it } from '@jest/globals';
import { BEHAVIOURS } from './behaviours/index.js';
import { type PlayResult, playAll, playsOf } from './behaviours/run.js';

const plays = playsOf(BEHAVIOURS);

/** They are played side by side in `beforeAll`; each test then looks at its own. */
describe('what libzmq does, in every pairing of it and us:', () => {
  let results: PlayResult[];

  beforeAll(async () => {
    results = await playAll(plays);
  }, 600_000);

  it.each(plays.map(({ name }, index) => [name, index] as const))('%s', (_name, index) => {
    const result = results[index];
    if (result?.error !== undefined) throw result.error;
    expect(result).toBeDefined();
  });

  it('each of them has a name of its own, says what is seen, and is played by us in every role', () => {
    expect(new Set(plays.map(({ name }) => name)).size).toBe(plays.length);
    for (const { name, seen, weDiffer, roles } of BEHAVIOURS) {
      const casts = plays.filter((play) => play.behaviour.name === name).map(({ cast }) => cast.join());
      expect([name, casts]).toEqual([name, expect.arrayContaining(['ours,ours'])]);
      expect([name, seen]).not.toEqual([name, undefined]);
      expect([name, weDiffer?.seen ?? null]).not.toEqual([name, seen]);
      if (roles !== 1) expect([name, casts]).toEqual([name, expect.arrayContaining(['ours,libzmq'])]);
    }
  });
});
