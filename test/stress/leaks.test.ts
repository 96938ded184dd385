import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

const KiB = 1024;

interface Rounds {
  readonly rounds: number;
  readonly growth: number;
  readonly left: string[];
  readonly before: Record<string, number>;
  readonly after: Record<string, number>;
}

describe('a Context lives and ends, with all patterns over all transports, with failures and refusals', () => {
  test('round after round, and leaves nothing: no handle, no timer, no listener, no memory', async () => {
    const report = await runChild<Rounds>('children/rounds.mjs', import.meta.url, { gc: true });
    expect(report.left).toEqual([]);
    expect(report.after).toEqual(report.before);
    // A round makes 90 sockets. One kind of them leaked would be hundreds of KiB.
    expect(report.growth).toBeLessThan(32 * KiB);
  });
});

interface GivenUp {
  readonly outcomes: Record<string, number>;
  readonly growth: number;
  readonly listeners: number;
  readonly collected: number;
  readonly left: string[];
}

describe('10,000 sends and 10,000 receives are given up', () => {
  test('all reject, and neither they nor their messages nor their signals are held any longer', async () => {
    const report = await runChild<GivenUp>('children/given-up.mjs', import.meta.url, { gc: true });
    expect(report.outcomes).toEqual({ Aborted: 20_000 });
    expect(report.listeners).toBe(0);
    expect(report.collected).toBe(10_000);
    expect(report.growth).toBeLessThan(64 * KiB);
    expect(report.left).toEqual([]);
  });
});
