import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, type SocketOptionsInit, SocketType, type UringOptions } from 'rzmq';
import { runChild } from '../support/child.js';

interface LostRing {
  readonly reasons: readonly string[];
}

/** Small enough that every limit is met. */
const TINY: UringOptions = { entries: 8, bufferCount: 8, bufferSize: 1024, sendMemory: 262_144 };
const ASKING: SocketOptionsInit = { ioUringSessionEnabled: true, linger: 0, reconnectInterval: 10 };

let contexts: Context[] = [];
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.term()));
  contexts = [];
});

function contextWith(uring: UringOptions = {}, warnings: string[] = []): Context {
  const logger = { debug: ignore, info: ignore, warn: (text: string) => void warnings.push(text), error: ignore };
  const context = new Context({ uring, defaults: ASKING, logger });
  contexts.push(context);
  return context;
}

function ignore(): void {}

/** Bytes that say where they are. */
function pattern(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + seed * 7 + (i >>> 8)) & 0xff;
  return bytes;
}

describe.each<[string, UringOptions, SocketOptionsInit]>([
  ['as it is by default', {}, {}],
  ['with a ring and buffers that are too small for everything', TINY, {}],
  ['with small buffers of the operating system', TINY, { sendBufferSize: 16_384, receiveBufferSize: 16_384 }],
  ['with one request for each receive', {}, { ioUringReceiveMultishot: false }],
  ['without copies', {}, { ioUringSendZeroCopy: true, ioUringZeroCopySendThreshold: 1000 }],
  ['without copies, for everything', TINY, { ioUringSendZeroCopy: true, ioUringZeroCopySendThreshold: 0 }],
  ['corked', {}, { tcpCork: true }],
  ['without spinning', { spin: 0 }, {}],
])('io_uring %s', (_name, uring, options) => {
  test('SHALL bring messages of every size, whole and in order, both ways, to many', async () => {
    const context = contextWith(uring);
    const router = context.socket(SocketType.Router, options);
    const endpoint = await router.bind('tcp://127.0.0.1:0');
    const sizes = [0, 1, 255, 256, 1023, 1024, 1025, 8192, 16_384, 16_385, 65_536, 70_000, 300_000, 1_000_000];
    const echo = (async () => {
      for await (const frames of router) await router.send(frames.map((frame) => frame.data));
    })();
    const talk = async (dealer: ReturnType<typeof context.socket<'DEALER'>>, seed: number): Promise<void> => {
      for (const size of sizes) await dealer.send([String(size), pattern(size, seed)]);
      for (const size of sizes) {
        const [name, body] = await dealer.recvMultipart();
        expect([String(name?.data), body?.data.equals(pattern(size, seed))]).toEqual([String(size), true]);
      }
    };
    const dealers = Array.from({ length: 20 }, () => context.socket(SocketType.Dealer, options));
    await Promise.all(dealers.map((dealer) => dealer.connect(endpoint)));
    await Promise.all(dealers.map(talk));
    for (const { engine, reason } of context.inspect().sockets.flatMap((socket) => socket.endpoints)) {
      expect([engine, reason]).toEqual(['io_uring', expect.not.stringContaining('cannot be used')]);
    }
    await context.term();
    await echo.catch(ignore);
  });

  test('SHALL lose nothing of a stream whose reader is slow', async () => {
    const context = contextWith(uring);
    const pull = context.socket(SocketType.Pull, { ...options, receiveHighWaterMark: 10 });
    const push = context.socket(SocketType.Push, { ...options, sendHighWaterMark: 10, linger: -1 });
    await push.connect(await pull.bind('tcp://127.0.0.1:0'));
    const count = 400;
    const sending = (async () => {
      for (let i = 0; i < count; i++) await push.send(pattern(3000 + (i % 7) * 1000, i));
      await push.close();
    })();
    for (let i = 0; i < count; i++) {
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const { data } = await pull.recv();
      expect(data.equals(pattern(3000 + (i % 7) * 1000, i))).toBe(true);
    }
    await sending;
    expect(push.stats().dropped).toEqual({});
  });

  test('SHALL close at once what is stalled, and answer for it', async () => {
    const context = contextWith(uring);
    const pull = context.socket(SocketType.Pull, { ...options, receiveHighWaterMark: 1 });
    const push = context.socket(SocketType.Push, { ...options, sendHighWaterMark: 1000, sendTimeout: 100 });
    await push.connect(await pull.bind('tcp://127.0.0.1:0'));
    await expect(
      (async () => {
        for (;;) await push.send(pattern(100_000, 1));
      })(),
    ).rejects.toMatchObject({ errno: 'EAGAIN' });
    const { stats } = push;
    await push.close();
    await context.term();
    expect(stats.call(push).dropped).toHaveProperty('linger');
  });
});

