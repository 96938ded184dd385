import { readFileSync } from 'node:fs';
import { connect as netConnect, Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { dial } from '../../../src/engines/transports/dial.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { type HostNames, systemHostNames } from '../../../src/engines/transports/host-names.js';
import type { ReadMode } from '../../../src/engines/transports/stream-reading.js';
import { TcpTransport } from '../../../src/engines/transports/tcp.js';
import { TcpSockets } from '../../../src/engines/transports/tcp-sockets.js';
import { freePort } from '../../support/loopback.js';
import {
  failure,
  hasIpv6,
  ManualClock,
  Opened,
  options,
  random,
  scheduler,
  TestSink,
  turns,
  until,
} from './support.js';

let clock: ManualClock;
let tcp: TcpTransport;
let opened: Opened;
let servers: Server[];
let sockets: Socket[];

beforeEach(() => {
  clock = new ManualClock();
  tcp = new TcpTransport(new TcpSockets(clock, scheduler, random));
  opened = new Opened();
  servers = [];
  sockets = [];
});

afterEach(async () => {
  await opened.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  jest.restoreAllMocks();
});

const never = new AbortController().signal;
const ipv6Test = hasIpv6 ? test : test.skip;

async function lastEndpoint(endpoint: string, changes: Partial<SocketOptionValues> = {}): Promise<string> {
  return (await opened.bind(tcp, endpoint, changes)).listener.endpoint;
}

describe('bind', () => {
  test.each([
    ['tcp://127.0.0.1:*', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
    ['tcp://127.0.0.1:0', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
    ['tcp://*:*', /^tcp:\/\/0\.0\.0\.0:[1-9]\d*$/],
    ['tcp://*:0', /^tcp:\/\/0\.0\.0\.0:[1-9]\d*$/],
    ['tcp://localhost:*', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
  ])('%s', async (endpoint, expected) => {
    expect(await lastEndpoint(endpoint)).toMatch(expected);
  });

  ipv6Test.each([
    ['tcp://*:*', /^tcp:\/\/\[::\]:[1-9]\d*$/],
    ['tcp://127.0.0.1:*', /^tcp:\/\/\[::ffff:127\.0\.0\.1\]:[1-9]\d*$/],
    ['tcp://[::1]:*', /^tcp:\/\/\[::1\]:[1-9]\d*$/],
    ['tcp://::1:*', /^tcp:\/\/\[::1\]:[1-9]\d*$/],
  ])('%s with ipv6', async (endpoint, expected) => {
    expect(await lastEndpoint(endpoint, { ipv6: true })).toMatch(expected);
  });

  const loopback = Object.entries(systemHostNames.interfaces()).find(([, list]) => list?.[0]?.address === '127.0.0.1');
  const loopbackTest = loopback === undefined ? test.skip : test;
  loopbackTest('the name of an interface', async () => {
    const name = loopback?.[0] ?? '';
    expect(await lastEndpoint(`tcp://${name}:*`)).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    if (hasIpv6) expect(await lastEndpoint(`tcp://${name}:*`, { ipv6: true })).toMatch(/^tcp:\/\/\[::1\]:\d+$/);
  });

  test('keeps a fixed port', async () => {
    const port = await freePort();
    expect(await lastEndpoint(`tcp://127.0.0.1:${port}`)).toBe(`tcp://127.0.0.1:${port}`);
  });

  test('refuses what is wrong before it touches the network, and after', async () => {
    const wrong = parseEndpoint('tcp://127.0.0.1:70000');
    expect(await failure(() => tcp.check(wrong, 'bind', options()))).toMatchObject({ code: 'InvalidEndpoint' });
    expect(await failure(() => tcp.check(wrong, 'connect', options()))).toMatchObject({ code: 'InvalidEndpoint' });
    expect(await failure(() => opened.bind(tcp, wrong.endpoint))).toMatchObject({ code: 'InvalidEndpoint' });
    expect(await failure(() => opened.connect(tcp, wrong.endpoint))).toMatchObject({ code: 'InvalidEndpoint' });
    tcp.check(parseEndpoint('tcp://*:*'), 'bind', options());
    tcp.check(parseEndpoint('tcp://nosuch.invalid:1'), 'connect', options());
  });

  test('an address in use is EADDRINUSE', async () => {
    const endpoint = await lastEndpoint('tcp://127.0.0.1:*');
    const error = await failure(() => opened.bind(tcp, endpoint));
    expect(error).toMatchObject({ code: 'AddrInUse', errno: 'EADDRINUSE', endpoint });
    expect(error.message).toContain(endpoint);
  });

  test('a foreign address is EADDRNOTAVAIL', async () => {
    expect(await failure(() => opened.bind(tcp, 'tcp://8.8.8.8:*'))).toMatchObject({
      code: 'AddrNotAvailable',
      errno: 'EADDRNOTAVAIL',
    });
  });

  test('an unknown interface or host is ENODEV', async () => {
    expect(await failure(() => opened.bind(tcp, 'tcp://nosuch.invalid:*'))).toMatchObject({ errno: 'ENODEV' });
    expect(await failure(() => opened.bind(tcp, 'tcp://nosuch9:*'))).toMatchObject({ errno: 'ENODEV' });
  });

  ipv6Test('a link-local address that is not assigned is EADDRNOTAVAIL, an unknown scope EINVAL', async () => {
    const ipv6 = true;
    const name = Object.keys(systemHostNames.interfaces())[0] ?? '';
    expect(await failure(() => opened.bind(tcp, `tcp://[fe80::dead%${name}]:*`, { ipv6 }))).toMatchObject({
      errno: 'EADDRNOTAVAIL',
    });
    expect(await failure(() => opened.bind(tcp, 'tcp://[fe80::1%nosuch9]:*', { ipv6 }))).toMatchObject({
      code: 'InvalidEndpoint',
    });
  });

  test('a wrong accept filter is refused', async () => {
    expect(await failure(() => opened.bind(tcp, 'tcp://127.0.0.1:*', { tcpAcceptFilter: ['x'] }))).toMatchObject({
      code: 'InvalidOptionValue',
    });
  });

  test('the same port a hundred times in a row', async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    for (let i = 0; i < 100; i++) {
      const { listener, events } = await opened.bind(tcp, endpoint);
      const client = await opened.connect(tcp, endpoint);
      // Every other time a connection is still there when the port is bound again.
      if (i % 2 === 0) (await events.next()).destroy();
      client.destroy();
      await listener.close();
    }
  });

  test.each<ReadMode>(['lent', 'chunks'])('close refuses new connections at once (%s)', async (reading) => {
    const transport = new TcpTransport(new TcpSockets(clock, scheduler, random, systemHostNames, reading));
    const { listener, events } = await opened.bind(transport, 'tcp://127.0.0.1:*');
    await opened.connect(transport, listener.endpoint);
    (await events.next()).start(new TestSink());
    await listener.close();
    expect(await failure(() => opened.connect(transport, listener.endpoint))).toMatchObject({
      code: 'ConnectionRefused',
    });
  });

  test('an accept that fails is told, and the listener goes on', async () => {
    const original = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server;
    const listening: Server[] = [];
    jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
      listening.push(this);
      return original.apply(this, args);
    });
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const server = listening[0]!;
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
    expect(events.failures).toMatchObject([{ code: 'IoError', errno: 'EMFILE', endpoint: listener.endpoint }]);
    await opened.connect(tcp, listener.endpoint);
    await events.next();
    await listener.close();
    server.emit('error', new Error('too late to matter'));
    expect(events.failures).toHaveLength(1);
  });

  test('goes on with IPv4 where the kernel has no IPv6', async () => {
    const original = Server.prototype.listen as (this: Server, ...args: unknown[]) => Server;
    const hosts: string[] = [];
    jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server, ...args: unknown[]) {
      const [{ host }] = args as [{ host: string }];
      hosts.push(host);
      if (!host.includes(':')) return original.apply(this, args);
      process.nextTick(() => this.emit('error', Object.assign(new Error('no IPv6'), { code: 'EAFNOSUPPORT' })));
      return this;
    });
    expect(await lastEndpoint('tcp://*:*', { ipv6: true })).toMatch(/^tcp:\/\/0\.0\.0\.0:\d+$/);
    expect(await lastEndpoint('tcp://127.0.0.1:*', { ipv6: true })).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    expect(hosts).toEqual(['::', '0.0.0.0', '::ffff:127.0.0.1', '127.0.0.1']);
    expect(await failure(() => lastEndpoint('tcp://[::1]:*', { ipv6: true }))).toMatchObject({ errno: 'EAFNOSUPPORT' });
  });
});

