import { describe, expect, it } from '@jest/globals';
import { TAG_SIZE } from '../../../src/core/contracts/cipher.js';
import type { InMessage } from '../../../src/core/msg.js';
import { NodeKeyAgreement } from '../../../src/engines/crypto/node-keys.js';
import { SecretboxCipher } from '../../../src/engines/crypto/secretbox.js';
import { HandshakeBoxes, NoncePrefix } from '../../../src/engines/mechanisms/curve-box.js';
import { NodeRandom } from '../../../src/engines/services/node-services.js';
import { CIPHERS } from '../../support/ciphers.js';
import {
  CLIENT_SECRET,
  CURVE_CLIENT,
  CURVE_SERVER,
  carry,
  KeptWarnings,
  nobody,
  PlayedHandler,
  publicKeyOf,
  SERVER_SECRET,
  type SecureOptions,
  secureMachine,
} from '../../support/curve-ground.js';
import { command, greeting, message, ping, property } from '../../support/naive-zmtp.js';
import { subscription, type TestMachine } from '../../support/test-machine.js';

const GREETING = greeting({ mechanism: 'CURVE' });
const hex = (text: string) => Buffer.from(text).toString('hex');

function pair(server: SecureOptions = {}, client: SecureOptions = {}): [TestMachine, TestMachine] {
  const both: [TestMachine, TestMachine] = [
    secureMachine(CURVE_SERVER, server).start(),
    secureMachine(CURVE_CLIENT, client).start(),
  ];
  carry(...both);
  return both;
}

describe.each(CIPHERS)('two machines with CURVE (%s)', (_name, cipher) => {
  it('exchange messages of every size, and nobody on the way can read them', () => {
    const [server, client] = pair({ cipher }, { cipher });
    const bodies = [0, 1, 221, 222, 223, 1000, 16_350, 16_351, 16_352, 70_000, 1_000_000].map((size) =>
      Buffer.alloc(size, 'legible '),
    );
    const watch = (bytes: Buffer) => {
      expect(bytes.includes('legible')).toBe(false);
      return bytes;
    };
    for (const body of bodies) {
      client.send(body);
      server.send(['legible text', body, '']);
      carry(server, client, watch);
    }
    const same = (messages: readonly InMessage[], sent: readonly (readonly Buffer[])[]) =>
      messages.length === sent.length &&
      messages.every((parts, i) => Buffer.concat(parts.map(({ data }) => data)).equals(Buffer.concat(sent[i]!)));
    expect(server.sink.messages.every((parts) => parts.length === 1)).toBe(true);
    expect(
      same(
        server.sink.messages,
        bodies.map((body) => [body]),
      ),
    ).toBe(true);
    expect(client.sink.messages.every((parts) => parts.length === 3)).toBe(true);
    expect(
      same(
        client.sink.messages,
        bodies.map((body) => [Buffer.from('legible text'), body]),
      ),
    ).toBe(true);
    expect([server.verdict, client.verdict]).toEqual(['open', 'open']);
  });

  it('does not change the memory that it was given to send', () => {
    const [server, client] = pair({ cipher }, { cipher });
    for (const body of [Buffer.from('small'), Buffer.alloc(20_000, 'large')]) {
      const before = Buffer.from(body);
      client.send(body);
      expect(body.equals(before)).toBe(true);
    }
    carry(server, client);
    expect(server.sink.messages).toHaveLength(2);
  });
});

