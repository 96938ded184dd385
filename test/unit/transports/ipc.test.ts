import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { IpcTransport } from '../../../src/engines/transports/ipc.js';
import { failure, ManualClock, Opened, options, random, scheduler, TestSink, until } from './support.js';

const ipc = new IpcTransport(new ManualClock(), scheduler, random);
const onLinux = process.platform === 'linux' ? describe : describe.skip;
const ENVIRONMENT = ['TMPDIR', 'TEMPDIR', 'TMP'] as const;

let directory: string;
let opened: Opened;
let environment: Partial<Record<string, string>>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rzmq-'));
  opened = new Opened();
  environment = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  for (const name of ENVIRONMENT) Reflect.deleteProperty(process.env, name);
});

afterEach(async () => {
  await opened.close();
  for (const name of ENVIRONMENT) {
    const value = environment[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  rmSync(directory, { recursive: true, force: true });
});

/** Connects, and sees that it is this listener's connection. */
async function works(endpoint: string, events: { next(): Promise<unknown> }): Promise<void> {
  await opened.connect(ipc, endpoint);
  await events.next();
}

function check(address: string, platform: NodeJS.Platform = 'linux'): void {
  const transport = new IpcTransport(new ManualClock(), scheduler, random, platform);
  transport.check(parseEndpoint(`ipc://${address}`), 'bind', options());
}

describe('the path', () => {
  test('may have 107 bytes, and not more', async () => {
    check('x'.repeat(107));
    check(`@${'x'.repeat(106)}`);
    for (const path of ['x'.repeat(108), 'ö'.repeat(54), `@${'x'.repeat(107)}`]) {
      const error = await failure(() => check(path));
      expect(error).toMatchObject({ code: 'InvalidEndpoint', errno: 'ENAMETOOLONG' });
      expect(error.message).toContain('107');
    }
    expect(await failure(() => opened.bind(ipc, `ipc://${'x'.repeat(108)}`))).toMatchObject({ errno: 'ENAMETOOLONG' });
    expect(await failure(() => opened.connect(ipc, `ipc://${'x'.repeat(108)}`))).toMatchObject({
      errno: 'ENAMETOOLONG',
    });
  });

  test('has less room on other systems, and no abstract names', async () => {
    check('x'.repeat(103), 'darwin');
    expect(await failure(() => check('x'.repeat(104), 'darwin'))).toMatchObject({ errno: 'ENAMETOOLONG' });
    expect(await failure(() => check('@name', 'darwin'))).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL' });
  });

  test('is refused with a zero byte, and as @ alone', async () => {
    expect(await failure(() => check('a\0b'))).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL' });
    expect(await failure(() => check('@'))).toMatchObject({ code: 'InvalidEndpoint', errno: 'EINVAL' });
  });

  test('does not exist on Windows', async () => {
    const error = await failure(() => check('x', 'win32'));
    expect(error).toMatchObject({ code: 'UnsupportedTransport', errno: 'EPROTONOSUPPORT', fatal: true });
  });
});

describe('bind', () => {
  test('keeps the endpoint as it was given, relative paths too', async () => {
    const endpoint = `ipc://${directory}/s`;
    const { listener, events } = await opened.bind(ipc, endpoint);
    expect(listener.endpoint).toBe(endpoint);
    await works(endpoint, events);

    const relative = `ipc://rzmq-test-${process.pid}.sock`;
    const other = await opened.bind(ipc, relative);
    expect(other.listener.endpoint).toBe(relative);
    await works(relative, other.events);
    await other.listener.close();
    expect(existsSync(relative.slice(6))).toBe(false);
  });

  test('removes the file again when it closes', async () => {
    const { listener } = await opened.bind(ipc, `ipc://${directory}/s`);
    expect(lstatSync(`${directory}/s`).isSocket()).toBe(true);
    await listener.close();
    expect(existsSync(`${directory}/s`)).toBe(false);
    await opened.bind(ipc, `ipc://${directory}/s`);
  });

  test('closes without its file as well', async () => {
    const { listener } = await opened.bind(ipc, `ipc://${directory}/s`);
    rmSync(`${directory}/s`);
    await listener.close();
  });

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'stale')],
    ['a dangling link', (path: string) => symlinkSync(`${path}.nowhere`, path)],
    ['a link to a directory', (path: string) => symlinkSync(tmpdir(), path)],
  ])('replaces %s', async (_name, make) => {
    make(`${directory}/s`);
    const { listener, events } = await opened.bind(ipc, `ipc://${directory}/s`);
    await works(listener.endpoint, events);
  });

  test('replaces the socket that a dead process left', async () => {
    // Node unlinks by name: a server whose file was moved leaves the file behind.
    const dead: Server = createServer();
    await new Promise<void>((resolve) => dead.listen(`${directory}/dead`, resolve));
    const { renameSync } = await import('node:fs');
    renameSync(`${directory}/dead`, `${directory}/s`);
    await new Promise((resolve) => dead.close(resolve));
    expect(lstatSync(`${directory}/s`).isSocket()).toBe(true);
    expect(await failure(() => opened.connect(ipc, `ipc://${directory}/s`))).toMatchObject({
      code: 'ConnectionRefused',
    });
    const { listener, events } = await opened.bind(ipc, `ipc://${directory}/s`);
    await works(listener.endpoint, events);
  });

  test('takes a path over from a live listener, whose close leaves it alone', async () => {
    const endpoint = `ipc://${directory}/s`;
    const old = await opened.bind(ipc, endpoint);
    const client = await opened.connect(ipc, endpoint);
    const kept = await old.events.next();
    const sink = new TestSink();
    kept.start(sink);
    client.start(new TestSink());

    const taken = await opened.bind(ipc, endpoint);
    await works(endpoint, taken.events);
    await old.listener.close();
    await works(endpoint, taken.events);
    expect(old.events.connections).toHaveLength(1);
    client.write([Buffer.from('still here')]);
    await until(() => sink.received === 10);
    await taken.listener.close();
    expect(existsSync(`${directory}/s`)).toBe(false);
  });

  test('a missing directory is ENOENT', async () => {
    const endpoint = `ipc://${directory}/no/s`;
    expect(await failure(() => opened.bind(ipc, endpoint))).toMatchObject({ errno: 'ENOENT', endpoint });
  });

  test('a file where a directory should be is ENOTDIR', async () => {
    writeFileSync(`${directory}/file`, '');
    const endpoint = `ipc://${directory}/file/s`;
    expect(await failure(() => opened.bind(ipc, endpoint))).toMatchObject({ code: 'IoError', errno: 'ENOTDIR' });
  });

  test('a directory is EADDRINUSE', async () => {
    mkdirSync(`${directory}/d`);
    const error = await failure(() => opened.bind(ipc, `ipc://${directory}/d`));
    expect(error).toMatchObject({ code: 'AddrInUse', errno: 'EADDRINUSE' });
    expect(existsSync(`${directory}/d`)).toBe(true);
  });
});

