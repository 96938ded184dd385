import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, type SocketOptionsInit, SocketType } from 'rzmq';
import { type CapabilityReport, contextModule, ICapabilityProbe } from 'rzmq/plugin';
import { OPTIONS } from '../../src/core/options/table.js';
import { RecordingLogger } from './support/services.js';

let context: Context;
let logger: RecordingLogger;

const ASKING: SocketOptionsInit = { ioUringSessionEnabled: true };
const SURE_NOT = 'the test says that there is none';

afterEach(() => context.term());

/** A Context whose probe answers as the test says. The addon is not installed for it. */
function contextWithout(): Context {
  const answer = { available: false, reason: SURE_NOT };
  const report: CapabilityReport = {
    io_uring: answer,
    'io_uring.multishot_recv': answer,
    'io_uring.buffer_ring': answer,
    'io_uring.send_zc': answer,
  };
  logger = new RecordingLogger();
  const probing = contextModule(({ rebind }) => rebind(ICapabilityProbe).toConstantValue({ probe: () => report }));
  context = new Context({ modules: [probing], logger, defaults: { linger: 0 } });
  return context;
}

async function pass(options: SocketOptionsInit, transport = 'tcp://127.0.0.1:0'): Promise<string> {
  const pull = context.socket(SocketType.Pull, options);
  const push = context.socket(SocketType.Push, options);
  await push.connect(await pull.bind(transport));
  await push.send('it goes on');
  return String(await pull.recv());
}

const said = (): string[] =>
  logger.lines.filter(({ message }) => message.startsWith('tcp://')).map(({ facts }) => String(facts['reason']));

describe('a socket that asks for io_uring', () => {
  test('is served by node:net where there is none, and the reason is said once and shown', async () => {
    contextWithout();
    expect(await pass(ASKING)).toBe('it goes on');
    expect(await pass(ASKING)).toBe('it goes on');
    expect(said()).toEqual([expect.stringContaining(`not io_uring: ${SURE_NOT}`)]);
    const endpoints = context.inspect().sockets.flatMap((socket) => socket.endpoints);
    for (const { engine, reason } of endpoints) expect([engine, reason]).toEqual(['standard', said()[0]]);
  });

  test('is the only one for which the platform is asked', async () => {
    let asked = 0;
    const probing = contextModule(({ rebind }) =>
      rebind(ICapabilityProbe).toConstantValue({
        probe: () => {
          asked++;
          throw new Error('not to be asked');
        },
      }),
    );
    logger = new RecordingLogger();
    context = new Context({ modules: [probing], logger, defaults: { linger: 0 } });
    expect(await pass({ ioUringSessionEnabled: false })).toBe('it goes on');
    expect(await pass(ASKING, 'inproc://a')).toBe('it goes on');
    expect(asked).toBe(0);
    expect(said()).toEqual([expect.stringContaining('not io_uring: ioUringSessionEnabled')]);
  });

  test('is refused what node:net cannot honour where there is no io_uring, and is told why', async () => {
    contextWithout();
    const pull = context.socket(SocketType.Pull, { ...ASKING, typeOfService: 8 });
    const refused = pull.bind('tcp://127.0.0.1:0');
    await expect(refused).rejects.toMatchObject({ code: 'UnsupportedOption', errno: 'ENOTSUP' });
    await expect(refused).rejects.toThrow('node:net cannot honour TOS (typeOfService)');
    await expect(refused).rejects.toThrow(SURE_NOT);
    // It is for tcp only.
    await pull.bind('inproc://a');
  });
});

describe('the options that need io_uring', () => {
  const values: Readonly<Record<string, unknown>> = { tcpCork: true, interface: 'lo' };

  test.each(
    OPTIONS.filter(({ support }) => support.honoured && support.otherwise !== undefined).map(({ name, property }) => [
      name,
      property,
    ]),
  )('are refused, each by its name, where there is no io_uring: %s', async (name, property) => {
    contextWithout();
    const refused = context.socket(SocketType.Pull, { ...ASKING, [property]: values[property] ?? 7 });
    const bound = refused.bind('tcp://127.0.0.1:0');
    await expect(bound).rejects.toMatchObject({ code: 'UnsupportedOption', errno: 'ENOTSUP' });
    await expect(bound).rejects.toThrow(`${name} (${property})`);
    await expect(refused.connect('tcp://127.0.0.1:1')).rejects.toMatchObject({ code: 'UnsupportedOption' });
  });

  test('what only steers the ring is accepted, and does nothing else', async () => {
    contextWithout();
    const steering = { ioUringReceiveMultishot: false, ioUringSendZeroCopy: true, ioUringZeroCopySendThreshold: 1 };
    expect(await pass({ ...ASKING, ...steering })).toBe('it goes on');
  });
});

describe('the uring options of a Context', () => {
  test('false: there is no io_uring', () => {
    context = new Context({ uring: false });
    expect(context.capabilities.io_uring).toEqual({
      available: false,
      reason: expect.stringContaining('switched off'),
    });
  });

  test.each<[string, unknown]>([
    ['entries', 1000],
    ['entries', 4],
    ['bufferCount', 65_536],
    ['bufferCount', 3],
    ['bufferSize', 512],
    ['bufferSize', 4096.5],
    ['sendMemory', 1],
    ['spin', -1],
    ['spin', 1001],
    ['zeroCopy', 1],
    ['threads', 1],
  ])('%s: %p makes no sense', async (name, value) => {
    context = new Context();
    const wrong = (): Context => new Context({ uring: { [name]: value } });
    expect(wrong).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    expect(wrong).toThrow(name);
  });

  test('buffers of more than 2 GB make no sense, nor do options that are no object', () => {
    context = new Context();
    expect(() => new Context({ uring: { bufferCount: 32_768, bufferSize: 1_048_576 } })).toThrow('2 GB');
    expect(() => new Context({ uring: true as never })).toThrow('uring');
  });

  test('zeroCopy is what the sockets of the Context begin with', async () => {
    context = new Context({ uring: { zeroCopy: true } });
    expect(context.socket(SocketType.Push).options.ioUringSendZeroCopy).toBe(true);
    expect(context.socket(SocketType.Push, { ioUringSendZeroCopy: false }).options.ioUringSendZeroCopy).toBe(false);
  });
});
