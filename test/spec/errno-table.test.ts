import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type ISocket, Msg, MsgFlags, SocketOption, type SocketOptionsInit } from 'rzmq';
import { contextModule, type IListener, ITransport } from 'rzmq/plugin';
import { ERRNO_OF_CODE } from '../../src/core/errors.js';
import { type Ground, sendUntilFull, useGround } from '../support/spec-ground.js';
import { INPROC, ipcPath } from '../support/spec-transports.js';

/** How a call comes to an error; it has to reject or throw. */
type Produce = (ground: Ground) => unknown;

/** libzmq has it, and there is no way to it here: docs/errors.md says why. */
const NEVER = 'never';

type Row = Readonly<Record<string, Produce | readonly Produce[] | typeof NEVER>>;

function make(ground: Ground, type: string, options?: SocketOptionsInit): ISocket {
  return ground.context.socket(type, { linger: 0, ...options });
}

async function closed(ground: Ground): Promise<ISocket> {
  const socket = make(ground, 'DEALER');
  await socket.close();
  return socket;
}

async function terminated(ground: Ground): Promise<ISocket> {
  const socket = make(ground, 'DEALER');
  await ground.context.term();
  return socket;
}

/** A full PUSH that does not wait, or only so long. */
async function full(ground: Ground, sendTimeout: number): Promise<ISocket> {
  const push = make(ground, 'PUSH', { sendHighWaterMark: 1 });
  await push.connect(await ground.vacant(INPROC));
  await sendUntilFull(push, () => 'x');
  push.options.sendTimeout = sendTimeout;
  return push;
}

