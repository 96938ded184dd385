import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { outcome, turns } from '../support/turns.js';

const COUNT = 10_000;
const all = <T>(make: (n: number) => T) => Array.from({ length: COUNT }, (_, n) => make(n));
const distinct = async (work: Promise<unknown>[]) => [...new Set(await Promise.all(work.map(outcome)))];

describe('10,000 operations wait', () => {
  let context: Context;

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
  });

  afterEach(() => context.term());

  test('sends and receives reject when their socket closes', async () => {
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    const sends = distinct(all((n) => push.send(String(n))));
    const receives = distinct(all(() => pull.recv()));
    await Promise.all([push.close(), pull.close()]);
    expect(await sends).toEqual(['SocketClosed']);
    expect(await receives).toEqual(['SocketClosed']);
  });

  test('sends and receives reject when the Context terminates, and iterators end', async () => {
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    const iterated = context.socket(SocketType.Pull);
    const sends = distinct(all((n) => push.send(String(n))));
    const receives = distinct(all(() => pull.recvMany(10)));
    const steps = Promise.all(all(() => iterated[Symbol.asyncIterator]().next()));
    await context.term();
    expect(await sends).toEqual(['ContextTerminated']);
    expect(await receives).toEqual(['ContextTerminated']);
    expect((await steps).every(({ done }) => done === true)).toBe(true);
  });

  test('binds and connects reject when their socket closes', async () => {
    const pair = context.socket(SocketType.Pull);
    const binds = distinct(all((n) => pair.bind(`inproc://${n}`)));
    const connects = distinct(all((n) => pair.connect(`inproc://${n}`)));
    await pair.close();
    expect(await binds).toEqual(['SocketClosed']);
    expect(await connects).toEqual(['SocketClosed']);
  });

  test('receives are served in the order of their calls, those given up left out, and no message is lost', async () => {
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    await pull.bind('inproc://a');
    await push.connect('inproc://a');
    const givenUp = all(() => new AbortController());
    const served: string[] = [];
    const aborted: unknown[] = [];
    const receives = all((n) =>
      pull.recv({ signal: givenUp[n]!.signal }).then(
        (message) => served.push(`${n} ${String(message)}`),
        (error: unknown) => aborted.push((error as { code: unknown }).code),
      ),
    );
    await turns(2);
    for (let n = 0; n < COUNT; n += 2) givenUp[n]!.abort();
    for (let n = 0; n < COUNT / 2; n++) await push.send(String(n));
    await Promise.all(receives);
    expect(aborted).toHaveLength(COUNT / 2);
    expect(served).toEqual(Array.from({ length: COUNT / 2 }, (_, n) => `${2 * n + 1} ${n}`));
    expect(pull.tryRecv()).toBeUndefined();
  });

  test('sends go out in the order of their calls once there is a peer, those given up left out', async () => {
    const push = context.socket(SocketType.Push, { sendHighWaterMark: 10 });
    const pull = context.socket(SocketType.Pull);
    const givenUp = all(() => new AbortController());
    const sends = all((n) => outcome(push.send(String(n), { signal: givenUp[n]!.signal })));
    for (let n = 0; n < COUNT; n += 2) givenUp[n]!.abort();
    await pull.bind('inproc://a');
    await push.connect('inproc://a');
    const received: string[] = [];
    while (received.length < COUNT / 2) received.push(...(await pull.recvMany(COUNT)).map(String));
    expect(received).toEqual(Array.from({ length: COUNT / 2 }, (_, n) => String(2 * n + 1)));
    expect((await Promise.all(sends)).filter((code) => code === 'Aborted')).toHaveLength(COUNT / 2);
    await turns(2);
    expect(pull.tryRecv()).toBeUndefined();
  });
});
