import { afterEach, describe, expect, test } from '@jest/globals';
import type { SocketByType, SocketOptionsInit } from 'rzmq';
import { frame, message, oldFrame, oldMessage } from './naive-zmtp.js';
import { type AnySocket, type Ground, numbered, receive, receiveAll, turn, until, useGround } from './spec-ground.js';
import { type RawPeer, RawPeers } from './spec-raw-peer.js';
import { STREAMS, type TransportCase } from './spec-transports.js';

/** A version of before ZMTP 3, as its peers speak it. */
export interface OldVersion {
  readonly name: string;
  /** The octet behind the signature; `undefined` for the version that has no greeting. */
  readonly revision: number | undefined;
  frame(flags: number, body: Uint8Array): Buffer;
  message(...frames: (string | Uint8Array)[]): Buffer;
}

export const ZMTP_2_0: OldVersion = { name: 'ZMTP 2.0', revision: 1, frame, message };
export const ZMTP_1_0: OldVersion = { name: 'ZMTP 1.0', revision: undefined, frame: oldFrame, message: oldMessage };
export const ZMTP_1_0_VERSIONED: OldVersion = {
  name: 'ZMTP 1.0 with a version octet',
  revision: 0,
  frame: oldFrame,
  message: oldMessage,
};

/** The number of each type in the greeting of 2.0. */
export const NUMBERS: Readonly<Record<string, number>> = {
  PAIR: 0,
  PUB: 1,
  SUB: 2,
  REQ: 3,
  REP: 4,
  DEALER: 5,
  ROUTER: 6,
  PULL: 7,
  PUSH: 8,
  XPUB: 9,
  XSUB: 10,
};

export const SIGNATURE: Buffer = Buffer.from('ff00000000000000017f', 'hex');

/** A peer of an old version, made by hand. */
export class OldPeer {
  /** The type of the other side, where the version says it. */
  public type: number | undefined = undefined;
  /** The routing id of the other side. */
  public routingId = '';

  public constructor(
    public readonly raw: RawPeer,
    public readonly version: OldVersion,
  ) {}

  /** Says who it is, and hears who the other side is. */
  public async shake(type: string, routingId = ''): Promise<this> {
    const { revision } = this.version;
    const name = this.version.frame(0, Buffer.from(routingId));
    const signature = await this.raw.read(10);
    if (revision === undefined) {
      this.raw.send(name);
      this.routingId = String(await this.raw.read(Number(signature.readBigUInt64BE(1)) - 1));
      return this;
    }
    this.raw.send(SIGNATURE, Buffer.of(revision, NUMBERS[type] as number), name);
    this.type = (await this.raw.read(2))[1];
    this.routingId = (await this.hear()).join('|');
    return this;
  }

  public say(...frames: (string | Uint8Array)[]): void {
    this.raw.send(this.version.message(...frames));
  }

  /** The next message, as the texts of its frames. */
  public async hear(): Promise<string[]> {
    const texts: string[] = [];
    for (;;) {
      const { more, body } = await this.nextFrame();
      texts.push(String(body));
      if (!more) return texts;
    }
  }

  /** The next messages, the frames of each joined with a bar. */
  public async hearAll(count: number): Promise<string[]> {
    const all: string[] = [];
    while (all.length < count) all.push((await this.hear()).join('|'));
    return all;
  }

  private async nextFrame(): Promise<{ more: boolean; body: Buffer }> {
    if (this.version.revision === 1) {
      const { flags, body } = await this.raw.readFrame();
      return { more: flags % 2 === 1, body };
    }
    let length = (await this.raw.read(1))[0] as number;
    if (length === 0xff) length = Number((await this.raw.read(8)).readBigUInt64BE());
    const flags = (await this.raw.read(1))[0] as number;
    return { more: flags === 1, body: Buffer.from(await this.raw.read(length - 1)) };
  }
}

export type Role = 'bound' | 'connected';

/** What a test with old peers stands on. */
export class OldGround {
  public constructor(
    public readonly ground: Ground,
    public readonly peers: RawPeers,
    private readonly transport: TransportCase,
    private readonly role: Role,
    public readonly version: OldVersion,
  ) {}

