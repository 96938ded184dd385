import { SocketOption } from 'rzmq';
import { command } from '../../support/spec-raw-peer.js';
import { notification } from '../conversations.js';
import type { Options, PeerSocket } from '../peer.js';
import { type Behaviour, heard, heardAll, pause, say, sayUntilHeard, text } from './behaviour.js';

const LARGE = { seed: 1, size: 200_000 };
const subscribe = (topic: string) => notification(true, topic);
const unsubscribe = (topic: string) => notification(false, topic);

/** What an XPUB receives up to the subscription to `marker`, which a connection makes after what is of interest. */
async function until(xpub: PeerSocket, marker: string): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const message = await heard(xpub);
    if (message === `<01>${marker}`) return all;
    all.push(message);
  }
}

/** Connects them, and waits until they know each other. */
async function joined(xpub: PeerSocket, xsub: PeerSocket, endpoint: string): Promise<void> {
  await xsub.connect(await xpub.bind(endpoint));
  await say(xsub, subscribe('ready'));
  await heard(xpub);
}

/** A PUB and its subscriber, which has everything from `go` on. */
async function settled(pub: PeerSocket, sub: PeerSocket): Promise<void> {
  await sayUntilHeard(
    (frame) => pub.send([frame]),
    async () => (await sub.recv())[0]!,
  );
}

const VERBOSITY: readonly (readonly [string, Options, readonly string[]])[] = [
  ['neither XPUB_VERBOSE nor XPUB_VERBOSER', {}, ['<01>a', '<00>a']],
  ['XPUB_VERBOSE', { numbered: { [SocketOption.XPUB_VERBOSE]: 1 } }, ['<01>a', '<01>a', '<01>a', '<00>a']],
  ['XPUB_VERBOSER', { numbered: { [SocketOption.XPUB_VERBOSER]: 1 } }, ['<01>a', '<01>a', '<01>a', '<00>a', '<00>a']],
];

