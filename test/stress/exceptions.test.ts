import { describe, expect, test } from '@jest/globals';
import { Child, runChild } from '../support/child.js';

interface Listeners {
  readonly received: string[];
  readonly seen: Record<'pull' | 'push', string[]>;
  readonly uncaught: string[];
  readonly left: string[];
}

interface Received {
  readonly uncaught: number;
  readonly kept: string[];
  readonly copies: string[];
}

describe('the exceptions of an application do not harm its sockets', () => {
  test('a listener of socket.events that throws, at every event of both sides', async () => {
    const { received, seen, uncaught, left } = await runChild<Listeners>(
      'children/throwing-listener.mjs',
      import.meta.url,
    );
    expect(received).toEqual(['before', 'after']);
    // The error is the application's, and reaches it.
    expect(uncaught).toEqual(expect.arrayContaining(['pull bind', 'pull accept', 'pull handshake', 'push handshake']));
    expect(uncaught).toEqual(expect.arrayContaining(['push disconnect', 'push connect:retry', 'push end', 'pull end']));
    // Others who listen are not disturbed.
    expect(seen.push).toEqual(expect.arrayContaining(['disconnect', 'monitor handshake', 'monitor end']));
    expect(seen.pull).toEqual(expect.arrayContaining(['monitor bind', 'monitor handshake', 'monitor end']));
    expect(left).toEqual([]);
  });

  test.each(['tcp', 'inproc'])('a callback that throws while it receives over %s', async (scheme) => {
    const child = new Child<Received | { readonly left: string[] }>('children/uncaught.mjs', import.meta.url, {
      args: [scheme],
    });
    const { uncaught, kept, copies } = (await child.next()) as Received;
    expect(uncaught).toBeGreaterThan(0);
    // What was received stays as it was.
    expect(kept).toEqual(copies);
    // Nothing comes that was not sent; and if such an exception costs a connection, the traffic goes on with the next.
    const sent = Array.from({ length: 30 }, (_, n) => `message ${n}`);
    expect(copies).toEqual(sent.filter((text) => copies.includes(text)));
    expect(copies).toContain('message 29');
    if (scheme === 'inproc') expect(copies).toEqual(sent);
    expect(await child.next()).toEqual({ left: [] });
    await child.ended();
  });
});