describe('CURVE traffic', () => {
  it('carries subscriptions and PING as commands inside', () => {
    const server = secureMachine(CURVE_SERVER, { socketType: 'XPUB' }).start();
    const client = secureMachine(CURVE_CLIENT, { socketType: 'SUB' }).start();
    carry(server, client);
    client.send(subscription(true, 'A'), subscription(false, 'B'));
    carry(server, client);
    expect(server.delivered).toEqual([hex('\x01A'), hex('\x00B')]);
  });

  it('has PING and PONG inside: who hears them stays, who hears nothing goes', () => {
    const [server, client] = pair({}, { heartbeat: { interval: 100, timeout: 100, timeToLive: 300 } });
    for (let i = 0; i < 5; i++) {
      client.advance(100);
      carry(server, client);
      server.advance(100);
    }
    expect([server.verdict, client.verdict]).toEqual(['open', 'open']);
    expect([server.sink.messages.length, client.sink.messages.length]).toEqual([0, 0]);
    server.advance(400);
    expect(server.verdict).toBe('Timeout ETIMEDOUT');
    client.advance(200);
    expect(client.verdict).toBe('Timeout ETIMEDOUT');
  });

  it('works with text of any length and alphabet', () => {
    const [server, client] = pair();
    const texts = ['', 'a', 'é'.repeat(111), 'x'.repeat(222), '€'.repeat(6000), 'y'.repeat(30_000)];
    client.send(texts);
    carry(server, client);
    expect(server.sink.messages[0]?.map(String)).toEqual(texts);
  });

  it('starts as soon as READY has been sent, also when the network is full', () => {
    const server = secureMachine(CURVE_SERVER).start();
    const client = secureMachine(CURVE_CLIENT).start();
    for (const [to, from] of [
      [server, client],
      [client, server],
      [server, client],
      [client, server],
      [server, client],
      [client, server],
    ] as const) {
      to.feed(from.sink.takeWritten());
    }
    // INITIATE is on its way; READY and what follows it wait for the network.
    server.sink.accepting = false;
    server.feed(client.sink.takeWritten());
    expect(server.sink.peers).toHaveLength(1);
    server.release();
    server.send('first');
    carry(server, client);
    expect(client.delivered).toEqual([hex('first')]);
  });

  it('is refused in clear: nothing but MESSAGE frames is taken', () => {
    for (const [bytes, detail] of [
      [message('x'.repeat(40)), 0x10000001],
      [message('x'), 0x10000012],
    ] as const) {
      const [server] = pair();
      server.feed(bytes);
      expect([server.verdict, server.sink.failure?.detail]).toEqual(['ProtocolViolation EPROTO fatal', detail]);
      expect(server.sink.messages).toHaveLength(0);
    }
    const [server] = pair();
    server.feed(ping(0));
    expect(server.verdict).toBe('ProtocolViolation EPROTO fatal');
  });

  it('takes gaps in the numbers, but no number twice and none that is lower', () => {
    const [server, client] = pair();
    const sealed = ['one', 'two', 'three', 'four'].map((text) => {
      client.send(text);
      return client.sink.takeWritten();
    });
    server.feed(sealed[0]!);
    server.feed(sealed[2]!);
    expect(server.delivered).toEqual([hex('one'), hex('three')]);
    for (const old of [sealed[2]!, sealed[1]!, sealed[0]!]) {
      const [again] = [server];
      again.feed(old);
      expect([again.verdict, again.sink.failure?.detail]).toEqual(['ProtocolViolation EPROTO fatal', 0x10000002]);
    }
    expect(server.delivered).toHaveLength(2);
  });

  it('cannot be sent back to its sender', () => {
    const [, client] = pair();
    client.send('mine');
    client.feed(client.sink.takeWritten());
    expect([client.sink.failure?.detail, client.sink.messages.length]).toEqual([0x11000001, 0]);
  });

  it('cannot be moved to another connection', () => {
    const [, client] = pair();
    const [server] = pair();
    client.send('for another');
    server.feed(client.sink.takeWritten());
    expect([server.sink.failure?.detail, server.sink.messages.length]).toEqual([0x11000001, 0]);
  });

  it('counts the overhead in ZMQ_MAXMSGSIZE, as libzmq', () => {
    const server = secureMachine(CURVE_SERVER, { maxMessageSize: 1033 }).start();
    const client = secureMachine(CURVE_CLIENT).start();
    carry(server, client);
    client.send(Buffer.alloc(1000));
    carry(server, client);
    expect(server.sink.messages).toHaveLength(1);
    client.send(Buffer.alloc(1001));
    carry(server, client);
    expect(server.verdict).toBe('ProtocolViolation EMSGSIZE fatal');
  });
});

