import { describe, expect, test } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { InprocTransport } from '../../../src/engines/transports/inproc.js';
import { IpcTransport } from '../../../src/engines/transports/ipc.js';
import { TransportRegistry } from '../../../src/engines/transports/registry.js';
import { TcpTransport } from '../../../src/engines/transports/tcp.js';
import { TcpSockets } from '../../../src/engines/transports/tcp-sockets.js';
import { failure, ManualClock, random, scheduler } from './support.js';

describe('parseEndpoint', () => {
  test.each([
    ['tcp://127.0.0.1:5555', 'tcp', '127.0.0.1:5555'],
    ['ipc:///tmp/feed', 'ipc', '/tmp/feed'],
    ['inproc://a b', 'inproc', 'a b'],
    ['inproc://a://b', 'inproc', 'a://b'],
    ['TCP://127.0.0.1:5555', 'TCP', '127.0.0.1:5555'],
    ['x:y://z', 'x:y', 'z'],
  ])('splits %s at the first ://', (endpoint, scheme, address) => {
    expect(parseEndpoint(endpoint)).toEqual({ scheme, address, endpoint });
  });

  test.each(['', 'tcp', 'tcp:', 'tcp:/x', 'tcp://', '://', '://x', '127.0.0.1:5555'])('refuses %j', async (text) => {
    const error = await failure(() => parseEndpoint(text));
    expect(error).toBeInstanceOf(ZmqError);
    expect(error).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL', endpoint: text });
    expect(error.message).toContain('scheme://address');
  });

  test.each([undefined, null, 5555, {}, ['tcp://x:1'], Buffer.from('tcp://x:1')])('refuses %p', async (value) => {
    expect(await failure(() => parseEndpoint(value))).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL' });
  });
});

describe('TransportRegistry', () => {
  const clock = new ManualClock();
  const tcp = new TcpTransport(new TcpSockets(clock, scheduler, random));
  const ipc = new IpcTransport(clock, scheduler, random);
  const inproc = new InprocTransport(scheduler);

  test('finds a transport by its scheme', () => {
    const registry = new TransportRegistry([tcp, ipc, inproc]);
    expect(registry.schemes).toEqual(['tcp', 'ipc', 'inproc']);
    expect(registry.get('tcp')).toBe(tcp);
    expect(registry.get('ipc')).toBe(ipc);
    expect(registry.get('inproc')).toBe(inproc);
  });

  test('names the schemes that it knows when one is unknown', async () => {
    const registry = new TransportRegistry([tcp, inproc]);
    const error = await failure(() => registry.get('norm'));
    expect(error).toMatchObject({ code: 'UnsupportedTransport', errno: 'EPROTONOSUPPORT' });
    expect(error.message).toContain('tcp, inproc');
  });

  test('is case-sensitive, and says so', async () => {
    const error = await failure(() => new TransportRegistry([tcp]).get('TCP'));
    expect(error).toMatchObject({ code: 'UnsupportedTransport' });
    expect(error.message).toContain('lower case');
  });

  test('an empty one says that it knows none', async () => {
    expect((await failure(() => new TransportRegistry([]).get('tcp'))).message).toContain('knows none');
  });

  test('two transports for one scheme are refused by name', async () => {
    const error = await failure(
      () => new TransportRegistry([tcp, ipc, new TcpTransport(new TcpSockets(clock, scheduler, random))]),
    );
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    expect(error.message).toContain('"tcp"');
  });
});
