import { createServer, get, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Context, curveKeyPair, type SocketEvent, type SocketOptionsInit, SocketType } from 'rzmq';
import { type WebSocketSettings, websocket } from 'rzmq/ws';
import { WebSocketServer } from 'ws';
import { loadWs } from '../../src/plugins/ws/package.js';
import { pem, TLS_SETTINGS } from '../support/certificates.js';
import { rejected, thrown } from '../support/spec-errors.js';
import { receive, until, useGround } from '../support/spec-ground.js';
import { RawPeers } from '../support/spec-raw-peer.js';
import { fromHex, vectors } from '../support/vectors.js';
import { RawWebSocket } from './raw-websocket.js';

const ground = useGround();
const raw = new RawPeers();
const servers: Server[] = [];

afterEach(() => {
  raw.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A Context with the transport, in the ground. */
function context(settings?: WebSocketSettings, defaults?: SocketOptionsInit): Context {
  return ground.another({
    modules: [websocket(settings)],
    defaults: { linger: 0, reconnectInterval: 10, ...defaults },
  });
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function fetchText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = '';
      response.on('data', (bytes) => (text += String(bytes)));
      response.on('end', () => resolve(`${response.statusCode ?? 0} ${text}`));
    }).on('error', reject);
  });
}

describe('ZWS 2.0 (RFC 45), as libzmq speaks it', () => {
  interface Case {
    readonly description: string;
    readonly after?: string | null;
    readonly closed?: boolean;
    readonly traffic?: readonly { hex?: string; received?: readonly string[]; reply?: string; head?: string }[];
  }
  const { cases } = vectors('zws') as { readonly cases: readonly Case[] };
  const answers = cases.filter(({ description }) => description.startsWith('ROUTER'));

  it.each(answers)('$description', async ({ description, after, closed, traffic = [] }) => {
    const router = ground.socket('ROUTER', { routingId: 'rtr' });
    const endpoint = await router.bind('ws://127.0.0.1:0');
    const peer = await raw.connect(endpoint.replace(/^ws:\/\/(.*)\/$/, 'tcp://$1'));
    const offered = description.slice(description.indexOf('offering ') + 9);
    peer.send(
      Buffer.from(
        'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${offered}\r\n\r\n`,
      ),
    );
    if (closed === true) {
      // libzmq closes without an answer; ours says why.
      expect(String(await peer.closed())).toMatch(/^HTTP\/1.1 400 /);
      return;
    }
    let head = '';
    while (!head.endsWith('\r\n\r\n')) head += String(await peer.read(1));
    expect(head.split('\r\n').sort()).toEqual(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
        `Sec-WebSocket-Protocol: ${offered.split(',')[0] ?? ''}`,
        '',
        '',
      ].sort(),
    );
    expect((await peer.read((after ?? '').length / 2)).toString('hex')).toBe(after);
    let id: Buffer | undefined;
    for (const { hex, received, reply, head: frameHead } of traffic) {
      if (hex !== undefined) peer.send(fromHex(hex));
      if (received !== undefined) {
        const message = await router.recvMultipart();
        expect(message.map(({ data }) => data.toString('hex'))).toEqual(received);
        id = message[0]?.data;
      }
      // libzmq's pong is empty; ours gives back what came with the ping, as RFC 6455 has it.
      if (reply !== undefined) {
        const expected = reply === '8a00' ? '8a03616263' : reply;
        expect((await peer.read(expected.length / 2)).toString('hex')).toBe(expected);
      }
      if (frameHead !== undefined) {
        const bytes = fromHex(frameHead);
        const size = bytes[1] === 126 ? bytes.readUInt16BE(2) : (bytes[1] as number);
        await router.sendMultipart([id as Buffer, Buffer.alloc(size - 1, 7)]);
        expect((await peer.read(bytes.length)).toString('hex')).toBe(frameHead);
        await peer.read(size - 1);
      }
    }
  });

  it('a subscription is a message, never a command', async () => {
    const sub = ground.socket('SUB');
    sub.subscribe('T');
    const endpoint = await sub.bind('ws://127.0.0.1:0');
    const peer = await RawWebSocket.connect(endpoint, 'ZWS2.0/NULL');
    await peer.shake('PUB');
    expect(await peer.next()).toBe('000154');
    peer.send('005421');
    expect(await receive(sub)).toEqual(['T!']);
  });

  it.each([
    ['PLAIN', { plainUsername: 'a', plainPassword: 'b' }, { plainServer: true }],
    ['CURVE', {}, {}],
  ])('%s is agreed on as a sub-protocol, and secures the connection', async (name, client, server) => {
    const [ours, theirs] = [curveKeyPair(), curveKeyPair()];
    const curve = name === 'CURVE';
    const rep = context().socket(SocketType.Rep, {
      ...server,
      ...(curve ? { curveServer: true, curveSecretKey: ours.secretKey } : { zapDomain: 'x' }),
    });
    const endpoint = await rep.bind('ws://127.0.0.1:0');
    const options = curve
      ? { curveServerKey: ours.publicKey, curvePublicKey: theirs.publicKey, curveSecretKey: theirs.secretKey }
      : client;
    await expect(RawWebSocket.connect(endpoint, 'ZWS2.0/NULL,ZWS2.0')).rejects.toThrow(`speaks ZWS2.0/${name}`);
    const req = ground.socket('REQ', { ...options, heartbeatInterval: 10, heartbeatTimeout: 60_000 });
    await req.connect(endpoint);
    if (!curve) return; // Nobody is asked about users here: that the server speaks PLAIN is all that is looked at.
    await req.send('secret');
    expect(await receive(rep)).toEqual(['secret']);
    await rep.send(Buffer.alloc(100_000, 1));
    expect((await req.recv()).length).toBe(100_000);
  });
});