describe('a CURVE handshake', () => {
  it('asks the handler for the key of the client, and tells the application who it is', () => {
    const handler = new PlayedHandler();
    const [server, client] = pair({ handler });
    expect(handler.asked).toEqual([
      {
        domain: '',
        address: '192.0.2.1',
        routingId: Buffer.alloc(0),
        mechanism: 'CURVE',
        credentials: [publicKeyOf(CLIENT_SECRET)],
      },
    ]);
    expect([server.sink.peers.length, client.sink.peers.length]).toEqual([0, 0]);
    handler.answer(200, { userId: 'joe' });
    server.endTurn();
    carry(server, client);
    expect([server.sink.peers[0]?.get('User-Id'), client.sink.peers.length]).toEqual(['joe', 1]);
  });

  it.each([400, 500] as const)('ends with ERROR after status %i, which the client does not try again', (status) => {
    const handler = new PlayedHandler();
    const [server, client] = pair({ handler });
    handler.answer(status);
    expect([server.verdict, server.sink.spoke]).toEqual(['AuthenticationFailure EACCES fatal', true]);
    carry(server, client);
    expect([client.verdict, client.sink.failure?.detail]).toEqual(['AuthenticationFailure EACCES fatal', status]);
  });

  it('ends without a word after status 300, and with a domain that has no handler', () => {
    const handler = new PlayedHandler();
    const [server] = pair({ handler });
    handler.answer(300);
    expect([server.sink.takeWritten().length, server.sink.failure?.detail]).toEqual([0, 300]);
    const lonely = secureMachine({ ...CURVE_SERVER, zapDomain: 'x' }, { handler: nobody() }).start();
    const client = secureMachine(CURVE_CLIENT).start();
    carry(lonely, client);
    expect([lonely.verdict, client.sink.peers.length]).toEqual(['SecurityError EFAULT', 0]);
  });

  it('lets every client in when there is nobody to ask, and says so to the log once', () => {
    const logger = new KeptWarnings();
    const handler = nobody();
    const [server] = pair({ handler, logger });
    expect(server.sink.peers).toHaveLength(1);
    expect(logger.warnings).toHaveLength(1);
    expect(logger.warnings[0]).toMatch(/lets in every client/);
  });

  it('lets nobody in unasked when authentication is required', () => {
    const handler = new PlayedHandler();
    const server = secureMachine(CURVE_SERVER, { handler, strict: true }).start();
    handler.available = false;
    const client = secureMachine(CURVE_CLIENT).start();
    carry(server, client);
    expect(server.verdict).toBe('SecurityError EFAULT');
  });

  it('fails at the server when the client has another key of it, and the client may try again', () => {
    const server = secureMachine(CURVE_SERVER).start();
    const client = secureMachine({ ...CURVE_CLIENT, curveServerKey: publicKeyOf(Buffer.alloc(32, 7)) }).start();
    carry(server, client);
    expect([server.sink.failure?.detail, client.verdict]).toEqual([0x11000001, 'open']);
  });

  it('fails when a server without the secret key answers', () => {
    const client = secureMachine(CURVE_CLIENT).start();
    client.feed(GREETING);
    client.feed(command('WELCOME', Buffer.alloc(160, 1)));
    expect([client.verdict, client.sink.failure?.detail]).toEqual(['ProtocolViolation EPROTO fatal', 0x11000001]);
  });

  it.each<[string, Buffer, number | undefined, string]>([
    ['HELLO of 199 octets', command('HELLO', Buffer.alloc(193)), 0x10000013, 'EPROTO'],
    ['HELLO of 201 octets', command('HELLO', Buffer.alloc(195)), undefined, 'EMSGSIZE'],
    ['HELLO of another version', command('HELLO', Buffer.alloc(194, 1)), 0x10000013, 'EPROTO'],
    [
      'HELLO with the zero key',
      command('HELLO', Buffer.concat([Buffer.of(1), Buffer.alloc(193)])),
      0x11000001,
      'EPROTO',
    ],
    ['INITIATE first', command('INITIATE', Buffer.alloc(100)), 0x10000001, 'EPROTO'],
    ['READY first', command('READY', property('Socket-Type', 'DEALER')), 0x10000001, 'EPROTO'],
    ['ERROR', command('ERROR', '\x03400'), 0x10000001, 'EPROTO'],
    ['a message', message('x'), undefined, 'EPROTO'],
    ['4 GB', Buffer.from('0600000001000000000548454c4c4f', 'hex'), undefined, 'EMSGSIZE'],
  ])('a server refuses %s', (_name, bytes, detail, errno) => {
    const server = secureMachine(CURVE_SERVER).start();
    server.feed(GREETING);
    server.feed(bytes);
    expect([server.verdict, server.sink.failure?.detail]).toEqual([`ProtocolViolation ${errno} fatal`, detail]);
  });

  it.each<[string, Buffer, string, number | undefined]>([
    ['WELCOME of 167 octets', command('WELCOME', Buffer.alloc(159)), 'ProtocolViolation EPROTO fatal', 0x10000017],
    ['WELCOME of 169 octets', command('WELCOME', Buffer.alloc(161)), 'ProtocolViolation EMSGSIZE fatal', undefined],
    ['READY first', command('READY', Buffer.alloc(30)), 'ProtocolViolation EPROTO fatal', 0x10000001],
    ['HELLO, of another client', command('HELLO', Buffer.alloc(100)), 'ProtocolViolation EPROTO fatal', 0x10000001],
    ['ERROR 400', command('ERROR', '\x03400'), 'AuthenticationFailure EACCES fatal', 400],
    ['a malformed ERROR', command('ERROR', '\x02400'), 'ProtocolViolation EPROTO fatal', 0x10000015],
  ])('a client ends with %s', (_name, bytes, verdict, detail) => {
    const client = secureMachine(CURVE_CLIENT).start();
    client.feed(GREETING);
    client.feed(bytes);
    expect([client.verdict, client.sink.failure?.detail]).toEqual([verdict, detail]);
  });

  it('does not take a READY that is too short', () => {
    const server = secureMachine(CURVE_SERVER, { handler: new PlayedHandler() }).start();
    const client = secureMachine(CURVE_CLIENT).start();
    carry(server, client);
    client.feed(command('READY', Buffer.alloc(23)));
    expect(client.sink.failure?.detail).toBe(0x10000016);
  });

  it('is not talked into an older protocol or another mechanism', () => {
    for (const old of [
      greeting({ mechanism: 'NULL' }),
      Buffer.from('ff00000000000000017f0105', 'hex'),
      Buffer.from('0100', 'hex'),
    ]) {
      for (const options of [CURVE_SERVER, CURVE_CLIENT]) {
        const machine = secureMachine(options).start();
        machine.feed(old);
        expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
      }
    }
  });

  it('has different sockets refused as without it', () => {
    const [server, client] = pair({ socketType: 'PULL' }, { socketType: 'REQ' });
    expect(server.verdict).toBe('ProtocolViolation EPROTO fatal');
    expect(client.sink.messages).toHaveLength(0);
  });
});

