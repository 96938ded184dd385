import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, type PullSocket, SocketType } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  type EngineOffer,
  type IEngine,
  IEngineFactory,
  IMechanismFactory,
  type IPattern,
  IPatternFactory,
  ITransport,
} from 'rzmq/plugin';
import { outcome, until } from '../support/turns.js';
import { MemoryTransport } from './support/memory-transport.js';
import { RecordingLogger } from './support/services.js';

/** Fails where the test says, as a plugin with a bug does: not with a ZmqError, and not by a rejected promise. */
class BrokenTransport extends MemoryTransport {
  public broken: 'check' | 'listen' | 'connect' | '' = '';

  public constructor() {
    super('memory');
  }

  public override check(): void {
    this.fail('check');
  }

  public override listen(...args: Parameters<MemoryTransport['listen']>): ReturnType<MemoryTransport['listen']> {
    this.fail('listen');
    return super.listen(...args);
  }

  public override connect(...args: Parameters<MemoryTransport['connect']>): ReturnType<MemoryTransport['connect']> {
    this.fail('connect');
    return super.connect(...args);
  }

  private fail(where: string): void {
    if (this.broken === where) throw new TypeError(`a bug in ${where}`);
  }
}

let logger: RecordingLogger;
let context: Context;

function contextWith(...modules: ContextModule[]): Context {
  logger = new RecordingLogger();
  context = new Context({ modules, logger, defaults: { linger: 0, reconnectInterval: 1 } });
  return context;
}

afterEach(() => context.term());

/** What was said to the operator, with everything that it was said about. */
const said = () => logger.lines.map(({ message, facts }) => `${message} ${String(facts['error'])}`).join('\n');

describe('a transport with a bug', () => {
  let transport: BrokenTransport;
  let pull: PullSocket;

  beforeEach(() => {
    transport = new BrokenTransport();
    pull = contextWith(contextModule(({ bind }) => bind(ITransport).toConstantValue(transport))).socket(
      SocketType.Pull,
    );
  });

  test.each(['bind', 'connect'] as const)('in check: %s rejects with it', async (operation) => {
    transport.broken = 'check';
    await expect(pull[operation]('memory://a')).rejects.toThrow('a bug in check');
  });

  test('in listen: bind rejects with it, and the socket goes on', async () => {
    transport.broken = 'listen';
    await expect(pull.bind('memory://a')).rejects.toThrow('a bug in listen');
    transport.broken = '';
    await pull.bind('memory://a');
  });

  test('in connect: the attempt has failed, and is made again', async () => {
    transport.broken = 'connect';
    const retried = new Promise<string>((resolve) =>
      pull.events.on('connect:retry', (event) => resolve(String(event.error))),
    );
    await pull.connect('memory://a');
    expect(await retried).toContain('a bug in connect');
    transport.broken = '';
    const push = context.socket(SocketType.Push);
    await push.bind('memory://a');
    await push.send('x');
    expect(String(await pull.recv())).toBe('x');
  });
});

describe('an engine with a bug', () => {
  const engine = (parts: Partial<IEngineFactory>) =>
    contextModule(({ bind }) =>
      bind(IEngineFactory).toConstantValue({
        name: 'broken',
        offer: (scheme): EngineOffer => ({ serves: scheme === 'tcp', rank: 9, reason: 'it is broken' }),
        create: (): IEngine => {
          throw new TypeError('a bug in create');
        },
        ...parts,
      }),
    );

  test('in offer: bind and connect reject with it', async () => {
    const offer = () => {
      throw new TypeError('a bug in offer');
    };
    contextWith(engine({ offer }));
    await expect(context.socket(SocketType.Pull).bind('inproc://a')).rejects.toThrow('a bug in offer');
    await expect(context.socket(SocketType.Pull).connect('inproc://a')).rejects.toThrow('a bug in offer');
  });

  test('in create: the operator is told, other sockets go on, and everything can be closed', async () => {
    contextWith(engine({}));
    const pull = context.socket(SocketType.Pull);
    const push = context.socket(SocketType.Push);
    await push.connect(await pull.bind('tcp://127.0.0.1:*'));
    await until(() => said().includes('a bug in create'));
    await pull.bind('inproc://a');
    const other = context.socket(SocketType.Push);
    await other.connect('inproc://a');
    await other.send('x');
    expect(String(await pull.recv())).toBe('x');
    await Promise.all([pull.close(), push.close(), other.close()]);
  });
});

describe('a mechanism with a bug', () => {
  test.each(['create', 'start', 'onCommand'])(
    'in %s: no process dies of it, and everything can be closed',
    async (where) => {
      const fail = (at: string): void => {
        if (where === at) throw new TypeError(`a bug in ${at}`);
      };
      const module = contextModule(({ bind }) =>
        bind(IMechanismFactory).toConstantValue({
          name: 'BROKEN',
          wanted: () => true,
          create: ({ metadata }) => {
            fail('create');
            return {
              start: (sink) => {
                fail('start');
                sink.sendCommand('READY', metadata);
              },
              onCommand: () => fail('onCommand'),
              close: () => {},
            };
          },
        }),
      );
      contextWith(
        module,
        contextModule(({ bind }) => bind(ITransport).toConstantValue(new MemoryTransport('memory'))),
      );
      const pull = context.socket(SocketType.Pull);
      const push = context.socket(SocketType.Push);
      const events: string[] = [];
      pull.events.on('event', ({ type, error }) => void events.push(`${type} ${String(error)}`));
      await push.connect(await pull.bind('memory://a'));
      await until(() => `${said()}${events.join()}`.includes(`a bug in ${where}`));
      await Promise.all([pull.close(), push.close()]);
    },
  );
});

describe('a pattern with a bug', () => {
  const pattern = (broken: keyof IPattern | 'create') =>
    contextModule(({ bind }) =>
      bind(IPatternFactory).toConstantValue({
        type: 'BROKEN',
        create: () => {
          const whole: IPattern = {
            attach: () => true,
            connected: () => {},
            disconnected: () => {},
            detach: () => {},
            readActivated: () => {},
            writeActivated: () => {},
            send: () => false,
            recv: () => undefined,
            writable: false,
            readable: false,
          };
          const fail = () => {
            throw new TypeError(`a bug in ${broken}`);
          };
          return broken === 'create' ? fail() : { ...whole, [broken]: fail };
        },
      }),
    );

  test('in create: Context.socket throws it', () => {
    contextWith(pattern('create'));
    expect(() => context.socket('BROKEN')).toThrow('a bug in create');
  });

  test.each(['send', 'recv'] as const)('in %s: the call rejects with it', async (method) => {
    const socket = contextWith(pattern(method)).socket('BROKEN');
    await expect(method === 'send' ? socket.send('x') : socket.recv()).rejects.toThrow(`a bug in ${method}`);
  });

  test('in attach: the operator is told, and whoever waits for the socket hears of its end', async () => {
    const socket = contextWith(pattern('attach')).socket('BROKEN');
    const received = outcome(socket.recv());
    const sent = outcome(socket.send('x'));
    await socket.connect('inproc://a');
    await until(() => said().includes('a bug in attach'));
    expect(['SocketClosed', 'Internal']).toContain(await received);
    expect(['SocketClosed', 'Internal']).toContain(await sent);
    expect(socket.closed).toBe(true);
    expect(['SocketClosed', 'Internal']).toContain(await outcome(socket.bind('inproc://b')));
    await socket.close();
  });
});
