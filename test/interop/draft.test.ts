import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type FrameSpec, expected as seen } from './content.mjs';
import { LibzmqProcess, LibzmqSocket } from './libzmq.js';
import { type OurSocket, Ours } from './ours.js';
import type { Options, PeerSocket } from './peer.js';

/** Options of libzmq that its binding has no name for. */
const HELLO_MSG = 110;
const DISCONNECT_MSG = 111;
const HICCUP_MSG = 114;
const ROUTER_NOTIFY = 97;

const SOON = { reconnectInterval: 10 };

const BODIES: readonly FrameSpec[] = ['short', '', { seed: 1, size: 300 }, { seed: 2, size: 1_000_000 }];

/** The size of a frame by its digest: hexadecimal text, or a size and a hash. */
function sizeOf(digest: string): number {
  const size = /^(\d+) bytes/.exec(digest)?.[1];
  return size === undefined ? digest.length / 2 : Number(size);
}

/** The draft socket types and options of libzmq, which its binding offers when it was built with them. */
describe('STREAM, draft types and options against libzmq', () => {
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

  const endpoints = {
    tcp: () => 'tcp://127.0.0.1:0',
    ipc: () => `ipc://${join(home, String(++lastPath))}`,
  };

  async function our(type: string, options: Options = {}): Promise<OurSocket> {
    const socket = await ours.socket(type, { ...SOON, ...options });
    cleanUps.push(() => socket.close());
    return socket;
  }

  async function their(type: string, options: Options = {}, process = libzmq): Promise<PeerSocket> {
    const socket = await process.socket(type, { ...SOON, ...options });
    if (process === libzmq) cleanUps.push(() => socket.close());
    return socket;
  }

  /** A libzmq process that the test may kill. */
  async function mortal(): Promise<LibzmqProcess> {
    const process = await LibzmqProcess.start();
    cleanUps.push(() => process.kill());
    return process;
  }

  async function link(endpoint: string, bound: PeerSocket, connecting: PeerSocket): Promise<void> {
    await connecting.connect(await bound.bind(endpoint));
  }

  /** Sends to a group until the DISH receives: then its JOIN has arrived. */
  async function settled(radio: PeerSocket, dish: PeerSocket, group: string): Promise<void> {
    let done = false;
    const first = dish.recvFrom().finally(() => {
      done = true;
    });
    while (!done) {
      await radio.sendTo(['try'], { group });
      await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 5))]);
    }
    await radio.sendTo(['go'], { group });
    while ((await dish.recvFrom()).body !== seen('go')) {
      // What was tried too often.
    }
  }

  const cells = (['tcp', 'ipc'] as const).flatMap((transport) =>
    [true, false].flatMap((weBind) =>
      [true, false].map((weAreFirst) => ({
        name: `${transport}, ${weBind ? 'we' : 'they'} bind, we are the ${weAreFirst ? 'first' : 'second'}`,
        transport,
        weBind,
        weAreFirst,
      })),
    ),
  );

  /** Both sockets of a pair, connected; the first type is ours or theirs. */
  async function pair(
    { transport, weBind, weAreFirst }: (typeof cells)[number],
    types: readonly [string, string],
    options: readonly [Options, Options] = [{}, {}],
  ): Promise<[PeerSocket, PeerSocket]> {
    const make = async (index: 0 | 1): Promise<PeerSocket> =>
      (index === 0) === weAreFirst
        ? await our(types[index], options[index])
        : await their(types[index], options[index]);
    const [first, second] = [await make(0), await make(1)];
    const bindsFirst = weBind === weAreFirst;
    await link(endpoints[transport](), bindsFirst ? first : second, bindsFirst ? second : first);
    return [first, second];
  }

  describe.each(cells)('over $name', (cell) => {
    it('SCATTER to GATHER', async () => {
      const [scatter, gather] = await pair(cell, ['SCATTER', 'GATHER']);
      for (const body of BODIES) await scatter.send([body]);
      for (const body of BODIES) expect(await gather.recv()).toEqual([seen(body)]);
    });

    it('CHANNEL with CHANNEL', async () => {
      const [left, right] = await pair(cell, ['CHANNEL', 'CHANNEL']);
      for (const body of BODIES) {
        await left.send([body]);
        expect(await right.recv()).toEqual([seen(body)]);
        await right.send([body]);
        expect(await left.recv()).toEqual([seen(body)]);
      }
    });

    it('CLIENT with SERVER', async () => {
      const [client, server] = await pair(cell, ['CLIENT', 'SERVER']);
      for (const body of BODIES) {
        await client.send([body]);
        const { body: got, routingId = 0 } = await server.recvFrom();
        expect([got, routingId > 0]).toEqual([seen(body), true]);
        await server.sendTo([body], { routingId });
        expect((await client.recv())[0]).toBe(seen(body));
      }
    });

    it('STREAM with STREAM', async () => {
      const [left, right] = await pair(cell, ['STREAM', 'STREAM']);
      const id = async (socket: PeerSocket): Promise<FrameSpec> => {
        const [name, notice] = await socket.recv();
        expect(notice).toBe('');
        return { hex: name! };
      };
      const [toRight, toLeft] = [await id(left), await id(right)];
      await left.send([toRight, 'question']);
      expect(await right.recv()).toEqual([seen(toLeft), seen('question')]);
      await right.send([toLeft, 'answer']);
      expect(await left.recv()).toEqual([seen(toRight), seen('answer')]);
      const large = { seed: 3, size: 300_000 };
      const sending = left.send([toRight, large]);
      for (let size = 0; size < large.size; ) {
        const [, chunk] = await right.recv();
        size += sizeOf(chunk!);
      }
      await sending;
      await left.send([toRight, '']);
      // libzmq closes the connection only while the application is in a call.
      if (left instanceof LibzmqSocket) void left.recv().catch(() => undefined);
      expect(await right.recv()).toEqual([seen(toLeft), seen('')]);
    });

    it('RADIO to DISH', async () => {
      const [radio, dish] = await pair(cell, ['RADIO', 'DISH']);
      const long = 'g'.repeat(255);
      for (const group of ['a', 'b', long]) await dish.join(group);
      await settled(radio, dish, long);
      for (const body of BODIES) {
        for (const group of ['', 'a', 'ab', 'b', long]) await radio.sendTo([body], { group });
      }
      for (const body of BODIES) {
        for (const group of ['a', 'b', long]) expect(await dish.recvFrom()).toMatchObject({ body: seen(body), group });
      }
      await dish.leave('a');
      await dish.join('end');
      await settled(radio, dish, 'end');
      for (const group of ['a', 'end']) await radio.sendTo(['last'], { group });
      expect(await dish.recvFrom()).toMatchObject({ body: seen('last'), group: 'end' });
    });
  });

  describe.each(['tcp', 'ipc'] as const)('over %s', (transport) => {
    // libzmq's binding cannot send from a PEER; what it has to say at the beginning it can.
    const greeting = { numbered: { [HELLO_MSG]: 'hello' } };

    it('PEER: we connect, and know the number of our peer', async () => {
      const [peer, other] = [await our('PEER'), await their('PEER', greeting)];
      const routingId = await peer.connectPeer(await other.bind(endpoints[transport]()));
      expect(await peer.recvFrom()).toMatchObject({ body: seen('hello'), routingId });
      await peer.sendTo(['to you'], { routingId });
      expect((await other.recv())[0]).toBe(seen('to you'));
    });

    it('PEER: they connect', async () => {
      const [peer, other] = [await our('PEER'), await their('PEER', greeting)];
      await link(endpoints[transport](), peer, other);
      const { body, routingId = 0 } = await peer.recvFrom();
      expect(body).toBe(seen('hello'));
      await peer.sendTo(['to you'], { routingId });
      expect((await other.recv())[0]).toBe(seen('to you'));
    });

    it('our DISH joins again when a libzmq RADIO is back', async () => {
      const process = await mortal();
      const radio = await their('RADIO', {}, process);
      const address = await radio.bind(endpoints[transport]());
      const dish = await our('DISH');
      await dish.join('a');
      await dish.connect(address);
      await settled(radio, dish, 'a');
      await process.kill();
      await dish.events.happened('disconnect');
      const again = await their('RADIO', {}, await mortal());
      await again.bind(address);
      await settled(again, dish, 'a');
    });

    it('HELLO_MSG: ours is the first that libzmq receives, and theirs the first that we do', async () => {
      for (const [ourOptions, theirOptions] of [
        [{ helloMessage: 'hello' }, {}],
        [{}, greeting],
      ] as const) {
        const router = await our('ROUTER', ourOptions);
        const dealer = await their('DEALER', { routingId: 'me', ...theirOptions });
        await link(endpoints[transport](), router, dealer);
        if ('helloMessage' in ourOptions) expect(await dealer.recv()).toEqual([seen('hello')]);
        else expect(await router.recv()).toEqual([seen('me'), seen('hello')]);
      }
    });

    it('ROUTER_NOTIFY and DISCONNECT_MSG: we hear of a libzmq peer that comes and dies, as libzmq does of ours', async () => {
      const process = await mortal();
      const router = await our('ROUTER', { routerNotify: 3, disconnectMessage: 'bye' });
      const dealer = await their('DEALER', { routingId: 'me' }, process);
      await link(endpoints[transport](), router, dealer);
      await router.recv().then((message) => expect(message).toEqual([seen('me'), seen('')]));
      await process.kill();
      const ours = [await router.recv(), await router.recv()];

      const numbered = { [ROUTER_NOTIFY]: 3, [DISCONNECT_MSG]: 'bye' };
      const theirRouter = await their('ROUTER', { numbered });
      const ourDealer = await our('DEALER', { routingId: 'me' });
      await link(endpoints[transport](), theirRouter, ourDealer);
      expect(await theirRouter.recv()).toEqual([seen('me'), seen('')]);
      await ourDealer.close();
      expect([await theirRouter.recv(), await theirRouter.recv()]).toEqual(ours);
      expect(ours).toEqual([
        [seen('me'), seen('')],
        [seen('me'), seen('bye')],
      ]);
    });

    it('HICCUP_MSG: we hear that a libzmq peer is gone, as libzmq does of ours', async () => {
      const process = await mortal();
      const dealer = await our('DEALER', { hiccupMessage: 'hiccup' });
      await link(endpoints[transport](), await their('ROUTER', {}, process), dealer);
      await dealer.events.happened('handshake');
      await process.kill();
      expect(await dealer.recv()).toEqual([seen('hiccup')]);

      const theirDealer = await their('DEALER', { numbered: { [HICCUP_MSG]: 'hiccup' } });
      const router = await our('ROUTER');
      await link(endpoints[transport](), router, theirDealer);
      await router.events.happened('handshake');
      await router.close();
      expect(await theirDealer.recv()).toEqual([seen('hiccup')]);
    });
  });
});