/** A client of the test's own, which can lie. */
class Liar {
  public readonly server: TestMachine = secureMachine(CURVE_SERVER).start();
  private readonly agreement: NodeKeyAgreement = new NodeKeyAgreement(new NodeRandom());
  private readonly boxes: HandshakeBoxes = new HandshakeBoxes(new SecretboxCipher());
  private readonly transient = this.agreement.generate();
  private readonly serverTransient: Buffer;
  private readonly cookie: Buffer;

  public constructor() {
    const key = this.transient.shared(publicKeyOf(SERVER_SECRET))!;
    const hello = Buffer.alloc(194);
    hello[0] = 1;
    this.transient.publicKey.copy(hello, 74);
    // libzmq takes any number, and any content.
    const nonce = Buffer.from('000000000000004d', 'hex');
    nonce.copy(hello, 106);
    hello.fill(9, 130);
    this.boxes.seal(key, NoncePrefix.HELLO, nonce, { buffer: hello, at: 114, size: 64 });
    this.server.feed(GREETING);
    this.server.sink.takeWritten();
    this.server.feed(command('HELLO', hello));
    const welcome = this.server.sink.takeWritten().subarray(10);
    const box = { buffer: welcome, at: 16, size: 128 };
    if (!this.boxes.open(key, NoncePrefix.WELCOME, welcome.subarray(0, 16), box)) throw new Error('not our WELCOME');
    this.serverTransient = Buffer.from(welcome.subarray(32, 64));
    this.cookie = Buffer.from(welcome.subarray(64));
  }

