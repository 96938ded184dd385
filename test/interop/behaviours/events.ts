import { constants } from 'node:os';
import { ProtocolError } from 'rzmq';
import { command, greeting, type RawPeer, ready } from '../../support/spec-raw-peer.js';
import type { Options, PeerSocket, SocketEvent } from '../peer.js';
import type { Behaviour, Stage, Transport } from './behaviour.js';

const { EADDRINUSE, EADDRNOTAVAIL, EAGAIN, ECONNRESET, ENODEV, ENOENT, EPIPE } = constants.errno;

/** Which of them a write or a read meets first is chance. */
const GONE: readonly number[] = [EPIPE, ECONNRESET];

/** The event and its value, where that is not a matter of chance or a descriptor. */
function shown({ type, value }: SocketEvent): string {
  if (!/error/.test(type) || value === undefined) return type;
  const name = Object.entries(ProtocolError).find(
    ([key, number]) => number === value || `ERR_${key}` === String(value),
  )?.[0];
  return `${type} ${name ?? (GONE.includes(value) ? 'gone' : value)}`;
}

/** @param play answers the socket whose events count, when all of them have come */
function events(
  name: string,
  seen: readonly string[],
  play: (stage: Stage) => Promise<PeerSocket>,
  more: Pick<Behaviour, 'transports' | 'roles'> = {},
): Behaviour {
  // A connection over ipc is there at once, or not.
  const over = (transport: Transport) => seen.filter((event) => transport === 'tcp' || event !== 'connect:delay');
  return {
    name: `events: ${name}`,
    transports: ['tcp', 'ipc'],
    ...more,
    seen: over,
    async play(stage) {
      const { events: log } = await play(stage);
      return log.all.slice(0, over(stage.transport).length).map(shown);
    },
  };
}

/** What a peer does that is no ZeroMQ of ours or of libzmq's, on the accepting side and on the connecting side. */
function handshakes(
  what: string,
  end: readonly string[],
  act: (peer: RawPeer, type: string) => Promise<unknown>,
  options: Options = {},
): readonly Behaviour[] {
  const one = { transports: ['tcp'], roles: 1 } as const;
  return [
    events(
      `a peer that connects ${what}`,
      ['bind', 'accept', ...end],
      async ({ a, raw, endpoint }) => {
        const socket = await a.watched('PULL', options);
        const peer = await raw.connect(await socket.bind(endpoint()));
        await act(peer, 'PUSH');
        await socket.events.happened('disconnect');
        return socket;
      },
      one,
    ),
    events(
      `a peer that is connected to ${what}`,
      ['connect:delay', 'connect', ...end],
      async ({ a, raw }) => {
        const { endpoint, accept } = await raw.listen();
        const socket = await a.watched('PULL', { ...options, reconnectInterval: 10_000 });
        await socket.connect(endpoint);
        await act(await accept(), 'PUSH');
        await socket.events.happened('disconnect');
        return socket;
      },
      one,
    ),
  ];
}

const TCP = { transports: ['tcp'], roles: 1 } as const;
const AGAIN = ['connect:delay', 'close', 'connect:retry'] as const;