describe('hostile and clumsy peers', () => {
  async function bound(options?: SocketOptionsInit) {
    const pull = ground.socket('PULL', options);
    return { pull, log: ground.log(pull), endpoint: await pull.bind('ws://127.0.0.1:0') };
  }

  /** The socket still serves those who mean well. */
  async function serves({ pull, endpoint }: Awaited<ReturnType<typeof bound>>): Promise<void> {
    const push = ground.socket('PUSH');
    await push.connect(endpoint);
    await push.send('well');
    expect(await receive(pull)).toEqual(['well']);
  }

  it.each([
    ['another sub-protocol', 'chat'],
    ['none', ''],
    ['one of a mechanism that the socket has not', 'ZWS2.0/CURVE'],
  ])('a WebSocket with %s is refused with 400', async (_, protocols) => {
    const socket = await bound();
    await expect(RawWebSocket.connect(socket.endpoint, protocols)).rejects.toThrow(
      /^400 .*speaks ZWS2.0\/NULL, ZWS2.0/,
    );
    expect((await socket.log.nth('accept:error')).error?.code).toBe('ProtocolViolation');
    await serves(socket);
  });

  it('a request that is no upgrade is told so', async () => {
    const socket = await bound();
    expect(await fetchText(socket.endpoint.replace('ws', 'http'))).toMatch(/^426 /);
    await serves(socket);
  });

  it.each([
    ['text', 1003, (peer: RawWebSocket) => peer.ws.send('text')],
    ['a message without an octet of flags', 1002, (peer: RawWebSocket) => peer.ws.send(Buffer.alloc(0))],
    [
      'a message in fragments',
      1008,
      (peer: RawWebSocket) => {
        peer.ws.send(Buffer.from([0, 1]), { fin: false });
        peer.ws.send(Buffer.from([2]), { fin: true });
      },
    ],
    ['more than ZMQ_MAXMSGSIZE', 1009, (peer: RawWebSocket) => peer.ws.send(Buffer.alloc(1002))],
  ])('%s ends the connection with %i', async (_, code, misbehave) => {
    const socket = await bound({ maxMessageSize: 1000 });
    const peer = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL');
    await peer.shake('PUSH');
    peer.send('00aa');
    await socket.pull.recv();
    misbehave(peer);
    expect(await peer.closed()).toBe(code);
    const { error } = await socket.log.nth('disconnect');
    expect([error?.code, error?.fatal]).toEqual(['ProtocolViolation', true]);
    await serves(socket);
  });

  it('a large message of a stranger is not waited for: before the handshake there is MAX_HANDSHAKE_SIZE', async () => {
    const socket = await bound();
    const peer = await raw.connect(socket.endpoint.replace(/^ws:\/\/(.*)\/$/, 'tcp://$1'));
    peer.send(
      Buffer.from(
        'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ZWS2.0\r\n\r\n',
      ),
    );
    await peer.read(12);
    // A message of a gigabyte, of which a few megabytes come.
    peer.send('82ff0000000040000000 01020304', Buffer.alloc(4_000_000));
    const { error } = await socket.log.nth('handshake:error:protocol');
    expect([error?.code, error?.errno]).toEqual(['ProtocolViolation', 'EMSGSIZE']);
    await peer.closed();
    await serves(socket);
  });

  it('who goes without a word is told as lost, in the handshake and after it', async () => {
    const socket = await bound();
    const early = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL');
    early.ws.terminate();
    expect((await socket.log.nth('handshake:error:other')).error?.code).toBe('ConnectionClosed');
    const late = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL');
    await late.shake('PUSH');
    await socket.log.nth('handshake');
    late.ws.terminate();
    expect((await socket.log.nth('disconnect', 2)).error?.code).toBe('ConnectionClosed');
    await serves(socket);
  });

  it('who says nothing gets ZMQ_HANDSHAKE_IVL, before the upgrade and after it', async () => {
    const socket = await bound({ handshakeInterval: 30 });
    const silent = await raw.connect(socket.endpoint.replace(/^ws:\/\/(.*)\/$/, 'tcp://$1'));
    await silent.closed();
    expect((await socket.log.nth('accept:error')).error?.code).toBe('Timeout');
    // A busy machine may need longer than that for the upgrade itself.
    let upgraded: RawWebSocket | undefined;
    while (upgraded === undefined) {
      upgraded = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL').catch(() => undefined);
    }
    expect(await upgraded.closed()).toBe(1006);
    expect((await socket.log.nth('handshake:error:other')).error?.code).toBe('Timeout');
  });

  it('a crowd that says nothing does not keep others out', async () => {
    const socket = await bound({ maxHandshakes: 3 });
    const at = socket.endpoint.replace(/^ws:\/\/(.*)\/$/, 'tcp://$1');
    const crowd = [];
    for (let i = 0; i < 6; i++) crowd.push(await raw.connect(at));
    await Promise.all(crowd.slice(0, 3).map((peer) => peer.closed()));
    await serves(socket);
  });

  it('who does not answer a ping is given up', async () => {
    const socket = await bound({ heartbeatInterval: 10, heartbeatTimeout: 50 });
    const dead = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL', { autoPong: false });
    await dead.shake('PUSH');
    expect((await socket.log.nth('disconnect')).error?.code).toBe('Timeout');
    expect(await dead.closed()).toBe(1006);
    await serves(socket);
  });

  it('who answers pings is kept', async () => {
    const socket = await bound({ heartbeatInterval: 10, heartbeatTimeout: 50 });
    // One outlives the timeout, be it not the first: a machine may stand still for so long.
    for (let pings = 0; pings < 20; ) {
      const live = await RawWebSocket.connect(socket.endpoint, 'ZWS2.0/NULL');
      pings = 0;
      live.ws.on('ping', () => {
        if (++pings === 20) live.ws.close();
      });
      await live.shake('PUSH');
      await live.closed();
    }
  });

  it('a server that does not read does not make us hoard', async () => {
    const socket = await bound({ receiveHighWaterMark: 1 });
    const push = ground.socket('PUSH', { sendHighWaterMark: 10, sendTimeout: 100 });
    await push.connect(socket.endpoint);
    let sent = 0;
    const full = (async () => {
      for (;;) {
        await push.send(Buffer.alloc(1_000_000));
        sent++;
      }
    })();
    await expect(full).rejects.toMatchObject({ errno: 'EAGAIN' });
    for (let i = 0; i < sent; i++) expect((await socket.pull.recv()).length).toBe(1_000_000);
  });
});

