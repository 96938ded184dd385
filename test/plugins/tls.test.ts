import { afterEach, describe, expect, it } from '@jest/globals';
import { Authenticator, type Context, curveKeyPair, type SocketOptionsInit, SocketType } from 'rzmq';
import { type TlsSettings, tls } from 'rzmq/tls';
import { ONE_SIDED, pem, TLS_SETTINGS } from '../support/certificates.js';
import { rejected, thrown } from '../support/spec-errors.js';
import { EventLog } from '../support/spec-events.js';
import { receive, useGround } from '../support/spec-ground.js';
import { frame, greeting, property, RawPeers, ready } from '../support/spec-raw-peer.js';

const ground = useGround();
const raw = new RawPeers();
afterEach(() => raw.close());

function context(settings: TlsSettings, options: { authenticator?: Authenticator } = {}): Context {
  return ground.another({ modules: [tls(settings)], defaults: { linger: 0, reconnectInterval: 10 }, ...options });
}

/** A server that asks for certificates. */
async function server(
  options?: SocketOptionsInit,
  settings = TLS_SETTINGS,
  more: { authenticator?: Authenticator } = {},
) {
  const pull = context(settings, more).socket(SocketType.Pull, options);
  const log = new EventLog(pull);
  return { pull, log, endpoint: await pull.bind('tls://127.0.0.1:0') };
}

function client(settings: TlsSettings['client'], options?: SocketOptionsInit) {
  const push = context({ client: settings }).socket(SocketType.Push, options);
  return { push, log: new EventLog(push) };
}

const ALICE = TLS_SETTINGS.client;
const { ca } = ALICE as { ca: Buffer };

describe('mutual TLS', () => {
  it('says of each message who has sent it', async () => {
    const { pull, log, endpoint } = await server();
    const alice = client(ALICE);
    await alice.push.connect(endpoint);
    await alice.push.send('x');
    const { peer } = await pull.recv();
    expect([peer?.userId, peer?.get('User-Id'), peer?.get('tls-subject')]).toEqual([
      'alice',
      'alice',
      // One comma is part of a name.
      'O=Example\\, Inc.,CN=alice',
    ]);
    expect(peer?.get('tls-fingerprint')).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect((await log.nth('handshake')).peer).toBe(peer);
    const theirs = (await alice.log.nth('handshake')).peer;
    expect([theirs?.userId, theirs?.get('tls-subject')]).toEqual([
      'server.example',
      'O=rzmq examples,CN=server.example',
    ]);
  });

  it('lets nobody say so who has no certificate', async () => {
    const { pull, endpoint } = await server(undefined, ONE_SIDED);
    const mallory = client({ ca }, { metadata: ['X-tls-subject:CN=alice', 'X-user-id:alice'] });
    await mallory.push.connect(endpoint);
    await mallory.push.send('x');
    const { peer } = await pull.recv();
    expect([peer?.userId, peer?.has('tls-subject'), peer?.has('user-id')]).toEqual([undefined, false, false]);
  });

  it('is not to be had by saying so in READY, over whatever transport', async () => {
    const pull = ground.socket('PULL');
    const peer = await raw.connect(await pull.bind('tcp://127.0.0.1:0'));
    peer.send(
      greeting(),
      ready('PUSH', property('Tls-Subject', 'CN=alice'), property('User-Id', 'alice')),
      frame(0, 'x'),
    );
    const { peer: who } = await pull.recv();
    expect([who?.userId, who?.get('tls-subject'), who?.has('Tls-Subject')]).toEqual([undefined, undefined, false]);
  });

  it.each([
    ['no certificate', { ca }],
    ['a certificate of somebody else', { ca, key: pem('mallory.key'), cert: pem('mallory') }],
  ])('a client with %s does not get in', async (_, settings) => {
    const { pull, log, endpoint } = await server();
    const { push } = client(settings);
    await push.connect(endpoint);
    expect((await log.nth('accept:error')).error?.code).toBe('AuthenticationFailure');
    expect((await log.nth('accept:error')).error?.message).not.toMatch(/routines:|\.c:/);
    const alice = client(ALICE);
    await alice.push.connect(endpoint);
    await alice.push.send('in');
    expect(await receive(pull)).toEqual(['in']);
    expect([pull.stats().peers, log.of('handshake').length]).toEqual([1, 1]);
  });

  it('and ZAP: the user is who that says, and the certificate is told all the same', async () => {
    const authenticator = new Authenticator({ domains: { named: { anonymous: true } } });
    const { pull, endpoint } = await server({ zapDomain: 'named' }, TLS_SETTINGS, { authenticator });
    const { push } = client(ALICE);
    await push.connect(endpoint);
    await push.send('x');
    const { peer } = await pull.recv();
    expect([peer?.userId, peer?.get('tls-subject')]).toEqual(['anonymous', 'O=Example\\, Inc.,CN=alice']);
  });
});

