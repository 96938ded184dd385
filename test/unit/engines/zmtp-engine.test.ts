import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { EngineGround } from '../../support/engine-ground.js';
import { memoryPair } from '../../support/memory-connection.js';
import { longHeader, message, parseFrames, ping } from '../../support/naive-zmtp.js';
import { RawPeer } from '../../support/raw-peer.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('two engines on one connection', () => {
  it.each([
    ['lent memory', { reading: 'lent' as const }],
    ['chunks', { reading: 'chunks' as const }],
    ['octet by octet', { readSize: 1 }],
    ['a narrow network', { window: 10, readSize: 3 }],
  ])('shake hands and talk both ways: %s', (_name, network) => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair(network, ['DEALER', 'ROUTER'], { routingId: Buffer.from('id') });
    left.start();
    right.start();
    ground.scheduler.settle();
    expect([left.peers[0]?.socketType, right.peers[0]?.socketType]).toEqual(['ROUTER', 'DEALER']);
    expect(right.peers[0]?.routingId.toString()).toBe('id');
    left.write('a', ['b', '', 'c'], 'x'.repeat(30_000));
    right.write(['d'], 'e');
    ground.scheduler.settle();
    expect(right.readAll()).toEqual(['a', 'b||c', 'x'.repeat(30_000)]);
    expect(left.readAll()).toEqual(['d', 'e']);
    expect(connections.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('what was written before the handshake goes out after it, in order', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.write(...numbers(100));
    left.start();
    right.start();
    ground.scheduler.settle();
    expect(right.readAll()).toEqual(numbers(100));
  });

  it('all messages of a turn go out in one write at its end', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair();
    left.start();
    right.start();
    ground.scheduler.settle();
    const before = connections[0].sentBytes;
    left.write(...numbers(100));
    expect([connections[0].sentBytes - before, ground.scheduler.waitingForEnd]).toEqual([0, 1]);
    ground.scheduler.endTurn();
    expect(connections[0].sentBytes - before).toBe(message(...numbers(100)).length);
  });

  it('the messages of a received turn say whose they are', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.start();
    right.start();
    left.write(['a', 'b']);
    ground.scheduler.settle();
    expect(right.pipe.read()?.map(({ metadata }) => metadata)).toEqual([right.peers[0], right.peers[0]]);
    expect(right.pipe.peer).toBe(right.peers[0]);
  });

  it('count what they send against the share of the turn', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.start();
    right.start();
    ground.scheduler.settle();
    left.write(Buffer.alloc(300_000));
    ground.scheduler.endTurn();
    expect(ground.budget.exhausted).toBe(true);
    ground.scheduler.settle();
    expect(ground.budget.exhausted).toBe(false);
  });
});

describe('a network that is full (ZMQ_SNDHWM)', () => {
  it('the pipe refuses at the mark, and the writer is woken when the network goes on', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL'], { sendHighWaterMark: 10 });
    left.start();
    right.start();
    ground.scheduler.settle();
    connections[0].window = 0;
    let next = 0;
    const write = (): void => {
      while (left.pipe.write(String(next))) next++;
    };
    left.events.onWrite = write;
    write();
    ground.scheduler.settle();
    expect([next, left.pipe.pending, left.events.writes]).toEqual([10, 10, 0]);
    for (const target of [11, 50, 500]) {
      connections[0].window = 64;
      while (next < target) {
        connections[0].pump();
        ground.scheduler.turn();
      }
    }
    left.events.onWrite = () => undefined;
    connections[0].window = Number.POSITIVE_INFINITY;
    connections[0].pump();
    ground.scheduler.settle();
    expect(right.readAll()).toEqual(numbers(next));
    expect(connections[0].violations).toEqual([]);
  });

  it.each([1, 2, 10, 100])(
    'a writer that was refused before there was a peer is woken after the handshake, with a mark of %d',
    (mark) => {
      const ground = new EngineGround();
      const { left, right } = ground.pair({}, ['PUSH', 'PULL'], { sendHighWaterMark: mark });
      expect(left.write(...numbers(mark + 1))).toBe(mark);
      left.start();
      right.start();
      ground.scheduler.settle();
      expect([left.events.writes, left.pipe.writable]).toEqual([1, true]);
      expect(right.readAll()).toEqual(numbers(mark));
    },
  );

  it('large bodies are held by reference until the network has them, and arrive unchanged', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair({ window: 5000 }, ['PUSH', 'PULL']);
    left.start();
    right.start();
    const bodies = [20_000, 100, 300_000, 16_384, 0].map((size, i) => Buffer.alloc(size, i + 1));
    left.write(...bodies, bodies);
    ground.scheduler.settle();
    const expected = bodies.map((body) => body.toString('latin1'));
    expect(right.readAll()).toEqual([...expected, expected.join('|')]);
  });
});

