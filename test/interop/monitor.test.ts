import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProtocolError } from 'rzmq';
import { command, greeting, type RawPeer, RawPeers, ready } from '../support/spec-raw-peer.js';
import { LibzmqProcess, type LibzmqSocket } from './libzmq.js';
import { type OurSocket, Ours } from './ours.js';
import type { Options, SocketEvent } from './peer.js';

type AnySocket = OurSocket | LibzmqSocket;

/** What a case plays with: the socket whose events are compared, a peer of the other library, peers that speak bytes. */
interface Stage {
  /** The socket whose events count. */
  watched(type: string, options?: Options): Promise<AnySocket>;
  /** A socket of the other library, and what ends it as a crash would. */
  other(type: string, options?: Options): Promise<{ readonly socket: AnySocket; vanish(): Promise<void> }>;
  readonly raw: RawPeers;
  /** An endpoint of the transport under test. */
  endpoint(): string;
}

interface Case {
  readonly name: string;
  readonly transports?: readonly string[];
  /** Plays it, and answers the socket when all its events have come, and how many of them count. */
  play(stage: Stage): Promise<{ readonly socket: AnySocket; readonly count: number }>;
}

const SOON = { reconnectInterval: 20 };

/** EPIPE and ECONNRESET: which of them a write or a read meets first is chance. */
const GONE: readonly number[] = [constants.errno.EPIPE, constants.errno.ECONNRESET];

/** The event and its value, where that is not a matter of chance or a descriptor. */
function shown({ type, value }: SocketEvent): string {
  if (!/error/.test(type) || value === undefined) return type;
  const name = Object.entries(ProtocolError).find(
    ([key, number]) => number === value || `ERR_${key}` === String(value),
  )?.[0];
  return `${type} ${name ?? (GONE.includes(value) ? 'gone' : value)}`;
}

const CASES: readonly Case[] = [
  {
    name: 'bind, a peer comes and goes',
    async play({ watched, other, endpoint }) {
      const socket = await watched('REP');
      const bound = await socket.bind(endpoint());
      const peer = await other('REQ');
      await peer.socket.connect(bound);
      await socket.events.happened('handshake');
      await peer.vanish();
      await socket.events.happened('disconnect');
      return { socket, count: 4 };
    },
  },
  {
    name: 'unbind',
    async play({ watched, endpoint }) {
      const socket = await watched('REP');
      const bound = await socket.bind(endpoint());
      await socket.unbind(bound);
      await socket.events.happened('close');
      return { socket, count: 2 };
    },
  },
  {
    name: 'connect, the peer goes and is not there any more',
    async play({ watched, other, endpoint }) {
      const peer = await other('REP');
      const bound = await peer.socket.bind(endpoint());
      const socket = await watched('REQ', SOON);
      await socket.connect(bound);
      await socket.events.happened('handshake');
      await peer.vanish();
      await socket.events.happened('connect:retry', 2);
      return { socket, count: bound.startsWith('tcp') ? 8 : 6 };
    },
  },
  {
    name: 'connect, then disconnect, which says nothing, then connect again',
    async play({ watched, other, endpoint }) {
      const peer = await other('REP');
      const bound = await peer.socket.bind(endpoint());
      const socket = await watched('REQ', SOON);
      await socket.connect(bound);
      await socket.events.happened('handshake');
      await socket.disconnect(bound);
      // Not to be waited for at the peer: libzmq closes the connection only when its socket is used again.
      await socket.connect(bound);
      await socket.events.happened('handshake', 2);
      return { socket, count: bound.startsWith('tcp') ? 6 : 4 };
    },
  },
  {
    name: 'connect where nobody listens, until somebody does',
    async play({ watched, other, endpoint }) {
      const late = await other('REP');
      const bound = await late.socket.bind(endpoint());
      await late.socket.unbind(bound);
      const socket = await watched('REQ', SOON);
      await socket.connect(bound);
      await socket.events.happened('connect:retry', 2);
      return { socket, count: bound.startsWith('tcp') ? 6 : 4 };
    },
  },
  {
    name: 'bind to an address in use',
    transports: ['tcp'],
    async play({ watched, other, endpoint }) {
      const first = await other('REP');
      const bound = await first.socket.bind(endpoint());
      const socket = await watched('REP');
      await socket.bind(bound).catch(() => undefined);
      await socket.events.happened('bind:error');
      return { socket, count: 2 };
    },
  },
  {
    name: 'bind to an address that is not of this machine',
    transports: ['tcp'],
    async play({ watched }) {
      const socket = await watched('REP');
      await socket.bind('tcp://192.0.2.1:5555').catch(() => undefined);
      await socket.events.happened('bind:error');
      return { socket, count: 2 };
    },
  },
  {
    name: 'bind to an interface that is not there',
    transports: ['tcp'],
    async play({ watched }) {
      const socket = await watched('REP');
      await socket.bind('tcp://nosuch0:5555').catch(() => undefined);
      await socket.events.happened('bind:error');
      return { socket, count: 1 };
    },
  },
  {
    name: 'bind in a folder that is not there',
    transports: ['ipc'],
    async play({ watched, endpoint }) {
      const socket = await watched('REP');
      await socket.bind(`${endpoint()}/nosuch/x`).catch(() => undefined);
      await socket.events.happened('bind:error');
      return { socket, count: 2 };
    },
  },
  {
    name: 'connect to a name that does not resolve',
    transports: ['tcp'],
    async play({ watched }) {
      const socket = await watched('REQ', SOON);
      await socket.connect('tcp://nosuch.invalid:5555');
      await socket.events.happened('connect:retry', 2);
      return { socket, count: 2 };
    },
  },
  ...handshakes('wants another mechanism', async (peer) => {
    peer.send(greeting(1, 'PLAIN'));
    await peer.closed();
  }),
  ...handshakes('hangs up in the greeting', async (peer) => {
    peer.send(greeting().subarray(0, 20));
    await peer.read(11);
    peer.destroy();
  }),
  ...handshakes('hangs up before READY', async (peer) => {
    peer.send(greeting());
    await peer.read(64);
    peer.destroy();
  }),
  ...handshakes('says nothing (ZMQ_HANDSHAKE_IVL)', (peer) => peer.closed(), { handshakeInterval: 50 }),
  ...handshakes('sends another command in the place of READY', async (peer) => {
    peer.send(greeting(), command('HELLO'));
    await peer.closed();
  }),
  ...handshakes('sends ERROR 400', async (peer) => {
    peer.send(greeting());
    await peer.read(64);
    await peer.readFrame();
    peer.send(command('ERROR', Buffer.from('\x03400')));
    await peer.closed();
  }),
  ...handshakes('sends a malformed ERROR', async (peer) => {
    peer.send(greeting(), command('ERROR', Buffer.from('\x09400')));
    await peer.closed();
  }),
  ...handshakes(
    'falls silent after the handshake (ZMQ_HEARTBEAT_TIMEOUT)',
    async (peer, type) => {
      peer.send(greeting(), ready(type));
      await peer.closed();
    },
    { heartbeatInterval: 20, heartbeatTimeout: 40 },
  ),
  ...handshakes(
    'sends a frame that is too large',
    async (peer, type) => {
      await peer.shake(type);
      peer.send(Buffer.from([0, 250]), Buffer.alloc(250));
      await peer.closed();
    },
    { maxMessageSize: 200 },
  ),
];