  /** A socket of ours, and connections to it from as many old peers, which have said nothing yet. */
  public async raw<T extends keyof SocketByType>(
    type: T,
    options?: SocketOptionsInit,
    count = 1,
  ): Promise<{ socket: SocketByType[T]; raws: RawPeer[]; accept: () => Promise<RawPeer> }> {
    const socket = this.ground.socket(type, options);
    const raws: RawPeer[] = [];
    let accept = (): Promise<RawPeer> => Promise.reject(new Error('a bound socket does not connect'));
    if (this.role === 'bound') {
      const endpoint = await (socket as AnySocket).bind(this.transport.endpoint());
      for (let i = 0; i < count; i++) raws.push(await this.peers.connect(endpoint));
    } else {
      for (let i = 0; i < count; i++) {
        const listener = await this.peers.listen(this.transport.name === 'ipc' ? this.transport.endpoint() : '');
        await (socket as AnySocket).connect(listener.endpoint);
        raws.push(await listener.accept());
        accept = listener.accept;
      }
    }
    return { socket, raws, accept };
  }

  /** A socket of ours and one old peer that have shaken hands. */
  public async meet<T extends keyof SocketByType>(
    type: T,
    peerType: string,
    options?: SocketOptionsInit,
    routingId?: string,
  ): Promise<{ socket: SocketByType[T]; peer: OldPeer; accept: () => Promise<RawPeer> }> {
    const { socket, raws, accept } = await this.raw(type, options);
    const peer = await new OldPeer(raws[0] as RawPeer, this.version).shake(peerType, routingId);
    await this.ground.log(socket).nth('handshake');
    await turn();
    return { socket, peer, accept };
  }

  public get connects(): boolean {
    return this.role === 'connected';
  }
}

/** Runs clauses over every transport that has bytes, and in both roles. */
export function everywhere(version: OldVersion, clauses: (ground: OldGround) => void): void {
  for (const transport of STREAMS) {
    for (const role of ['bound', 'connected'] as const) {
      describe(`${version.name} over ${transport.name}, with our socket ${role}`, () => {
        const peers = new RawPeers();
        clauses(new OldGround(useGround(), peers, transport, role, version));
        afterEach(() => peers.close());
      });
    }
  }
}