describe('who may connect', () => {
  test('a filter closes others at once, and says so', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*', { tcpAcceptFilter: ['10.0.0.0/8'] });
    const sink = new TestSink();
    (await opened.connect(tcp, listener.endpoint)).start(sink);
    await sink.closed.promise;
    expect(events.connections).toHaveLength(0);
    expect(events.failures).toMatchObject([{ code: 'PermissionDenied', endpoint: listener.endpoint }]);
    expect(events.failures[0]?.message).toContain('127.0.0.1');
  });

  test('a filter admits its networks', async () => {
    const tcpAcceptFilter = ['10.0.0.0/8', '127.0.0.0/8'];
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*', { tcpAcceptFilter });
    await opened.connect(tcp, listener.endpoint);
    await events.next();
  });

  ipv6Test('a filter knows an IPv4 peer of a listener on both families', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://*:*', { ipv6: true, tcpAcceptFilter: ['127.0.0.1'] });
    const port = listener.endpoint.split(':').at(-1);
    await opened.connect(tcp, `tcp://127.0.0.1:${port}`);
    const connection = await events.next();
    expect(connection.remoteAddress).toMatch(/^\[::ffff:127\.0\.0\.1\]:\d+$/);
    const sink = new TestSink();
    (await opened.connect(tcp, `tcp://[::1]:${port}`, { ipv6: true })).start(sink);
    await sink.closed.promise;
    expect(events.failures).toHaveLength(1);
  });
});