describe('bind to *', () => {
  test.each(ENVIRONMENT)('makes a private directory in %s, and removes it', async (name) => {
    process.env[name] = directory;
    const { listener, events } = await opened.bind(ipc, 'ipc://*');
    expect(listener.endpoint).toMatch(/^ipc:\/\/.*\/tmp[^/]{6}\/socket$/);
    const path = listener.endpoint.slice(6);
    expect(dirname(dirname(path))).toBe(directory);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await works(listener.endpoint, events);
    await listener.close();
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('takes the first that exists', async () => {
    process.env['TMPDIR'] = `${directory}/nosuch`;
    process.env['TEMPDIR'] = directory;
    process.env['TMP'] = '/';
    const { listener } = await opened.bind(ipc, 'ipc://*');
    expect(listener.endpoint.startsWith(`ipc://${directory}/tmp`)).toBe(true);
  });

  test('is relative to the current directory without any', async () => {
    const { listener, events } = await opened.bind(ipc, 'ipc://*');
    expect(listener.endpoint).toMatch(/^ipc:\/\/tmp[^/]{6}\/socket$/);
    await works(listener.endpoint, events);
    await listener.close();
    expect(existsSync(dirname(listener.endpoint.slice(6)))).toBe(false);
  });

  test('leaves what somebody else put into the directory', async () => {
    process.env['TMPDIR'] = directory;
    const { listener } = await opened.bind(ipc, 'ipc://*');
    const other = join(dirname(listener.endpoint.slice(6)), 'other');
    writeFileSync(other, '');
    await listener.close();
    expect(existsSync(other)).toBe(true);
  });

  test('leaves nothing when the path gets too long', async () => {
    const long = join(directory, 'x'.repeat(90));
    mkdirSync(long);
    process.env['TMPDIR'] = long;
    expect(await failure(() => opened.bind(ipc, 'ipc://*'))).toMatchObject({ errno: 'ENAMETOOLONG' });
    const { readdirSync } = await import('node:fs');
    expect(readdirSync(long)).toEqual([]);
  });

  test('says why it cannot make a directory', async () => {
    writeFileSync(`${directory}/file`, '');
    process.env['TMPDIR'] = `${directory}/file`;
    expect(await failure(() => opened.bind(ipc, 'ipc://*'))).toMatchObject({ code: 'IoError', errno: 'ENOTDIR' });
  });
});

onLinux('an abstract name', () => {
  const endpoint = `ipc://@rzmq-test-${process.pid}`;

  test('is no file, is in use once, and is free after close', async () => {
    const { listener, events } = await opened.bind(ipc, endpoint);
    expect(listener.endpoint).toBe(endpoint);
    await works(endpoint, events);
    expect(existsSync(endpoint.slice(6))).toBe(false);
    expect(await failure(() => opened.bind(ipc, endpoint))).toMatchObject({ code: 'AddrInUse', errno: 'EADDRINUSE' });
    await listener.close();
    await opened.bind(ipc, endpoint);
  });

  test('that nobody has is refused', async () => {
    expect(await failure(() => opened.connect(ipc, `${endpoint}-nobody`))).toMatchObject({ code: 'ConnectionRefused' });
  });
});

describe('connect', () => {
  test('to a path that is not there is ENOENT', async () => {
    const endpoint = `ipc://${directory}/none`;
    expect(await failure(() => opened.connect(ipc, endpoint))).toMatchObject({ errno: 'ENOENT', endpoint });
  });

  test('takes * as a path', async () => {
    expect(await failure(() => opened.connect(ipc, 'ipc://*'))).toMatchObject({ errno: 'ENOENT' });
  });

  test('can be given up', async () => {
    await opened.bind(ipc, `ipc://${directory}/s`);
    const abort = new AbortController();
    const attempt = failure(() => opened.connect(ipc, `ipc://${directory}/s`, {}, abort.signal));
    abort.abort();
    expect(await attempt).toMatchObject({ code: 'Aborted' });
  });
});
