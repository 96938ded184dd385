import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AuthenticationDecision,
  type AuthenticationRules,
  Authenticator,
  Context,
  curveKeyPair,
  type PullSocket,
  type PushSocket,
  type RepSocket,
  type RouterSocket,
  type SocketEvent,
  type SocketOptionsInit,
  z85Decode,
} from 'rzmq';
import { expected as seen } from './content.mjs';
import { LibzmqProcess } from './libzmq.js';
import type { Options } from './peer.js';

type Way = 'NULL' | 'PLAIN' | 'CURVE';
const WAYS: readonly Way[] = ['NULL', 'PLAIN', 'CURVE'];
const ZAP = 'inproc://zeromq.zap.01';
const TCP = 'tcp://127.0.0.1:0';

const server = curveKeyPair();
const known = curveKeyPair();
const other = curveKeyPair();

/** What makes a socket a server that asks; both libraries know the options by these names. */
const SERVER: Readonly<Record<Way, Options & SocketOptionsInit>> = {
  NULL: { zapDomain: 'global' },
  PLAIN: { zapDomain: 'global', plainServer: true },
  CURVE: { zapDomain: 'global', curveServer: true, curveSecretKey: server.secretKey },
};

const clientOf = ({ publicKey, secretKey }: typeof known): Options & SocketOptionsInit => ({
  curveServerKey: server.publicKey,
  curvePublicKey: publicKey,
  curveSecretKey: secretKey,
});

/** A client that our rules know. */
const RIGHT: Readonly<Record<Way, Options & SocketOptionsInit>> = {
  NULL: {},
  PLAIN: { plainUsername: 'admin', plainPassword: 'secret' },
  CURVE: clientOf(known),
};

/** One that they do not know; of NULL clients the rules say what they will. */
const WRONG: Readonly<Record<Way, Options & SocketOptionsInit>> = {
  NULL: {},
  PLAIN: { plainUsername: 'admin', plainPassword: 'wrong' },
  CURVE: clientOf(other),
};

const RULES: AuthenticationRules = {
  anonymous: true,
  plain: { admin: 'secret' },
  curve: [known.publicKey],
};

/** The credentials that a handler sees of the right client, in hex. */
const CREDENTIALS: Readonly<Record<Way, readonly string[]>> = {
  NULL: [],
  PLAIN: [seen('admin'), seen('secret')],
  CURVE: [z85Decode(known.publicKey).toString('hex')],
};

const USERS: Readonly<Record<Way, string>> = { NULL: 'anonymous', PLAIN: 'admin', CURVE: known.publicKey };

let context: Context | undefined;
let processes: LibzmqProcess[] = [];

afterEach(async () => {
  await context?.term();
  context = undefined;
  for (const process of processes) await process.kill();
  processes = [];
});

async function libzmq(): Promise<LibzmqProcess> {
  const process = await LibzmqProcess.start({ handler: false });
  processes.push(process);
  return process;
}

function next(socket: Pick<PushSocket, 'events'>, ...types: SocketEvent['type'][]): Promise<SocketEvent> {
  return new Promise((resolve) => {
    for (const type of types) socket.events.once(type, resolve);
  });
}

