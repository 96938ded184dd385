import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Churn {
  readonly done: number;
  readonly growth: number;
  readonly peers: { readonly pull: number; readonly push: number };
  readonly left: string[];
}

describe('10,000 connections are made and taken away', () => {
  // A round is a tenth of the cycles. What is kept of one cycle, if anything is, is a pipe, a session or an actor, and larger
  // than this by far; the rest is noise of the collector.
  const PER_CYCLE = 400;

  test.each([
    ['tcp', 3000],
    ['ipc', 3000],
    ['inproc', 4000],
  ])('over %s, and the memory stays as it was', async (scheme, cycles) => {
    const report = await runChild<Churn>('children/churn.mjs', import.meta.url, { gc: true, args: [scheme, cycles] });
    expect(report.done).toBeGreaterThan(cycles);
    expect(report.peers).toEqual({ pull: 0, push: 0 });
    expect(report.left).toEqual([]);
    expect(report.growth / (cycles / 10)).toBeLessThan(PER_CYCLE);
  });
});