describe('connect', () => {
  test('by name', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    await opened.connect(tcp, listener.endpoint.replace('127.0.0.1', 'localhost'));
    await events.next();
  });

  ipv6Test('over IPv6, and by a name of both families to a listener on IPv4 only', async () => {
    const six = await opened.bind(tcp, 'tcp://[::1]:*', { ipv6: true });
    const client = await opened.connect(tcp, six.listener.endpoint, { ipv6: true });
    expect(client.remoteAddress).toMatch(/^\[::1\]:\d+$/);
    await six.events.next();

    const names: HostNames = { ...systemHostNames, lookup: async () => ['::1', '127.0.0.1'] };
    const named = new TcpTransport(new TcpSockets(clock, scheduler, random, names));
    const four = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const port = four.listener.endpoint.split(':').at(-1);
    await opened.connect(named, `tcp://both.example:${port}`, { ipv6: true });
    await four.events.next();
  });

  test('from a source address', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const port = await freePort();
    const target = listener.endpoint.slice('tcp://'.length);
    await opened.connect(tcp, `tcp://127.0.0.1:${port};${target}`);
    expect((await events.next()).remoteAddress).toBe(`127.0.0.1:${port}`);
    await opened.connect(tcp, `tcp://127.0.0.2:0;${target}`);
    expect((await events.next()).remoteAddress).toMatch(/^127\.0\.0\.2:\d+$/);
  });

  test('a source that is not ours, not there, or of the other family', async () => {
    expect(await failure(() => opened.connect(tcp, 'tcp://8.8.8.8:0;127.0.0.1:5'))).toMatchObject({
      code: 'AddrNotAvailable',
    });
    expect(await failure(() => opened.connect(tcp, 'tcp://nosuch9:0;127.0.0.1:5'))).toMatchObject({ errno: 'ENODEV' });
    const names: HostNames = { ...systemHostNames, lookup: async () => ['127.0.0.1'] };
    const named = new TcpTransport(new TcpSockets(clock, scheduler, random, names));
    expect(await failure(() => opened.connect(named, 'tcp://[::1]:0;four.example:5', { ipv6: true }))).toMatchObject({
      code: 'DnsResolutionFailed',
    });
  });

  test('refused', async () => {
    const endpoint = `tcp://127.0.0.1:${await freePort()}`;
    expect(await failure(() => opened.connect(tcp, endpoint))).toMatchObject({
      code: 'ConnectionRefused',
      errno: 'ECONNREFUSED',
      endpoint,
    });
  });

  test('a name that does not resolve', async () => {
    expect(await failure(() => opened.connect(tcp, 'tcp://nosuch.invalid:5555'))).toMatchObject({
      code: 'DnsResolutionFailed',
      fatal: false,
    });
  });

  test('names are resolved anew in each attempt', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const lookup = jest.fn<HostNames['lookup']>();
    lookup.mockRejectedValueOnce(Object.assign(new Error('not yet'), { code: 'EAI_AGAIN' }));
    lookup.mockResolvedValue(['127.0.0.1']);
    const named = new TcpTransport(new TcpSockets(clock, scheduler, random, { ...systemHostNames, lookup }));
    const endpoint = listener.endpoint.replace('127.0.0.1', 'soon.example');
    expect(await failure(() => opened.connect(named, endpoint))).toMatchObject({ errno: 'EAI_AGAIN' });
    await opened.connect(named, endpoint);
    await events.next();
    expect(lookup.mock.calls).toEqual([
      ['soon.example', false],
      ['soon.example', false],
    ]);
  });

  test('does not meet itself on a free port', async () => {
    const port = await freePort();
    const error = await failure(() => opened.connect(tcp, `tcp://127.0.0.1:${port};127.0.0.1:${port}`));
    expect(error).toMatchObject({ code: 'ConnectionRefused', errno: 'ECONNREFUSED' });
    await turns(20);
    await lastEndpoint(`tcp://127.0.0.1:${port}`);
  });

  test('aborted before it began', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const error = await failure(() => opened.connect(tcp, listener.endpoint, {}, AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'Aborted', name: 'AbortError', endpoint: listener.endpoint });
    const target = { host: '127.0.0.1', port: Number(listener.endpoint.split(':').at(-1)) };
    const limits = { signal: AbortSignal.abort(), clock, timeout: 0 };
    expect(await failure(() => dial(target, 'x', limits))).toMatchObject({ code: 'Aborted' });
    await turns(20);
    expect(events.connections).toHaveLength(0);
  });

  test('aborted while it connects: what is half made is closed', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const abort = new AbortController();
    const attempt = failure(() => opened.connect(tcp, listener.endpoint, { connectTimeout: 1000 }, abort.signal));
    while (clock.timers.size === 0) await Promise.resolve();
    abort.abort();
    expect(await attempt).toMatchObject({ code: 'Aborted' });
    expect(clock.timers.size).toBe(0);
    await turns(20);
    for (const connection of events.connections) {
      const sink = new TestSink();
      connection.start(sink);
      await sink.closed.promise;
    }
  });

  test('aborted while the name is looked up: the answer is not waited for', async () => {
    let answer: (addresses: string[]) => void = () => undefined;
    const lookup = (): Promise<string[]> =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const named = new TcpTransport(new TcpSockets(clock, scheduler, random, { ...systemHostNames, lookup }));
    const abort = new AbortController();
    const attempt = failure(() => opened.connect(named, 'tcp://slow.example:5555', {}, abort.signal));
    await turns(1);
    abort.abort();
    expect(await attempt).toMatchObject({ code: 'Aborted' });
    answer(['127.0.0.1']);
    await turns(5);
  });

  test('takes no longer than connectTimeout', async () => {
    const { listener } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const attempt = failure(() => opened.connect(tcp, listener.endpoint, { connectTimeout: 1234 }));
    while (clock.timers.size === 0) await Promise.resolve();
    expect([...clock.timers][0]?.delay).toBe(1234);
    clock.fire();
    expect(await attempt).toMatchObject({ code: 'Timeout', errno: 'ETIMEDOUT', endpoint: listener.endpoint });
  });

  test('stops the timer when it has connected, and sets none without connectTimeout', async () => {
    const { listener } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    await opened.connect(tcp, listener.endpoint, { connectTimeout: 1234 });
    expect(clock.timers.size).toBe(0);
    const after = jest.spyOn(clock, 'after');
    await opened.connect(tcp, listener.endpoint);
    expect(after).not.toHaveBeenCalled();
  });

  test('a target that Node refuses rejects, and does not throw', async () => {
    const limits = { signal: never, clock, timeout: 0 };
    expect(await failure(() => dial({ host: '127.0.0.1', port: 99999 }, 'tcp://x', limits))).toMatchObject({
      code: 'IoError',
      endpoint: 'tcp://x',
    });
  });
});

