import { describe, expect, it } from '@jest/globals';
import {
  type AuthenticationRules,
  Authenticator,
  Context,
  curveKeyPair,
  type PullSocket,
  type PushSocket,
  type RepSocket,
  type SocketOptionsInit,
} from 'rzmq';
import { EventLog } from '../support/spec-events.js';
import { STREAMS, type TransportCase } from '../support/spec-transports.js';

const ENDPOINT = 'inproc://zeromq.zap.01';
const server = curveKeyPair();
const client = curveKeyPair();

interface Way {
  readonly name: 'NULL' | 'PLAIN' | 'CURVE';
  readonly server: SocketOptionsInit;
  readonly client: SocketOptionsInit;
}

const WAYS: readonly Way[] = [
  { name: 'NULL', server: { zapDomain: 'global' }, client: {} },
  {
    name: 'PLAIN',
    server: { zapDomain: 'global', plainServer: true },
    client: { plainUsername: 'admin', plainPassword: 'secret' },
  },
  {
    name: 'CURVE',
    server: { zapDomain: 'global', curveServer: true, curveSecretKey: server.secretKey },
    client: {
      curveServerKey: server.publicKey,
      curvePublicKey: client.publicKey,
      curveSecretKey: client.secretKey,
    },
  },
];

const CASES = STREAMS.flatMap((transport) => WAYS.map((way) => [way.name, transport.name, way, transport] as const));

/** A PULL that asks about its peers, and PUSHes that want to talk to it. */
class Ground implements AsyncDisposable {
  public readonly context: Context;
  public readonly pull: PullSocket;
  public readonly log: EventLog;
  /** Clients are in a Context of their own: nobody answers for them there. */
  private readonly others: Context = new Context({ defaults: { linger: 0, reconnectInterval: 5 } });
  private endpoint = '';

  public constructor(
    private readonly way: Way,
    private readonly transport: TransportCase,
    authenticator?: Authenticator,
    options: SocketOptionsInit = {},
  ) {
    this.context = new Context({ defaults: { linger: 0 }, ...(authenticator === undefined ? {} : { authenticator }) });
    this.pull = this.context.socket('PULL', { ...way.server, ...options });
    this.log = new EventLog(this.pull);
  }

  public async bind(): Promise<this> {
    this.endpoint = await this.pull.bind(this.transport.endpoint());
    return this;
  }

  public async handler(): Promise<RepSocket> {
    const rep = this.context.socket('REP');
    await rep.bind(ENDPOINT);
    return rep;
  }

  public async push(options: SocketOptionsInit = {}): Promise<[PushSocket, EventLog]> {
    const push = this.others.socket('PUSH', { ...this.way.client, ...options });
    const log = new EventLog(push);
    await push.connect(this.endpoint);
    return [push, log];
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.context.term(), this.others.term()]);
  }
}

const ACCEPT: AuthenticationRules = { anonymous: true, plain: { admin: 'secret' }, curve: [client.publicKey] };

