import { describe, expect, it } from '@jest/globals';
import type { IDirectConnection, IDirectEnd } from '../../../src/core/contracts/transport.js';
import { ZmqError } from '../../../src/core/errors.js';
import { Msg } from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { DirectEngineFactory } from '../../../src/engines/direct/direct-engine.js';
import { makeDirectPair } from '../../../src/engines/transports/direct-pair.js';
import { EngineEnd } from '../../support/engine-ground.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';
import { memoryPair } from '../../support/memory-connection.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

/** Two direct engines that are about to meet. */
class Direct {
  public readonly scheduler: ManualScheduler = new ManualScheduler();
  public readonly factory: DirectEngineFactory = new DirectEngineFactory(this.scheduler);
  public readonly left: EngineEnd;
  public readonly right: EngineEnd;

  public constructor(
    [leftType, rightType]: readonly [string, string] = ['PUSH', 'PULL'],
    changes: Partial<SocketOptionValues> = {},
    connections?: readonly [IDirectConnection, IDirectConnection],
  ) {
    const [one, other] = connections ?? makeDirectPair('name', this.scheduler);
    this.left = this.end(one, leftType, changes);
    this.right = this.end(other, rightType, changes);
  }

  public start(): this {
    this.left.start();
    this.right.start();
    this.scheduler.settle();
    return this;
  }

  private end(connection: IDirectConnection, socketType: string, changes: Partial<SocketOptionValues>): EngineEnd {
    const options = { ...defaultValues(socketType), ...changes };
    return new EngineEnd(
      this,
      this.factory.create(connection, { socketType, endpoint: 'inproc://name', options }),
      options,
    );
  }
}

describe('two direct engines', () => {
  it('hand messages over as they are, both ways, whole and in order', () => {
    const { left, right, scheduler } = new Direct(['DEALER', 'DEALER']).start();
    left.write('a', ['b', '', Buffer.from('c')], new Msg('d'));
    right.write(['e'], 'f');
    scheduler.settle();
    expect([right.readAll(), left.readAll()]).toEqual([
      ['a', 'b||c', 'd'],
      ['e', 'f'],
    ]);
  });

  it('mark the frames anew: MORE on all but the last, and whose they are', () => {
    const { left, right } = new Direct(['DEALER', 'ROUTER'], { routingId: Buffer.from('me') }).start();
    left.write([new Msg('a', 0), new Msg('b', 1), new Msg('c', 1)]);
    const frames = right.pipe.read()!;
    expect(frames.map(({ more }) => more)).toEqual([true, true, false]);
    expect(frames.map(({ metadata }) => [metadata?.socketType, metadata?.routingId.toString()])).toEqual(
      Array(3).fill(['DEALER', 'me']),
    );
    expect([right.peers[0]?.socketType, right.peers[0]?.routingId.toString()]).toEqual(['DEALER', 'me']);
  });

  it('reference bytes, and do not copy them', () => {
    const { left, right } = new Direct().start();
    const body = Buffer.from('shared');
    left.write(body);
    expect(right.pipe.read()?.[0]?.data).toBe(body);
  });

  it('what was written before they met goes over when they do', () => {
    const direct = new Direct();
    direct.left.write(...numbers(50));
    direct.start();
    expect(direct.right.readAll()).toEqual(numbers(50));
  });
});

describe('the marks of both sides add up (ZMQ_SNDHWM, ZMQ_RCVHWM; libzmq)', () => {
  it.each([
    [1, 1],
    [2, 2],
    [5, 3],
    [10, 100],
  ])('SNDHWM %d and RCVHWM %d: so many messages together', (sendHighWaterMark, receiveHighWaterMark) => {
    const { left, right } = new Direct(['PUSH', 'PULL'], { sendHighWaterMark, receiveHighWaterMark }).start();
    expect(left.write(...numbers(1000))).toBe(sendHighWaterMark + receiveHighWaterMark);
    expect([right.pipe.readable, left.pipe.pending]).toEqual([receiveHighWaterMark, sendHighWaterMark]);
  });

  it('a reader that makes room lets the writer go on, and nothing is lost', () => {
    const { left, right, scheduler } = new Direct(['PUSH', 'PULL'], {
      sendHighWaterMark: 4,
      receiveHighWaterMark: 4,
    }).start();
    let next = 0;
    const write = (): void => {
      while (next < 1000 && left.pipe.write(String(next))) next++;
    };
    left.events.onWrite = write;
    write();
    const got: string[] = [];
    for (let left = 2000; got.length < 1000 && left > 0; left--) {
      got.push(...right.readAll());
      scheduler.settle();
    }
    expect(got).toEqual(numbers(1000));
  });

  it('a reader that reads from within the delivery does not make the writer recurse', () => {
    const { left, right, scheduler } = new Direct(['PUSH', 'PULL'], {
      sendHighWaterMark: 1,
      receiveHighWaterMark: 1,
    }).start();
    const got: string[] = [];
    right.events.onRead = () => got.push(...right.readAll());
    let depth = 0;
    let deepest = 0;
    let next = 0;
    const write = (): void => {
      deepest = Math.max(deepest, ++depth);
      while (next < 5000 && left.pipe.write(String(next))) next++;
      depth--;
    };
    left.events.onWrite = write;
    for (let turns = 20_000; got.length < 5000 && turns > 0; turns--) {
      write();
      scheduler.settle();
    }
    expect(got).toEqual(numbers(5000));
    expect(deepest).toBeLessThan(5);
  });
});