/** What a peer does that is no ZeroMQ of ours or of libzmq's, on the accepting side and on the connecting side. */
function handshakes(
  what: string,
  act: (peer: RawPeer, type: string) => Promise<unknown>,
  options: Options = {},
): readonly Case[] {
  return [
    {
      name: `a peer that connects ${what}`,
      transports: ['tcp'],
      async play({ watched, raw, endpoint }) {
        const socket = await watched('PULL', options);
        const peer = await raw.connect(await socket.bind(endpoint()));
        await act(peer, 'PUSH');
        await socket.events.happened('disconnect');
        return { socket, count: 4 };
      },
    },
    {
      name: `a peer that is connected to ${what}`,
      transports: ['tcp'],
      async play({ watched, raw }) {
        const { endpoint, accept } = await raw.listen();
        const socket = await watched('PULL', { ...options, reconnectInterval: 10_000 });
        await socket.connect(endpoint);
        await act(await accept(), 'PUSH');
        await socket.events.happened('disconnect');
        return { socket, count: 4 };
      },
    },
  ];
}

describe.each(['tcp', 'ipc'])('the events of a socket over %s are those of libzmq:', (transport) => {
  let home: string;
  let cleanUps: (() => unknown)[];
  let lastPath = 0;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'rzm-'));
    cleanUps = [() => rmSync(home, { recursive: true, force: true })];
  });

  afterEach(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  async function theirs(type: string, options?: Options): Promise<{ socket: LibzmqSocket; vanish(): Promise<void> }> {
    const process = await LibzmqProcess.start();
    cleanUps.push(() => process.kill());
    return { socket: await process.watchedSocket(type, options), vanish: () => process.kill() };
  }

  async function our(type: string, options?: Options): Promise<{ socket: OurSocket; vanish(): Promise<void> }> {
    const ours = new Ours();
    cleanUps.push(() => ours.end());
    return { socket: await ours.socket(type, options), vanish: () => ours.end() };
  }

  /** The events that one library tells of a case, in which the peer is of the other. */
  async function told({ play }: Case, watch: typeof our | typeof theirs): Promise<string[]> {
    const raw = new RawPeers();
    cleanUps.push(() => raw.close());
    const { socket, count } = await play({
      watched: async (type, options) => (await watch(type, options)).socket,
      other: watch === our ? theirs : our,
      raw,
      endpoint: () => (transport === 'tcp' ? 'tcp://127.0.0.1:0' : `ipc://${join(home, String(++lastPath))}`),
    });
    return socket.events.all.slice(0, count).map(shown);
  }

  const cases = CASES.filter(({ transports }) => transports === undefined || transports.includes(transport));

  it.each(cases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const [mine, libzmqs] = [await told(each, our), await told(each, theirs)];
    expect(mine).toEqual(libzmqs);
    expect(mine.length).toBeGreaterThan(0);
  });
});
