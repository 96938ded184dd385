import { existsSync, mkdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ZmqErrorCode } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { receive, useGround } from '../support/spec-ground.js';
import { ipcPath } from '../support/spec-transports.js';

const LINUX = process.platform === 'linux';
const IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const linuxTest = LINUX ? test : test.skip;
const ipv6Test = IPV6 ? test : test.skip;

describe('endpoints of any transport', () => {
  const ground = useGround();

  test.each(['', 'nothing', '://', 'tcp://', '://127.0.0.1:5555', 'tcp:/127.0.0.1:5555', 'ipc://', 'inproc://'])(
    '%j SHALL be refused: it is not scheme://address',
    async (endpoint) => {
      const socket = ground.socket('PAIR');
      await rejected(socket.bind(endpoint), 'InvalidEndpoint', 'EINVAL', endpoint);
      await rejected(socket.connect(endpoint), 'InvalidEndpoint', 'EINVAL', endpoint);
      await rejected(socket.unbind(endpoint), 'InvalidEndpoint', 'EINVAL', endpoint);
      await rejected(socket.disconnect(endpoint), 'InvalidEndpoint', 'EINVAL', endpoint);
    },
  );

  test.each([undefined, null, 5555, {}, Buffer.from('tcp://127.0.0.1:0')])(
    '%p SHALL be refused: it is no text',
    async (endpoint) => {
      const socket = ground.socket('PAIR');
      await rejected(socket.bind(endpoint as never), 'InvalidEndpoint', 'EINVAL');
      await rejected(socket.connect(endpoint as never), 'InvalidEndpoint', 'EINVAL');
    },
  );

  test.each(['TCP://127.0.0.1:5555', 'Ipc:///tmp/x', 'udp://127.0.0.1:5555', 'pgm://eth0;239.0.0.1:5555', 'foo://bar'])(
    '%j SHALL be refused: there is no such transport, and schemes are in lower case',
    async (endpoint) => {
      const socket = ground.socket('PAIR');
      for (const call of [socket.bind(endpoint), socket.connect(endpoint), socket.unbind(endpoint)]) {
        const { message } = await rejected(call, 'UnsupportedTransport', 'EPROTONOSUPPORT');
        expect(message).toContain(endpoint.split(':')[0]);
      }
    },
  );

  test('LAST_ENDPOINT SHALL be empty first, then the real one of the last bind, or that of the last connect as given', async () => {
    const socket = ground.socket('DEALER');
    expect([socket.lastEndpoint, socket.options.lastEndpoint]).toEqual(['', '']);
    const bound = await socket.bind('tcp://127.0.0.1:*');
    expect(bound).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(socket.lastEndpoint).toBe(bound);
    await socket.connect('tcp://localhost:5555');
    expect(socket.lastEndpoint).toBe('tcp://localhost:5555');
    await socket.bind('inproc://last');
    expect(socket.lastEndpoint).toBe('inproc://last');
  });
});

