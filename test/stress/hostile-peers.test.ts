import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
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
