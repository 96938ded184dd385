import { describe, expect, it } from '@jest/globals';
import { RAW_CHUNK_SIZE } from '../../../src/core/budgets.js';
import { ZmqError } from '../../../src/core/errors.js';
import { Msg } from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { RawEngineFactory } from '../../../src/engines/raw/raw-engine-factory.js';
import { makeDirectPair } from '../../../src/engines/transports/direct-pair.js';
import { EngineEnd, EngineGround } from '../../support/engine-ground.js';
import { type MemoryConnection, type MemoryNetwork, memoryPair } from '../../support/memory-connection.js';

/** Two raw engines on one connection. */
class RawGround extends EngineGround {
  public readonly raw: RawEngineFactory = new RawEngineFactory(this);
  public readonly connections: [MemoryConnection, MemoryConnection];
  public readonly left: EngineEnd;
  public readonly right: EngineEnd;

  public constructor(network: MemoryNetwork = {}, changes: Partial<SocketOptionValues> = {}) {
    super();
    this.connections = memoryPair(this.scheduler, network);
    const options = { ...defaultValues('STREAM'), ...changes };
    const config = { socketType: 'STREAM', endpoint: 'mem://here', options };
    this.left = new EngineEnd(this, this.raw.create(this.connections[0], config), options);
    this.right = new EngineEnd(this, this.raw.create(this.connections[1], config), options);
  }

  public start(): this {
    this.left.start();
    this.right.start();
    return this.settle();
  }

  public settle(): this {
    this.scheduler.settle();
    return this;
  }

  public get violations(): readonly string[] {
    return this.connections.flatMap(({ violations }) => violations);
  }
}

const NETWORKS: readonly (readonly [string, MemoryNetwork])[] = [
  ['lent memory', { reading: 'lent' }],
  ['chunks', { reading: 'chunks' }],
  ['octet by octet', { readSize: 1 }],
  ['a narrow network', { window: 10, readSize: 3 }],
];