describe('a reader that is full (ZMQ_RCVHWM)', () => {
  it('pauses the connection at the mark, and resumes it at half of it; nothing is lost', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({ readSize: 100 }, ['PUSH', 'PULL'], { receiveHighWaterMark: 10 });
    left.start();
    right.start();
    ground.scheduler.settle();
    left.write(...numbers(200));
    ground.scheduler.settle();
    expect([right.pipe.readable, connections[1].isPaused]).toEqual([10, true]);
    const got: string[] = [];
    for (let i = 0; i < 4; i++) got.push(String(right.pipe.read()));
    ground.scheduler.settle();
    expect([right.pipe.readable, connections[1].isPaused]).toEqual([6, true]);
    got.push(String(right.pipe.read()));
    ground.scheduler.settle();
    expect(right.pipe.readable).toBe(10);
    while (right.pipe.readable > 0) {
      got.push(...right.readAll());
      ground.scheduler.settle();
    }
    expect(got).toEqual(numbers(200));
  });

  it('is served again at the end of the turn, not from within the read that made room', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair({}, ['PUSH', 'PULL'], { receiveHighWaterMark: 1 });
    left.start();
    right.start();
    left.write('a', 'b');
    ground.scheduler.settle();
    expect([String(right.pipe.read()), right.pipe.readable]).toEqual(['a', 0]);
    ground.scheduler.endTurn();
    expect(right.pipe.readable).toBe(1);
  });

  it('a resume that comes after the end of the connection is harmless', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL'], { receiveHighWaterMark: 1 });
    left.start();
    right.start();
    left.write('a', 'b', 'c');
    ground.scheduler.settle();
    right.pipe.read();
    right.engine.destroy();
    ground.scheduler.settle();
    expect([right.ended, right.readAll()]).toEqual([[undefined], []]);
    expect(connections[1].violations).toEqual([]);
  });
});

describe('what the peer does wrong ends its own connection, and nothing else', () => {
  it.each<[string, Buffer, string]>([
    ['bytes that are no ZMTP', Buffer.from('hello'), 'ProtocolViolation'],
    ['a frame that is too large', Buffer.concat([message('ok'), longHeader(0, 2n ** 63n)]), 'ProtocolViolation'],
  ])('%s', (name, bytes, code) => {
    const ground = new EngineGround();
    const [ours, theirs] = memoryPair(ground.scheduler);
    const end = ground.engine(ours, 'PULL', { heartbeatInterval: 50, handshakeInterval: 50 }).start();
    const peer = new RawPeer(theirs);
    if (!name.startsWith('bytes')) peer.shakeHands('PUSH');
    peer.say(bytes);
    ground.scheduler.settle();
    expect(end.ended.map((error) => [error?.code, error?.fatal, error?.endpoint])).toEqual([
      [code, true, 'mem://here'],
    ]);
    expect([ours.isOpen, theirs.isOpen, ground.clock.pending]).toEqual([false, false, 0]);
    expect(ours.violations).toEqual([]);
  });

  it('a socket that takes no further peer closes with a final error', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.wanted = false;
    left.start();
    right.start();
    ground.scheduler.settle();
    expect(left.ended.map((error) => [error?.code, error?.fatal])).toEqual([['ConnectionClosed', true]]);
    expect(right.ended).toEqual([undefined]);
  });

  it('a pattern that cannot go on with its peer ends the connection with its own error', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.start();
    right.start();
    ground.scheduler.settle();
    const error = new ZmqError('ProtocolViolation', 'no delimiter', { fatal: true });
    left.pipe.fail(error);
    left.pipe.fail(new ZmqError('Internal', 'second'));
    ground.scheduler.settle();
    expect([left.ended, right.ended]).toEqual([[error], [undefined]]);
  });
});

