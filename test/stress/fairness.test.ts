import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { READ_BUDGET, SLAB_SIZE } from '../../src/core/budgets.js';
import { Child } from '../support/child.js';

const COUNT = 300_000;

/** Counts the turns of the event loop, and the timers that fired, while `work` runs. */
async function eventsDuring(work: () => Promise<void>): Promise<{ turns: number; timers: number }> {
  const seen = { turns: 0, timers: 0 };
  let running = true;
  const turn = (): void => {
    if (!running) return;
    seen.turns++;
    setImmediate(turn);
  };
  const timer = setInterval(() => seen.timers++, 1);
  setImmediate(turn);
  await work();
  running = false;
  clearInterval(timer);
  return seen;
}

describe('a tight loop of `await send` leaves timers, reads and other sockets alive', () => {
  let context: Context;

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
  });

  afterEach(() => context.term());

  test.each(['tcp://127.0.0.1:*', `ipc://${join(tmpdir(), `rzmq-fair-${process.pid}`)}`, 'inproc://a'])(
    'to a peer at %s that reads all the time',
    async (endpoint) => {
      const push = context.socket(SocketType.Push, { sendHighWaterMark: 0 });
      const pull = context.socket(SocketType.Pull, { receiveHighWaterMark: 0 });
      await pull.bind(endpoint);
      await push.connect(pull.lastEndpoint);
      let received = 0;
      const reader = (async () => {
        for await (const _ of pull) if (++received === COUNT) break;
      })();
      let receivedAtTheEnd = 0;
      const seen = await eventsDuring(async () => {
        for (let n = 0; n < COUNT; n++) await push.send('x');
        receivedAtTheEnd = received;
      });
      expect(seen.turns).toBeGreaterThan(2);
      expect(seen.timers).toBeGreaterThan(0);
      // The reader did not wait for the end of the loop.
      expect(receivedAtTheEnd).toBeGreaterThan(0);
      await reader;
    },
  );

  test.each([
    ['a PUB without a subscriber', SocketType.Pub, 'x'],
    ['a ROUTER to a peer that it does not know', SocketType.Router, ['nobody', 'x']],
  ] as const)('%s, which drops every message', async (_what, type, message) => {
    const socket = context.socket(type);
    const seen = await eventsDuring(async () => {
      for (let n = 0; n < COUNT; n++) await socket.send(message);
    });
    expect(seen.turns).toBeGreaterThan(2);
    expect(seen.timers).toBeGreaterThan(0);
  });

  test('a PUSH without a limit, to a peer that is not there', async () => {
    const push = context.socket(SocketType.Push, { sendHighWaterMark: 0 });
    await push.connect('inproc://nobody');
    const seen = await eventsDuring(async () => {
      for (let n = 0; n < COUNT; n++) await push.send('x');
    });
    expect(seen.turns).toBeGreaterThan(2);
    expect(seen.timers).toBeGreaterThan(0);
  });

  test('trySend in a loop that yields now and then goes on for ever', async () => {
    const push = context.socket(SocketType.Push);
    const pull = context.socket(SocketType.Pull);
    await pull.bind('inproc://a');
    await push.connect('inproc://a');
    let received = 0;
    const reader = (async () => {
      for await (const _ of pull) if (++received === COUNT) break;
    })();
    for (let sent = 0; sent < COUNT; ) {
      if (push.trySend('x')) sent++;
      else await new Promise((resolve) => setImmediate(resolve));
    }
    await reader;
  });

  test('a second loop gets as many turns, on another socket', async () => {
    const sent = [0, 0];
    const loop = async (which: 0 | 1): Promise<void> => {
      const pub = context.socket(SocketType.Pub);
      while (Math.max(...sent) < COUNT) {
        await pub.send('x');
        sent[which]!++;
      }
    };
    await Promise.all([loop(0), loop(1)]);
    expect(Math.min(...sent)).toBeGreaterThan(COUNT / 2);
  });
});

describe('a tight loop of receiving leaves timers and other sockets alive', () => {
  /** Of the frames that the peer sends with each message: see children/peer.mjs. */
  const MESSAGE_SIZE = 1000;
  const MESSAGES = 50_000;
  /** One read may go beyond the share of a turn, by no more than a slab. */
  const MOST_PER_TURN = READ_BUDGET + SLAB_SIZE;
  /** Messages that may have waited in the queue when the loop began: the high-water mark. */
  const WAITING = 1000;
  const LEAST_TURNS = Math.floor(((MESSAGES - WAITING) * MESSAGE_SIZE) / MOST_PER_TURN);

  /** What an application does with a message. So long that there is always more to read: the worst case. */
  function work(): void {
    const end = process.hrtime.bigint() + 10_000n;
    while (process.hrtime.bigint() < end);
  }

  test.each(['tcp://127.0.0.1:*', `ipc://${join(tmpdir(), `rzmq-flood-${process.pid}`)}`])(
    '`for await` at %s, with a peer that sends all the time',
    async (endpoint) => {
      const context = new Context({ defaults: { linger: 0 } });
      const pull = context.socket(SocketType.Pull);
      const peer = new Child('children/peer.mjs', import.meta.url, { args: ['send', await pull.bind(endpoint), 'x'] });
      try {
        await pull.recvMultipart();
        let received = 0;
        const seen = await eventsDuring(async () => {
          for await (const _ of pull) {
            work();
            if (++received === MESSAGES) break;
          }
        });
        expect(seen.turns).toBeGreaterThanOrEqual(LEAST_TURNS);
        expect(seen.timers).toBeGreaterThan(0);
      } finally {
        await peer.kill();
        await context.term();
      }
    },
  );
});
