import { describe, expect, it } from '@jest/globals';
import { Pipe, type PipeLimits } from '../../../src/core/pipe.js';
import { ManualPipeSink, PipeEvents, received, somebody } from '../../support/manual-pipe-sink.js';

/** Of ten bytes each. */
const TEN = 'x'.repeat(10);

function piped(limits: Partial<PipeLimits>): { pipe: Pipe; events: PipeEvents; write(message?: string): number } {
  const pipe = new Pipe('tcp://there', { sendHighWaterMark: 0, receiveHighWaterMark: 0, conflate: false, ...limits });
  const events = new PipeEvents();
  pipe.attach(events);
  return {
    pipe,
    events,
    write: (message = TEN) => {
      let taken = 0;
      while (taken < 1000 && pipe.write(message)) taken++;
      return taken;
    },
  };
}

/** An engine that takes one message at a time, and knows its bytes. */
class SlowSink extends ManualPipeSink {
  public unsentBytes = 0;

  public override send(message: string): void {
    super.send(message);
    this.unsentBytes += message.length;
    this.accepting = false;
    this.flush();
  }

  public override accept(pipe: Pipe): void {
    this.unsentBytes = 0;
    super.accept(pipe);
  }
}

describe('a mark in bytes, on the way out', () => {
  it.each([
    [1, 1],
    [10, 1],
    [11, 2],
    [100, 10],
    [1000, 100],
  ])('%d: messages of ten bytes are taken while less than that waits, which is %d of them', (mark, taken) => {
    const { pipe, events, write } = piped({ sendHighWaterMarkBytes: mark });
    expect([write(), pipe.writable, pipe.pendingBytes, events.fills]).toEqual([taken, false, 10 * taken, 1]);
  });

  it('a message that is larger than the mark is taken alone', () => {
    const { pipe, write } = piped({ sendHighWaterMarkBytes: 5 });
    expect(pipe.writable).toBe(true);
    expect([write(), pipe.pending]).toEqual([1, 1]);
  });

  it('all frames count, text by its bytes', () => {
    const { pipe } = piped({ sendHighWaterMarkBytes: 8 });
    expect(pipe.write(['ä', Buffer.alloc(5)])).toBe(true);
    expect([pipe.pendingBytes, pipe.writable]).toEqual([7, true]);
    expect([pipe.write(''), pipe.write('x'), pipe.write('x')]).toEqual([true, true, false]);
  });

  it.each([
    ['bytes', { sendHighWaterMark: 100, sendHighWaterMarkBytes: 30 }, 3],
    ['messages', { sendHighWaterMark: 2, sendHighWaterMarkBytes: 1000 }, 2],
  ])('what is reached first counts: %s', (_which, limits, taken) => {
    expect(piped(limits).write()).toBe(taken);
  });

  it('what the engine has and the network has not counts too, and room is told of at half', () => {
    const { pipe, events, write } = piped({ sendHighWaterMarkBytes: 40 });
    const sink = new SlowSink();
    pipe.connect(sink, somebody());
    expect([write(), sink.sent.length, pipe.pendingBytes]).toEqual([4, 1, 40]);
    sink.accept(pipe);
    expect([events.writes, pipe.pendingBytes]).toEqual([0, 30]);
    sink.accept(pipe);
    expect([events.writes, pipe.pendingBytes]).toEqual([1, 20]);
    expect(write()).toBe(2);
  });

  it('what a network takes at once is not waiting', () => {
    const { pipe, write } = piped({ sendHighWaterMarkBytes: 25 });
    const sink = Object.assign(new ManualPipeSink(), { unsentBytes: 100 });
    const { flush } = sink;
    sink.flush = () => {
      flush.call(sink);
      sink.unsentBytes = 0;
    };
    pipe.connect(sink, somebody());
    expect(write()).toBe(1000);
    expect([pipe.writable, sink.sent.length]).toEqual([true, 1000]);
  });

  it('an engine that does not know its bytes is held to the queue', () => {
    const { pipe, write } = piped({ sendHighWaterMarkBytes: 25 });
    const sink = new ManualPipeSink();
    pipe.connect(sink, somebody());
    sink.accepting = false;
    write('first');
    sink.flush();
    expect([write(), pipe.pendingBytes]).toEqual([3, 30]);
  });

  it('a change counts at once, for what waits already', () => {
    const { pipe, events, write } = piped({ sendHighWaterMarkBytes: 30 });
    expect(write()).toBe(3);
    const set = (sendHighWaterMarkBytes: number): void =>
      pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 0, sendHighWaterMarkBytes });
    set(50);
    expect([events.writes, pipe.writable]).toEqual([0, true]);
    expect(write()).toBe(2);
    set(0);
    expect([events.writes, pipe.pendingBytes]).toEqual([1, 50]);
    expect(pipe.write(TEN)).toBe(true);
    set(10);
    expect([pipe.writable, pipe.pendingBytes, pipe.end()]).toEqual([false, 60, 6]);
  });

  it('bytes whose memory was taken away weigh what they weighed', () => {
    const { pipe } = piped({ sendHighWaterMarkBytes: 20 });
    const bytes = new Uint8Array(20);
    pipe.write(bytes);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect([bytes.length, pipe.pendingBytes, pipe.writable]).toEqual([0, 20, false]);
    expect([pipe.clearOutbound(), pipe.pendingBytes, pipe.writable]).toEqual([1, 0, true]);
  });

  it('ZMQ_CONFLATE knows no mark', () => {
    const { pipe, write } = piped({ sendHighWaterMarkBytes: 5, receiveHighWaterMarkBytes: 5, conflate: true });
    expect([write(), pipe.pending]).toEqual([1000, 1]);
    expect([pipe.deliver(received(TEN)), pipe.deliver(received(TEN)), pipe.readable]).toEqual([true, true, 1]);
  });
});