describe('who connects', () => {
  it.each([
    ['answers 404', '404 Not Found'],
    ['answers 503', '503 Service Unavailable'],
  ])('tries again when the server %s', async (_, status) => {
    const port = await listening(
      createServer().on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)),
    );
    const push = ground.socket('PUSH');
    await push.connect(`ws://127.0.0.1:${port}`);
    const { error } = await ground.log(push).nth('connect:retry', 2);
    expect([error?.code, error?.message]).toEqual(['ConnectionRefused', expect.stringContaining(status)]);
  });

  it('does not try again when the server chooses what was not offered', async () => {
    const other = new WebSocketServer({ noServer: true });
    const port = await listening(
      createServer().on('upgrade', (request, socket, head) => {
        request.headers['sec-websocket-protocol'] = 'chat';
        other.handleUpgrade(request, socket, head, () => undefined);
      }),
    );
    const push = ground.socket('PUSH');
    await push.connect(`ws://127.0.0.1:${port}`);
    await rejected(push.ready(), 'ProtocolViolation', 'EPROTO');
    expect(ground.log(push).of('connect:retry')).toEqual([]);
  });

  it('gives up a server that does not answer, after ZMQ_HANDSHAKE_IVL', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const push = ground.socket('PUSH', { handshakeInterval: 30 });
    await push.connect(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect((await ground.log(push).nth('connect:retry')).error?.code).toBe('Timeout');
    await push.close();
    server.close();
  });

  it('connects again when the server has come back, and loses nothing that was not under way', async () => {
    const push = ground.socket('PUSH');
    const first = ground.socket('PULL');
    const endpoint = await first.bind('ws://127.0.0.1:0/jobs');
    await push.connect(endpoint);
    await push.send('1');
    expect(await receive(first)).toEqual(['1']);
    const gone = ground.log(push).nth('disconnect');
    await first.close();
    await gone;
    await push.send('2');
    const second = ground.socket('PULL');
    await second.bind(endpoint);
    expect(await receive(second)).toEqual(['2']);
  });

  it('says what it was told to say in its request', async () => {
    const seen: unknown[] = [];
    const server = context({
      admits: ({ url, headers }) => {
        seen.push([url, headers['x-token']]);
        return headers['x-token'] === 'good';
      },
    });
    const pull = server.socket(SocketType.Pull);
    const endpoint = await pull.bind('ws://127.0.0.1:0');
    const push = context({ headers: { 'X-Token': 'good' } }).socket(SocketType.Push);
    await push.connect(`${endpoint}jobs?x=1`);
    await push.send('in');
    expect(await receive(pull)).toEqual(['in']);
    expect(seen).toEqual([['/jobs?x=1', 'good']]);
    await expect(RawWebSocket.connect(endpoint, 'ZWS2.0/NULL')).rejects.toThrow('403');
  });
});

