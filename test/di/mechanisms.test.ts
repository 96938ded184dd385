import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, type SocketOptionsInit, SocketType, ZmqError } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  type IMechanism,
  IMechanismFactory,
  type IMechanismSink,
  ITransport,
  type MechanismConfig,
} from 'rzmq/plugin';
import { MemoryTransport } from './support/memory-transport.js';

/** Both sides send a word, and talk when it is the same. A socket asks for it by a property of its metadata. */
class PasswordMechanism implements IMechanism {
  private sink: IMechanismSink | undefined;

  public constructor(
    private readonly config: MechanismConfig,
    private readonly word: string,
  ) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    sink.sendCommand('PASSWORD', Buffer.from(this.word));
  }

  public onCommand(name: string, data: Buffer): void {
    if (name !== 'PASSWORD' || data.toString() !== this.word) {
      this.sink?.fail(new ZmqError('AuthenticationFailure', `The word is not ${data.toString()}.`, { fatal: true }));
      return;
    }
    this.sink?.complete(
      new Map([
        ['socket-type', Buffer.from(this.peerType)],
        ['user-id', Buffer.from('what the peer says')],
      ]),
      new Map([['user-id', Buffer.from('word-bearer')]]),
    );
  }

  public close(): void {
    closed.push(this.word);
  }

  private get peerType(): string {
    return this.config.socketType === 'PUSH' ? 'PULL' : 'PUSH';
  }
}

const closed: string[] = [];
const contexts: Context[] = [];

const password = (word: string) =>
  contextModule(({ bind }) =>
    bind(IMechanismFactory).toConstantValue({
      name: 'PASSWORD',
      wanted: ({ metadata }) => metadata.includes('X-Secret:yes'),
      create: (config) => new PasswordMechanism(config, word),
    }),
  );

/** One network for several Contexts. */
const network = () => {
  const transport = new MemoryTransport('memory');
  return contextModule(({ bind }) => bind(ITransport).toConstantValue(transport));
};

function contextWith(...modules: ContextModule[]): Context {
  const context = new Context({ modules, defaults: { linger: 0, reconnectInterval: 1 } });
  contexts.push(context);
  return context;
}

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.term()));
  closed.length = 0;
});

const secret: SocketOptionsInit = { metadata: ['X-Secret:yes'] };

/** How the handshake between a bound PULL and a connecting PUSH ends, at the PULL. */
async function handshake(
  one: Context,
  other: Context,
  options: [SocketOptionsInit, SocketOptionsInit],
): Promise<string> {
  const pull = one.socket(SocketType.Pull, options[0]);
  const push = other.socket(SocketType.Push, options[1]);
  const first = new Promise<string>((resolve) => {
    pull.events.on('event', ({ type }) => type.startsWith('handshake') && resolve(type));
  });
  await push.connect(await pull.bind('memory://a'));
  const result = await first;
  if (result === 'handshake') {
    await push.send('x');
    const message = await pull.recv();
    const user = options[0] === secret ? 'word-bearer' : undefined;
    expect([message.peer?.get('User-Id'), message.peer?.userId]).toEqual([user, user]);
  }
  await Promise.all([push.close(), pull.close()]);
  return result;
}

describe('a security mechanism of a module', () => {
  test('is used by the sockets whose options ask for it, and NULL by the others', async () => {
    const context = contextWith(network(), password('sesame'));
    expect(await handshake(context, context, [secret, secret])).toBe('handshake');
    expect(await handshake(context, context, [{}, {}])).toBe('handshake');
    expect(closed.filter((word) => word === 'sesame')).toHaveLength(2);
  });

  test('refuses whom it does not trust', async () => {
    const net = network();
    const result = handshake(contextWith(net, password('sesame')), contextWith(net, password('guess')), [
      secret,
      secret,
    ]);
    expect(await result).toBe('handshake:error:auth');
  });

  test('does not talk to a peer with another mechanism', async () => {
    const context = contextWith(network(), password('sesame'));
    expect(await handshake(context, context, [secret, {}])).toBe('handshake:error:protocol');
    expect(await handshake(context, context, [{}, secret])).toBe('handshake:error:protocol');
  });

  test('takes the place of one with the same name', async () => {
    const net = network();
    const context = contextWith(net, password('old'), password('new'));
    expect(await handshake(context, contextWith(net, password('new')), [secret, secret])).toBe('handshake');
  });

  test('may be NULL itself', async () => {
    const mine = contextModule(({ bind }) =>
      bind(IMechanismFactory).toConstantValue({
        name: 'NULL',
        wanted: () => true,
        create: (config) => new PasswordMechanism(config, 'mine'),
      }),
    );
    const net = network();
    expect(await handshake(contextWith(net, mine), contextWith(net, mine), [secret, {}])).toBe('handshake');
  });

  test.each(['', 'A NAME WITH SPACES', 'TWENTY-ONE-CHARACTERS'])('with the name %j fails the constructor', (name) => {
    const module = contextModule(({ bind }) =>
      bind(IMechanismFactory).toConstantValue({
        name,
        wanted: () => true,
        create: (config) => new PasswordMechanism(config, ''),
      }),
    );
    expect(() => new Context({ modules: [module] })).toThrow(JSON.stringify(name));
  });
});
