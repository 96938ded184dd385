import { afterEach, describe, expect, test } from '@jest/globals';
import { Authenticator, Context, type ContextOptions, curveKeyPair, type ILogger, type SocketOptionsInit } from 'rzmq';
import { type CipherName, cipherModule, contextModule, ICipher, type ICipherSession } from 'rzmq/plugin';

const server = curveKeyPair();
const client = curveKeyPair();
const SERVER: SocketOptionsInit = { curveServer: true, curveSecretKey: server.secretKey };
const CLIENT: SocketOptionsInit = { curveServerKey: server.publicKey, curveSecretKey: client.secretKey };

const contexts: Context[] = [];
afterEach(() => Promise.all(contexts.splice(0).map((context) => context.term())));

function contextWith(options: ContextOptions): Context {
  const context = new Context({ ...options, defaults: { linger: 0, reconnectInterval: 5 } });
  contexts.push(context);
  return context;
}

/** A message from a client to a server, in two Contexts. */
async function exchange(one: Context, other: Context, size = 1000): Promise<boolean> {
  const pull = one.socket('PULL', SERVER);
  const push = other.socket('PUSH', CLIENT);
  await push.connect(await pull.bind('tcp://127.0.0.1:0'));
  const body = Buffer.alloc(size, 'x');
  await push.send(body);
  return (await pull.recv()).equals(body);
}

/** What is said to a log. */
class Said implements ILogger {
  public readonly lines: string[] = [];
  public debug(): void {}
  public info(message: string): void {
    this.lines.push(message);
  }
  public warn(message: string): void {
    this.lines.push(`warning: ${message}`);
  }
  public error(): void {}
}

describe('requireAuthentication', () => {
  const binding = (context: Context, options: SocketOptionsInit) =>
    context.socket('PULL', options).bind('tcp://127.0.0.1:0');

  test.each<[string, SocketOptionsInit]>([
    ['a CURVE server without anybody to ask', SERVER],
    ['a NULL socket without a domain', {}],
  ])('refuses to bind %s', async (_name, options) => {
    const refused = binding(contextWith({ requireAuthentication: true }), options);
    await expect(refused).rejects.toMatchObject({ code: 'InvalidState', errno: 'EFSM', fatal: true });
    await expect(refused).rejects.toThrow(/requireAuthentication.*inproc:\/\/zeromq\.zap\.01/);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a STREAM', () => contextWith({ requireAuthentication: true }).socket('STREAM').bind('tcp://127.0.0.1:0')],
    [
      'a raw ROUTER, whatever its keys',
      () =>
        contextWith({ requireAuthentication: true, authenticator: new Authenticator() })
          .socket('ROUTER', { ...SERVER, routerRaw: true })
          .bind('tcp://127.0.0.1:0'),
    ],
  ])('refuses to bind %s: nobody is asked about its peers', async (_name, bind) => {
    await expect(bind()).rejects.toMatchObject({ code: 'InvalidState', fatal: true });
  });

  test('binds them where there is somebody to ask, or nobody can come in', async () => {
    const asking = contextWith({ requireAuthentication: true, authenticator: new Authenticator() });
    for (const options of [SERVER, { zapDomain: 'x' }, { plainServer: true }]) await binding(asking, options);
    const lonely = contextWith({ requireAuthentication: true });
    for (const options of [{ ...SERVER, zapDomain: 'x' }, { zapDomain: 'x' }, { plainServer: true }, CLIENT]) {
      await binding(lonely, options);
    }
    await lonely.socket('PULL').bind('inproc://here');
    await lonely.socket('PUSH').connect('tcp://127.0.0.1:9');
  });

  test('refuses the peers of a server whose handler has gone', async () => {
    const context = contextWith({ requireAuthentication: true });
    const handler = context.socket('REP');
    await handler.bind('inproc://zeromq.zap.01');
    const pull = context.socket('PULL', SERVER);
    const endpoint = await pull.bind('tcp://127.0.0.1:0');
    await handler.close();
    const failed = new Promise((resolve) => pull.events.once('handshake:error:other', resolve));
    await contextWith({}).socket('PUSH', CLIENT).connect(endpoint);
    expect(await failed).toMatchObject({ error: { code: 'SecurityError', errno: 'EFAULT' }, value: 14 });
  });

  test('is a boolean', () => {
    expect(() => new Context({ requireAuthentication: 1 as unknown as boolean })).toThrow(/true or false/);
  });
});

