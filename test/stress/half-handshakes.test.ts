import { describe, expect, test } from '@jest/globals';
import { runChild } from '../support/child.js';

interface Report {
  readonly attack: { readonly made: number; readonly refused: number; readonly open: number };
  readonly served: number;
  readonly wrong: number;
  readonly newcomer: boolean;
  readonly handshakes: number;
  readonly megabytes: number;
  readonly left: string[];
}

const PEERS = 10_000;
/** MAX_HANDSHAKES of the server, which allows four times as many for a while. */
const AT_A_TIME = 512;

describe(`${PEERS} peers begin a CURVE handshake and never end it`, () => {
  test('the memory stays bounded, who is connected is served, who comes is let in, and nothing is left of them', async () => {
    const report = await runChild<Report>('children/half-handshakes.mjs', import.meta.url, {
      args: [PEERS, AT_A_TIME],
    });
    expect(report.attack.made).toBe(PEERS);
    // The oldest had to go; those that are on their way count with the attacker only.
    expect(report.attack.refused).toBeGreaterThan(PEERS - 8 * AT_A_TIME);
    expect(report.handshakes).toBe(2);
    expect(report.newcomer).toBe(true);
    expect(report.served).toBeGreaterThan(10);
    expect(report.wrong).toBe(0);
    // 64 KiB of INITIATE for a quarter of those that are kept, 16 KiB for the rest, and what waits to be collected.
    expect(report.megabytes).toBeLessThan(400);
    expect(report.left).toEqual([]);
  }, 180_000);
});
