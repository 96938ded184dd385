import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import {
  type CapabilityName,
  type CapabilityReport,
  type ContextModule,
  contextModule,
  type EngineOffer,
  ICapabilityProbe,
  type IEngine,
  IEngineFactory,
  ITransport,
} from 'rzmq/plugin';
import { outcome } from '../support/turns.js';
import { LineEngine } from './support/line-engine.js';
import { MemoryTransport } from './support/memory-transport.js';
import { RecordingLogger } from './support/services.js';

let context: Context;
let logger: RecordingLogger;

function contextWith(...modules: ContextModule[]): Context {
  logger = new RecordingLogger();
  context = new Context({ modules, logger, defaults: { linger: 0 } });
  return context;
}

afterEach(() => context.term());

const memory = () => contextModule(({ bind }) => bind(ITransport).toConstantValue(new MemoryTransport('memory')));

/** An engine that speaks lines of text, and counts what it is asked. */
class LineEngineFactory implements IEngineFactory {
  public made = 0;
  public capabilities: CapabilityReport | undefined = undefined;

  public constructor(
    public readonly name: string,
    private readonly answer: (scheme: string, capabilities: CapabilityReport) => EngineOffer,
  ) {}

  public offer(scheme: string, _options: unknown, capabilities: CapabilityReport): EngineOffer {
    this.capabilities = capabilities;
    return this.answer(scheme, capabilities);
  }

  public create(...[connection, config]: Parameters<IEngineFactory['create']>): IEngine {
    this.made++;
    return new LineEngine(connection, config);
  }
}

const withEngine = (factory: IEngineFactory) =>
  contextModule(({ bind }) => bind(IEngineFactory).toConstantValue(factory));

async function pass(endpoint: string, text: string): Promise<string> {
  const push = context.socket(SocketType.Push);
  const pull = context.socket(SocketType.Pull);
  await push.connect(await pull.bind(endpoint));
  await push.send(text);
  const received = String(await pull.recv());
  await Promise.all([push.close(), pull.close()]);
  return received;
}

describe('an engine of a module', () => {
  test('drives the connections of the schemes for which its rank is the highest', async () => {
    const factory = new LineEngineFactory('lines', (scheme) => ({
      serves: scheme === 'memory',
      rank: 1,
      reason: `lines are ${scheme === 'memory' ? '' : 'not '}for memory`,
    }));
    contextWith(memory(), withEngine(factory));
    expect(await pass('memory://a', 'by lines')).toBe('by lines');
    expect(factory.made).toBe(2);
    expect(await pass('tcp://127.0.0.1:*', 'by ZMTP')).toBe('by ZMTP');
    expect(factory.made).toBe(2);
  });

  test('of a lower rank is not used, one of the same rank is: the last one bound', async () => {
    const lower = new LineEngineFactory('lower', () => ({ serves: true, rank: -1, reason: 'last resort' }));
    contextWith(memory(), withEngine(lower));
    expect(await pass('memory://a', 'x')).toBe('x');
    expect(lower.made).toBe(0);
    await context.term();

    const first = new LineEngineFactory('first', () => ({ serves: true, rank: 0, reason: 'why not' }));
    const last = new LineEngineFactory('last', () => ({ serves: true, rank: 0, reason: 'why not' }));
    contextWith(memory(), withEngine(first), withEngine(last));
    expect(await pass('memory://a', 'x')).toBe('x');
    expect([first.made, last.made]).toEqual([0, 2]);
  });

  test('may bring a transport of its own for its connections', async () => {
    const transport = new MemoryTransport('memory');
    const factory = new LineEngineFactory('lines', () => ({ serves: true, rank: 1, reason: 'with its own' }));
    contextWith(memory(), withEngine(Object.assign(factory, { transport })));
    expect(await pass('memory://a', 'x')).toBe('x');
    expect(transport.calls).toEqual(['listen memory://a', 'connect memory://a']);
  });

  test('that serves nothing leaves the scheme without an engine, and the error says what each of them said', async () => {
    const shy = new LineEngineFactory('shy', () => ({ serves: false, rank: 9, reason: 'not today' }));
    contextWith(
      memory(),
      contextModule(({ rebind }) => rebind(IEngineFactory).toConstantValue(shy)),
    );
    const bound = context.socket(SocketType.Pull).bind('memory://a');
    await expect(bound).rejects.toThrow(/memory:\/\/.*shy: not today/);
    expect(await outcome(bound)).toBe('UnsupportedTransport');
  });
});

describe('the choice of the engine', () => {
  test('is said once for each scheme, with its reason and those of the others', async () => {
    contextWith(
      memory(),
      withEngine(
        new LineEngineFactory('lines', (scheme) => ({ serves: scheme === 'memory', rank: 1, reason: 'lines!' })),
      ),
    );
    for (const endpoint of ['memory://a', 'memory://b', 'tcp://127.0.0.1:*', 'tcp://127.0.0.1:*', 'inproc://a']) {
      await pass(endpoint, 'x');
    }
    const choices = logger.lines.filter(({ message }) => message.includes('engine'));
    expect(choices.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      'info: memory:// is served by the lines engine',
      'info: tcp:// is served by the standard engine',
      'info: inproc:// is served by the direct engine',
    ]);
    expect(choices[0]!.facts['reason']).toMatch(/^lines!.*not standard: /);
    expect(choices[1]!.facts['reason']).toMatch(/not lines: lines!/);
  });

  test('depends on what the capability probe answers, which is asked once and shown by the Context', async () => {
    const forced = (available: boolean) => {
      const capability = { available, reason: available ? 'the test says so' : 'the test says no' };
      const names: CapabilityName[] = [
        'io_uring',
        'io_uring.multishot_recv',
        'io_uring.buffer_ring',
        'io_uring.send_zc',
      ];
      return Object.fromEntries(names.map((name) => [name, capability])) as CapabilityReport;
    };
    for (const available of [true, false]) {
      const report = forced(available);
      const probing = contextModule(({ rebind }) => rebind(ICapabilityProbe).toConstantValue({ probe: () => report }));
      const fast = new LineEngineFactory('fast', (_scheme, { io_uring }) => ({
        serves: io_uring.available,
        rank: 5,
        reason: io_uring.reason,
      }));
      contextWith(memory(), probing, withEngine(fast));
      expect(context.capabilities).toBe(report);
      expect(await pass('memory://a', 'x')).toBe('x');
      expect(fast.capabilities).toEqual(report);
      expect(fast.made).toBe(available ? 2 : 0);
      expect(String(logger.lines[0]!.facts['reason'])).toContain(
        available ? 'the test says so' : 'not fast: the test says no',
      );
      await context.term();
    }
  });

  test('without a module: every capability has a reason in words', () => {
    contextWith();
    for (const capability of Object.values(context.capabilities)) {
      expect(typeof capability.available).toBe('boolean');
      expect(capability.reason).not.toBe('');
    }
    expect(context.capabilities).toBe(context.capabilities);
  });
});