  public initiate(lie: {
    cookie?: Buffer;
    shown?: Buffer;
    vouchedTransient?: Buffer;
    vouchedServer?: Buffer;
    vouchFor?: Buffer;
    metadata?: Buffer;
  }): void {
    const own = this.agreement.load(CLIENT_SECRET);
    const metadata = lie.metadata ?? property('Socket-Type', 'DEALER');
    const data = Buffer.alloc(248 + metadata.length);
    (lie.cookie ?? this.cookie).copy(data);
    const nonce = Buffer.from('000000000000004d', 'hex');
    nonce.copy(data, 96);
    (lie.shown ?? own.publicKey).copy(data, 120);
    const vouchNonce = data.subarray(152, 168);
    (lie.vouchedTransient ?? this.transient.publicKey).copy(data, 168 + TAG_SIZE);
    (lie.vouchedServer ?? publicKeyOf(SERVER_SECRET)).copy(data, 168 + TAG_SIZE + 32);
    metadata.copy(data, 248);
    const vouchKey = own.shared(lie.vouchFor ?? this.serverTransient)!;
    this.boxes.seal(vouchKey, NoncePrefix.VOUCH, vouchNonce, { buffer: data, at: 168, size: 64 });
    const key = this.transient.shared(this.serverTransient)!;
    this.boxes.seal(key, NoncePrefix.INITIATE, nonce, { buffer: data, at: 104, size: data.length - 120 });
    this.server.feed(command('INITIATE', data));
  }
}

describe('what a client says of itself in INITIATE', () => {
  it('is taken when it is true, whatever numbers it begins with', () => {
    const liar = new Liar();
    liar.initiate({});
    expect([liar.server.verdict, liar.server.sink.peers.length]).toEqual(['open', 1]);
  });

  it.each<[string, Parameters<Liar['initiate']>[0], number]>([
    ['another cookie', { cookie: Buffer.alloc(96) }, 0x11000001],
    ['the key of somebody else', { shown: publicKeyOf(Buffer.alloc(32, 5)) }, 0x11000001],
    ['a key of low order', { shown: Buffer.alloc(32) }, 0x11000001],
    ['a vouch for another connection', { vouchedTransient: Buffer.alloc(32, 1) }, 0x10000003],
    ['a vouch for another server', { vouchedServer: Buffer.alloc(32, 1) }, 0x10000003],
    ["a vouch under the server's own key", { vouchFor: publicKeyOf(SERVER_SECRET) }, 0x11000001],
    ['metadata that does not add up', { metadata: Buffer.of(5) }, 0x10000018],
  ])('is refused with %s', (_name, lie, detail) => {
    const liar = new Liar();
    liar.initiate(lie);
    expect([liar.server.sink.failure?.detail, liar.server.sink.peers.length]).toEqual([detail, 0]);
  });

  it('is refused on another connection than that of its cookie', () => {
    const [one, other] = [new Liar(), new Liar()];
    one.initiate({ cookie: (other as unknown as { cookie: Buffer }).cookie });
    expect(one.server.sink.failure?.detail).toBe(0x11000001);
  });
});
