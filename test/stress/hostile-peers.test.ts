import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Report {
  readonly hostile: Record<string, number>;
  readonly served: { readonly during: number; readonly wrong: number };
  readonly finished: number;
  readonly left: string[];
}

const PEERS = 500;

describe('500 peers come, do everything wrong and die, at random', () => {
  test('a ROUTER serves its honest peers all the time, and forgets the others without a trace', async () => {
    // Run the same again with STRESS_SEED=… from the output.
    const seed = Number(process.env['STRESS_SEED'] ?? randomInt(2 ** 31));
    process.stdout.write(`hostile peers: STRESS_SEED=${seed}\n`);
    const report = await runChild<Report>('children/hostile-peers.mjs', import.meta.url, { args: [seed, PEERS] });
    expect(Object.values(report.hostile).reduce((sum, count) => sum + count)).toBe(PEERS);
    expect(report.finished).toBe(10);
    expect(report.served.wrong).toBe(0);
    expect(report.served.during).toBeGreaterThan(0);
    expect(report.left).toEqual([]);
  });
});

interface Outcome {
  readonly name: string;
  /** `closed` when the peer has to be closed, `open` when it does nothing that is forbidden. */
  readonly expected: string;
  readonly outcome: string;
  /** How many messages of honest peers arrived meanwhile. */
  readonly dialogue: number;
  readonly ticks: number;
}

interface Cases {
  readonly results: readonly Outcome[];
  readonly wrong: number;
  readonly megabytes: number;
  readonly left: string[];
}

describe('one hostile peer after the other, each with a plan', () => {
  let report: Cases;

  beforeAll(async () => {
    report = await runChild<Cases>('children/hostile-cases.mjs', import.meta.url);
  }, 600_000);

  test('is closed when it does what is forbidden, and only then', () => {
    const wrong = report.results.filter(({ expected, outcome }) => outcome !== expected);
    expect(wrong).toEqual([]);
    expect(report.results.length).toBeGreaterThanOrEqual(40);
  });

  test('does not keep others from being served, nor mixes up what they get', () => {
    expect(report.results.filter(({ dialogue, ticks }) => dialogue === 0 || ticks === 0)).toEqual([]);
    expect(report.wrong).toBe(0);
  });

  test('costs a bounded amount of memory, and leaves nothing behind', () => {
    // The attackers live in the same process, and have their share of this.
    expect(report.megabytes).toBeLessThan(1200);
    expect(report.left).toEqual([]);
  });
});
