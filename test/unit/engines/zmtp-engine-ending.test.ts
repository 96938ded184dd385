import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { EngineGround } from '../../support/engine-ground.js';
import { memoryPair } from '../../support/memory-connection.js';
import { command, message } from '../../support/naive-zmtp.js';
import { RawPeer } from '../../support/raw-peer.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('finish sends what the pipe holds, and then closes', () => {
  it('over a network that takes it slowly', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({ window: 100 }, ['PUSH', 'PULL'], { receiveHighWaterMark: 0 });
    left.start();
    right.start();
    ground.scheduler.settle();
    // The first ones fill the network, and the others wait in the pipe.
    left.write(...numbers(500).slice(0, 250));
    ground.scheduler.endTurn();
    left.write(...numbers(500).slice(250));
    left.engine.finish();
    left.engine.finish();
    ground.scheduler.settle();
    expect(right.readAll()).toEqual(numbers(500));
    expect([left.ended, right.ended, left.pipe.pending]).toEqual([[undefined], [undefined], 0]);
    expect(connections.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('with nothing to send, at once', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair();
    left.start();
    right.start();
    ground.scheduler.settle();
    left.engine.finish();
    ground.scheduler.settle();
    expect([left.ended, right.ended]).toEqual([[undefined], [undefined]]);
  });

  it('messages that are written in the same turn before it go out too', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair({}, ['PUSH', 'PULL']);
    left.start();
    right.start();
    ground.scheduler.settle();
    left.write('a', Buffer.alloc(100_000), 'b');
    left.engine.finish();
    ground.scheduler.settle();
    expect(right.readAll().map(({ length }) => length)).toEqual([1, 100_000, 1]);
  });

  it('waits as long as the network is stuck, until destroy ends the waiting', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL']);
    left.start();
    right.start();
    ground.scheduler.settle();
    connections[0].window = 0;
    left.write(...numbers(10));
    left.engine.finish();
    ground.scheduler.settle();
    expect([left.ended, left.pipe.pending, left.engine.unsent]).toEqual([[], 10, 10]);
    left.engine.destroy();
    ground.scheduler.settle();
    expect([left.ended, right.ended, left.engine.unsent]).toEqual([[undefined], [undefined], 10]);
  });
});

describe('what was read before the connection broke is received', () => {
  it('also what waited for room in the pipe', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL'], { receiveHighWaterMark: 2 });
    left.start();
    right.start();
    ground.scheduler.settle();
    left.write(...numbers(100));
    ground.scheduler.settle();
    // All of it has arrived in one read, and the pipe has room for two.
    expect([right.pipe.readable, connections[1].isPaused]).toEqual([2, true]);
    connections[0].break(new ZmqError('ConnectionClosed', 'reset'));
    ground.scheduler.settle();
    expect(right.ended.map((error) => error?.code)).toEqual(['ConnectionClosed']);
    expect(right.readAll()).toEqual(numbers(100));
  });
});

describe('the end is said once, whoever ends the connection', () => {
  it.each<[string, (ground: ReturnType<EngineGround['pair']>) => void, string | undefined]>([
    ['destroy', ({ left }) => left.engine.destroy(), undefined],
    ['finish', ({ left }) => left.engine.finish(), undefined],
    ['the peer closes', ({ right }) => right.engine.finish(), undefined],
    ['the peer is gone', ({ connections }) => connections[1].destroy(), undefined],
    [
      'the connection breaks',
      ({ connections }) => connections[0].break(new ZmqError('ConnectionClosed', 'reset')),
      'ConnectionClosed',
    ],
  ])('%s', (_name, cause, code) => {
    for (const shaken of [true, false]) {
      const ground = new EngineGround();
      const pair = ground.pair({}, ['PUSH', 'PULL'], { heartbeatInterval: 10, handshakeInterval: 10 });
      pair.left.start();
      pair.right.start();
      if (shaken) ground.scheduler.settle();
      pair.left.write('never read');
      cause(pair);
      ground.scheduler.settle();
      pair.left.engine.destroy();
      pair.left.engine.finish();
      pair.left.engine.destroy();
      pair.left.engine.flush();
      pair.left.engine.resume();
      ground.clock.advance(10_000);
      ground.scheduler.settle();
      expect(pair.left.ended.map((error) => error?.code)).toEqual([code]);
      expect(pair.left.engine.ready).toBe(false);
      expect(ground.clock.pending).toBe(0);
      expect(pair.connections[0].violations).toEqual([]);
    }
  });

  it('what was taken and not accepted by the network is still counted when the end is said', () => {
    const ground = new EngineGround();
    const { left, right, connections } = ground.pair({}, ['PUSH', 'PULL']);
    left.start();
    right.start();
    ground.scheduler.settle();
    connections[0].window = 0;
    left.write('a', 'b');
    ground.scheduler.settle();
    left.write('c');
    connections[0].break(new ZmqError('ConnectionClosed', 'reset'));
    ground.scheduler.settle();
    expect([left.engine.unsent, left.pipe.pending]).toEqual([2, 1]);
  });

  it('what the peer had sent before it closed is still delivered', () => {
    const ground = new EngineGround();
    const { left, right } = ground.pair({ readSize: 7 }, ['PUSH', 'PULL']);
    left.start();
    right.start();
    left.write(...numbers(50));
    ground.scheduler.turn();
    ground.scheduler.settle();
    left.engine.finish();
    ground.scheduler.settle();
    expect([right.readAll(), right.ended]).toEqual([numbers(50), [undefined]]);
  });

  it('what it had sent behind a flood of commands too, which has its turn like everybody', () => {
    const ground = new EngineGround();
    const [ours, theirs] = memoryPair(ground.scheduler);
    const end = ground.engine(ours, 'PULL').start();
    const peer = new RawPeer(theirs);
    peer.shakeHands('PUSH');
    peer.say(...Array.from({ length: 3000 }, () => command('WHAT')), message('behind it'));
    theirs.close();
    ground.scheduler.settle();
    expect([end.readAll(), end.ended]).toEqual([['behind it'], [undefined]]);
  });

  it('the frames of a message that was cut off are never delivered', () => {
    const ground = new EngineGround();
    const [ours, theirs] = memoryPair(ground.scheduler);
    const end = ground.engine(ours, 'PULL').start();
    const peer = new RawPeer(theirs);
    peer.shakeHands('PUSH');
    peer.say(message('whole'), message('first', 'second').subarray(0, 10));
    theirs.close();
    ground.scheduler.settle();
    expect([end.readAll(), end.ended]).toEqual([['whole'], [undefined]]);
  });
});