/** Topics: who is told of them, and who gets what. */
export const PUBLISHING: readonly Behaviour[] = [
  ...VERBOSITY.map(
    ([what, options, seen]): Behaviour => ({
      name: `XPUB with ${what}: which subscriptions and ends of them it receives`,
      seen,
      async play({ a, b, endpoint }) {
        const xpub = await a.socket('XPUB', options);
        const address = await xpub.bind(endpoint());
        const [first, second] = [await b.socket('SUB'), await b.socket('SUB')];
        await first.connect(address);
        await second.connect(address);
        const all: string[] = [];
        let step = 0;
        // One after the other, since two connections have no order.
        for (const [sub, act] of [
          [first, () => first.subscribe('a')],
          [second, () => second.subscribe('a')],
          [second, () => second.subscribe('a')],
          [first, () => first.unsubscribe('a')],
          [second, () => second.unsubscribe('a').then(() => second.unsubscribe('a'))],
          [second, () => second.unsubscribe('never')],
        ] as const) {
          await act();
          const marker = `marker${step++}`;
          await sub.subscribe(marker);
          all.push(...(await until(xpub, marker)));
        }
        return all;
      },
    }),
  ),
  {
    name: 'XPUB receives the topics of a subscriber that has died',
    transports: ['tcp', 'ipc'],
    seen: ['<01>a', '<00>a'],
    async play({ a, b, endpoint }) {
      const xpub = await a.socket('XPUB');
      const sub = await b.watched('SUB');
      await sub.connect(await xpub.bind(endpoint()));
      await sub.subscribe('a');
      const came = await heard(xpub);
      await b.vanish();
      return [came, await heard(xpub)];
    },
  },
  {
    name: 'a SUB subscribes again, each topic once, when its publisher is back',
    seen: ['<01>a', ['<01>a', '<01>b'], 'b works'],
    async play({ a, b, endpoint }) {
      const xpub = await b.watched('XPUB');
      const address = await xpub.bind(endpoint());
      const sub = await a.watched('SUB');
      for (const topic of ['a', 'b', 'b', 'gone']) await sub.subscribe(topic);
      await sub.unsubscribe('gone');
      await sub.connect(address);
      // libzmq goes on with a reconnection only while the application is in a call.
      const received = heard(sub);
      const first = await heard(xpub);
      await b.vanish();
      await sub.events.happened('disconnect');
      const again = await b.socket('XPUB', { numbered: { [SocketOption.XPUB_VERBOSE]: 1 } });
      await again.bind(address);
      const topics = (await heardAll(again, 2)).toSorted();
      await say(again, 'b works');
      return [first, topics, await received];
    },
  },
  {
    name: 'XPUB_MANUAL: a subscriber gets what the application subscribes it to',
    seen: ['<01>asked for', 'given 1'],
    async play({ a, b, endpoint }) {
      const xpub = await a.socket('XPUB', { numbered: { [SocketOption.XPUB_MANUAL]: 1 } });
      // An XSUB does not filter for itself.
      const xsub = await b.socket('XSUB');
      await xsub.connect(await xpub.bind(endpoint()));
      await say(xsub, subscribe('asked for'));
      const asked = await heard(xpub);
      await xpub.set(SocketOption.SUBSCRIBE, 'given');
      await say(xpub, 'asked for', 'given 1');
      return [asked, await heard(xsub)];
    },
  },
  {
    name: 'XPUB_MANUAL_LAST_VALUE: the next message goes to the newcomer only, the one after it to everybody',
    seen: [['a for all'], ['a cached', 'a for all']],
    async play({ a, b, endpoint }) {
      const xpub = await a.socket('XPUB', { numbered: { [SocketOption.XPUB_MANUAL_LAST_VALUE]: 1 } });
      const address = await xpub.bind(endpoint());
      const subs = [await b.socket('XSUB'), await b.socket('XSUB')];
      for (const sub of subs) {
        await sub.connect(address);
        await say(sub, subscribe('a'));
        await heard(xpub);
        await xpub.set(SocketOption.SUBSCRIBE, 'a');
        if (sub === subs[0]) await say(xpub, 'x: for nobody');
      }
      await say(xpub, 'a cached', 'a for all');
      return [await heardAll(subs[0]!, 1), await heardAll(subs[1]!, 2)];
    },
  },
  ...[0, 1].map(
    (noDrop): Behaviour => ({
      name: `XPUB_NODROP ${noDrop}: a message for a full subscriber ${noDrop ? 'is refused' : 'is dropped, and the next ones too until it has read'}`,
      seen: [noDrop ? 'refused' : 'all taken', 'in order', 'again'],
      async play({ a, b, endpoint }) {
        const xpub = await a.socket('XPUB', {
          sendHighWaterMark: 2,
          sendTimeout: 0,
          numbered: { [SocketOption.XPUB_NODROP]: noDrop },
        });
        const sub = await b.socket('SUB', { receiveHighWaterMark: 2 });
        await sub.subscribe('');
        await sub.connect(await xpub.bind(endpoint()));
        await heard(xpub);
        let taken = 0;
        while (taken < 150 && (await xpub.flood([String(taken), LARGE], 1)) === 1) taken++;
        // It reads until it gets something that is sent afterwards.
        let last = -1;
        let order = 'in order';
        for (;;) {
          const more = await sub.recvNow();
          if (more === undefined) {
            await xpub.flood(['again', ''], 1);
            await pause(2);
            continue;
          }
          const number = text(more.slice(0, 1));
          if (number === 'again') break;
          if (Number(number) <= last) order = `${number} after ${last}`;
          last = Number(number);
        }
        return [taken === 150 ? 'all taken' : 'refused', order, 'again'];
      },
    }),
  ),
  {
    name: 'XPUB_WELCOME_MSG: the first message of a subscriber that has subscribed to it',
    seen: ['welcome', 'next'],
    async play({ a, b, endpoint }) {
      const xpub = await a.socket('XPUB', { numbered: { [SocketOption.XPUB_WELCOME_MSG]: 'welcome' } });
      const sub = await b.socket('SUB');
      await sub.subscribe('');
      await sub.connect(await xpub.bind(endpoint()));
      await heard(xpub);
      await say(xpub, 'next');
      return await heardAll(sub, 2);
    },
  },
  {
    name: 'INVERT_MATCHING on both ends: what matches no subscription is delivered',
    seen: ['<01>a', 'b', 'c'],
    async play({ a, b, endpoint }) {
      const inverted = { invertMatching: true };
      const [xpub, sub] = [await a.socket('XPUB', inverted), await b.socket('SUB', inverted)];
      await sub.subscribe('a');
      await sub.connect(await xpub.bind(endpoint()));
      const asked = await heard(xpub);
      await say(xpub, 'a', 'b', 'ab', 'c');
      return [asked, ...(await heardAll(sub, 2))];
    },
  },
  ...[0, 1].map(
    (onlyFirst): Behaviour => ({
      name: `ONLY_FIRST_SUBSCRIBE ${onlyFirst}: which parts of a message can be subscriptions`,
      seen: ['<01>first', '<01>second', 'user|<01>third', '<01>end', onlyFirst ? 'end' : 'third'],
      ...(onlyFirst === 0 && {
        weDiffer: {
          as: 'either',
          seen: ['<01>first', '<01>second', '<01>third', 'user', '<01>end', 'third'],
          because: 'a subscription is reported as one, and not as the end of a message of the user',
        },
      }),
      async play({ a, b, endpoint }) {
        const numbered = { [SocketOption.ONLY_FIRST_SUBSCRIBE]: onlyFirst };
        const xpub = await a.socket('XPUB', { numbered });
        const xsub = await b.socket('XSUB', { numbered });
        await joined(xpub, xsub, endpoint());
        await say(xsub, [subscribe('first'), subscribe('second')], ['user', subscribe('third')], subscribe('end'));
        const all: string[] = [];
        while (all.at(-1) !== '<01>end') all.push(await heard(xpub));
        await say(xpub, 'third', 'end');
        return [...all, await heard(xsub)];
      },
    }),
  ),
  {
    name: 'TOPICS_COUNT: distinct topics, of all peers at the publisher, and own ones',
    seen: [3, 2],
    async play({ a, b, endpoint }) {
      const xpub = await a.socket('XPUB');
      const address = await xpub.bind(endpoint());
      const [first, second] = [await b.socket('SUB'), await b.socket('SUB')];
      for (const [sub, topics] of [
        [first, ['a', 'b']],
        [second, ['b', 'c']],
      ] as const) {
        await sub.connect(address);
        for (const topic of topics) await sub.subscribe(topic);
      }
      const seen = new Set<string>();
      while (seen.size < 3) seen.add(await heard(xpub));
      return [await xpub.read(SocketOption.TOPICS_COUNT), await first.read(SocketOption.TOPICS_COUNT)];
    },
  },
  ...[0, 1].map(
    (verbose): Behaviour => ({
      name: `XSUB_VERBOSE_UNSUBSCRIBE ${verbose}: which ends of subscriptions are sent`,
      seen: ['<01>a', '<01>a', ...(verbose ? ['<00>a'] : []), '<00>a'],
      async play({ a, b, endpoint }) {
        const xpub = await b.socket('XPUB', { numbered: { [SocketOption.XPUB_VERBOSER]: 1 } });
        const xsub = await a.socket('XSUB', { numbered: { [SocketOption.XSUB_VERBOSE_UNSUBSCRIBE]: verbose } });
        await joined(xpub, xsub, endpoint());
        await say(xsub, subscribe('a'), subscribe('a'), unsubscribe('a'), unsubscribe('a'), subscribe('end'));
        return await until(xpub, 'end');
      },
    }),
  ),
  {
    name: 'a PUB sends what matches by its beginning, to each of its subscribers',
    seen: [['ab'], ['a', 'ab', 'b']],
    async play({ a, b, endpoint }) {
      const pub = await a.socket('PUB');
      const address = await pub.bind(endpoint());
      const [some, all] = [await b.socket('SUB'), await b.socket('SUB')];
      for (const [sub, topics] of [
        [some, ['ab', 'try', 'go']],
        [all, ['']],
      ] as const) {
        for (const topic of topics) await sub.subscribe(topic);
        await sub.connect(address);
        await settled(pub, sub);
      }
      await say(pub, 'a', 'ab', 'b');
      // The first was there while the second was settled.
      let first = await heard(some);
      while (first === 'try' || first === 'go') first = await heard(some);
      return [[first], await heardAll(all, 3)];
    },
  },
  {
    name: 'a publisher takes subscriptions as commands and as messages, and one CANCEL ends however many there were',
    roles: 1,
    seen: ['<01>A', '<01>B', '<00>A', '<00>never', '<01>end', 'B1'],
    async play({ a, endpoint, raw }) {
      const xpub = await a.socket('XPUB');
      const peer = await raw.connect(await xpub.bind(endpoint()));
      await peer.shake('SUB');
      const [A, B] = [Buffer.from('A'), Buffer.from('B')];
      peer.send(command('SUBSCRIBE', A), '00 02 01 41', command('SUBSCRIBE', A), '00 02 01', B, command('CANCEL', A));
      peer.send(command('CANCEL', Buffer.from('never')), command('SUBSCRIBE', Buffer.from('end')));
      const came = await heardAll(xpub, 5);
      await say(xpub, 'A1', 'B1');
      return [...came, (await peer.readFrame()).body.toString()];
    },
  },
  {
    name: 'a SUB sends SUBSCRIBE for every call, and CANCEL for the last one only; as messages to a peer of ZMTP 3.0',
    roles: 1,
    seen: [
      ['<09>SUBSCRIBEa', '<09>SUBSCRIBEa', '<06>CANCELa', '<09>SUBSCRIBEend'],
      ['<01>a', '<01>a', '<00>a', '<01>end'],
    ],
    async play({ a, raw }) {
      const all: string[][] = [];
      for (const minor of [1, 0]) {
        const { endpoint, accept } = await raw.listen();
        const sub = await a.socket('SUB');
        await sub.connect(endpoint);
        const peer = await accept();
        await peer.shake('PUB', minor);
        await pause(20);
        await sub.subscribe('a');
        await sub.subscribe('a');
        for (const topic of ['a', 'a', 'a']) await sub.unsubscribe(topic);
        await sub.subscribe('end');
        const frames: string[] = [];
        while (frames.length < 4) frames.push(text([(await peer.readFrame()).body.toString('hex')]));
        all.push(frames);
      }
      return all;
    },
  },
];