describe('a server of the application', () => {
  it('is shared by path, and stays what it was', async () => {
    const server = createServer((request, response) => response.end(`page ${request.url ?? ''}`));
    const port = await listening(server);
    const { socket } = { socket: context({ servers: [server] }) };
    const [feed, jobs] = [socket.socket(SocketType.Pub), socket.socket(SocketType.Pull)];
    const at = `ws://127.0.0.1:${port}`;
    expect(await feed.bind(`ws://*:${port}/feed`)).toBe(`${at}/feed`);
    expect(await jobs.bind(`ws://*:${port}/jobs`)).toBe(`${at}/jobs`);
    await rejected(socket.socket(SocketType.Pull).bind(`ws://*:${port}/jobs`), 'AddrInUse', 'EADDRINUSE');
    const [sub, push] = [ground.socket('SUB'), ground.socket('PUSH')];
    sub.subscribe('');
    await sub.connect(`${at}/feed`);
    await push.connect(`${at}/jobs`);
    await feed.waitForSubscriber('x');
    await Promise.all([feed.send('news'), push.send('job')]);
    expect([await receive(sub), await receive(jobs)]).toEqual([['news'], ['job']]);
    expect(await fetchText(`http://127.0.0.1:${port}/page`)).toBe('200 page /page');
    await expect(RawWebSocket.connect(`${at}/nothing`, 'ZWS2.0/NULL')).rejects.toThrow('404');
    await Promise.all([feed.close(), jobs.close()]);
    expect(await fetchText(`http://127.0.0.1:${port}/`)).toBe('200 page /');
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  it('keeps the WebSockets of others', async () => {
    const server = createServer();
    const others = new WebSocketServer({ server, path: '/chat' });
    others.on('connection', (ws) => ws.send('00ab'));
    const port = await listening(server);
    // `ws` answers 400 to every path but its own, unless it is asked about its own only.
    server.removeAllListeners('upgrade');
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/chat') others.handleUpgrade(request, socket, head, (ws) => ws.send('hi'));
    });
    const pull = context({ servers: [server] }).socket(SocketType.Pull);
    await pull.bind(`ws://*:${port}/zmq`);
    const chat = await RawWebSocket.connect(`ws://127.0.0.1:${port}/chat`, '');
    expect(fromHex(await chat.next()).toString()).toBe('hi');
    const push = ground.socket('PUSH');
    await push.connect(`ws://127.0.0.1:${port}/zmq`);
    await push.send('x');
    expect(await receive(pull)).toEqual(['x']);
    others.close();
    for (const client of others.clients) client.terminate();
  });

  it('may have a hundred peers at once', async () => {
    const server = createServer();
    const port = await listening(server);
    const rep = context({ servers: [server] }).socket(SocketType.Router);
    await rep.bind(`ws://*:${port}/rpc`);
    const clients = Array.from({ length: 100 }, () => ground.socket('DEALER'));
    await Promise.all(clients.map((client) => client.connect(`ws://127.0.0.1:${port}/rpc`)));
    for (const [i, client] of clients.entries()) await client.send(`from ${i}`);
    for (let i = 0; i < 100; i++) await rep.sendMultipart(await rep.recvMultipart());
    for (const [i, client] of clients.entries()) expect(await receive(client)).toEqual([`from ${i}`]);
  });

  it('may be one of node:https, for wss, and then certificates say who is there', async () => {
    const server = createSecureServer({ ...TLS_SETTINGS.server });
    const port = await listening(server);
    const pull = context({ servers: [server] }).socket(SocketType.Pull);
    const endpoint = await pull.bind(`wss://*:${port}/jobs`);
    const push = context({ tls: TLS_SETTINGS }).socket(SocketType.Push);
    await push.connect(endpoint);
    await push.send('job');
    const job = await pull.recv();
    expect([String(job), job.peer?.userId]).toEqual(['job', 'alice']);
  });
});

