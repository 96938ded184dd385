import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Certificate, Context, curveKeyPair, type ReqSocket, type SocketEvent, type SocketOptionsInit } from 'rzmq';
import { certificates, PyzmqProcess, pythonOfPyzmq } from './pyzmq.js';

let python: string;
let folder: string;

beforeAll(async () => {
  python = pythonOfPyzmq();
  folder = await mkdtemp(join(tmpdir(), 'rzmq-pyzmq-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('files of certificates', () => {
  it('that pyzmq has made are read', async () => {
    const [publicFile, secretFile] = certificates(python, 'make', folder, 'theirs') as [string, string];
    const certificate = await Certificate.load(secretFile);
    expect(certificate.metadata).toEqual({ name: 'Joe User', mail: 'joe@example.com' });
    expect(certificates(python, 'load', secretFile)).toEqual([certificate.publicKey, certificate.secretKey]);
    expect((await Certificate.load(publicFile)).publicKey).toBe(certificate.publicKey);
  });

  it('that we have made are read by pyzmq', async () => {
    const certificate = Certificate.generate({ name: `Joe "#" User`, other: "it's" });
    const { publicFile, secretFile } = await certificate.save(join(folder, 'ours'));
    expect(certificates(python, 'load', publicFile)).toEqual([certificate.publicKey, null]);
    expect(certificates(python, 'load', secretFile as string)).toEqual([certificate.publicKey, certificate.secretKey]);
  });
});

describe("our clients, authenticated by pyzmq's ThreadAuthenticator", () => {
  const server = Certificate.generate();
  const known = Certificate.generate();
  let pyzmq: PyzmqProcess | undefined;
  let context: Context;

  beforeAll(async () => {
    await mkdir(join(folder, 'clients'));
    await server.save(join(folder, 'server'));
    await known.publicPart.save(join(folder, 'clients', 'known'));
  });

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0, reconnectInterval: 10 } });
  });

  afterEach(async () => {
    await context.term();
    await pyzmq?.kill();
    pyzmq = undefined;
  });

  async function start(addresses: { allow?: string[]; deny?: string[] } = {}): Promise<PyzmqProcess> {
    pyzmq = await PyzmqProcess.start(python, {
      ...addresses,
      users: { admin: 'secret' },
      certificates: join(folder, 'clients'),
      server: join(folder, 'server.key_secret'),
    });
    return pyzmq;
  }

  const curve = ({
    publicKey,
    secretKey,
  }: {
    publicKey: string;
    secretKey?: string | undefined;
  }): SocketOptionsInit => ({
    curveServerKey: server.publicKey,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
  });

  async function connect(endpoint: string, options: SocketOptionsInit): Promise<[ReqSocket, Promise<SocketEvent>]> {
    const req = context.socket('REQ', options);
    const verdict = new Promise<SocketEvent>((resolve) => {
      for (const type of ['handshake', 'handshake:error:auth', 'handshake:error:other'] as const) {
        req.events.once(type, resolve);
      }
    });
    await req.connect(endpoint);
    return [req, verdict];
  }

  type Way = 'NULL' | 'PLAIN' | 'CURVE';
  const RIGHT: Readonly<Record<Way, SocketOptionsInit>> = {
    NULL: {},
    PLAIN: { plainUsername: 'admin', plainPassword: 'secret' },
    CURVE: curve(known),
  };

  it.each<Way>(['NULL', 'PLAIN', 'CURVE'])('%s: are let in, and talk', async (mechanism) => {
    const { endpoints } = await start({ allow: ['127.0.0.1'] });
    const [req, verdict] = await connect(endpoints[mechanism], RIGHT[mechanism]);
    expect((await verdict).type).toBe('handshake');
    for (const text of ['first', 'second', 'x'.repeat(100_000)]) {
      await req.send([text, 'frame']);
      expect((await req.recvMultipart()).map(String)).toEqual([text, 'frame']);
    }
  });

  it.each<Way>(['NULL', 'PLAIN', 'CURVE'])('%s: are refused by address', async (mechanism) => {
    const { endpoints } = await start({ deny: ['127.0.0.1'] });
    const [, verdict] = await connect(endpoints[mechanism], RIGHT[mechanism]);
    expect(await verdict).toMatchObject({
      type: 'handshake:error:auth',
      error: { code: 'AuthenticationFailure', detail: 400 },
    });
  });

  it.each<[Way, string, SocketOptionsInit]>([
    ['PLAIN', 'a wrong password', { plainUsername: 'admin', plainPassword: 'Secret' }],
    ['PLAIN', 'an unknown user', { plainUsername: 'nobody', plainPassword: 'secret' }],
    ['CURVE', 'an unknown key', curve(curveKeyPair())],
  ])('%s: are refused with %s', async (mechanism, _, options) => {
    const { endpoints } = await start();
    const [, verdict] = await connect(endpoints[mechanism], options);
    expect(await verdict).toMatchObject({
      type: 'handshake:error:auth',
      error: { code: 'AuthenticationFailure', detail: 400 },
    });
  });
});