/** What all old versions have in common: every socket type of theirs. */
export function everyPattern(old: OldGround): void {
  const { version } = old;
  const late = version.revision === undefined ? ['\x01'] : [];

  test('PUSH SHALL send whole messages to a PULL', async () => {
    const { socket, peer } = await old.meet('PUSH', 'PULL');
    await socket.send('one');
    await socket.sendMultipart(['two', '', 'parts']);
    expect(await peer.hearAll(2)).toEqual(['one', 'two||parts']);
  });

  test('PULL SHALL receive whole messages from a PUSH', async () => {
    const { socket, peer } = await old.meet('PULL', 'PUSH');
    peer.say('one');
    peer.say('two', '', 'parts');
    expect(await receiveAll(socket, 2)).toEqual(['one', 'two||parts']);
  });

  test('PAIR SHALL talk to its one peer both ways', async () => {
    const { socket, peer } = await old.meet('PAIR', 'PAIR');
    await socket.send('ping');
    expect(await peer.hear()).toEqual(['ping']);
    peer.say('pong');
    expect(await receive(socket)).toEqual(['pong']);
  });

  test('REQ SHALL send a delimiter and its request, and take the reply with the delimiter', async () => {
    const { socket, peer } = await old.meet('REQ', 'REP');
    for (const text of numbered('q', 3)) {
      await socket.send(text);
      expect(await peer.hear()).toEqual(['', text]);
      peer.say('', text, 'answered');
      expect(await receive(socket)).toEqual([text, 'answered']);
    }
  });

  test('REP SHALL answer with the envelope of the request', async () => {
    const { socket, peer } = await old.meet('REP', 'REQ');
    for (const text of numbered('q', 3)) {
      peer.say('hop', '', text);
      expect(await receive(socket)).toEqual([text]);
      await socket.send(`re ${text}`);
      expect(await peer.hear()).toEqual(['hop', '', `re ${text}`]);
    }
  });

  test('DEALER SHALL announce its routing id, and send without an envelope', async () => {
    const { socket, peer } = await old.meet('DEALER', 'ROUTER', { routingId: 'ident' });
    expect(peer.routingId).toBe('ident');
    await socket.sendMultipart(['', 'hello']);
    expect(await peer.hear()).toEqual(['', 'hello']);
    peer.say('back');
    expect(await receive(socket)).toEqual(['back']);
  });

  test('ROUTER SHALL know a peer by the routing id that it announced', async () => {
    const { socket, peer } = await old.meet('ROUTER', 'DEALER', { mandatory: true }, 'me');
    peer.say('hello', 'there');
    expect(await receive(socket)).toEqual(['me', 'hello', 'there']);
    await socket.send(['me', 'back', 'to you']);
    expect(await peer.hear()).toEqual(['back', 'to you']);
  });

  test('ROUTER SHALL make up a routing id for a peer without one', async () => {
    const { socket, peer } = await old.meet('ROUTER', 'DEALER');
    peer.say('hello');
    const [id, ...rest] = await socket.recvMultipart();
    expect([id?.size, id?.data[0], rest.map(String)]).toEqual([5, 0, ['hello']]);
    await socket.send([id, 'back']);
    expect(await peer.hear()).toEqual(['back']);
  });

  test('SUB SHALL subscribe and unsubscribe by messages 01 and 00, and filter what comes', async () => {
    const { socket, raws } = await old.raw('SUB');
    socket.subscribe('before');
    const peer = await new OldPeer(raws[0] as RawPeer, version).shake('PUB');
    expect(await peer.hear()).toEqual(['\x01before']);
    socket.subscribe('T', 'x'.repeat(300));
    socket.unsubscribe('before');
    expect(await peer.hearAll(3)).toEqual(['\x01T', `\x01${'x'.repeat(300)}`, '\x00before']);
    peer.say('before all');
    peer.say('T1', 'body');
    expect(await receive(socket)).toEqual(['T1', 'body']);
    expect(socket.stats().dropped).toEqual({ 'not-subscribed': 1 });
  });

  test('XSUB SHALL send subscriptions and messages of its own', async () => {
    const { socket, peer } = await old.meet('XSUB', 'XPUB');
    for (const text of ['\x01T', 'up', '\x00T']) await socket.send(text);
    expect(await peer.hearAll(3)).toEqual(['\x01T', 'up', '\x00T']);
    peer.say('down');
    expect(await receive(socket)).toEqual(['down']);
  });

  test('XPUB SHALL take subscriptions that come as messages', async () => {
    const { socket, peer } = await old.meet('XPUB', 'SUB');
    peer.say('\x01A');
    peer.say('\x01B');
    expect(await receiveAll(socket, 2 + late.length)).toEqual([...late, '\x01A', '\x01B']);
    peer.say('\x00A');
    expect(await receive(socket)).toEqual(['\x00A']);
    for (const text of ['A1', 'B1']) await socket.send(text);
    expect(await peer.hearAll(1 + late.length)).toEqual(late.length === 1 ? ['A1', 'B1'] : ['B1']);
  });

  test('PUB SHALL send what the peer subscribed to', async () => {
    const { socket, peer } = await old.meet('PUB', 'SUB');
    peer.say('\x01A');
    await until(() => socket.options.topicsCount === 1 + late.length);
    for (const text of ['A1', 'A2']) await socket.send(text);
    expect(await peer.hearAll(2)).toEqual(['A1', 'A2']);
  });

  test.each([0, 252, 253, 254, 255, 256, 65_536, 3_000_000])(
    'a frame of %d octets SHALL arrive as it was sent, both ways',
    async (size) => {
      const { socket, peer } = await old.meet('DEALER', 'DEALER');
      const body = Buffer.alloc(size, 'abcdefg');
      await socket.send([body, 'end']);
      expect((await peer.hear())[0] === String(body)).toBe(true);
      peer.say(body, 'end');
      const [first, last] = await socket.recvMultipart();
      expect([first?.data.equals(body), String(last)]).toEqual([true, 'end']);
    },
  );

  test('nothing but the address SHALL be known of the peer, and its routing id', async () => {
    const { socket, peer } = await old.meet('PULL', 'PUSH', {}, 'name');
    peer.say('hello');
    const { metadata } = await socket.recv();
    expect([metadata?.socketType, metadata?.names(), String(metadata?.routingId)]).toEqual([
      undefined,
      ['identity'],
      'name',
    ]);
    expect((await old.ground.log(socket).nth('handshake')).peer?.routingId.toString()).toBe('name');
  });

  test('the type of the peer SHALL NOT be checked', async () => {
    const { socket, peer } = await old.meet('PULL', 'SUB');
    peer.say('taken all the same');
    expect(await receive(socket)).toEqual(['taken all the same']);
  });

  test('there SHALL be no heartbeats', async () => {
    const { socket, peer } = await old.meet('DEALER', 'DEALER', { heartbeatInterval: 1, heartbeatTimeout: 1 });
    // Long enough for many of them, if there were any: a newer peer would be given up.
    const other = await old.meet('PUSH', 'PULL', { heartbeatInterval: 1, heartbeatTimeout: 1 });
    for (const text of numbered('', 50)) {
      peer.say(text);
      expect(await receive(socket)).toEqual([text]);
    }
    await socket.send('end');
    expect(await peer.hear()).toEqual(['end']);
    await other.socket.send('end');
    expect(await other.peer.hear()).toEqual(['end']);
  });

  test('what waits to be sent SHALL be sent when the socket closes', async () => {
    const { socket, peer } = await old.meet('PUSH', 'PULL', { linger: -1 });
    for (const text of numbered('', 100)) void socket.send(text);
    await socket.close();
    expect(await peer.hearAll(100)).toEqual(numbered('', 100));
    expect(await peer.raw.closed()).toHaveLength(0);
  });

  test('a message that was received in part SHALL be discarded with its connection', async () => {
    const { socket, peer } = await old.meet('PULL', 'PUSH');
    peer.say('whole');
    peer.raw.send(version.frame(1, Buffer.from('part')));
    expect(await receive(socket)).toEqual(['whole']);
    peer.raw.destroy();
    await old.ground.log(socket).nth('disconnect');
    expect(socket.tryRecv()).toBeUndefined();
  });

  test('a connecting socket SHALL connect again, and send what has waited', async () => {
    if (!old.connects) {
      // A bound one serves the next peer.
      const { socket, raws } = await old.raw('PUSH', {}, 2);
      const second = await new OldPeer(raws[1] as RawPeer, version).shake('PULL');
      raws[0]?.destroy();
      await socket.send('to whom it may concern');
      expect(await second.hear()).toEqual(['to whom it may concern']);
      return;
    }
    const { socket, peer, accept } = await old.meet('PUSH', 'PULL', { reconnectInterval: 1 });
    peer.raw.destroy();
    await old.ground.log(socket).nth('disconnect');
    await socket.send('waited');
    const again = await new OldPeer(await accept(), version).shake('PULL');
    expect(await again.hear()).toEqual(['waited']);
  });

  test('ALLOW_ZMTP2 0 SHALL refuse the peer for good', async () => {
    const { socket, raws } = await old.raw('PULL', { allowZmtp2: false });
    const raw = raws[0] as RawPeer;
    if (version.revision === undefined) raw.send(version.frame(0, Buffer.alloc(0)));
    else raw.send(SIGNATURE, Buffer.of(version.revision, 8));
    expect((await raw.closed()).length).toBeLessThanOrEqual(11);
    const { error } = await old.ground.log(socket).nth('handshake:error:protocol');
    expect([error?.code, error?.errno, error?.fatal]).toEqual(['ProtocolViolation', 'EPROTO', true]);
    expect(error?.message).toContain('ALLOW_ZMTP2');
    await turn();
    expect(old.ground.log(socket).of('connect:retry')).toEqual([]);
  });

  test('a peer that stops anywhere in its greeting SHALL be given up after ZMQ_HANDSHAKE_IVL', async () => {
    const hello = version.revision === undefined ? [] : [SIGNATURE, Buffer.of(version.revision, 8)];
    const whole = Buffer.concat([...hello, version.frame(0, Buffer.from('me'))]);
    const { socket, raws } = await old.raw('PULL', { handshakeInterval: 100, reconnectInterval: -1 }, whole.length);
    for (const [i, raw] of raws.entries()) raw.send(whole.subarray(0, i));
    const errors = await Promise.all(raws.map((_, i) => old.ground.log(socket).nth('handshake:error:other', i + 1)));
    expect(new Set(errors.map(({ error }) => error?.code))).toEqual(new Set(['Timeout']));
    await Promise.all(raws.map((raw) => raw.closed()));
  });
}