/** An operating system without IPv6, as far as one scheme goes. */
const noIpv6 = contextModule(({ bind }) =>
  bind(ITransport).toConstantValue({
    schemes: ['old'],
    check: () => undefined,
    listen: (): Promise<IListener> => Promise.reject(Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' })),
    connect: () => Promise.reject(new Error('nobody is there')),
  }),
);

const longPath = `ipc:///tmp/${'x'.repeat(200)}`;

/** The same for all calls of a socket that is gone. */
function gone(call: (socket: ISocket) => unknown): Row {
  return {
    ETERM: async (ground) => call(await terminated(ground)),
    ENOTSOCK: async (ground) => call(await closed(ground)),
  };
}

/** The same for unbind and disconnect. */
function taking(call: (socket: ISocket, endpoint: string) => unknown): Row {
  return {
    ENOENT: (ground) => call(make(ground, 'DEALER'), 'tcp://127.0.0.1:5999'),
    EINVAL: (ground) => call(make(ground, 'DEALER'), 'nonsense'),
    EPROTONOSUPPORT: (ground) => call(make(ground, 'DEALER'), 'nosuch://x'),
    ...gone((socket) => call(socket, 'inproc://x')),
  };
}

/** What each call of libzmq can answer, as its manual has it. */
const TABLE: Readonly<Record<string, Row>> = {
  socket: {
    EINVAL: (ground) => make(ground, 'NONSENSE'),
    ETERM: async (ground) => {
      const { context } = ground;
      await context.term();
      context.socket('PULL');
    },
  },
  bind: {
    EINVAL: [
      (ground) => make(ground, 'PULL').bind('nonsense'),
      (ground) => make(ground, 'PULL').bind('tcp://127.0.0.1'),
      (ground) => make(ground, 'PULL').bind('ipc://'),
    ],
    EPROTONOSUPPORT: (ground) => make(ground, 'PULL').bind('nosuch://x'),
    ENOCOMPATPROTO: (ground) => make(ground, 'STREAM').bind('inproc://x'),
    EADDRINUSE: async (ground) => {
      const endpoint = await make(ground, 'PULL').bind('tcp://127.0.0.1:0');
      await make(ground, 'PULL').bind(endpoint);
    },
    EADDRNOTAVAIL: (ground) => make(ground, 'PULL').bind('tcp://192.0.2.1:5999'),
    ENODEV: (ground) => make(ground, 'PULL').bind('tcp://nosuchinterface9:5999'),
    ENAMETOOLONG: (ground) => make(ground, 'PULL').bind(longPath),
    ENOENT: (ground) => make(ground, 'PULL').bind(`ipc://${ipcPath()}/no/such/directory`),
    EAFNOSUPPORT: (ground) =>
      ground
        .another({ modules: [noIpv6] })
        .socket('PULL')
        .bind('old://x'),
    EMTHREAD: NEVER,
    ...gone((socket) => socket.bind('inproc://x')),
  },
  connect: {
    EINVAL: (ground) => make(ground, 'PUSH').connect('tcp://nowhere'),
    EPROTONOSUPPORT: (ground) => make(ground, 'PUSH').connect('nosuch://x'),
    ENOCOMPATPROTO: (ground) => make(ground, 'STREAM').connect('inproc://x'),
    EFAULT: (ground) => make(ground, 'PEER', { immediate: true }).connectPeer('inproc://x'),
    ENAMETOOLONG: (ground) => make(ground, 'PUSH').connect(longPath),
    EMTHREAD: NEVER,
    ...gone((socket) => socket.connect('inproc://x')),
  },
  unbind: taking((socket, endpoint) => socket.unbind(endpoint)),
  disconnect: taking((socket, endpoint) => socket.disconnect(endpoint)),
  send: {
    EAGAIN: [
      async (ground) => (await full(ground, 0)).send('x'),
      async (ground) => (await full(ground, 5)).send('x'),
      (ground) => make(ground, 'PUSH', { sendTimeout: 0 }).send('x'),
    ],
    ENOTSUP: ['SUB', 'PULL', 'DISH', 'GATHER'].map((type) => (ground: Ground) => make(ground, type).send('x')),
    EFSM: [
      (ground) => make(ground, 'REP').send('x'),
      async (ground) => {
        const req = make(ground, 'REQ');
        await req.connect(await ground.vacant(INPROC));
        await req.send('first');
        await req.send('second');
      },
    ],
    EHOSTUNREACH: [
      (ground) => make(ground, 'ROUTER', { mandatory: true }).send(['nobody', 'x']),
      (ground) => make(ground, 'STREAM').send(['nobody', 'x']),
      (ground) => make(ground, 'SERVER').send('x', { routingId: 7 }),
      (ground) => make(ground, 'PEER').send('x', { routingId: 7 }),
    ],
    EINVAL: [
      (ground) => make(ground, 'PUSH').send(5 as never),
      // Several frames, on a type whose messages have one; the manual calls these thread-safe.
      ...['CLIENT', 'SERVER', 'RADIO', 'SCATTER', 'PEER', 'CHANNEL'].flatMap((type) => [
        (ground: Ground) => make(ground, type).send(['x', 'y']),
        (ground: Ground) => make(ground, type).send(new Msg('x', MsgFlags.MORE)),
      ]),
      (ground) => make(ground, 'RADIO').send('x', { group: 'g'.repeat(256) }),
    ],
    EFAULT: NEVER,
    EINTR: NEVER,
    ...gone((socket) => socket.send('x')),
  },
  recv: {
    EAGAIN: [0, 5].map((receiveTimeout) => (ground: Ground) => make(ground, 'PULL', { receiveTimeout }).recv()),
    ENOTSUP: ['PUB', 'PUSH', 'RADIO', 'SCATTER'].map((type) => (ground: Ground) => make(ground, type).recv()),
    EFSM: [
      (ground) => make(ground, 'REQ').recv(),
      async (ground) => {
        const [req, rep] = [make(ground, 'REQ'), make(ground, 'REP')];
        await req.connect(await rep.bind(INPROC.endpoint()));
        await req.send('x');
        await rep.recv();
        await rep.recv();
      },
    ],
    EFAULT: NEVER,
    EINTR: NEVER,
    ...gone((socket) => socket.recv()),
  },
  join: {
    EINVAL: [(ground) => make(ground, 'DISH').join('g', 'g'), (ground) => make(ground, 'DISH').join('g'.repeat(256))],
    ENOTSUP: (ground) => make(ground, 'SUB').join('g'),
    ...gone((socket) => socket.join('g')),
  },
  leave: {
    EINVAL: [(ground) => make(ground, 'DISH').leave('g'), (ground) => make(ground, 'DISH').leave('g'.repeat(256))],
    ENOTSUP: (ground) => make(ground, 'SUB').leave('g'),
    ...gone((socket) => socket.leave('g')),
  },
  setsockopt: {
    EINVAL: [
      (ground) => make(ground, 'PUSH').setOption(SocketOption.SNDHWM, -1),
      (ground) => make(ground, 'PUSH').setOption(-1, 1),
      (ground) => make(ground, 'PUSH').setOption(SocketOption.SUBSCRIBE, 'x'),
      (ground) => make(ground, 'PUSH').setOption(SocketOption.TYPE, 1),
    ],
    EINTR: NEVER,
    ...gone((socket) => socket.setOption(SocketOption.LINGER, 0)),
  },
  getsockopt: {
    EINVAL: [
      (ground) => make(ground, 'PUSH').getOption(-1),
      (ground) => make(ground, 'PUSH').getOption(SocketOption.SUBSCRIBE),
    ],
    EINTR: NEVER,
    ...gone((socket) => socket.getOption(SocketOption.LINGER)),
  },
};

const CELLS = Object.entries(TABLE).flatMap(([call, row]) => {
  return Object.entries(row).map(([errno, cell]) => [call, errno, cell] as const);
});

describe('every error of libzmq’s calls', () => {
  const ground = useGround();

  const produced = CELLS.flatMap(([call, errno, cell]) => {
    if (cell === NEVER) return [];
    const ways: readonly Produce[] = typeof cell === 'function' ? [cell] : cell;
    return ways.map((produce, index) => ({ call, errno, way: index + 1, produce }));
  });

  test.each(produced)('$call SHALL give $errno (way $way)', async ({ errno, produce }) => {
    const outcome: unknown = await (async () => produce(ground))().catch((error: unknown) => error);
    expect(outcome).toMatchObject({ errno, message: expect.stringMatching(/.{10}/) });
  });

  const documented = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const never = CELLS.filter(([, , cell]) => cell === NEVER);

  test.each(never)('%s never gives %s, and docs/errors.md says why', (call, errno) => {
    const section = documented.split('## What libzmq has').at(1)?.split('\n## ')[0] ?? '';
    const row = section.split('\n').find((line) => line.startsWith(`| ${errno} |`)) ?? '';
    expect(row).toContain(call);
  });
});

describe('what connect never gives', () => {
  const ground = useGround();

  test.each([
    ['a port where nobody listens', 'tcp://127.0.0.1:1'],
    ['a host that does not exist', 'tcp://no-such-host.invalid:5555'],
    ['a path where nobody listens', 'ipc:///nowhere/at/all'],
    ['a name that nobody has bound', 'inproc://nobody'],
  ])('%s: it SHALL be tried again, and be no error', async (_, endpoint) => {
    await make(ground, 'PUSH').connect(endpoint);
  });

  test('the first frame of a message SHALL be taken at any time, its end is what may fail', async () => {
    const push = make(ground, 'PUSH', { sendTimeout: 0 });
    await push.send(new Msg('begun', MsgFlags.MORE));
    await expect(push.send('end')).rejects.toMatchObject({ errno: 'EAGAIN' });
  });
});

describe('docs/errors.md', () => {
  const rows = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '));

  test.each(Object.entries(ERRNO_OF_CODE))('%s SHALL be listed, with %s', (code, errno) => {
    const at = rows.findIndex((row) => row.startsWith(`| ${code} |`));
    expect(at).not.toBe(-1);
    // The rows below it that leave out the code are about it too.
    const own = [
      rows[at],
      ...rows.slice(
        at + 1,
        rows.findIndex((row, index) => index > at && !row.startsWith('| |')),
      ),
    ];
    expect(own.join('\n')).toContain(errno);
  });
});
