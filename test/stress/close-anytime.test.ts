import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, type PullSocket, type PushSocket, SocketType } from 'rzmq';
import { ownAddress } from '../support/loopback.js';
import { outcome, turns, until } from '../support/turns.js';

/** Each moment is hit many times, a turn of the event loop later each time. */
const MOMENTS = [0, 1, 2, 3, 4, 5, 6, 8];

let context: Context;

beforeEach(() => {
  context = new Context({ defaults: { linger: 0, reconnectInterval: 1 } });
});

afterEach(() => context.term());

async function freeEndpoint(): Promise<string> {
  const socket = context.socket(SocketType.Pull);
  const endpoint = await socket.bind(`tcp://${ownAddress()}:*`);
  await socket.close();
  return endpoint;
}

describe('close() twice', () => {
  test('is close() once, at the same time and later', async () => {
    const pull = context.socket(SocketType.Pull);
    const events: string[] = [];
    pull.events.on('event', ({ type }) => void events.push(type));
    await pull.bind('tcp://127.0.0.1:*');
    await Promise.all([pull.close(), pull.close()]);
    await pull.close();
    expect(events).toEqual(['bind', 'close', 'end']);
    expect(pull.closed).toBe(true);
  });

  test('and together with term(), in either order', async () => {
    const one = context.socket(SocketType.Pull);
    await one.bind('tcp://127.0.0.1:*');
    const closing = one.close();
    await Promise.all([context.term(), closing, one.close(), context.term()]);
    expect(await outcome(one.recv())).toBe('SocketClosed');
  });
});

describe('close() during bind', () => {
  test.each(MOMENTS)('%i turns after the call: it has bound or it has not, and the address is free', async (moment) => {
    const endpoint = await freeEndpoint();
    const pull = context.socket(SocketType.Pull);
    const bound = outcome(pull.bind(endpoint));
    await turns(moment);
    await pull.close();
    expect(['SocketClosed', { resolved: endpoint }]).toContainEqual(await bound);
    expect(await context.socket(SocketType.Pull).bind(endpoint)).toBe(endpoint);
  });
});

describe('close() during connect', () => {
  test.each(MOMENTS)('%i turns after the call: the peer is left without a connection', async (moment) => {
    const pull = context.socket(SocketType.Pull);
    const push = context.socket(SocketType.Push);
    const endpoint = await pull.bind('tcp://127.0.0.1:*');
    const connected = outcome(push.connect(endpoint));
    await turns(moment);
    await push.close();
    expect(['SocketClosed', { resolved: undefined }]).toContainEqual(await connected);
    await until(() => pull.stats().peers === 0);
    // The peer is none the worse for it.
    const next = context.socket(SocketType.Push);
    await next.connect(endpoint);
    await next.send('next');
    expect(String(await pull.recv())).toBe('next');
  });

  test('while nobody is there, and it is tried again and again', async () => {
    const push = context.socket(SocketType.Push);
    await push.connect(await freeEndpoint());
    await once(push.events, 'connect:retry');
    await push.close();
  });

  test('disconnect() takes effect at once: what is sent after it goes to others', async () => {
    const [one, two] = [context.socket(SocketType.Pull), context.socket(SocketType.Pull)];
    const push = context.socket(SocketType.Push);
    await push.connect(await one.bind('tcp://127.0.0.1:*'));
    await push.connect(await two.bind('tcp://127.0.0.1:*'));
    await Promise.all([push.send('a'), push.send('b')]);
    await Promise.all([one.recv(), two.recv()]);
    await push.disconnect(one.lastEndpoint);
    for (const text of ['c', 'd', 'e']) await push.send(text);
    for (const text of ['c', 'd', 'e']) expect(String(await two.recv())).toBe(text);
    expect(push.stats().dropped).toEqual({});
  });
});

describe('close() during the handshake', () => {
  let server: Server;
  let endpoint: string;
  const accepted: Socket[] = [];

  beforeEach(async () => {
    // Accepts, listens, and never says a word.
    server = createServer((peer) => accepted.push(peer.on('error', () => {}).resume()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endpoint = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    for (const peer of accepted.splice(0)) peer.destroy();
    server.close();
  });

  test.each([0, 1])('of the connecting side, with %i messages queued', async (messages) => {
    const push = context.socket(SocketType.Push);
    await push.connect(endpoint);
    await once(push.events, 'connect');
    for (let n = 0; n < messages; n++) await push.send('x');
    await push.close();
    expect([push.stats().dropped, push.stats().peers]).toEqual([messages === 0 ? {} : { linger: messages }, 0]);
  });

  test('of the accepting side', async () => {
    const pull = context.socket(SocketType.Pull);
    const port = Number((await pull.bind('tcp://127.0.0.1:*')).split(':').at(-1));
    const silent = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    await once(pull.events, 'accept');
    const closed = once(silent, 'close').catch(() => {});
    await pull.close();
    await closed;
  });
});

describe('close() during a flush', () => {
  const LARGE = Buffer.alloc(100_000, 'x');
  let push: PushSocket;
  let pull: PullSocket;
  let queued: number;

  /** A peer that is connected and reads nothing, until the sender is at its high-water mark. */
  async function stuck(linger: number): Promise<void> {
    pull = context.socket(SocketType.Pull, { receiveHighWaterMark: 1 });
    push = context.socket(SocketType.Push, { sendHighWaterMark: 200, linger });
    await push.connect(await pull.bind(`tcp://${ownAddress()}:*`));
    await until(() => push.stats().peers === 1);
    queued = 0;
    for (let idle = 0; idle < 50; ) {
      if (push.trySend(LARGE)) [queued, idle] = [queued + 1, 0];
      else {
        idle++;
        await turns(1);
      }
    }
  }

  test('without linger drops what is queued, and counts every message', async () => {
    await stuck(0);
    await push.close();
    let received = 0;
    // The PULL reads what the kernel had, up to the end of the connection.
    while (pull.stats().peers > 0 || pull.readable) {
      if (pull.tryRecv() === undefined) await turns(1);
      else received++;
    }
    const dropped = Object.values(push.stats().dropped).reduce((sum, count) => sum + count, 0);
    expect(dropped).toBeGreaterThan(0);
    // What was on its way out at that moment is counted as lost, although it may have arrived; nothing is missing.
    expect(received + dropped).toBeGreaterThanOrEqual(queued);
  });

  test('with linger waits for the reader, and delivers everything', async () => {
    await stuck(-1);
    let over = false;
    const closing = push.close().then(() => {
      over = true;
    });
    await turns(50);
    expect(over).toBe(false);
    for (let received = 0; received < queued; received++) expect((await pull.recv()).size).toBe(LARGE.length);
    await closing;
    expect([push.stats().dropped, push.stats().peers]).toEqual([{}, 0]);
  });

  test('of which the peer dies does not wait for ever', async () => {
    await stuck(-1);
    const closing = push.close();
    await pull.close();
    // Reconnection goes on for what is queued: a successor gets it.
    const next = context.socket(SocketType.Pull);
    await next.bind(pull.lastEndpoint);
    await next.recv();
    const reading = (async () => {
      for await (const _ of next);
    })();
    await closing;
    await next.close();
    await reading;
    expect(push.stats().dropped['linger']).toBeUndefined();
  });
});
