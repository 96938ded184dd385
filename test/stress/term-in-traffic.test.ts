import { describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { runChild } from '../support/child.js';

interface Report {
  readonly outcomes: Record<string, string[]>;
  readonly left: string[];
}

describe('a Context terminates in the middle of the traffic', () => {
  test.each(['tcp', 'ipc', 'inproc'])('of every pattern over %s: each loop ends as it should', async (scheme) => {
    const { outcomes, left } = await runChild<Report>('children/term-in-traffic.mjs', import.meta.url, {
      args: [scheme],
    });
    expect(Object.keys(outcomes)).toHaveLength(18);
    for (const [traffic, reasons] of Object.entries(outcomes)) {
      // Receivers that ask get the error, those that iterate come to the end of their loop.
      const expected = reasons.length === 1 ? ['ContextTerminated'] : ['ContextTerminated', 'the iterator ended'];
      expect([traffic, reasons]).toEqual([traffic, expected]);
    }
    expect(left).toEqual([]);
  });

  test('and delivers all that `send` has taken, when it may linger for ever', async () => {
    const sending = new Context();
    const receiving = new Context({ defaults: { linger: 0 } });
    const pull = receiving.socket(SocketType.Pull);
    const push = sending.socket(SocketType.Push);
    await push.connect(await pull.bind('tcp://127.0.0.1:*'));
    let sent = 0;
    const load = (async () => {
      for (;;) {
        await push.send(['x'.repeat(10_000), String(sent)]);
        sent++;
      }
    })();
    const failure = load.catch((error: unknown) => (error as { code: unknown }).code);
    let received = 0;
    const receive = async () => {
      const frames = await pull.recvMultipart();
      expect(String(frames[1])).toBe(String(received++));
    };
    while (received < 1000) await receive();
    const terminated = sending.term();
    expect(await failure).toBe('ContextTerminated');
    while (received < sent) await receive();
    await terminated;
    expect(push.stats().dropped).toEqual({});
    expect(pull.tryRecv()).toBeUndefined();
    await receiving.term();
  });
});