describe('clients of libzmq, authenticated by our Authenticator', () => {
  let decisions: AuthenticationDecision[];

  beforeEach(() => {
    decisions = [];
  });

  async function serve(way: Way, rules: AuthenticationRules): Promise<[PullSocket, string]> {
    const authenticator = new Authenticator({ ...rules, onDecision: (decision) => decisions.push(decision) });
    context = new Context({ authenticator, defaults: { linger: 0 } });
    const pull = context.socket('PULL', SERVER[way]);
    return [pull, await pull.bind(TCP)];
  }

  it.each(WAYS)('%s: are let in, and every message says whose it is', async (way) => {
    const [pull, endpoint] = await serve(way, RULES);
    const push = await (await libzmq()).socket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    for (const text of ['first', 'second']) {
      await push.send([text, 'frame']);
      const message = await pull.recvMultipart();
      expect(message.map(String)).toEqual([text, 'frame']);
      for (const { peer } of message) {
        expect([peer?.userId, peer?.socketType]).toEqual([USERS[way], 'PUSH']);
      }
    }
    expect(decisions).toMatchObject([{ domain: 'global', address: '127.0.0.1', mechanism: way, status: 200 }]);
  });

  it.each(WAYS)('%s: are refused with 400, and do not come again', async (way) => {
    const [pull, endpoint] = await serve(way, { ...RULES, anonymous: false });
    const failed = next(pull, 'handshake:error:auth');
    const push = await (await libzmq()).watchedSocket('PUSH', { ...WRONG[way], reconnectInterval: 1 });
    await push.connect(endpoint);
    await push.events.happened('handshake:error:auth');
    expect(await failed).toMatchObject({ error: { code: 'AuthenticationFailure', detail: 400 } });
    // Somebody else comes and goes meanwhile: time for another attempt.
    const right = await (await libzmq()).socket('PUSH', way === 'NULL' ? {} : RIGHT[way]);
    const refused = next(pull, 'handshake:error:auth');
    await right.connect(endpoint);
    if (way === 'NULL') await refused;
    else {
      await right.send(['later']);
      expect(String(await pull.recv())).toBe('later');
    }
    expect(decisions.filter(({ status }) => status === 400)).toHaveLength(way === 'NULL' ? 2 : 1);
    expect(push.events.count('connect')).toBe(1);
  });

  it.each(WAYS)('%s: are told to come later by 300, and do', async (way) => {
    let asked = 0;
    const once = (): { status: 200 | 300 } => ({ status: ++asked === 1 ? 300 : 200 });
    const [pull, endpoint] = await serve(way, { anonymous: once, plain: once, curve: once });
    const push = await (await libzmq()).watchedSocket('PUSH', { ...RIGHT[way], reconnectInterval: 10 });
    await push.connect(endpoint);
    await push.send(['after all']);
    expect(String(await pull.recv())).toBe('after all');
    expect(decisions.map(({ status }) => status)).toEqual([300, 200]);
    expect(push.events.count('handshake:error:auth')).toBe(0);
  });

  it.each(WAYS)('%s: are refused with 500 when a callback throws', async (way) => {
    const broken = (): never => {
      throw new Error('no database');
    };
    const [, endpoint] = await serve(way, { anonymous: broken, plain: broken, curve: broken });
    const push = await (await libzmq()).watchedSocket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    await push.events.happened('handshake:error:auth');
    expect(push.events.toString()).toContain('Internal error');
  });

  it('get what their certificate says of them', async () => {
    const certificate = { publicKey: known.publicKey, metadata: { Name: 'Joe' } };
    const [pull, endpoint] = await serve('CURVE', { curve: { find: () => certificate as never } });
    const push = await (await libzmq()).socket('PUSH', RIGHT.CURVE);
    await push.connect(endpoint);
    await push.send(['hello']);
    const { metadata } = await pull.recv();
    expect([metadata?.get('name'), metadata?.get('User-Id')]).toEqual(['Joe', known.publicKey]);
  });
});

describe('clients of libzmq, while a server changes its key', () => {
  it.each([
    ['the new key', server],
    ['the key before', other],
    ['the key before that', known],
  ])('are let in with %s', async (_, { publicKey }) => {
    const newcomer = curveKeyPair();
    context = new Context({
      authenticator: new Authenticator({ curve: [newcomer.publicKey] }),
      defaults: { linger: 0 },
    });
    const pull = context.socket('PULL', {
      ...SERVER.CURVE,
      curvePreviousSecretKeys: [other.secretKey, known.secretKey],
    });
    const push = await (await libzmq()).socket('PUSH', { ...clientOf(newcomer), curveServerKey: publicKey });
    await push.connect(await pull.bind(TCP));
    await push.send(['hello']);
    expect(String(await pull.recv())).toBe('hello');
  });
});

