import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type FrameSpec, expected as seen } from './content.mjs';
import { notification } from './conversations.js';
import { LibzmqProcess, type LibzmqSocket } from './libzmq.js';
import { type OurSocket, Ours } from './ours.js';
import type { Options, PeerSocket } from './peer.js';
import { WireTap } from './wire-tap.js';

/** Soon, so that a test does not wait for the default of 100 ms. */
const SOON = { reconnectInterval: 10 };
const TCP = 'tcp://127.0.0.1:0';

describe('behaviour against libzmq', () => {
  let libzmq: LibzmqProcess;
  let ours: Ours;
  let home: string;
  let lastPath = 0;
  let cleanUps: (() => Promise<unknown>)[];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'rzmq-'));
    libzmq = await LibzmqProcess.start();
  });

  beforeEach(() => {
    ours = new Ours();
    cleanUps = [];
  });

  afterEach(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
    await ours.end();
  });

  afterAll(async () => {
    await libzmq.kill();
    rmSync(home, { recursive: true, force: true });
  });

  async function our(type: string, options: Options = {}): Promise<OurSocket> {
    const socket = await ours.socket(type, options);
    cleanUps.push(() => socket.close());
    return socket;
  }

  async function their(type: string, options: Options = {}): Promise<LibzmqSocket> {
    const socket = await libzmq.socket(type, options);
    cleanUps.push(() => socket.close());
    return socket;
  }

  /** A libzmq socket whose events can be waited for, in a process that ends with the test. */
  async function watched(type: string, options: Options = {}): Promise<LibzmqSocket> {
    return await (await mortal()).watchedSocket(type, options);
  }

  /** A libzmq process that the test may kill. */
  async function mortal(): Promise<LibzmqProcess> {
    const process = await LibzmqProcess.start();
    cleanUps.push(() => process.kill());
    return process;
  }

  const unusedPath = () => `ipc://${join(home, String(++lastPath))}`;

  async function receives(socket: PeerSocket, ...frames: FrameSpec[]): Promise<void> {
    expect(await socket.recv()).toEqual(frames.map(seen));
  }

  describe('a connection is lost', () => {
    it.each([
      ['tcp', () => TCP],
      ['ipc', unusedPath],
    ])('messages queued for a dead libzmq peer arrive when it is back (%s)', async (_transport, endpoint) => {
      const first = await mortal();
      const pull = await first.socket('PULL');
      const address = await pull.bind(endpoint());
      const push = await our('PUSH', SOON);
      await push.connect(address);
      await push.send(['before']);
      await receives(pull, 'before');

      await first.kill();
      await push.events.happened('disconnect');
      for (let i = 0; i < 10; i++) await push.send([`queued ${i}`]);

      const again = await (await mortal()).socket('PULL');
      await again.bind(address);
      for (let i = 0; i < 10; i++) await receives(again, `queued ${i}`);
    });

    it.each([
      ['tcp', () => TCP],
      ['ipc', unusedPath],
    ])('libzmq comes back to our endpoint when it is bound again (%s)', async (_transport, endpoint) => {
      const pull = await our('PULL');
      const address = await pull.bind(endpoint());
      const push = await watched('PUSH', SOON);
      await push.connect(address);
      await push.send(['before']);
      await receives(pull, 'before');

      await pull.close();
      await push.events.happened('disconnect');
      await push.send(['queued']);

      const again = await our('PULL');
      await again.bind(address);
      await receives(again, 'queued');
    });

    it('our SUB subscribes again to a publisher that is back: every topic, once', async () => {
      const first = await mortal();
      const pub = await first.socket('XPUB');
      const address = await pub.bind(TCP);
      const sub = await our('SUB', SOON);
      for (const topic of ['a', 'b', 'b', 'gone']) await sub.subscribe(topic);
      await sub.unsubscribe('gone');
      await sub.connect(address);
      await receives(pub, notification(true, 'a'));
      await first.kill();
      await sub.events.happened('disconnect');

      const again = await (await mortal()).socket('XPUB', { verbosity: 'allSubs' });
      await again.bind(address);
      const topics = [await again.recv(), await again.recv()].flat();
      expect(topics.toSorted()).toEqual([seen(notification(true, 'a')), seen(notification(true, 'b'))]);
      await sub.subscribe('c');
      await receives(again, notification(true, 'c'));
      await again.send(['b works']);
      await receives(sub, 'b works');
    });

    it("libzmq's SUB subscribes again when our publisher is back", async () => {
      const pub = await our('XPUB');
      const address = await pub.bind(TCP);
      const sub = await watched('SUB', SOON);
      await sub.subscribe('a');
      await sub.connect(address);
      // libzmq goes on with a reconnection only while the application is in a call.
      const received = sub.recv();
      await receives(pub, notification(true, 'a'));
      await pub.close();
      await sub.events.happened('disconnect');

      const again = await our('XPUB');
      await again.bind(address);
      await receives(again, notification(true, 'a'));
      await again.send(['a works']);
      expect(await received).toEqual([seen('a works')]);
    });

    it('our XPUB reports the topics of a libzmq subscriber that has died', async () => {
      const pub = await our('XPUB');
      const address = await pub.bind(TCP);
      const process = await mortal();
      const sub = await process.socket('SUB');
      await sub.connect(address);
      await sub.subscribe('a');
      await receives(pub, notification(true, 'a'));
      await process.kill();
      await receives(pub, notification(false, 'a'));
    });
  });

  describe('routing ids', () => {
    it.each(['REQ', 'DEALER'])("our ROUTER sees the id of libzmq's %s", async (type) => {
      const router = await our('ROUTER');
      const client = await their(type, { routingId: 'named' });
      await client.connect(await router.bind(TCP));
      await client.send(['hello']);
      expect((await router.recv())[0]).toBe(seen('named'));
    });

    it.each(['REQ', 'DEALER'])("libzmq's ROUTER sees the id of our %s", async (type) => {
      const router = await their('ROUTER');
      const client = await our(type, { routingId: 'named' });
      await client.connect(await router.bind(TCP));
      await client.send(['hello']);
      expect((await router.recv())[0]).toBe(seen('named'));
    });

    it('our ROUTER gives a libzmq peer without a name 00 and four more bytes, and the next one another id', async () => {
      const router = await our('ROUTER');
      const address = await router.bind(TCP);
      const ids = new Set<string>();
      for (let i = 0; i < 2; i++) {
        const dealer = await their('DEALER');
        await dealer.connect(address);
        await dealer.send(['hello']);
        ids.add((await router.recv())[0]!);
      }
      for (const id of ids) expect(id).toMatch(/^00.{8}$/);
      expect(ids.size).toBe(2);
    });

    it.each([
      [false, 'the first keeps it'],
      [true, 'the newcomer takes it over'],
    ])('two libzmq peers say the same id, handover %s: %s', async (handover) => {
      const router = await our('ROUTER', { handover });
      const address = await router.bind(TCP);
      const dealers: LibzmqSocket[] = [];
      for (let i = 0; i < 2; i++) {
        const dealer = await watched('DEALER', { routingId: 'same' });
        await dealer.connect(address);
        await dealer.events.happened('handshake');
        dealers.push(dealer);
        if (i === 0 || handover) {
          await dealer.send([`from ${i}`]);
          await receives(router, 'same', `from ${i}`);
        }
      }
      await router.send(['same', 'answer']);
      await receives(dealers[handover ? 1 : 0]!, 'answer');
    });
  });

  describe('high-water marks', () => {
    it.each([
      ['ours', our, their],
      ["libzmq's", their, our],
    ] as const)('an unconnected PUSH takes exactly SNDHWM messages: %s', async (_whose, near, far) => {
      const address = unusedPath();
      const push = await near('PUSH', { sendHighWaterMark: 5, sendTimeout: 0, ...SOON });
      await push.connect(address);
      expect(await push.flood(['queued'], 100)).toBe(5);

      const pull = await far('PULL');
      await pull.bind(address);
      for (let i = 0; i < 5; i++) await receives(pull, 'queued');
    });

    it.each([
      ['ours', our],
      ["libzmq's", their],
    ] as const)('a bound PUSH without a peer takes nothing: %s', async (_whose, near) => {
      const push = await near('PUSH', { sendHighWaterMark: 5, sendTimeout: 0 });
      await push.bind(TCP);
      expect(await push.flood(['refused'], 100)).toBe(0);
    });

    it('a libzmq PULL that does not read holds our PUSH back, and loses nothing', async () => {
      const count = 500;
      const pull = await their('PULL', { receiveHighWaterMark: 5 });
      const push = await our('PUSH', { sendHighWaterMark: 5 });
      await push.connect(await pull.bind(TCP));
      let taken = 0;
      const sending = Array.from({ length: count }, async (_, i) => {
        await push.send([String(i), { seed: 1, size: 200_000 }]);
        taken++;
      });
      let ahead = 0;
      for (let i = 0; i < count; i++) {
        await receives(pull, String(i), { seed: 1, size: 200_000 });
        ahead = Math.max(ahead, taken - i);
      }
      await Promise.all(sending);
      // Two high-water marks and what the kernel buffers: 29 to 56 between two libzmq sockets.
      expect(ahead).toBeLessThan(200);
    });

    it('our close() sends what is queued while LINGER lasts', async () => {
      const pull = await their('PULL');
      const push = await our('PUSH', { linger: -1 });
      await push.connect(await pull.bind(TCP));
      for (let i = 0; i < 500; i++) await push.send([String(i), { seed: 1, size: 20_000 }]);
      const closed = push.close();
      for (let i = 0; i < 500; i++) await receives(pull, String(i), { seed: 1, size: 20_000 });
      await closed;
    });
  });

  describe('heartbeats', () => {
    const PONG = Buffer.from('\x04PONG', 'latin1');
    /** Longer together than the timeout: an unanswered PING would have ended the connection. */
    const BEATS = { heartbeatInterval: 50, heartbeatTimeout: 500 };
    const ENOUGH = 15;

    async function tapped(endpoint: string): Promise<WireTap> {
      const tap = await WireTap.before(endpoint);
      cleanUps.unshift(() => tap.close());
      return tap;
    }

    it.each([
      ["libzmq's", 'us', watched, our],
      ['our', 'libzmq', our, their],
    ] as const)('%s heartbeats are answered by %s', async (_whose, _by, near, far) => {
      const pull = await far('PULL');
      const tap = await tapped(await pull.bind(TCP));
      const push = await near('PUSH', BEATS);
      await push.connect(tap.endpoint);
      await tap.heardFrom('server', PONG, ENOUGH);
      await push.send(['still here']);
      await receives(pull, 'still here');
      expect(push.events.count('disconnect')).toBe(0);
      expect(tap.connections).toBe(1);
    });

    it('our connection to a libzmq that has fallen silent is given up, and made again', async () => {
      const pull = await their('PULL');
      const tap = await tapped(await pull.bind(TCP));
      const push = await our('PUSH', { ...BEATS, ...SOON });
      await push.connect(tap.endpoint);
      await push.events.happened('handshake');
      tap.freeze();
      await push.events.happened('handshake', 2);
      await push.send(['here again']);
      await receives(pull, 'here again');
    });

    it('our side gives up a libzmq that has been silent for the TTL it announced', async () => {
      const pull = await our('PULL');
      const tap = await tapped(await pull.bind(TCP));
      const push = await their('PUSH', { heartbeatInterval: 50, heartbeatTimeout: 60_000, heartbeatTimeToLive: 300 });
      await push.connect(tap.endpoint);
      await tap.heardFrom('server', PONG, 1);
      tap.freeze();
      await pull.events.happened('disconnect');
    });
  });

  it.each([
    ['our', our, their],
    ["libzmq's", watched, our],
  ] as const)('%s REQ drops a ROUTER that answers without the delimiter', async (_whose, near, far) => {
    const router = await far('ROUTER');
    const req = await near('REQ', { routingId: 'asker' });
    await req.connect(await router.bind(TCP));
    await req.send(['question']);
    await receives(router, 'asker', '', 'question');
    req.recv().catch(() => {});
    await router.send(['asker', 'no delimiter']);
    await req.events.happened('disconnect');
  });

  it('our REP answers past a longer envelope of libzmq, and ignores a request without delimiter', async () => {
    const rep = await our('REP');
    const dealer = await their('DEALER');
    await dealer.connect(await rep.bind(TCP));
    await dealer.send(['no delimiter']);
    await dealer.send(['hop 2', 'hop 1', '', 'question', '']);
    await receives(rep, 'question', '');
    await rep.send(['answer']);
    await receives(dealer, 'hop 2', 'hop 1', '', 'answer');
  });
});