describe('the package ws', () => {
  it.each(['7.5.10', '8.22.1', '9.0.0'])(
    'of version %s is refused: it does not hold peers to their limits',
    (version) => {
      expect(() => loadWs((name) => (name === 'ws' ? {} : { version }))).toThrow(
        expect.objectContaining({ code: 'UnsupportedFeature', message: expect.stringContaining(version) as unknown }),
      );
    },
  );
});

describe('wss', () => {
  it.each(['ws', 'wss'])('%s: whose address is not admitted takes no place of the handshake', async (scheme) => {
    const pull = context({ tls: TLS_SETTINGS }).socket(SocketType.Pull, { tcpAcceptFilter: '10.0.0.0/8' });
    const refused = new Promise<SocketEvent>((resolve) => pull.events.once('accept:error', resolve));
    const peer = await raw.connect(
      (await pull.bind(`${scheme}://127.0.0.1:0`)).replace(scheme, 'tcp').replace(/\/$/, ''),
    );
    await peer.closed();
    expect((await refused).error?.code).toBe('PermissionDenied');
  });

  it('is not bound with a key that is none', async () => {
    const settings = { tls: { server: { key: 'none', cert: pem('server') } } };
    await rejected(context(settings).socket(SocketType.Pull).bind('wss://127.0.0.1:0'), 'InvalidArgument', 'EINVAL');
  });

  it('needs a certificate to bind', async () => {
    await rejected(context().socket(SocketType.Pull).bind('wss://127.0.0.1:0'), 'InvalidArgument', 'EINVAL');
  });

  it('says who is there by certificate, and lets nobody in without one', async () => {
    const pull = context({ tls: TLS_SETTINGS }).socket(SocketType.Pull);
    const endpoint = await pull.bind('wss://127.0.0.1:0');
    const nobody = context({ tls: { client: { ca: pem('authority') } } }).socket(SocketType.Push);
    const failed = new Promise<SocketEvent>((resolve) => pull.events.once('accept:error', resolve));
    await nobody.connect(endpoint);
    expect((await failed).error?.code).toBe('AuthenticationFailure');
    const alice = context({ tls: TLS_SETTINGS }).socket(SocketType.Push);
    await alice.connect(endpoint);
    await alice.send('x');
    expect((await pull.recv()).peer?.userId).toBe('alice');
    expect(pull.stats().peers).toBe(1);
  });
});

describe('what ws cannot do', () => {
  it.each([
    ['STREAM', 'ws://127.0.0.1:0', 'IncompatibleTransport', 'ENOCOMPATPROTO'],
    ['PULL', 'ws://127.0.0.1:0/a b', 'InvalidEndpoint', 'EINVAL'],
    ['PULL', 'ws://127.0.0.1/path', 'InvalidEndpoint', 'EINVAL'],
    ['PULL', 'ws://127.0.0.1:0/feed?x=1', 'InvalidEndpoint', 'EINVAL'],
  ] as const)('a %s at %j is refused', async (type, endpoint, code, errno) => {
    await rejected(ground.socket(type).bind(endpoint), code, errno);
  });

  it('a path that nobody has bound is not found', async () => {
    const pull = ground.socket('PULL');
    const endpoint = await pull.bind('ws://127.0.0.1:0/here');
    await expect(RawWebSocket.connect(endpoint.replace('here', 'there'), 'ZWS2.0/NULL')).rejects.toThrow('404');
    const peer = await RawWebSocket.connect(`${endpoint}?query`, 'ZWS2.0/NULL');
    await peer.shake('PUSH');
    await until(() => pull.stats().peers === 1);
  });
});

describe('settings', () => {
  // Somebody who writes `admit` would let everybody in.
  it.each([
    [5, 'not number'],
    [{ admit: () => false }, 'no setting "admit"'],
    [{ admits: true }, '`admits`'],
    [{ servers: {} }, '`servers`'],
    [{ tls: { cert: '' } }, 'no setting "cert"'],
  ])('%p are refused', (settings, says) => {
    expect(thrown(() => websocket(settings as never), 'InvalidArgument', 'EINVAL').message).toContain(says);
  });
});