describe('a client', () => {
  it.each([
    ['of an authority that it does not know', { ca: pem('mallory') }, 'AuthenticationFailure'],
    ['with another name', { ca, servername: 'other.example' }, 'AuthenticationFailure'],
  ])('does not talk to a server %s, and tries again', async (_, settings, code) => {
    const { log, endpoint } = await server(undefined, ONE_SIDED);
    const { push, log: own } = client(settings);
    await push.connect(endpoint);
    expect((await own.nth('connect:retry', 2)).error?.code).toBe(code);
    expect([own.of('handshake'), log.of('handshake')]).toEqual([[], []]);
  });

  it('does not talk to a server without TLS', async () => {
    const pull = ground.socket('PULL');
    const endpoint = (await pull.bind('tcp://127.0.0.1:0')).replace('tcp', 'tls');
    const { push, log } = client({ ca }, { handshakeInterval: 200 });
    await push.connect(endpoint);
    expect(['ProtocolViolation', 'Timeout', 'ConnectionClosed', 'IoError']).toContain(
      (await log.nth('connect:retry')).error?.code,
    );
  });

  it('gives up a server that says nothing, after ZMQ_HANDSHAKE_IVL', async () => {
    const { endpoint } = await raw.listen();
    const { push, log } = client({ ca }, { handshakeInterval: 30 });
    await push.connect(endpoint.replace('tcp', 'tls'));
    expect((await log.nth('connect:retry')).error?.code).toBe('Timeout');
  });

  it('connects again when the server has come back', async () => {
    const first = await server();
    const { push, log } = client(ALICE);
    await push.connect(first.endpoint.replace('127.0.0.1', 'localhost'));
    await push.send('1');
    expect(await receive(first.pull)).toEqual(['1']);
    const gone = log.nth('disconnect');
    await first.pull.close();
    await gone;
    await push.send('2');
    const second = context(TLS_SETTINGS).socket(SocketType.Pull);
    await second.bind(first.endpoint);
    expect(await receive(second)).toEqual(['2']);
  });

  it('sends what is queued before it closes', async () => {
    const { pull, endpoint } = await server();
    const { push } = client(ALICE, { linger: 60_000 });
    await push.connect(endpoint);
    for (let i = 0; i < 20; i++) await push.send(Buffer.alloc(500_000, i));
    const closed = push.close();
    for (let i = 0; i < 20; i++) expect((await pull.recv()).data[499_999]).toBe(i);
    expect((await closed).dropped).toEqual({});
  });

  it('may have CURVE inside TLS', async () => {
    const keys = curveKeyPair();
    const own = curveKeyPair();
    const { pull, endpoint } = await server({ curveServer: true, curveSecretKey: keys.secretKey });
    const { push } = client(ALICE, {
      curveServerKey: keys.publicKey,
      curvePublicKey: own.publicKey,
      curveSecretKey: own.secretKey,
    });
    await push.connect(endpoint);
    await push.send('twice');
    const message = await pull.recv();
    expect([String(message), message.peer?.userId]).toEqual(['twice', 'alice']);
  });
});

describe('a server', () => {
  it('tells who does not speak TLS, and goes on', async () => {
    const { pull, log, endpoint } = await server();
    const peer = await raw.connect(endpoint.replace('tls', 'tcp'));
    peer.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await peer.closed();
    expect((await log.nth('accept:error')).error?.code).toBe('ProtocolViolation');
    const { push } = client(ALICE);
    await push.connect(endpoint);
    await push.send('x');
    expect(await receive(pull)).toEqual(['x']);
  });

  it('gives who says nothing ZMQ_HANDSHAKE_IVL', async () => {
    const { log, endpoint } = await server({ handshakeInterval: 30 });
    const peer = await raw.connect(endpoint.replace('tls', 'tcp'));
    await peer.closed();
    expect((await log.nth('accept:error')).error?.code).toBe('Timeout');
  });

  it('is not filled up by a crowd that says nothing', async () => {
    const { pull, endpoint } = await server({ maxHandshakes: 3 });
    const crowd = [];
    for (let i = 0; i < 6; i++) crowd.push(await raw.connect(endpoint.replace('tls', 'tcp')));
    await Promise.all(crowd.slice(0, 3).map((peer) => peer.closed()));
    const { push } = client(ALICE);
    await push.connect(endpoint);
    await push.send('x');
    expect(await receive(pull)).toEqual(['x']);
  });

  it('turns those away whose address is not admitted, before TLS', async () => {
    const { log, endpoint } = await server({ tcpAcceptFilter: '10.0.0.0/8' });
    const peer = await raw.connect(endpoint.replace('tls', 'tcp'));
    await peer.closed();
    expect((await log.nth('accept:error')).error?.code).toBe('PermissionDenied');
    const next = await raw.connect(endpoint.replace('tls', 'tcp'));
    await next.closed();
    await log.nth('accept:error', 2);
    expect(log.of('accept:error').map(({ error }) => error?.code)).toEqual(['PermissionDenied', 'PermissionDenied']);
  });

  it('closes who does not get on with TLS also where node:tls has the shorter patience', async () => {
    const settings = { ...TLS_SETTINGS, server: { ...TLS_SETTINGS.server, handshakeTimeout: 30 } };
    const { log, endpoint } = await server({ handshakeInterval: 0 }, settings);
    const peer = await raw.connect(endpoint.replace('tls', 'tcp'));
    await peer.closed();
    expect((await log.nth('accept:error')).error?.code).toBe('Timeout');
  });

  it.each([
    ['without a certificate', {}],
    ['with a key that is none', { server: { key: 'none', cert: pem('server') } }],
  ])('%s is not bound', async (_, settings) => {
    await rejected(context(settings).socket(SocketType.Pull).bind('tls://127.0.0.1:0'), 'InvalidArgument', 'EINVAL');
  });

  it('that is unbound turns away who is still in its opening, and frees the address', async () => {
    const { pull, endpoint } = await server();
    const peer = await raw.connect(endpoint.replace('tls', 'tcp'));
    await pull.unbind(endpoint);
    await peer.closed();
    expect(await pull.bind(endpoint)).toBe(endpoint);
  });
});

describe('settings', () => {
  it.each([
    [5, 'not number'],
    [null, 'not null'],
    [undefined, 'not undefined'],
    [{ key: '', cert: '' }, 'no setting "key"'],
    [{ Server: {} }, 'no setting "Server"'],
  ])('%p are refused', (settings, says) => {
    expect(thrown(() => tls(settings as TlsSettings), 'InvalidArgument', 'EINVAL').message).toContain(says);
  });
});
