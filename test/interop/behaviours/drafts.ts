import { SocketOption } from 'rzmq';
import { expected, type FrameSpec } from '../content.mjs';
import { type Addressed, outcome, type PeerSocket } from '../peer.js';
import { type Behaviour, heard, heardAll, say, sayUntilHeard, text } from './behaviour.js';

const BODIES: readonly FrameSpec[] = ['short', '', { seed: 1, size: 300 }, { seed: 2, size: 1_000_000 }];
const SHOWN = BODIES.map((body) => text([expected(body)]));
const BOTH = ['tcp', 'ipc'] as const;

/** What a DISH receives, as text. */
function grouped({ body, group }: Addressed): string {
  return `${group ?? ''}: ${text([body])}`;
}

/** Sends to a group until the DISH receives: then its JOIN has arrived. */
async function settled(radio: PeerSocket, dish: PeerSocket, group: string): Promise<void> {
  await sayUntilHeard(
    (frame) => radio.sendTo([frame], { group }),
    async () => (await dish.recvFrom()).body,
  );
}

/** Both bind: each pair is played once with the first bound, and once with the second. */
function bothWays(
  name: string,
  types: readonly [string, string],
  seen: unknown,
  play: (first: PeerSocket, second: PeerSocket) => Promise<unknown>,
): readonly Behaviour[] {
  return [0, 1].map((binder) => ({
    name: `${name}, the ${types[binder]} ${types[0] === types[1] ? `of the ${binder === 0 ? 'first' : 'second'} role ` : ''}bound`,
    transports: BOTH,
    seen,
    async play({ a, b, endpoint }) {
      const [first, second] = [await a.socket(types[0]), await b.socket(types[1])];
      if (binder === 0) await second.connect(await first.bind(endpoint()));
      else await first.connect(await second.bind(endpoint()));
      return await play(first, second);
    },
  }));
}

const NO_PEER_SENDS = 'its binding for Node cannot send from a PEER, nor does it have zmq_connect_peer';