describe('who may not talk', () => {
  it('two types that do not fit end with a final error on both sides', () => {
    const { left, right } = new Direct(['PUSH', 'PUB']).start();
    for (const end of [left, right]) {
      expect(end.ended.map((error) => [error?.code, error?.fatal, error?.endpoint])).toEqual([
        ['ProtocolViolation', true, 'inproc://name'],
      ]);
      expect(end.peers).toEqual([]);
    }
  });

  it.each(['left', 'right'] as const)(
    'when the %s does not want its peer, both end, and no message is lost in silence',
    (name) => {
      const direct = new Direct(['DEALER', 'DEALER']);
      direct[name].wanted = false;
      const other = name === 'left' ? direct.right : direct.left;
      other.write('kept', 'too');
      direct.start();
      expect([direct.left.ended.length, direct.right.ended.length]).toEqual([1, 1]);
      expect(other.pipe.pending + other.engine.unsent).toBe(2);
    },
  );

  it('a pattern that cannot go on ends the connection with its own error', () => {
    const { left, right, scheduler } = new Direct().start();
    const error = new ZmqError('ProtocolViolation', 'no delimiter', { fatal: true });
    right.pipe.fail(error);
    right.pipe.fail(new ZmqError('Internal', 'second'));
    scheduler.settle();
    expect([right.ended, left.ended]).toEqual([[error], [undefined]]);
  });
});

describe('the end', () => {
  it('finish hands over what waits as the reader makes room, and then closes', () => {
    const { left, right, scheduler } = new Direct(['PUSH', 'PULL'], {
      sendHighWaterMark: 10,
      receiveHighWaterMark: 2,
    }).start();
    expect(left.write(...numbers(12))).toBe(12);
    left.engine.finish();
    scheduler.settle();
    expect(left.ended).toEqual([]);
    const got: string[] = [];
    for (let i = 0; i < 20; i++) {
      got.push(...right.readAll());
      scheduler.settle();
    }
    expect(got).toEqual(numbers(12));
    expect([left.ended, right.ended]).toEqual([[undefined], [undefined]]);
  });

  it('finish with nothing to send closes at once, also before they have met', () => {
    for (const met of [true, false]) {
      const direct = new Direct();
      direct.left.start();
      direct.right.start();
      if (met) direct.scheduler.settle();
      direct.left.engine.finish();
      direct.scheduler.settle();
      expect([direct.left.ended, direct.right.ended]).toEqual([[undefined], [undefined]]);
    }
  });

  it('comes once on both sides, never from within the call, however often it is asked for', () => {
    const { left, right, scheduler } = new Direct().start();
    left.engine.destroy();
    expect([left.ended, right.ended]).toEqual([[], []]);
    left.engine.destroy();
    right.engine.destroy();
    left.engine.finish();
    scheduler.settle();
    left.engine.destroy();
    left.engine.resume();
    scheduler.settle();
    expect([left.ended, right.ended, left.engine.ready, right.engine.ready]).toEqual([
      [undefined],
      [undefined],
      false,
      false,
    ]);
  });

  it('what was delivered before can still be read', () => {
    const { left, right, scheduler } = new Direct().start();
    left.write('a', 'b');
    left.engine.destroy();
    scheduler.settle();
    expect(right.readAll()).toEqual(['a', 'b']);
  });

  it('what waits stays in the pipe of the one who wrote it', () => {
    const { left, right, scheduler } = new Direct(['PUSH', 'PULL'], { receiveHighWaterMark: 1 }).start();
    left.write(...numbers(5));
    right.engine.destroy();
    scheduler.settle();
    expect([right.readAll(), left.pipe.pending]).toEqual([['0'], 4]);
  });
});

describe('a message that comes before the end has heard of its peer (contract of IDirectEnd)', () => {
  it('is delivered when it has, and the peer goes on then', () => {
    const ends: IDirectEnd[] = [];
    const connection: IDirectConnection = {
      kind: 'direct',
      localAddress: 'name',
      remoteAddress: 'name',
      open: (end) => void ends.push(end),
      destroy: () => undefined,
    };
    const { left, right, scheduler } = new Direct(['PUSH', 'PULL'], {}, [connection, connection]).start();
    left.write('a', 'b', 'c');
    ends[0]!.onPeer(ends[1]!);
    scheduler.settle();
    expect([right.readAll(), left.pipe.pending]).toEqual([[], 2]);
    ends[1]!.onPeer(ends[0]!);
    scheduler.settle();
    expect(right.readAll()).toEqual(['a', 'b', 'c']);
  });
});

describe('the factory of the direct engine', () => {
  it('serves inproc and nothing else', () => {
    const { factory } = new Direct();
    expect(['inproc', 'tcp', 'ipc', 'ws'].map((scheme) => factory.offer(scheme, defaultValues('PUSH')).serves)).toEqual(
      [true, false, false, false],
    );
    expect(factory.offer('inproc', defaultValues('STREAM')).serves).toBe(false);
  });

  it('refuses a connection that is a stream of bytes', () => {
    const { factory, scheduler } = new Direct();
    const [stream] = memoryPair(scheduler);
    const config = { socketType: 'PUSH', endpoint: 'inproc://x', options: defaultValues('PUSH') };
    expect(() => factory.create(stream, config)).toThrow(/stream of bytes/);
  });
});
