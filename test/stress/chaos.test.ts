import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

/** A minute by hand: RZMQ_CHAOS_SECONDS=60 npm test -- test/stress/chaos. The seed that a failure shows runs it again. */
const seconds = Number(process.env['RZMQ_CHAOS_SECONDS'] ?? 12);
const seed = Number(process.env['RZMQ_CHAOS_SEED'] ?? Date.now() % 1_000_000);

interface Report {
  readonly seed: number;
  readonly kills: number;
  readonly problems: readonly string[];
  readonly left: readonly string[];
  readonly growth: number;
}

describe('peers are killed and started again at random, under load', () => {
  test(
    `${seconds} s: what is lost is explained, nothing is stuck, and nothing stays behind`,
    async () => {
      const options = { gc: true, args: [seconds, seed] };
      const report = await runChild<Report>('children/chaos.mjs', import.meta.url, options);
      expect(report).toMatchObject({ seed, problems: [], left: [] });
      expect(report.kills).toBeGreaterThan(seconds / 2);
      // The buffers of a connection are a quarter of a MiB: what is kept of each would be seen.
      expect(report.growth).toBeLessThan(16 * 1024 * 1024);
    },
    (seconds + 90) * 1000,
  );
});
