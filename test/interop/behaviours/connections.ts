import { SocketOption } from 'rzmq';
import { command, greeting, ready } from '../../support/spec-raw-peer.js';
import { outcome, type PeerSocket } from '../peer.js';
import { type Behaviour, heard, heardAll, pause, say } from './behaviour.js';

/** Long enough for several attempts to connect again, were there any. */
const SEVERAL_ATTEMPTS_MS = 150;

/** The intervals of its attempts to connect again, so far. */
function intervals(socket: PeerSocket): number[] {
  return socket.events.all.filter(({ type }) => type === 'connect:retry').map(({ value = 0 }) => value);
}

/** What is lost and made again, and when. */
export const CONNECTIONS: readonly Behaviour[] = [
  {
    name: 'messages that are queued for a peer that has died arrive when it is back',
    transports: ['tcp', 'ipc'],
    seen: ['before', '0', '1', '2', '3', '4'],
    async play({ a, b, endpoint }) {
      const address = await (await b.watched('PULL')).bind(endpoint());
      const push = await a.watched('PUSH');
      await push.connect(address);
      await push.events.happened('handshake');
      await b.vanish();
      await push.events.happened('disconnect');
      await say(push, 'before', '0', '1', '2', '3', '4');
      const again = await b.socket('PULL');
      await again.bind(address);
      return await heardAll(again, 6);
    },
  },
  {
    name: 'disconnect: a peer that is gone is not connected again',
    seen: ['handshake', 'handshake', 'there'],
    async play({ a, b, endpoint }) {
      const dealer = await b.watched('DEALER');
      const address = await dealer.bind(endpoint());
      const pull = await a.socket('DEALER');
      await pull.connect(address);
      await dealer.events.happened('handshake');
      await pull.disconnect(address);
      // libzmq goes on with it only while it is called, and nobody can say how often that takes.
      while (dealer.events.count('disconnect') === 0) await Promise.all([outcome(pull.recvNow()), pause(2)]);
      await pull.connect(address);
      await dealer.events.happened('handshake', 2);
      await say(pull, 'there');
      const came = dealer.events.all.filter(({ type }) => type === 'handshake').map(({ type }) => type);
      return [...came, await heard(dealer)];
    },
  },
  {
    name: 'RECONNECT_IVL: every attempt comes after one interval at least, and two at most',
    roles: 1,
    seen: 'within',
    async play({ a, vacant }) {
      const push = await a.watched('PUSH', { reconnectInterval: 20 });
      await push.connect(await vacant());
      await push.events.happened('connect:retry', 8);
      return intervals(push).every((interval) => interval >= 20 && interval <= 40) ? 'within' : intervals(push);
    },
  },
  {
    name: 'RECONNECT_IVL_MAX: the interval doubles up to it',
    roles: 1,
    seen: 'doubling',
    async play({ a, vacant }) {
      const push = await a.watched('PUSH', { reconnectInterval: 8, reconnectMaxInterval: 40 });
      await push.connect(await vacant());
      await push.events.happened('connect:retry', 6);
      // The first has the jitter of one interval, and what follows is twice the last.
      const waits = intervals(push).slice(0, 6);
      const least = [8, 16, 32, 40, 40, 40];
      const most = [16, 32, 40, 40, 40, 40];
      return waits.every((wait, index) => wait >= (least[index] ?? 0) && wait <= (most[index] ?? 0))
        ? 'doubling'
        : waits;
    },
  },
  ...[0, -1].map(
    (reconnectInterval): Behaviour => ({
      name: `RECONNECT_IVL ${reconnectInterval}: a lost connection is not made again`,
      seen: [],
      async play({ a, b, endpoint }) {
        const pull = await b.watched('PULL');
        const push = await a.watched('PUSH', { reconnectInterval });
        await push.connect(await pull.bind(endpoint()));
        await push.events.happened('handshake');
        await b.vanish();
        await push.events.happened('disconnect');
        await pause(SEVERAL_ATTEMPTS_MS);
        return intervals(push);
      },
    }),
  ),
  {
    name: 'RECONNECT_STOP 1: a refused connection is not tried again',
    roles: 1,
    seen: ['connect:delay', 'close'],
    async play({ a, vacant }) {
      const push = await a.watched('PUSH', { numbered: { [SocketOption.RECONNECT_STOP]: 1 } });
      await push.connect(await vacant());
      await push.events.happened('close');
      await pause(SEVERAL_ATTEMPTS_MS);
      return push.events.all.map(({ type }) => type);
    },
  },
  {
    name: 'RECONNECT_STOP 2: a failed handshake is not tried again',
    roles: 1,
    seen: [1, []],
    async play({ a, raw }) {
      const { endpoint, accept } = await raw.listen();
      const push = await a.watched('PUSH', { numbered: { [SocketOption.RECONNECT_STOP]: 2 } });
      await push.connect(endpoint);
      (await accept()).destroy();
      await push.events.happened('disconnect');
      await pause(SEVERAL_ATTEMPTS_MS);
      return [push.events.count('connect'), intervals(push)];
    },
  },
  {
    name: 'unbind closes the connections that came through it, and the address is free at once, ten times',
    transports: ['tcp', 'ipc'],
    seen: [10, 'still here'],
    async play({ a, b, endpoint }) {
      const pull = await a.socket('PULL');
      const address = await pull.bind(endpoint());
      const push = await b.watched('PUSH');
      await push.connect(address);
      // libzmq closes connections only while its application is in a call.
      const received = heard(pull);
      for (let round = 1; round <= 10; round++) {
        await push.events.happened('handshake', round);
        await pull.unbind(address);
        await push.events.happened('disconnect', round);
        await pull.bind(address);
      }
      await push.events.happened('handshake', 11);
      await say(push, 'still here');
      return [push.events.count('disconnect'), await received];
    },
  },
  {
    name: 'connecting a PUSH twice to one endpoint makes two connections',
    seen: 2,
    async play({ a, b, endpoint }) {
      const pull = await b.watched('PULL');
      const address = await pull.bind(endpoint());
      const push = await a.socket('PUSH');
      await push.connect(address);
      await push.connect(address);
      await pull.events.happened('handshake', 2);
      return pull.events.count('handshake');
    },
  },
  ...['DEALER', 'REQ'].map(
    (type): Behaviour => ({
      name: `connecting a ${type} twice to one endpoint makes one connection`,
      seen: [1, 1],
      async play({ a, b, endpoint }) {
        const router = await b.watched('ROUTER');
        const address = await router.bind(endpoint());
        const client = await a.socket(type, type === 'REQ' ? { relaxed: true } : {});
        await client.connect(address);
        await client.connect(address);
        const ids = new Set<string>();
        for (let index = 0; index < 4; index++) {
          await say(client, 'x');
          ids.add((await router.recv())[0]!);
        }
        return [ids.size, router.events.count('handshake')];
      },
    }),
  ),
  {
    name: 'MAXMSGSIZE: the connection of a larger frame is closed; who connected connects again',
    seen: ['100 bytes', 'small'],
    async play({ a, b, endpoint }) {
      const pull = await a.watched('PULL', { maxMessageSize: 100 });
      const push = await b.watched('PUSH');
      await push.connect(await pull.bind(endpoint()));
      await push.send([{ seed: 1, size: 100 }]);
      const [first] = await pull.recv();
      await push.send([{ seed: 1, size: 101 }]);
      await pull.events.happened('disconnect');
      await push.events.happened('handshake', 2);
      await say(push, 'small');
      return [`${(first?.length ?? 0) / 2} bytes`, await heard(pull)];
    },
  },
  {
    name: 'MAXMSGSIZE: a connecting socket does not connect again to who sends more',
    seen: [],
    async play({ a, b, endpoint }) {
      const push = await b.socket('PUSH');
      const pull = await a.watched('PULL', { maxMessageSize: 100 });
      await pull.connect(await push.bind(endpoint()));
      await push.send([{ seed: 1, size: 101 }]);
      await pull.events.happened('disconnect');
      await pause(SEVERAL_ATTEMPTS_MS);
      return intervals(pull);
    },
  },
  {
    name: 'MAXMSGSIZE counts frames, not messages',
    seen: '60|60',
    async play({ a, b, endpoint }) {
      const pull = await a.socket('PULL', { maxMessageSize: 100 });
      const push = await b.socket('PUSH');
      await push.connect(await pull.bind(endpoint()));
      await push.send([
        { seed: 1, size: 60 },
        { seed: 2, size: 60 },
      ]);
      return (await pull.recv()).map((frame) => frame.length / 2).join('|');
    },
  },
  ...(
    [
      ['127.0.0.0/8', 'let in'],
      ['10.0.0.0/8', 'refused'],
    ] as const
  ).map(
    ([tcpAcceptFilter, what]): Behaviour => ({
      name: `TCP_ACCEPT_FILTER ${tcpAcceptFilter}: a peer of this machine is ${what}`,
      seen: what,
      async play({ a, b, endpoint }) {
        const pull = await a.watched('PULL', { tcpAcceptFilter });
        const push = await b.socket('PUSH');
        await push.connect(await pull.bind(endpoint()));
        await Promise.race([pull.events.happened('handshake'), pull.events.happened('accept:error')]);
        return pull.events.count('handshake') > 0 ? 'let in' : 'refused';
      },
    }),
  ),
  {
    name: 'METADATA: properties of its own stand in READY, in the order of their names',
    roles: 1,
    seen: [
      '<05>READY<0b>Socket-Type<00><00><00><06>DEALER',
      '<08>Identity<00><00><00><02>me',
      '<08>X-Animal<00><00><00><03>cat<08>X-Colour<00><00><00><03>red',
    ].join(''),
    async play({ a, endpoint, raw }) {
      const dealer = await a.socket('DEALER', { routingId: 'me' });
      await dealer.set(SocketOption.METADATA, 'X-Colour:red');
      await dealer.set(SocketOption.METADATA, 'X-Animal:cat');
      const peer = await raw.connect(await dealer.bind(endpoint()));
      const body = await peer.shake('DEALER');
      return body.toString('latin1').replace(/[^ -~]/g, (byte) => `<${Buffer.from(byte, 'latin1').toString('hex')}>`);
    },
  },
  {
    name: 'a peer of a type that does not fit is closed',
    roles: 1,
    seen: 'closed',
    async play({ a, endpoint, raw }) {
      const pull = await a.socket('PULL');
      const peer = await raw.connect(await pull.bind(endpoint()));
      peer.send(greeting(), ready('REQ'));
      await peer.closed();
      return 'closed';
    },
  },
  {
    name: 'commands that nobody knows, and malformed ones, are ignored after the handshake',
    roles: 1,
    seen: 'after all of them',
    async play({ a, endpoint, raw }) {
      const pull = await a.socket('PULL');
      const peer = await raw.connect(await pull.bind(endpoint()));
      await peer.shake('PUSH');
      peer.send(command('NONESUCH', Buffer.alloc(20)), ready('PUSH'), command('ERROR', Buffer.from('\x03400')));
      // A name that is longer than the command, none at all, and a command between the frames of a message.
      peer.send('04 02 ff 41', '04 00', '04 01 00', '01 05', Buffer.from('after'), command('NONESUCH'));
      peer.send('00 0c', Buffer.from(' all of them'));
      return (await heard(pull)).replace('|', '');
    },
  },
];
