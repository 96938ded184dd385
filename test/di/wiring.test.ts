import { describe, expect, test } from '@jest/globals';
import { Context, type ContextModule, SocketType, ZmqError } from 'rzmq';
import {
  contextModule,
  ICapabilityProbe,
  IClock,
  IEngineFactory,
  ILogger,
  IMechanismFactory,
  IPatternFactory,
  IRandom,
  IScheduler,
  ISocketFactory,
  ITransport,
  inject,
  injectable,
  TcpTransportToken,
  type Token,
  token,
} from 'rzmq/plugin';
import { outcome, turns } from '../support/turns.js';
import { RecordingLogger, withLogger } from './support/services.js';

describe('what is given as a module and is none', () => {
  test.each([[{}], [null], [undefined], [42], ['module'], [() => {}], [[]], [{ id: 1 }], [{ load: () => {} }]])(
    '%j: the constructor says so',
    (wrong) => {
      const construct = () => new Context({ modules: [wrong as unknown as ContextModule] });
      expect(construct).toThrow(ZmqError);
      expect(construct).toThrow(/contextModule/);
      expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    },
  );
});

describe('a service that cannot be made', () => {
  test.each<[string, Token<object>]>([
    ['IClock', IClock],
    ['IScheduler', IScheduler],
    ['IRandom', IRandom],
    ['ILogger', ILogger],
    ['ICapabilityProbe', ICapabilityProbe],
    ['ISocketFactory', ISocketFactory],
    ['ITransport.tcp', TcpTransportToken],
    ['ITransport', ITransport],
    ['IEngineFactory', IEngineFactory],
    ['IMechanismFactory', IMechanismFactory],
    ['IPatternFactory', IPatternFactory],
  ])('%s: the constructor fails, and its message names the token and the reason', (name, service) => {
    const module = contextModule(({ rebind }) =>
      rebind(service).toDynamicValue(() => {
        throw new Error('out of order');
      }),
    );
    const construct = () => new Context({ modules: [module] });
    expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    expect(construct).toThrow('out of order');
    expect(construct).toThrow(new RegExp(`rzmq\\.${name}\\b`));
  });

  test('because its class asks for something that nobody has bound: the message names that', () => {
    const Missing: Token<object> = token('Missing');
    @injectable()
    class Needy {
      public constructor(@inject(Missing) public readonly missing: object) {}
      public now = () => 0;
      public after = () => ({ cancel: () => {} });
    }
    const construct = () => new Context({ modules: [contextModule(({ rebind }) => rebind(IClock).to(Needy))] });
    expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    expect(construct).toThrow(/rzmq\.Missing/);
  });

  test('a module that throws while it is loaded: the constructor throws that, and says what it was doing', () => {
    const module = contextModule(() => {
      throw new Error('no configuration');
    });
    const construct = () => new Context({ modules: [module] });
    expect(construct).toThrow('no configuration');
    expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});

describe('several modules', () => {
  test('are loaded in order: the last one that binds a service again has it', async () => {
    const [first, second] = [new RecordingLogger(), new RecordingLogger()];
    const context = new Context({ modules: [withLogger(first), withLogger(second)] });
    await context.socket(SocketType.Pull).bind('inproc://a');
    expect(first.lines).toEqual([]);
    expect(second.messages).toEqual(['inproc:// is served by the direct engine']);
    await context.term();
  });

  test('may ask what is bound already', async () => {
    const Extra: Token<string> = token('Extra');
    const answers: boolean[] = [];
    const asking = contextModule(({ isBound }) => void answers.push(isBound(IClock), isBound(Extra)));
    const binding = contextModule(({ bind }) => void bind(Extra).toConstantValue('extra'));
    const context = new Context({ modules: [asking, binding, asking] });
    expect(answers).toEqual([true, false, true, true]);
    await context.term();
  });

  test('the logger of the options comes before that of a module', async () => {
    const [option, module] = [new RecordingLogger(), new RecordingLogger()];
    const context = new Context({ logger: option, modules: [withLogger(module)] });
    await context.socket(SocketType.Pull).bind('inproc://a');
    expect([option.lines.length, module.lines.length]).toEqual([1, 0]);
    await context.term();
  });

  test('a logger that throws, of the options or of a module, harms no bind: its error comes in a turn of its own', async () => {
    const fail = (): never => {
      throw new Error('the disk is full');
    };
    const broken = { debug: fail, info: fail, warn: fail, error: fail };
    const surfaced: string[] = [];
    const scheduler = contextModule(({ rebind }) => {
      rebind(IScheduler).toConstantValue({
        endOfTurn: (callback) => process.nextTick(callback),
        nextTurn: (callback) =>
          void setImmediate(() => {
            try {
              callback();
            } catch (error) {
              surfaced.push((error as Error).message);
            }
          }),
      });
    });
    for (const options of [
      { logger: broken, modules: [scheduler] },
      { modules: [scheduler, contextModule(({ rebind }) => void rebind(ILogger).toConstantValue(broken))] },
    ]) {
      const context = new Context(options);
      await context.socket(SocketType.Pull).bind('inproc://a');
      await new Promise(setImmediate);
      await context.term();
    }
    expect(surfaced).toEqual(['the disk is full', 'the disk is full']);
  });
});

describe('two Contexts share nothing', () => {
  test('not even the names of inproc, or the modules that made them', async () => {
    const made: object[] = [];
    const module = contextModule(({ rebind }) =>
      rebind(ILogger)
        .toDynamicValue(() => {
          const logger = new RecordingLogger();
          made.push(logger);
          return logger;
        })
        .inSingletonScope(),
    );
    const contexts = [new Context({ modules: [module] }), new Context({ modules: [module] })];
    expect(made).toHaveLength(2);
    const pairs = contexts.map(
      (context) => [context.socket(SocketType.Push), context.socket(SocketType.Pull)] as const,
    );
    for (const [n, [push, pull]] of pairs.entries()) {
      await push.connect('inproc://the same');
      expect(await pull.bind('inproc://the same')).toBe('inproc://the same');
      await push.send(`of ${n}`);
    }
    for (const [n, [, pull]] of pairs.entries()) expect(String(await pull.recv())).toBe(`of ${n}`);

    await contexts[0]!.term();
    const [push, pull] = pairs[1]!;
    await push.send('still alive');
    expect(String(await pull.recv())).toBe('still alive');
    expect(() => contexts[0]!.socket(SocketType.Pull)).toThrow(expect.objectContaining({ code: 'ContextTerminated' }));
    await contexts[1]!.term();
  });

  test('nor options: the defaults of one are not those of the other', async () => {
    const one = new Context({ defaults: { linger: 0, sendHighWaterMark: 1 } });
    const other = new Context();
    expect(one.socket(SocketType.Push).options.sendHighWaterMark).toBe(1);
    expect(other.socket(SocketType.Push).options.sendHighWaterMark).toBe(1000);
    await Promise.all([one.term(), other.term()]);
  });

  test('a connect in one does not find what the other has bound', async () => {
    const [one, other] = [new Context({ defaults: { linger: 0 } }), new Context({ defaults: { linger: 0 } })];
    await one.socket(SocketType.Pull).bind('inproc://a');
    const push = other.socket(SocketType.Push, { sendTimeout: 0, sendHighWaterMark: 1 });
    await push.connect('inproc://a');
    await turns(10);
    await push.send('x');
    expect(await outcome(push.send('y'))).toBe('ResourceLimitReached');
    expect(push.stats().peers).toBe(0);
    await Promise.all([one.term(), other.term()]);
  });
});