describe('time', () => {
  it('ZMQ_HANDSHAKE_IVL ends a handshake that takes too long, and leaves no timer behind', () => {
    const ground = new EngineGround();
    const [ours] = memoryPair(ground.scheduler);
    const end = ground.engine(ours, 'PULL', { handshakeInterval: 300 }).start();
    ground.clock.advance(299);
    ground.scheduler.settle();
    expect(end.ended).toEqual([]);
    ground.clock.advance(1);
    ground.scheduler.settle();
    expect([end.ended.map((error) => error?.code), ground.clock.pending]).toEqual([['Timeout'], 0]);
  });

  it('heartbeats go back and forth between two engines, and keep a quiet connection', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair({}, ['PUSH', 'PULL'], { heartbeatInterval: 100, heartbeatTimeToLive: 300 });
    left.start();
    right.start();
    for (let i = 0; i < 100; i++) {
      ground.scheduler.settle();
      ground.clock.advance(50);
    }
    expect([left.ended, right.ended]).toEqual([[], []]);
    left.engine.destroy();
    ground.scheduler.settle();
    expect(ground.clock.pending).toBe(0);
  });

  it('a peer that is silent is given up, and the connection may be made again', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL'], { heartbeatInterval: 100 });
    left.start();
    right.start();
    ground.scheduler.settle();
    connections[0].delayed = true;
    ground.clock.advance(199);
    ground.scheduler.settle();
    expect(left.ended).toEqual([]);
    ground.clock.advance(1);
    ground.scheduler.settle();
    expect(left.ended.map((error) => [error?.code, error?.fatal])).toEqual([['Timeout', false]]);
    expect(right.ended).toEqual([undefined]);
  });

  it('what has arrived is read before a peer is given up: our own long pause is not its silence', () => {
    const ground = new EngineGround();
    const [ours, theirs] = memoryPair(ground.scheduler);
    const end = ground.engine(ours, 'PULL', { heartbeatInterval: 100, heartbeatTimeout: 100 }).start();
    const peer = new RawPeer(theirs);
    peer.shakeHands('PUSH');
    ground.scheduler.settle();
    ground.clock.advance(100);
    ground.scheduler.settle();
    // The peer answers at once, and our process is busy with something else until long after the time-out.
    peer.say(message('answer'), ping(0));
    ground.clock.jump(5000);
    ground.scheduler.settle();
    expect([end.ended, end.readAll()]).toEqual([[], ['answer']]);
  });
});

describe('the factory of the standard engine', () => {
  it('serves every stream of bytes, and inproc not', () => {
    const { factory } = new EngineGround();
    expect(
      ['tcp', 'ipc', 'ws', 'sim', 'inproc'].map((scheme) => factory.offer(scheme, defaultValues('PUSH')).serves),
    ).toEqual([true, true, true, true, false]);
    expect(factory.offer('tcp', defaultValues('STREAM')).serves).toBe(false);
  });

  it('announces what the options say', () => {
    const ground = new EngineGround();
    const [ours, theirs] = memoryPair(ground.scheduler);
    const routingId = Buffer.from('name');
    ground.engine(ours, 'DEALER', { routingId, metadata: ['X-b:2', 'X-a:1:1'] }).start();
    const peer = new RawPeer(theirs);
    peer.shakeHands('ROUTER');
    ground.scheduler.settle();
    expect(peer.heard.subarray(1, 9).toString('hex')).toBe('0000000000000005');
    const ready = parseFrames(peer.heard.subarray(64))[0]?.body.toString('latin1');
    expect(ready).toBe(
      '\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\x04name\x03X-a\0\0\0\x031:1\x03X-b\0\0\0\x012',
    );
  });
});