/** The socket types and options that are drafts in libzmq. */
export const DRAFTS: readonly Behaviour[] = [
  ...bothWays('SCATTER to GATHER', ['SCATTER', 'GATHER'], SHOWN, async (scatter, gather) => {
    await say(scatter, ...BODIES);
    return await heardAll(gather, BODIES.length);
  }),
  ...bothWays('CHANNEL with CHANNEL', ['CHANNEL', 'CHANNEL'], [SHOWN, SHOWN], async (left, right) => {
    await say(left, ...BODIES);
    await say(right, ...BODIES);
    return [await heardAll(right, BODIES.length), await heardAll(left, BODIES.length)];
  }),
  ...bothWays('CLIENT with SERVER', ['CLIENT', 'SERVER'], [SHOWN, SHOWN, 'EHOSTUNREACH'], async (client, server) => {
    const [asked, answered]: [string[], string[]] = [[], []];
    for (const body of BODIES) {
      await client.send([body]);
      const { body: got, routingId = 0 } = await server.recvFrom();
      asked.push(text([got]));
      await server.sendTo([body], { routingId });
      answered.push(text((await client.recv()).slice(0, 1)));
    }
    return [asked, answered, await outcome(server.sendTo(['x'], { routingId: 1 }))];
  }),
  ...bothWays(
    'RADIO to DISH',
    ['RADIO', 'DISH'],
    [SHOWN.flatMap((body) => ['a', 'b', 'g'.repeat(255)].map((group) => `${group}: ${body}`)), 'end: last'],
    async (radio, dish) => {
      const long = 'g'.repeat(255);
      for (const group of ['a', 'b', long]) await dish.join(group);
      await settled(radio, dish, long);
      for (const body of BODIES) {
        for (const group of ['', 'a', 'ab', 'b', long]) await radio.sendTo([body], { group });
      }
      const came: string[] = [];
      while (came.length < 3 * BODIES.length) came.push(grouped(await dish.recvFrom()));
      await dish.leave('a');
      await dish.join('end');
      await settled(radio, dish, 'end');
      for (const group of ['a', 'end']) await radio.sendTo(['last'], { group });
      return [came, grouped(await dish.recvFrom())];
    },
  ),
  {
    name: 'DISH: joining a group twice and leaving one that it is not in are errors',
    roles: 1,
    seen: ['done', 'EINVAL', 'done', 'EINVAL'],
    async play({ a }) {
      const dish = await a.socket('DISH');
      return [
        await outcome(dish.join('a')),
        await outcome(dish.join('a')),
        await outcome(dish.leave('a')),
        await outcome(dish.leave('a')),
      ];
    },
  },
  {
    name: 'a DISH joins again when its RADIO is back',
    transports: BOTH,
    seen: 'a: after it',
    async play({ a, b, endpoint }) {
      const radio = await b.watched('RADIO');
      const address = await radio.bind(endpoint());
      const dish = await a.watched('DISH');
      await dish.join('a');
      await dish.connect(address);
      await settled(radio, dish, 'a');
      await b.vanish();
      await dish.events.happened('disconnect');
      const again = await b.socket('RADIO');
      await again.bind(address);
      await settled(again, dish, 'a');
      await again.sendTo(['after it'], { group: 'a' });
      return grouped(await dish.recvFrom());
    },
  },
  {
    name: 'PEER: who connects knows the number of its peer, and is answered',
    transports: BOTH,
    notLibzmq: { first: NO_PEER_SENDS },
    seen: ['hello', 'same number', 'to you'],
    async play({ a, b, endpoint }) {
      const other = await b.socket('PEER', { numbered: { [SocketOption.HELLO_MSG]: 'hello' } });
      const peer = (await a.socket('PEER')) as PeerSocket & { connectPeer(endpoint: string): Promise<number> };
      const number = await peer.connectPeer(await other.bind(endpoint()));
      const { body, routingId = 0 } = await peer.recvFrom();
      await peer.sendTo(['to you'], { routingId });
      return [
        text([body]),
        number === routingId ? 'same number' : [number, routingId],
        text((await other.recv()).slice(0, 1)),
      ];
    },
  },
  {
    name: 'PEER: who is connected to answers',
    transports: BOTH,
    notLibzmq: { first: NO_PEER_SENDS },
    seen: ['hello', 'to you'],
    async play({ a, b, endpoint }) {
      const other = await b.socket('PEER', { numbered: { [SocketOption.HELLO_MSG]: 'hello' } });
      const peer = await a.socket('PEER');
      await other.connect(await peer.bind(endpoint()));
      const { body, routingId = 0 } = await peer.recvFrom();
      await peer.sendTo(['to you'], { routingId });
      return [text([body]), text((await other.recv()).slice(0, 1))];
    },
  },
  {
    name: 'HELLO_MSG is the first message of each new connection',
    transports: BOTH,
    seen: ['hello', 'me|hello', 'after it'],
    async play({ a, b, endpoint }) {
      const numbered = { [SocketOption.HELLO_MSG]: 'hello' };
      const [router, dealer] = [
        await a.socket('ROUTER', { numbered }),
        await b.socket('DEALER', { numbered, routingId: 'me' }),
      ];
      await dealer.connect(await router.bind(endpoint()));
      const [first, other] = [await heard(dealer), await heard(router)];
      await router.send(['me', 'after it']);
      return [first, other, await heard(dealer)];
    },
  },
  {
    name: 'ROUTER_NOTIFY and DISCONNECT_MSG: a ROUTER receives who has come and gone',
    transports: BOTH,
    seen: ['me|', 'me|', 'me|bye'],
    async play({ a, b, endpoint }) {
      const router = await a.socket('ROUTER', {
        numbered: { [SocketOption.ROUTER_NOTIFY]: 3, [SocketOption.DISCONNECT_MSG]: 'bye' },
      });
      const dealer = await b.watched('DEALER', { routingId: 'me' });
      await dealer.connect(await router.bind(endpoint()));
      const came = await heard(router);
      await b.vanish();
      return [came, ...(await heardAll(router, 2))];
    },
  },
  {
    name: 'HICCUP_MSG: who has connected receives that its peer is gone',
    transports: BOTH,
    seen: 'hiccup',
    async play({ a, b, endpoint }) {
      const router = await b.watched('ROUTER');
      const dealer = await a.socket('DEALER', { numbered: { [SocketOption.HICCUP_MSG]: 'hiccup' } });
      await dealer.connect(await router.bind(endpoint()));
      await router.events.happened('handshake');
      await b.vanish();
      return await heard(dealer);
    },
  },
];