describe('a CURVE server that lets everybody in', () => {
  test('says so to the log, once', async () => {
    const logger = new Said();
    const context = contextWith({ logger });
    for (let i = 0; i < 3; i++) expect(await exchange(context, context)).toBe(true);
    expect(logger.lines.filter((line) => line.startsWith('warning: a CURVE server lets in every client'))).toHaveLength(
      1,
    );
  });
});

describe('the keys of a CURVE socket', () => {
  test.each<[string, SocketOptionsInit, RegExp]>([
    [
      'a server without a secret key',
      { curveServer: true },
      /A CURVE server needs the own secret key: set curveSecretKey/,
    ],
    ['a client without keys', { curveServerKey: server.publicKey }, /A CURVE client needs the own secret key/],
    ['a client without a server', { curveSecretKey: client.secretKey }, /needs the server's public key/],
    ['keys of two pairs', { ...CLIENT, curvePublicKey: server.publicKey }, /take both of one pair/],
  ])('are looked at when it is bound or connected: %s', async (_name, options, words) => {
    const context = contextWith({});
    for (const operation of ['bind', 'connect'] as const) {
      const refused = context.socket('PAIR', options)[operation]('tcp://127.0.0.1:5');
      await expect(refused).rejects.toMatchObject({ code: 'InvalidCurveKey', errno: 'EINVAL' });
      await expect(refused).rejects.toThrow(words);
      await expect(refused).rejects.not.toThrow(client.secretKey);
    }
  });

  test('of inproc do not matter', async () => {
    const context = contextWith({});
    const pair = context.socket('PAIR', { curveServer: true });
    await pair.bind('inproc://a');
    await context.socket('PAIR').connect('inproc://a');
  });
});

describe('the cipher of CURVE', () => {
  const names: CipherName[] = ['own', 'sodium-native', 'tweetnacl'];

  test.each(names)('can be chosen: %s, and is the same on the wire', async (name) => {
    for (const other of names) {
      expect(
        await exchange(contextWith({ modules: [cipherModule(name)] }), contextWith({ modules: [cipherModule(other)] })),
      ).toBe(true);
    }
  });

  test('is otherwise sodium-native where that is installed, which the log tells at the first connection', async () => {
    const logger = new Said();
    const context = contextWith({ logger });
    expect(logger.lines).toEqual([]);
    await exchange(context, context);
    expect(logger.lines).toContain('CURVE uses the cipher sodium-native');
  });

  test('may be one of a module', async () => {
    const sessions: string[] = [];
    const nothing: ICipherSession = { seal: () => undefined, open: () => true, close: () => undefined };
    const mine = contextModule(({ rebind }) => {
      rebind(ICipher).toConstantValue({
        name: 'nothing at all',
        session: (_key, prefix) => {
          sessions.push(Buffer.from(prefix).toString('latin1', 0, 8));
          return nothing;
        },
      });
    });
    const context = contextWith({ modules: [mine] });
    expect(await exchange(context, context)).toBe(true);
    expect(new Set(sessions)).toEqual(new Set(['CurveZMQ', 'WELCOME-', 'VOUCH---']));
  });

  test('has a name that exists', () => {
    expect(() => new Context({ modules: [cipherModule('rot13' as CipherName)] })).toThrow(
      /own, sodium-native, tweetnacl/,
    );
  });
});
