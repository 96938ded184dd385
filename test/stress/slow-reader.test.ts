import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Report {
  readonly taken: number;
  readonly received?: number;
  readonly used: number;
  readonly dropped: Record<string, number>;
  readonly left: string[];
}

const run = (scenario: string, size: number) =>
  runChild<Report>('children/slow-reader.mjs', import.meta.url, { gc: true, args: [scenario, size] });

const MiB = 1024 * 1024;
/** The marks of both sides in the scenarios. */
const HWM = 100;
const LARGE = 10_000;
const SMALL = 20;
/** What the high-water marks allow on both sides, twice over, and what a process needs anyway. */
const allowed = (size: number) => 2 * (2 * HWM * size) + 2 * MiB;

describe('a reader that does not read costs the memory that the high-water marks allow', () => {
  test.each([SMALL, LARGE])('a PUSH is held back by an idle PULL, and nothing is lost (%i bytes)', async (size) => {
    const report = await run('pushToIdlePull', size);
    expect(report.used).toBeLessThan(allowed(size));
    expect(report.received).toBe(report.taken);
    expect(report.dropped).toEqual({});
    expect(report.left).toEqual([]);
  });

  test('inside the process exactly the marks of both sides are taken', async () => {
    const report = await run('inprocPush', LARGE);
    expect(report.taken).toBe(2 * HWM);
    expect(report.received).toBe(2 * HWM);
    expect(report.used).toBeLessThan(allowed(LARGE));
  });

  test.each(['pubToDeadSub', 'routerToDeadDealer'])(
    '%s: the sender goes on, loses what the dead peer does not take, and counts it',
    async (scenario) => {
      const report = await run(scenario, LARGE);
      expect(report.used).toBeLessThan(allowed(LARGE));
      expect(report.taken).toBe(50_000);
      // The kernel takes a few MB for a dead peer, and the marks allow 100: nearly all of it is lost.
      expect(report.dropped['high-water-mark']).toBeGreaterThan(40_000);
      expect(report.left).toEqual([]);
    },
  );

  test.each([SMALL, LARGE])('a peer that floods is held back by an idle PULL (%i bytes)', async (size) => {
    const report = await run('floodToIdlePull', size);
    expect(report.used).toBeLessThan(allowed(size));
    expect(report.received).toBe(report.taken);
    expect(report.left).toEqual([]);
  });
});
