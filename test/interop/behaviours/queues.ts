import { SocketOption } from 'rzmq';
import { outcome } from '../peer.js';
import { type Behaviour, heard, heardAll, pause, say, text } from './behaviour.js';

const LARGE = { seed: 1, size: 200_000 };
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** What waits, for how long, and what becomes of it. */
export const QUEUES: readonly Behaviour[] = [
  {
    name: 'SNDHWM: a PUSH whose peer is not there yet takes exactly so many messages, which arrive when it comes',
    transports: ['tcp', 'ipc'],
    seen: [5, ['queued', 'queued', 'queued', 'queued', 'queued']],
    async play({ a, b, vacant }) {
      const address = await vacant();
      const push = await a.socket('PUSH', { sendHighWaterMark: 5, sendTimeout: 0 });
      await push.connect(address);
      const taken = await push.flood(['queued'], 100);
      const pull = await b.socket('PULL');
      await pull.bind(address);
      return [taken, await heardAll(pull, 5)];
    },
  },
  {
    name: 'SNDHWM: a bound PUSH without a peer takes nothing',
    roles: 1,
    seen: [0, 'EAGAIN'],
    async play({ a, endpoint }) {
      const push = await a.socket('PUSH', { sendHighWaterMark: 5, sendTimeout: 0 });
      await push.bind(endpoint());
      return [await push.flood(['refused'], 100), await outcome(push.send(['refused']))];
    },
  },
  {
    name: 'SNDHWM: a change counts at once for the queue that is there',
    roles: 1,
    seen: [2, 5],
    async play({ a, vacant }) {
      const push = await a.socket('PUSH', { sendHighWaterMark: 3, sendTimeout: 0 });
      await push.connect(await vacant());
      // Not until it is full: libzmq tries a full queue again only when its peer has made progress.
      const before = await push.flood(['x'], 2);
      await push.set(SocketOption.SNDHWM, 7);
      return [before, await push.flood(['x'], 100)];
    },
  },
  {
    name: 'RCVHWM: a PULL that does not read holds its PUSH back, and nothing is lost',
    seen: 'all, in order, at most 100 ahead',
    async play({ a, b, endpoint }) {
      const count = 200;
      const pull = await b.socket('PULL', { receiveHighWaterMark: 5 });
      const push = await a.socket('PUSH', { sendHighWaterMark: 5 });
      await push.connect(await pull.bind(endpoint()));
      let taken = 0;
      const sending = (async () => {
        for (; taken < count; taken++) await push.send([String(taken), LARGE]);
      })();
      let ahead = 0;
      for (let index = 0; index < count; index++) {
        const got = await heard(pull);
        if (got !== `${index}|200000 bytes`) return `${got} in the place of ${index}`;
        ahead = Math.max(ahead, taken - index);
      }
      await sending;
      // Two marks and what the kernel buffers: 29 to 56 between two libzmq sockets.
      return ahead <= 100 ? 'all, in order, at most 100 ahead' : `${ahead} ahead`;
    },
  },
  {
    name: 'SNDTIMEO and RCVTIMEO: the call fails after that time, and not before',
    roles: 1,
    seen: ['EAGAIN', 'EAGAIN', 'after the time'],
    async play({ a, endpoint }) {
      const dealer = await a.socket('DEALER', { sendTimeout: 40, receiveTimeout: 40 });
      await dealer.bind(endpoint());
      const start = performance.now();
      const outcomes = [await outcome(dealer.send(['nobody'])), await outcome(dealer.recv())];
      // The clocks of two processes, and of libzmq, are not the same to the millisecond.
      return [...outcomes, performance.now() - start >= 75 ? 'after the time' : 'too early'];
    },
  },
  {
    name: 'IMMEDIATE 1: nothing is taken for a peer that is not there yet, and everything when it is',
    seen: [0, 'EAGAIN', 'taken'],
    async play({ a, b, vacant }) {
      const address = await vacant();
      const push = await a.socket('PUSH', { immediate: true, sendTimeout: 0 });
      await push.connect(address);
      const before = [await push.flood(['x'], 10), await outcome(push.send(['x']))];
      const pull = await b.socket('PULL');
      await pull.bind(address);
      await push.set(SocketOption.SNDTIMEO, -1);
      await say(push, 'taken');
      return [...before, await heard(pull)];
    },
  },
  {
    name: 'LINGER -1: close() sends everything that is queued',
    seen: 'all',
    async play({ a, b, endpoint }) {
      const pull = await b.socket('PULL');
      const push = await a.socket('PUSH', { linger: -1 });
      await push.connect(await pull.bind(endpoint()));
      for (const number of numbers(200)) await push.send([number, { seed: 1, size: 20_000 }]);
      const closed = push.close();
      for (const number of numbers(200)) {
        const got = await heard(pull);
        if (got !== `${number}|20000 bytes`) return `${got} in the place of ${number}`;
      }
      await closed;
      return 'all';
    },
  },
  {
    name: 'LINGER 0: close() discards what is queued',
    transports: ['tcp', 'ipc'],
    seen: 'after it',
    async play({ a, b, vacant }) {
      const address = await vacant();
      const push = await a.socket('PUSH', { linger: 0 });
      await push.connect(address);
      await say(push, 'discarded');
      await push.close();
      // libzmq closes in a thread of its own: that gets its turn after its process was seen to be running.
      const next = await a.socket('PUSH');
      await pause(200);
      const pull = await b.socket('PULL');
      await pull.bind(address);
      await next.connect(address);
      await say(next, 'after it');
      return await heard(pull);
    },
  },
  {
    name: 'LINGER n: close() goes on for so long, and then discards what is left',
    seen: ['in time', 'after it'],
    async play({ a, b, vacant }) {
      const [soon, late] = [await vacant(), await vacant()];
      const [first, second] = [await a.socket('PUSH', { linger: 60_000 }), await a.socket('PUSH', { linger: 50 })];
      for (const [push, address, what] of [
        [first, soon, 'in time'],
        [second, late, 'too late'],
      ] as const) {
        await push.connect(address);
        await say(push, what);
        void push.close();
      }
      const [pull, other] = [await b.socket('PULL'), await b.socket('PULL')];
      await pull.bind(soon);
      const inTime = await heard(pull);
      // Far longer than the linger, for a process that has to wait for its turn.
      await pause(800);
      const next = await a.socket('PUSH');
      await pause(200);
      await other.bind(late);
      await next.connect(late);
      await say(next, 'after it');
      return [inTime, await heard(other)];
    },
  },
  {
    name: 'CONFLATE: of what is sent to a peer that is not there yet, the newest arrives',
    seen: ['9', 'next'],
    async play({ a, b, vacant }) {
      const address = await vacant();
      const push = await a.socket('PUSH', { conflate: true });
      await push.connect(address);
      await say(push, ...numbers(10));
      const pull = await b.socket('PULL');
      await pull.bind(address);
      const newest = await heard(pull);
      await say(push, 'next');
      return [newest, await heard(pull)];
    },
  },
  {
    name: 'CONFLATE: of what comes, the newest is received',
    seen: ['newest', 'nothing'],
    async play({ a, b, endpoint }) {
      const pull = await a.socket('PULL', { conflate: true });
      const push = await b.socket('PUSH');
      await push.connect(await pull.bind(endpoint()));
      await say(push, ...numbers(50), 'newest');
      // Nobody tells when it is there: it is read until it is.
      let got = await heard(pull);
      while (got !== 'newest') got = await heard(pull);
      return [got, text(await pull.recvNow())];
    },
  },
  {
    name: 'PUSH gives each peer a message in turn',
    seen: ['0 3 6', '1 4 7', '2 5 8'],
    async play({ a, b, endpoint }) {
      const push = await a.watched('PUSH');
      const address = await push.bind(endpoint());
      const pulls = [await b.socket('PULL'), await b.socket('PULL'), await b.socket('PULL')];
      for (const [index, pull] of pulls.entries()) {
        await pull.connect(address);
        await push.events.happened('handshake', index + 1);
      }
      await say(push, ...numbers(9));
      const shares: string[] = [];
      for (const pull of pulls) shares.push((await heardAll(pull, 3)).join(' '));
      return shares.toSorted();
    },
  },
  {
    name: 'disconnect: what is queued for a peer still goes to it',
    seen: ['0', '1', '2'],
    async play({ a, b, endpoint }) {
      const pull = await b.socket('PULL');
      const address = await pull.bind(endpoint());
      const push = await a.socket('PUSH', { linger: -1 });
      await push.connect(address);
      await say(push, ...numbers(3));
      await push.disconnect(address);
      return await heardAll(pull, 3);
    },
  },
];