describe('io_uring and node:net', () => {
  test.each([
    [true, false],
    [false, true],
  ])('SHALL talk to each other: bound on the ring %p, connected on the ring %p', async (bound, connected) => {
    const context = contextWith();
    const rep = context.socket(SocketType.Rep, { ioUringSessionEnabled: bound });
    const req = context.socket(SocketType.Req, { ioUringSessionEnabled: connected });
    await req.connect(await rep.bind('tcp://127.0.0.1:0'));
    const engines = context.inspect().sockets.map(({ endpoints }) => endpoints[0]?.engine);
    expect(engines).toEqual([bound, connected].map((ring) => (ring ? 'io_uring' : 'standard')));
    for (const size of [0, 100, 100_000, 2_000_000]) {
      await req.send(pattern(size, 1));
      await rep.send((await rep.recv()).data);
      expect((await req.recv()).data.equals(pattern(size, 1))).toBe(true);
    }
  });
});

describe('a ring that is lost', () => {
  // In a process of its own: what happens to descriptors there happens to all of it.
  test('SHALL cost its connections, which come back by node:net, say so once, and leave its number to who has it now', async () => {
    const { reasons, ...rest } = await runChild<LostRing>('children/lost-ring.mjs', import.meta.url, { gc: true });
    expect(rest).toEqual({
      first: 'before',
      taken: true,
      warnings: [expect.stringContaining('ring was lost')],
      rings: 0,
      open: true,
    });
    expect(reasons).toHaveLength(2);
    for (const reason of reasons) expect(reason).toContain('node:net takes its place');
  });
});

describe('the options that node:net has no call for', () => {
  test('SHALL be those of the sockets, connected and accepted', async () => {
    const options: SocketOptionsInit = {
      sendBufferSize: 60_000,
      receiveBufferSize: 50_000,
      typeOfService: 0x28,
      tcpKeepalive: 1,
      tcpKeepaliveIdle: 70,
      tcpKeepaliveInterval: 7,
      tcpKeepaliveCount: 3,
      tcpMaxRetransmitTimeout: 4000,
      priority: 3,
      interface: 'lo',
    };
    const context = contextWith();
    const rep = context.socket(SocketType.Rep, options);
    const req = context.socket(SocketType.Req, options);
    await req.connect(await rep.bind('tcp://127.0.0.1:0'));
    await req.send('x');
    await rep.recv();
    const { execFileSync } = await import('node:child_process');
    const port = new URL(rep.lastEndpoint).port;
    const shown = execFileSync(
      'ss',
      ['-tnoemiH', '--tos', 'state', 'established', `( sport = :${port} or dport = :${port} )`],
      {
        encoding: 'utf8',
      },
    );
    // The kernel doubles both sizes; ss shows the keep-alive timer of a side that waits for no acknowledgement.
    expect(shown.match(/rb100000,/g)).toHaveLength(2);
    expect(shown.match(/tb120000,/g)).toHaveLength(2);
    expect(shown).toMatch(/timer:\(keepalive,1min\d+sec/);
    expect(shown.match(/tos:0x28/g)).toHaveLength(2);
  });

  test('SHALL fail the bind or the attempt when the kernel refuses them', async () => {
    const context = contextWith();
    const pull = context.socket(SocketType.Pull, { interface: 'nowhere0' });
    await expect(pull.bind('tcp://127.0.0.1:0')).rejects.toMatchObject({ errno: 'ENODEV' });
  });
});