test('TCP_NODELAY is on', async () => {
  const created = jest.spyOn(Socket.prototype, 'setNoDelay');
  const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
  await opened.connect(tcp, listener.endpoint);
  await events.next();
  expect(created).toHaveBeenCalledWith(true);
});

describe('a peer that goes', () => {
  test.each<ReadMode>(['lent', 'chunks'])('a reset is an error, told once (%s)', async (reading) => {
    const transport = new TcpTransport(new TcpSockets(clock, scheduler, random, systemHostNames, reading));
    const { listener, events } = await opened.bind(transport, 'tcp://127.0.0.1:*');
    const port = Number(listener.endpoint.split(':').at(-1));
    const socket = netConnect({ host: '127.0.0.1', port });
    sockets.push(socket);
    const connection = await events.next();
    const sink = new TestSink();
    connection.start(sink);
    socket.write('x');
    await until(() => sink.received === 1);
    socket.resetAndDestroy();
    const error = await sink.closed.promise;
    expect(error).toMatchObject({ code: 'ConnectionClosed', errno: 'ECONNRESET', endpoint: listener.endpoint });
    expect(error?.message).toContain(connection.remoteAddress);
    expect(connection.write([Buffer.from('x')])).toBe(false);
    await turns(20);
    expect(sink.closedCount).toBe(1);
  });

  test('a reset while a write is pending owes no onDrained', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const socket = netConnect({ host: '127.0.0.1', port: Number(listener.endpoint.split(':').at(-1)) });
    sockets.push(socket);
    socket.pause();
    const connection = await events.next();
    const sink = new TestSink();
    connection.start(sink);
    expect(connection.write([Buffer.alloc(32 << 20)])).toBe(false);
    await turns(5);
    socket.resetAndDestroy();
    expect(await sink.closed.promise).toMatchObject({ code: 'ConnectionClosed' });
    expect(sink.drained).toBe(0);
  });

  test('a reset before start is told after it', async () => {
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*');
    const socket = netConnect({ host: '127.0.0.1', port: Number(listener.endpoint.split(':').at(-1)) });
    sockets.push(socket);
    const connection = await events.next();
    socket.resetAndDestroy();
    await turns(20);
    const sink = new TestSink();
    sink.during(() => connection.start(sink));
    expect(await sink.closed.promise).toMatchObject({ code: 'ConnectionClosed' });
    expect(sink.calledInside).toBe(false);
  });
});