/** What a monitor tells, in which order. */
export const EVENTS: readonly Behaviour[] = [
  events('bind, a peer comes and goes', ['bind', 'accept', 'handshake', 'disconnect'], async ({ a, b, endpoint }) => {
    const socket = await a.watched('REP');
    const bound = await socket.bind(endpoint());
    const peer = await b.watched('REQ');
    await peer.connect(bound);
    await socket.events.happened('handshake');
    await b.vanish();
    await socket.events.happened('disconnect');
    return socket;
  }),
  events(
    'unbind',
    ['bind', 'close'],
    async ({ a, endpoint }) => {
      const socket = await a.watched('REP');
      const bound = await socket.bind(endpoint());
      await socket.unbind(bound);
      await socket.events.happened('close');
      return socket;
    },
    { roles: 1 },
  ),
  events(
    'connect, the peer goes and is not there any more',
    ['connect:delay', 'connect', 'handshake', 'disconnect', 'connect:retry', ...AGAIN],
    async ({ a, b, endpoint }) => {
      const bound = await (await b.watched('REP')).bind(endpoint());
      // A process that is killed closes one socket after the other: the one that listens may be the last.
      const socket = await a.watched('REQ', { reconnectInterval: 500 });
      await socket.connect(bound);
      await socket.events.happened('handshake');
      await b.vanish();
      await socket.events.happened('connect:retry', 2);
      return socket;
    },
  ),
  events(
    'connect, then disconnect, which says nothing, then connect again',
    ['connect:delay', 'connect', 'handshake', 'connect:delay', 'connect', 'handshake'],
    async ({ a, b, endpoint }) => {
      const bound = await (await b.watched('REP')).bind(endpoint());
      const socket = await a.watched('REQ');
      await socket.connect(bound);
      await socket.events.happened('handshake');
      await socket.disconnect(bound);
      // Not to be waited for at the peer: libzmq closes the connection only when its socket is used again.
      await socket.connect(bound);
      await socket.events.happened('handshake', 2);
      return socket;
    },
  ),
  events(
    'connect where nobody listens',
    [...AGAIN, ...AGAIN],
    async ({ a, vacant }) => {
      const socket = await a.watched('REQ');
      await socket.connect(await vacant());
      await socket.events.happened('connect:retry', 2);
      return socket;
    },
    { roles: 1 },
  ),
  events(
    'bind to an address in use',
    ['close', `bind:error ${EADDRINUSE}`],
    async ({ a, b, endpoint }) => {
      const bound = await (await b.socket('REP')).bind(endpoint());
      return await failing(await a.watched('REP'), bound);
    },
    { transports: ['tcp'] },
  ),
  events(
    'bind to an address that is not of this machine',
    ['close', `bind:error ${EADDRNOTAVAIL}`],
    async ({ a }) => await failing(await a.watched('REP'), 'tcp://192.0.2.1:5555'),
    TCP,
  ),
  events(
    'bind to an interface that is not there',
    [`bind:error ${ENODEV ?? 19}`],
    async ({ a }) => await failing(await a.watched('REP'), 'tcp://nosuch0:5555'),
    TCP,
  ),
  events(
    'bind in a folder that is not there',
    ['close', `bind:error ${ENOENT}`],
    async ({ a, endpoint }) => await failing(await a.watched('REP'), `${endpoint()}/nosuch/x`),
    { transports: ['ipc'], roles: 1 },
  ),
  events(
    'connect to a name that does not resolve',
    ['connect:retry', 'connect:retry'],
    async ({ a }) => {
      const socket = await a.watched('REQ');
      await socket.connect('tcp://nosuch.invalid:5555');
      await socket.events.happened('connect:retry', 2);
      return socket;
    },
    TCP,
  ),
  ...handshakes(
    'wants another mechanism',
    ['handshake:error:protocol ZMTP_MECHANISM_MISMATCH', 'disconnect'],
    async (peer) => {
      peer.send(greeting(1, 'PLAIN'));
      await peer.closed();
    },
  ),
  ...handshakes('hangs up in the greeting', ['handshake:error:other gone', 'disconnect'], async (peer) => {
    peer.send(greeting().subarray(0, 20));
    await peer.read(11);
    peer.destroy();
  }),
  ...handshakes('hangs up before READY', ['handshake:error:other gone', 'disconnect'], async (peer) => {
    peer.send(greeting());
    await peer.read(64);
    peer.destroy();
  }),
  ...handshakes(
    'says nothing (HANDSHAKE_IVL)',
    [`handshake:error:other ${EAGAIN}`, 'disconnect'],
    (peer) => peer.closed(),
    { handshakeInterval: 50 },
  ),
  ...handshakes(
    'sends another command in the place of READY',
    ['handshake:error:protocol ZMTP_UNEXPECTED_COMMAND', 'disconnect'],
    async (peer) => {
      peer.send(greeting(), command('HELLO'));
      await peer.closed();
    },
  ),
  ...handshakes('sends ERROR 400', ['handshake:error:auth 400', 'disconnect'], async (peer) => {
    peer.send(greeting());
    await peer.read(64);
    await peer.readFrame();
    peer.send(command('ERROR', Buffer.from('\x03400')));
    await peer.closed();
  }),
  ...handshakes(
    'sends a malformed ERROR',
    ['handshake:error:protocol ZMTP_MALFORMED_COMMAND_ERROR', 'disconnect'],
    async (peer) => {
      peer.send(greeting(), command('ERROR', Buffer.from('\x09400')));
      await peer.closed();
    },
  ),
  ...handshakes(
    'falls silent after the handshake (HEARTBEAT_TIMEOUT)',
    ['handshake', 'disconnect'],
    async (peer, type) => {
      peer.send(greeting(), ready(type));
      await peer.closed();
    },
    { heartbeatInterval: 20, heartbeatTimeout: 40 },
  ),
  ...handshakes(
    'sends a frame that is too large (MAXMSGSIZE)',
    ['handshake', 'disconnect'],
    async (peer, type) => {
      await peer.shake(type);
      peer.send(Buffer.from([0, 250]), Buffer.alloc(250));
      await peer.closed();
    },
    { maxMessageSize: 200 },
  ),
];

async function failing(socket: PeerSocket, endpoint: string): Promise<PeerSocket> {
  await socket.bind(endpoint).catch(() => undefined);
  await socket.events.happened('bind:error');
  return socket;
}