describe('a mark in bytes, on the way in', () => {
  function reader(limits: Partial<PipeLimits>): { pipe: Pipe; sink: ManualPipeSink; deliver(): number } {
    const { pipe } = piped(limits);
    const sink = new ManualPipeSink();
    pipe.connect(sink, somebody());
    return {
      pipe,
      sink,
      deliver: () => {
        for (let taken = 1; taken < 1000; taken++) if (!pipe.deliver(received(TEN))) return taken;
        return 1000;
      },
    };
  }

  it.each([
    [1, 1, 0],
    [10, 1, 0],
    [11, 2, 0],
    [40, 4, 2],
    [1000, 100, 50],
  ])('%d: with message %d the engine is told to stop, and to go on when %d are left', (mark, stop, low) => {
    const { pipe, sink, deliver } = reader({ receiveHighWaterMarkBytes: mark });
    expect([deliver(), pipe.readableBytes]).toEqual([stop, 10 * stop]);
    while (pipe.readable > low) {
      expect(sink.resumed).toBe(0);
      pipe.read();
    }
    expect([sink.resumed, pipe.readableBytes]).toEqual([1, 10 * low]);
  });

  it.each([
    ['bytes', { receiveHighWaterMark: 100, receiveHighWaterMarkBytes: 30 }, 3],
    ['messages', { receiveHighWaterMark: 2, receiveHighWaterMarkBytes: 1000 }, 2],
  ])('what is reached first counts: %s', (_which, limits, taken) => {
    expect(reader(limits).deliver()).toBe(taken);
  });

  it('a change counts at once, for what waits already', () => {
    const { pipe, sink, deliver } = reader({});
    expect(deliver()).toBe(1000);
    const set = (receiveHighWaterMarkBytes: number): void =>
      pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 0, receiveHighWaterMarkBytes });
    set(5000);
    expect(pipe.deliver(received(TEN))).toBe(false);
    set(50_000);
    expect([sink.resumed, pipe.deliver(received(TEN))]).toEqual([1, true]);
    set(10);
    expect(pipe.deliver(received(TEN))).toBe(false);
    set(0);
    expect([sink.resumed, pipe.readableBytes]).toEqual([2, 10_020]);
  });

  it('who said hold is not disturbed by it', () => {
    const { pipe, sink, deliver } = reader({ receiveHighWaterMarkBytes: 100 });
    pipe.hold();
    expect(deliver()).toBe(1);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 0, receiveHighWaterMarkBytes: 1000 });
    expect(sink.resumed).toBe(0);
    pipe.release();
    expect(sink.resumed).toBe(1);
  });
});