describe("clients of libzmq, authenticated by a user's handler in our Context", () => {
  async function serve(way: Way): Promise<[PullSocket, string]> {
    const pull = (context as Context).socket('PULL', { ...SERVER[way], routingId: 'srv' });
    return [pull, await pull.bind(TCP)];
  }

  it.each(WAYS)('%s: a REP', async (way) => {
    context = new Context({ defaults: { linger: 0 } });
    const handler: RepSocket = context.socket('REP');
    await handler.bind(ZAP);
    const [pull, endpoint] = await serve(way);
    const push = await (await libzmq()).socket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    const request = await handler.recvMultipart();
    expect(request.slice(0, 6).map(String)).toEqual(['1.0', '1', 'global', '127.0.0.1', 'srv', way]);
    expect(request.slice(6).map((frame) => frame.toString('hex'))).toEqual(CREDENTIALS[way]);
    await handler.send(['1.0', '1', '200', 'OK', 'joe', Buffer.from('03466f6f00000003626172', 'hex')]);
    await push.send(['hello']);
    const { metadata } = await pull.recv();
    expect([metadata?.get('User-Id'), metadata?.get('Foo')]).toEqual(['joe', 'bar']);
  });

  it.each(WAYS)('%s: a ROUTER, which refuses', async (way) => {
    context = new Context({ defaults: { linger: 0 } });
    const handler: RouterSocket = context.socket('ROUTER');
    await handler.bind(ZAP);
    const [pull, endpoint] = await serve(way);
    const failed = next(pull, 'handshake:error:auth');
    const push = await (await libzmq()).watchedSocket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    const [id, delimiter] = await handler.recvMultipart();
    await handler.send([id, delimiter as never, '1.0', '1', '400', 'no', '', '']);
    await push.events.happened('handshake:error:auth');
    expect(await failed).toMatchObject({ error: { detail: 400 } });
  });
});

describe('our clients, authenticated by a handler in the process of libzmq', () => {
  let process: LibzmqProcess;

  beforeAll(async () => {
    process = await LibzmqProcess.start({ handler: false });
  });

  afterAll(() => process.kill());

  it.each(WAYS)('%s: are let in with 200, and refused with 400 and 500', async (way) => {
    const handler = await process.socket('REP');
    await handler.bind(ZAP);
    const pull = await process.socket('PULL', SERVER[way]);
    const endpoint = await pull.bind(TCP);
    context = new Context({ defaults: { linger: 0 } });

    const push = context.socket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    const asked = await handler.recv();
    expect(asked.slice(0, 6)).toEqual(['1.0', '1', 'global', '127.0.0.1', '', way].map(seen));
    expect(asked.slice(6)).toEqual(CREDENTIALS[way]);
    await handler.send(['1.0', '1', '200', 'OK', 'joe', '']);
    await push.send('hello');
    expect(await pull.recv()).toEqual([seen('hello')]);

    for (const status of [400, 500]) {
      const refused = context.socket('PUSH', RIGHT[way]);
      const verdict = next(refused, 'handshake', 'handshake:error:auth', 'handshake:error:other');
      await refused.connect(endpoint);
      await handler.recv();
      await handler.send(['1.0', '1', String(status), 'no', '', '']);
      expect(await verdict).toMatchObject({
        type: 'handshake:error:auth',
        error: { code: 'AuthenticationFailure', detail: status, fatal: true },
      });
    }
    await pull.close();
    await handler.unbind(ZAP);
    await handler.close();
  });

  it.each(WAYS)('%s: come again after 300, and are let in then', async (way) => {
    const own = await libzmq();
    const handler = await own.socket('REP');
    await handler.bind(ZAP);
    // A libzmq server that has refused for now keeps the connection until its handshake has timed out.
    const pull = await own.socket('PULL', { ...SERVER[way], handshakeInterval: 300 });
    const endpoint = await pull.bind(TCP);
    context = new Context({ defaults: { linger: 0, reconnectInterval: 10 } });
    const push = context.socket('PUSH', RIGHT[way]);
    await push.connect(endpoint);
    await handler.recv();
    await handler.send(['1.0', '1', '300', 'later', '', '']);
    await push.send('after all');
    const came = pull.recv();
    // The machine may be too slow for that limit: then they come again, and are asked about again.
    let over = false;
    const answering = (async () => {
      while (!over) {
        if ((await handler.recvNow()) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
        else await handler.send(['1.0', '1', '200', 'OK', '', '']);
      }
    })();
    expect(await came).toEqual([seen('after all')]);
    over = true;
    await answering;
  });
});