describe('tcp endpoints to bind', () => {
  const ground = useGround();

  test.each([
    ['tcp://127.0.0.1:*', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
    ['tcp://127.0.0.1:0', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
    ['tcp://*:*', /^tcp:\/\/0\.0\.0\.0:[1-9]\d*$/],
    ['tcp://localhost:0', /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/],
  ])('%s SHALL listen on a free port', async (endpoint, real) => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const bound = await pull.bind(endpoint);
    expect(bound).toMatch(real);
    await push.connect(bound.replace('0.0.0.0', '127.0.0.1'));
    await push.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
  });

  linuxTest('the name of a network interface SHALL stand for its address', async () => {
    expect(await ground.socket('PULL').bind('tcp://lo:*')).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
  });

  ipv6Test('with IPV6 a wildcard SHALL serve both families', async () => {
    const pull = ground.socket('PULL', { ipv6: true });
    const bound = await pull.bind('tcp://*:*');
    expect(bound).toMatch(/^tcp:\/\/\[::\]:\d+$/);
    const port = bound.slice(bound.lastIndexOf(':') + 1);
    const [four, six] = [ground.socket('PUSH'), ground.socket('PUSH', { ipv6: true })];
    await four.connect(`tcp://127.0.0.1:${port}`);
    await four.send('4');
    expect(await receive(pull)).toEqual(['4']);
    await six.connect(`tcp://[::1]:${port}`);
    await six.send('6');
    expect(await receive(pull)).toEqual(['6']);
  });

  test.each<[string, ZmqErrorCode, string]>([
    ['tcp://127.0.0.1', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:abc', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:65536', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:70000', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:-1', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://127.0.0.1:12x', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://[::1:5555', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://[::1%0]:5555', 'InvalidEndpoint', 'EINVAL'],
    ['tcp://:5999', 'EndpointResolutionFailed', 'ENODEV'],
    ['tcp://nosuchinterface9:5999', 'EndpointResolutionFailed', 'ENODEV'],
    ['tcp://[::1]:5999', 'EndpointResolutionFailed', 'ENODEV'],
    ['tcp://192.0.2.1:5999', 'AddrNotAvailable', 'EADDRNOTAVAIL'],
  ])('%s SHALL be refused with %s (%s)', async (endpoint, code, errno) => {
    const socket = ground.socket('PULL');
    await rejected(socket.bind(endpoint), code, errno, endpoint);
    expect(socket.lastEndpoint).toBe('');
  });

  test('a port in use SHALL be refused', async () => {
    const bound = await ground.socket('PULL').bind('tcp://127.0.0.1:*');
    await rejected(ground.socket('PULL').bind(bound), 'AddrInUse', 'EADDRINUSE', bound);
  });

  test('unbind SHALL take the endpoint as it is, and no other spelling of it', async () => {
    const pull = ground.socket('PULL');
    const bound = await pull.bind('tcp://*:*');
    const port = bound.slice(bound.lastIndexOf(':') + 1);
    for (const other of [`tcp://*:${port}`, `tcp://127.0.0.1:${port}`]) {
      await rejected(pull.unbind(other), 'EndpointNotFound', 'ENOENT', other);
    }
    await pull.unbind(`tcp://0.0.0.0:${port}`);
  });
});

describe('tcp endpoints to connect', () => {
  const ground = useGround();

  test.each([
    'tcp://127.0.0.1:5555',
    'tcp://localhost:5555',
    'tcp://nosuch.invalid:5555',
    'tcp://lo:5555',
    'tcp://:5555',
    'tcp://127.0.0.1:0;127.0.0.1:5555',
  ])('%s SHALL be accepted, whether or not it can be reached', async (endpoint) => {
    const push = ground.socket('PUSH');
    await push.connect(endpoint);
    expect(push.lastEndpoint).toBe(endpoint);
    await push.disconnect(endpoint);
  });

  test.each([
    'tcp://*:5555',
    'tcp://127.0.0.1:*',
    'tcp://127.0.0.1',
    'tcp://127.0.0.1:',
    'tcp://127.0.0.1:abc',
    'tcp://127.0.0.1:0',
    'tcp://127.0.0.1:70000',
    'tcp://127.0.0.1:5555abc',
    'tcp://127.0.0.1:5555/path',
    'tcp://a b:5555',
    'tcp://user@host:5555',
    'tcp://-host:5555',
    'tcp://_host:5555',
    'tcp://;127.0.0.1:5555',
  ])('%s SHALL be refused', async (endpoint) => {
    const push = ground.socket('PUSH');
    await rejected(push.connect(endpoint), 'InvalidEndpoint', 'EINVAL', endpoint);
    expect(push.lastEndpoint).toBe('');
  });

  test('a host name SHALL be resolved, and a source address be used', async () => {
    const pull = ground.socket('PULL');
    const bound = await pull.bind('tcp://127.0.0.1:*');
    const port = bound.slice(bound.lastIndexOf(':') + 1);
    const source = LINUX ? '127.0.0.2' : '127.0.0.1';
    for (const endpoint of [`tcp://localhost:${port}`, `tcp://${source}:0;127.0.0.1:${port}`]) {
      const push = ground.socket('PUSH');
      await push.connect(endpoint);
      await push.send('hello');
      const { metadata } = await pull.recv();
      if (endpoint.includes(';')) expect(metadata?.address).toContain(`${source}:`);
      const { endpoint: told } = await ground.log(push).nth('handshake');
      expect(told).toBe(endpoint);
    }
  });

  test('disconnect SHALL take the endpoint as it was given', async () => {
    const push = ground.socket('PUSH');
    await push.connect('tcp://127.0.0.1:5555');
    await rejected(push.disconnect('tcp://127.0.0.1:5556'), 'EndpointNotFound', 'ENOENT', 'tcp://127.0.0.1:5556');
    await push.disconnect('tcp://127.0.0.1:5555');
  });

  test('a name that does not resolve SHALL be tried again and again', async () => {
    const push = ground.socket('PUSH');
    await push.connect('tcp://nosuch.invalid:5555');
    const { error } = await ground.log(push).nth('connect:retry', 2);
    expect(error?.code).toBe('DnsResolutionFailed');
    // As with libzmq: nothing was opened, so there is nothing to wait for and nothing to close.
    expect(new Set(ground.log(push).types)).toEqual(new Set(['connect:retry']));
  });
});

describe('ipc endpoints', () => {
  const ground = useGround();
  const made: string[] = [];
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  const path = (): string => {
    const fresh = ipcPath();
    made.push(fresh);
    return fresh;
  };

  test('bind SHALL make a socket file, and take over a file that is there', async () => {
    const file = path();
    writeFileSync(file, 'left over');
    const [first, second, push] = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PUSH')];
    expect(await first.bind(`ipc://${file}`)).toBe(`ipc://${file}`);
    expect(statSync(file).isSocket()).toBe(true);
    await second.bind(`ipc://${file}`);
    await push.connect(`ipc://${file}`);
    await push.send('to the newer');
    expect(await receive(second)).toEqual(['to the newer']);
    await first.close();
    const late = ground.socket('PUSH');
    await late.connect(`ipc://${file}`);
    await late.send('still there');
    expect(await receive(second)).toEqual(['still there']);
  });

  linuxTest('* SHALL be a new private path, that is removed again', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = tmpdir();
    let bound: string;
    try {
      bound = await pull.bind('ipc://*');
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    const file = bound.slice('ipc://'.length);
    expect(file).toMatch(/\/tmp[^/]{6}\/socket$/);
    expect(statSync(file.slice(0, -'/socket'.length)).mode & 0o777).toBe(0o700);
    await push.connect(bound);
    await push.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
    await pull.unbind(bound);
    expect(existsSync(file.slice(0, -'/socket'.length))).toBe(false);
  });

  linuxTest('@name SHALL be an abstract name, which is not a file and is used once', async () => {
    const endpoint = `ipc://@rzmq-${process.pid}`;
    const [pull, other, push] = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PUSH')];
    expect(await pull.bind(endpoint)).toBe(endpoint);
    await rejected(other.bind(endpoint), 'AddrInUse', 'EADDRINUSE', endpoint);
    await push.connect(endpoint);
    await push.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
    await rejected(other.bind('ipc://@'), 'InvalidEndpoint', 'EINVAL', 'ipc://@');
    await rejected(other.connect('ipc://@'), 'InvalidEndpoint', 'EINVAL', 'ipc://@');
  });

  linuxTest('a path of more than 107 bytes SHALL be refused', async () => {
    const longest = `ipc://${`${tmpdir()}/rz${process.pid}-`.padEnd(107, 'x')}`;
    const endpoint = `${longest}x`;
    await rejected(ground.socket('PULL').bind(endpoint), 'InvalidEndpoint', 'ENAMETOOLONG', endpoint);
    await rejected(ground.socket('PULL').connect(endpoint), 'InvalidEndpoint', 'ENAMETOOLONG', endpoint);
    made.push(longest.slice('ipc://'.length));
    expect(await ground.socket('PULL').bind(longest)).toBe(longest);
  });

  test('a path in a directory that is missing, and a directory, SHALL be refused', async () => {
    const directory = path();
    mkdirSync(directory);
    const missing = `ipc://${directory}/none/s`;
    const error = await ground
      .socket('PULL')
      .bind(missing)
      .catch((cause: unknown) => cause as Error & { errno: string });
    expect(error).toMatchObject({ errno: 'ENOENT', endpoint: missing });
    await rejected(ground.socket('PULL').bind(`ipc://${directory}`), 'AddrInUse', 'EADDRINUSE', `ipc://${directory}`);
    rmdirSync(directory);
  });

  test('connect SHALL be possible before there is a file', async () => {
    const endpoint = `ipc://${path()}`;
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await push.connect(endpoint);
    await push.send('waiting');
    await ground.log(push).nth('connect:retry');
    await pull.bind(endpoint);
    expect(await receive(pull)).toEqual(['waiting']);
  });
});