/** The keep-alive timer of a tcp connection as the kernel has it, in 1/100 s; `undefined` when there is none. */
function keepAliveTimer(localPort: number, remotePort: number): number | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, remote]) => local?.endsWith(`:${hex(localPort)}`) && remote?.endsWith(`:${hex(remotePort)}`));
  const [kind, left = ''] = row?.[5]?.split(':') ?? [];
  return kind === '02' ? Number.parseInt(left, 16) : undefined;
}

(process.platform === 'linux' ? describe : describe.skip)('keep-alive', () => {
  test.each([
    [-1, -1, undefined],
    [0, 7, undefined],
    [1, 7, 700],
    [1, -1, 720_000],
  ])('tcpKeepalive %s with tcpKeepaliveIdle %s', async (tcpKeepalive, tcpKeepaliveIdle, expected) => {
    const changes = { tcpKeepalive, tcpKeepaliveIdle };
    const { listener, events } = await opened.bind(tcp, 'tcp://127.0.0.1:*', changes);
    const client = await opened.connect(tcp, listener.endpoint, changes);
    await events.next();
    const [near, far] = [client.localAddress, client.remoteAddress].map((text) => Number(text.split(':')[1]));
    for (const timer of [keepAliveTimer(near!, far!), keepAliveTimer(far!, near!)]) {
      if (expected === undefined) expect(timer).toBeUndefined();
      else expect(timer).toBeGreaterThan(expected * 0.7);
      if (expected === 700) expect(timer).toBeLessThanOrEqual(expected);
    }
  });
});