describe('a raw engine', () => {
  it('hands on what was read before the connection broke, also what waited for room', () => {
    const ground = new RawGround({ reading: 'chunks' }, { receiveHighWaterMark: 1 }).start();
    ground.left.write('x'.repeat(RAW_CHUNK_SIZE * 5));
    ground.settle();
    expect(ground.right.pipe.readable).toBe(1);
    ground.connections[0].break(new ZmqError('ConnectionClosed', 'reset'));
    ground.settle();
    expect(ground.right.readAll().join('').length).toBe(RAW_CHUNK_SIZE * 5);
    expect(ground.right.ended.map((error) => error?.code)).toEqual(['ConnectionClosed']);
  });

  it('has a peer at once, of which only the address is known', () => {
    const { left } = new RawGround().start();
    expect(left.peers.map(({ address, socketType, routingId }) => [address, socketType, routingId.length])).toEqual([
      ['right', undefined, 0],
    ]);
    expect(left.pipe.connected).toBe(true);
  });

  it('closes the connection of a peer that nobody wants', () => {
    const ground = new RawGround();
    ground.left.wanted = false;
    ground.start();
    expect([ground.left.ended, ground.right.ended]).toEqual([[undefined], [undefined]]);
  });

  it.each(NETWORKS)('passes bytes as they are, both ways and in order: %s', (_name, network) => {
    const ground = new RawGround(network).start();
    const { left, right } = ground;
    left.write('text ü', Buffer.from([0, 255]), new Msg('a Msg'), ['many', '', 'frames'], new Uint8Array([65]));
    right.write('answer');
    ground.settle();
    const latin1 = Buffer.from('text ü').toString('latin1');
    expect(right.readAll().join('')).toBe(`${latin1}\0\xffa MsgmanyframesA`);
    expect(left.readAll().join('')).toBe('answer');
    expect(ground.violations).toEqual([]);
  });

  it('cuts what comes into messages of a bounded size, each with the address of the peer', () => {
    const ground = new RawGround().start();
    ground.left.write(Buffer.alloc(3 * RAW_CHUNK_SIZE + 1, 'x'));
    ground.settle();
    const sizes: number[] = [];
    for (let message = ground.right.pipe.read(); message !== undefined; message = ground.right.pipe.read()) {
      expect([message.length, message[0]?.metadata?.address]).toEqual([1, 'left']);
      sizes.push(message[0]?.size ?? 0);
    }
    expect(Math.max(...sizes)).toBe(RAW_CHUNK_SIZE);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3 * RAW_CHUNK_SIZE + 1);
  });

  it('writes what one turn sent in one go, and at once what is much', () => {
    const ground = new RawGround().start();
    ground.left.write('a', 'b', 'c');
    expect(ground.connections[0].sentBytes).toBe(0);
    ground.settle();
    expect(ground.connections[0].sentBytes).toBe(3);
    ground.left.write(Buffer.alloc(100_000));
    expect(ground.connections[0].sentBytes).toBe(100_003);
  });

  it('stops reading while the pipe is full, loses nothing, and holds its sender back', () => {
    const ground = new RawGround({ window: 1000 }, { receiveHighWaterMark: 2, sendHighWaterMark: 3 }).start();
    const { left, right } = ground;
    let sent = 0;
    for (let round = 0; round < 20; round++) {
      while (left.write(Buffer.alloc(1000, sent)) === 1) sent++;
      ground.settle();
    }
    expect(sent).toBeLessThan(12);
    expect(right.pipe.readable).toBe(2);
    let got = 0;
    while (got < sent * 1000) {
      for (let message = right.pipe.read(); message !== undefined; message = right.pipe.read()) {
        for (const byte of message[0]?.data ?? []) expect(byte).toBe(Math.floor(got++ / 1000));
      }
      ground.settle();
    }
    expect(ground.violations).toEqual([]);
  });

  it.each(NETWORKS)('an empty message closes the connection after what was sent before: %s', (_name, network) => {
    for (const empty of ['', Buffer.alloc(0), new Msg(), ['', '']]) {
      const ground = new RawGround(network).start();
      ground.left.write('last words', empty, 'too late');
      ground.settle();
      expect(ground.right.readAll().join('')).toBe('last words');
      expect([ground.left.ended, ground.right.ended]).toEqual([[undefined], [undefined]]);
      expect([ground.left.pipe.hasRetired, ground.right.pipe.hasRetired]).toEqual([true, false]);
      expect(ground.violations).toEqual([]);
    }
  });

  it.each(NETWORKS)('finish sends what the pipe holds, and then closes: %s', (_name, network) => {
    const ground = new RawGround(network).start();
    ground.left.write('one', 'two', 'three');
    ground.left.engine.finish();
    ground.left.engine.finish();
    ground.settle();
    expect(ground.right.readAll().join('')).toBe('onetwothree');
    expect([ground.left.ended, ground.right.ended]).toEqual([[undefined], [undefined]]);
    expect(ground.violations).toEqual([]);
  });

  it('destroy and a broken connection end it once', () => {
    const ground = new RawGround().start();
    ground.left.engine.destroy();
    ground.left.engine.destroy();
    ground.settle();
    expect([ground.left.ended, ground.right.ended]).toEqual([[undefined], [undefined]]);

    const other = new RawGround().start();
    const broken = new ZmqError('ConnectionClosed', 'broken');
    other.connections[0].break(broken);
    other.settle();
    expect([other.left.ended, other.right.ended]).toEqual([[broken], [broken]]);
  });

  it('a pattern that refuses the peer ends it for a reason', () => {
    const ground = new RawGround().start();
    const reason = new ZmqError('ResourceLimitReached', 'no', { fatal: true });
    ground.left.engine.fail(reason);
    ground.settle();
    expect(ground.left.ended).toEqual([reason]);
  });

  it('a pattern that throws costs the connection, and nothing else', () => {
    const ground = new RawGround().start();
    ground.right.pipe.deliver = () => {
      throw new Error('bug');
    };
    ground.left.write('x');
    ground.settle();
    expect(ground.right.ended.map((error) => [error?.code, error?.fatal])).toEqual([['Internal', true]]);
    expect(ground.left.ended).toEqual([undefined]);
  });
});

describe('the factory of the raw engine', () => {
  it('serves sockets without a protocol, over every stream of bytes', () => {
    const { raw } = new RawGround();
    const served = (scheme: string, type: string): boolean => raw.offer(scheme, defaultValues(type)).serves;
    expect(['tcp', 'ipc', 'sim', 'inproc'].map((scheme) => served(scheme, 'STREAM'))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(served('tcp', 'ROUTER')).toBe(false);
    expect(raw.offer('tcp', { ...defaultValues('ROUTER'), routerRaw: true }).serves).toBe(true);
  });

  it('refuses a connection that is no stream of bytes', () => {
    const { raw, scheduler } = new RawGround();
    const [direct] = makeDirectPair('x', scheduler);
    const config = { socketType: 'STREAM', endpoint: 'inproc://x', options: defaultValues('STREAM') };
    expect(() => raw.create(direct, config)).toThrow(/no stream of bytes/);
  });
});