describe.each(CASES)('RFC 27 with %s over %s', (_way, _transport, way, transport) => {
  it('200: the peer is let in, and all its messages have the user id and the metadata of the reply', async () => {
    await using ground = new Ground(way, transport);
    const handler = await ground.handler();
    await ground.bind();
    const [push] = await ground.push();
    const request = (await handler.recvMultipart()).map(String);
    const address = transport.name === 'tcp' ? '127.0.0.1' : 'localhost';
    expect(request.slice(0, 6)).toEqual(['1.0', '1', 'global', address, '', way.name]);
    await handler.send(['1.0', '1', '200', 'OK', 'joe', Buffer.from('03466f6f00000003626172', 'hex')]);
    for (const text of ['first', 'second']) {
      await push.send([text, 'frame']);
      for (const { metadata } of await ground.pull.recvMultipart()) {
        expect(['User-Id', 'Foo', 'Socket-Type'].map((name) => metadata?.get(name))).toEqual(['joe', 'bar', 'PUSH']);
      }
    }
    const { peer } = await ground.log.nth('handshake');
    expect(peer?.get('user-id')).toBe('joe');
  });

  it.each([400, 500])('%i: the peer is told the status, and does not come again', async (status) => {
    await using ground = new Ground(way, transport);
    const handler = await ground.handler();
    await ground.bind();
    const [, log] = await ground.push();
    await handler.recvMultipart();
    await handler.send(['1.0', '1', String(status), 'no', 'joe', '']);
    const error = { code: 'AuthenticationFailure', detail: status, fatal: true };
    expect(await log.nth('handshake:error:auth')).toMatchObject({ error });
    expect(await ground.log.nth('handshake:error:auth')).toMatchObject({ error });
    await log.nth('disconnect');
    expect(log.types).not.toContain('connect:retry');
    expect(ground.log.of('handshake')).toEqual([]);
  });

  it('300: the peer is told nothing, and comes again', async () => {
    await using ground = new Ground(way, transport);
    const handler = await ground.handler();
    await ground.bind();
    const [push, log] = await ground.push();
    await handler.recvMultipart();
    await handler.send(['1.0', '1', '300', 'later', '', '']);
    await handler.recvMultipart();
    await handler.send(['1.0', '1', '200', '', '', '']);
    await push.send('after all');
    expect(String(await ground.pull.recv())).toBe('after all');
    expect(ground.log.of('handshake:error:auth')).toMatchObject([{ error: { detail: 300 } }]);
    expect(log.of('handshake:error:auth')).toEqual([]);
    expect(log.of('connect:retry')).toHaveLength(1);
  });

  it('a reply without sense closes the connection, and the peer comes again', async () => {
    await using ground = new Ground(way, transport);
    const handler = await ground.handler();
    await ground.bind();
    const [push] = await ground.push();
    await handler.recvMultipart();
    await handler.send(['1.0', '2', '200', '', '', '']);
    expect(await ground.log.nth('handshake:error:protocol')).toMatchObject({
      error: { code: 'ProtocolViolation', detail: 0x2000_0002 },
    });
    await handler.recvMultipart();
    await handler.send(['1.0', '1', '200', '', '', '']);
    await push.send('after all');
    expect(String(await ground.pull.recv())).toBe('after all');
  });

  it('a handler that closes has refused, and the next one is asked', async () => {
    await using ground = new Ground(way, transport);
    const first = await ground.handler();
    await ground.bind();
    const [push] = await ground.push();
    await first.recvMultipart();
    await first.close();
    await ground.log.nth('handshake:error:other');
    const second = await ground.handler();
    await second.recvMultipart();
    await second.send(['1.0', '1', '200', '', '', '']);
    await push.send('after all');
    expect(String(await ground.pull.recv())).toBe('after all');
  });

  it('with a domain and without a handler nobody is let in', async () => {
    await using ground = await new Ground(way, transport).bind();
    await ground.push();
    expect(await ground.log.nth('handshake:error:other')).toMatchObject({ error: { errno: 'EFAULT' } });
    expect(ground.log.of('handshake')).toEqual([]);
  });

  it('a handler that does not answer has until ZMQ_HANDSHAKE_IVL, and its late answer does no harm', async () => {
    await using ground = new Ground(way, transport, undefined, { handshakeInterval: 40 });
    const handler = await ground.handler();
    await ground.bind();
    const [push] = await ground.push();
    await handler.recvMultipart();
    expect(await ground.log.nth('handshake:error:other')).toMatchObject({ error: { code: 'Timeout' } });
    await handler.send(['1.0', '1', '200', '', 'late', '']);
    await push.close();
    const [other] = await ground.push();
    await other.send('hello');
    // The machine may be too slow for this limit: then the peer comes again, and is answered again.
    const answering = (async () => {
      for await (const _ of handler) await handler.send(['1.0', '1', '200', '', 'in time', '']);
    })();
    expect((await ground.pull.recv()).metadata?.get('User-Id')).toBe('in time');
    await handler.close();
    await answering;
  });

  it('a peer that leaves while it is decided about leaves nothing behind', async () => {
    await using ground = new Ground(way, transport);
    const handler = await ground.handler();
    await ground.bind();
    const [push] = await ground.push();
    await handler.recvMultipart();
    await push.close();
    await ground.log.nth('disconnect');
    await handler.send(['1.0', '1', '200', '', '', '']);
    expect(handler.stats().dropped).toEqual({ 'no-route': 1 });
    expect([ground.pull.stats().peers, handler.stats().peers]).toEqual([0, 0]);
  });

  it('an Authenticator decides about many at a time, in whatever order', async () => {
    const waiting: (() => void)[] = [];
    const decide = async (): Promise<boolean> => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return true;
    };
    const authenticator = new Authenticator({ anonymous: decide, plain: decide, curve: decide });
    await using ground = await new Ground(way, transport, authenticator).bind();
    const pushes = await Promise.all(Array.from({ length: 20 }, () => ground.push()));
    while (waiting.length < pushes.length) await new Promise((resolve) => setImmediate(resolve));
    for (const resolve of waiting.reverse()) resolve();
    await Promise.all(pushes.map(([push], i) => push.send(`message ${i}`)));
    const received = new Set<string>();
    while (received.size < pushes.length) received.add(String(await ground.pull.recv()));
    expect(ground.log.of('handshake')).toHaveLength(20);
  });

  it('an Authenticator lets in whom its rules name, and nobody else', async () => {
    const address = transport.name === 'tcp' ? '127.0.0.0/8' : 'localhost';
    const decisions: number[] = [];
    const authenticator = new Authenticator({
      ...ACCEPT,
      allow: [address],
      onDecision: ({ status }) => decisions.push(status),
    });
    await using ground = await new Ground(way, transport, authenticator).bind();
    const [push] = await ground.push();
    await push.send('hello');
    expect(String(await ground.pull.recv())).toBe('hello');
    authenticator.setRules({ ...ACCEPT, deny: [address] });
    const [, log] = await ground.push();
    expect(await log.nth('handshake:error:auth')).toMatchObject({ error: { detail: 400 } });
    expect(decisions).toEqual([200, 400]);
    await push.send('those who are in stay in');
    expect(String(await ground.pull.recv())).toBe('those who are in stay in');
  });
});

describe.each(STREAMS.map((transport) => [transport.name, transport] as const))(
  'RFC 27: the connecting side over %s',
  (_name, transport) => {
    it('asks too, when it has NULL and a domain', async () => {
      const context = new Context({ defaults: { linger: 0, reconnectInterval: 5 } });
      const handler = context.socket('REP');
      await handler.bind(ENDPOINT);
      const pull = context.socket('PULL');
      const endpoint = await pull.bind(transport.endpoint());
      const push = context.socket('PUSH', { zapDomain: 'mine' });
      const log = new EventLog(push);
      await push.connect(endpoint);
      expect((await handler.recvMultipart()).map(String).slice(2, 3)).toEqual(['mine']);
      await handler.send(['1.0', '1', '200', '', 'server', '']);
      expect((await log.nth('handshake')).peer?.get('User-Id')).toBe('server');
      await push.send('hello');
      expect(String(await pull.recv())).toBe('hello');
      await context.term();
    });
  },
);
