import { describe, expect, it } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { ManualPipeSink, PipeEvents, somebody } from '../../support/manual-pipe-sink.js';

interface Piped {
  pipe: Pipe;
  events: PipeEvents;
  sink: ManualPipeSink;
  /** Writes `count` messages, numbered on; answers how many were taken. */
  write(count: number): number;
  connect(): void;
}

function piped(sendHighWaterMark: number, conflate = false): Piped {
  const pipe = new Pipe('tcp://there', { sendHighWaterMark, receiveHighWaterMark: 0, conflate });
  const events = new PipeEvents();
  pipe.attach(events);
  const sink = new ManualPipeSink();
  let next = 0;
  return {
    pipe,
    events,
    sink,
    write: (count) => {
      let taken = 0;
      while (taken < count && pipe.write(String(next))) {
        taken++;
        next++;
      }
      return taken;
    },
    connect: () => pipe.connect(sink, somebody()),
  };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('ZMQ_SNDHWM', () => {
  it.each([1, 2, 3, 10, 1000])('%d: an unconnected pipe takes exactly so many messages', (mark) => {
    const { pipe, write } = piped(mark);
    expect(write(2000)).toBe(mark);
    expect([pipe.pending, pipe.writable, pipe.connected]).toEqual([mark, false, false]);
  });

  it('0 means no limit', () => {
    const { pipe, write } = piped(0);
    expect(write(50_000)).toBe(50_000);
    expect(pipe.writable).toBe(true);
  });

  it('does not count what the network takes at once', () => {
    const { sink, write, connect, pipe } = piped(10);
    connect();
    expect(write(1000)).toBe(1000);
    expect(sink.texts).toEqual(numbers(1000));
    expect(pipe.pending).toBeLessThanOrEqual(10);
  });

  it('counts what the engine has and the network has not, together with what waits', () => {
    const { pipe, sink, write, connect } = piped(10);
    connect();
    sink.accepting = false;
    expect(write(1000)).toBe(10);
    expect([pipe.pending, pipe.writable, sink.texts]).toEqual([10, false, numbers(10)]);
  });

  it('a message that was refused stays with the caller: nothing of it is sent', () => {
    const { pipe, sink, write, connect } = piped(3);
    expect(write(10)).toBe(3);
    connect();
    pipe.drain();
    expect(sink.texts).toEqual(['0', '1', '2']);
  });

  it('a higher mark wakes the writer, a lower one throws nothing away', () => {
    const { pipe, events, write } = piped(4);
    write(100);
    pipe.setLimits({ sendHighWaterMark: 2, receiveHighWaterMark: 0 });
    expect([events.writes, pipe.pending, pipe.writable]).toEqual([0, 4, false]);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 0 });
    expect([events.writes, pipe.writable]).toEqual([1, true]);
  });
});

describe('the order of messages', () => {
  it('what waited before the connection goes first, in its order', () => {
    const { pipe, sink, write, connect } = piped(100);
    write(5);
    connect();
    write(5);
    expect(sink.texts).toEqual([]);
    pipe.drain();
    write(5);
    expect(sink.texts).toEqual(numbers(15));
  });

  it('stays, through networks that get stuck and connections that are lost', () => {
    const { pipe, sink, write, connect } = piped(8);
    connect();
    sink.accepting = false;
    write(4);
    sink.flush();
    expect(sink.ready).toBe(false);
    expect(write(100)).toBe(4);
    pipe.disconnect();
    const second = new ManualPipeSink();
    pipe.connect(second, somebody());
    pipe.drain();
    // What the first engine had taken is lost with it.
    expect(second.texts).toEqual(['4', '5', '6', '7']);
    expect(sink.texts).toEqual(['0', '1', '2', '3']);
  });
});

describe('writeActivated is an edge', () => {
  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [10, 5],
    [1000, 500],
  ])('with a mark of %d it comes when %d messages are left', (mark, low) => {
    const { pipe, events, write } = piped(mark);
    expect(write(mark + 1)).toBe(mark);
    // A peer that takes one message at a time.
    const slow = {
      ready: true,
      unsent: 0,
      send: () => {
        slow.ready = false;
      },
      flush: () => undefined,
      resume: () => undefined,
      fail: () => undefined,
    };
    pipe.connect(slow, somebody());
    while (pipe.pending > low) {
      expect(events.writes).toBe(0);
      slow.ready = true;
      pipe.drain();
    }
    expect([events.writes, pipe.pending]).toEqual([1, low]);
  });

  it('comes once, and not when nobody was refused', () => {
    const { pipe, events, sink, write, connect } = piped(10);
    write(10);
    connect();
    pipe.drain();
    expect([events.writes, sink.sent.length]).toEqual([0, 10]);
    pipe.disconnect();
    expect(write(100)).toBe(10);
    pipe.connect(sink, somebody());
    pipe.drain();
    pipe.drain();
    expect(events.writes).toBe(1);
  });

  it('comes after `writable` has said no, as after a refused write', () => {
    const { pipe, events, write, connect } = piped(4);
    write(4);
    expect([pipe.writable, events.writes]).toEqual([false, 0]);
    connect();
    pipe.drain();
    expect([pipe.writable, events.writes]).toEqual([true, 1]);
  });

  it.each([2, 10, 1000])('comes when a network that takes everything has taken it, with a mark of %d', (mark) => {
    const { pipe, events, sink, write, connect } = piped(mark);
    expect(write(mark + 1)).toBe(mark);
    connect();
    pipe.drain();
    sink.flush();
    expect([events.writes, pipe.writable]).toEqual([1, true]);
  });

  it.each([2, 10, 1000])('comes when a stuck network gets free again, with a mark of %d', (mark) => {
    const { pipe, events, sink, write, connect } = piped(mark);
    connect();
    sink.accepting = false;
    write(mark * 2);
    expect(events.writes).toBe(0);
    sink.accepting = true;
    sink.accept(pipe);
    expect([events.writes, pipe.writable]).toEqual([1, true]);
  });

  it('a writer that writes from within it finds room, and cannot overfill the pipe', () => {
    const { pipe, events, sink, write, connect } = piped(10);
    write(11);
    events.onWrite = () => void write(1000);
    sink.accepting = false;
    connect();
    pipe.drain();
    for (let i = 0; i < 5; i++) {
      expect(pipe.pending).toBeLessThanOrEqual(10);
      sink.accept(pipe);
    }
    expect(sink.texts).toEqual(numbers(sink.sent.length));
    expect(sink.sent.length).toBeGreaterThanOrEqual(30);
  });

  it('comes when the connection is lost and what the engine had is gone', () => {
    const { pipe, events, sink, write, connect } = piped(10);
    connect();
    sink.accepting = false;
    write(100);
    pipe.disconnect();
    expect([events.writes, pipe.pending, pipe.writable]).toEqual([1, 0, true]);
  });

  it('comes when the queue is cleared', () => {
    const { pipe, events, write } = piped(10);
    write(100);
    expect(pipe.clearOutbound()).toBe(10);
    expect([events.writes, pipe.pending]).toEqual([1, 0]);
  });
});

describe('filled is said when the next write would be refused', () => {
  it.each([1, 2, 10])('once, with message %d of so many', (mark) => {
    const { events, write } = piped(mark);
    write(mark - 1);
    expect(events.fills).toBe(0);
    write(5);
    expect(events.fills).toBe(1);
  });

  it('not without a limit, and not while the network takes everything', () => {
    const unlimited = piped(0);
    unlimited.write(10_000);
    const free = piped(10);
    free.connect();
    free.write(1000);
    expect([unlimited.events.fills, free.events.fills]).toEqual([0, 0]);
  });
});

describe('what the protocol itself says (writeControl)', () => {
  it('overtakes what waits, stays in its own order, and counts against no mark', () => {
    const { pipe, sink, write, connect } = piped(2);
    connect();
    sink.accepting = false;
    write(1);
    sink.flush();
    write(10);
    for (let i = 0; i < 100; i++) pipe.writeControl(`c${i}`);
    expect([pipe.pending, pipe.writable]).toEqual([2, false]);
    sink.accepting = true;
    sink.accept(pipe);
    expect(sink.texts).toEqual(['0', ...Array.from({ length: 100 }, (_, i) => `c${i}`), '1']);
  });

  it('goes straight through while the network takes it', () => {
    const { pipe, sink, connect } = piped(1);
    connect();
    pipe.writeControl('a');
    pipe.writeControl('b');
    expect(sink.texts).toEqual(['a', 'b']);
  });

  it('is for this connection only: without one it is nothing, and it ends with it', () => {
    const { pipe, sink, write, connect } = piped(10);
    pipe.writeControl('too early');
    connect();
    sink.accepting = false;
    write(1);
    sink.flush();
    pipe.writeControl('too late');
    pipe.disconnect();
    const second = new ManualPipeSink();
    pipe.connect(second, somebody());
    pipe.drain();
    expect([sink.texts, second.texts]).toEqual([['0'], []]);
  });
});

describe('the end of a pipe', () => {
  it('answers how many messages were never sent, once, and takes nothing more', () => {
    const { pipe, sink, write, connect } = piped(10);
    write(7);
    expect([pipe.end(), pipe.end(), pipe.hasEnded]).toEqual([7, 0, true]);
    expect([write(1), pipe.writable, pipe.pending, pipe.connected]).toEqual([0, false, 0, false]);
    connect();
    pipe.disconnect();
    expect(sink.sent).toEqual([]);
  });

  it('a pipe without a limit takes nothing more either', () => {
    const { pipe, write } = piped(0);
    pipe.end();
    expect([write(1), pipe.writable]).toEqual([0, false]);
  });

  it('an error goes to the engine of the moment', () => {
    const { pipe, sink, connect } = piped(10);
    const error = new Error('first') as never;
    pipe.fail(error);
    connect();
    pipe.fail(error);
    expect(sink.failure).toBe(error);
  });
});

describe('ZMQ_CONFLATE on the way out', () => {
  it.each([0, 1, 1000])('only the newest message waits, whatever ZMQ_SNDHWM is (%d)', (mark) => {
    const { pipe, events, sink, write, connect } = piped(mark, true);
    expect(write(100)).toBe(100);
    expect([pipe.pending, pipe.writable, events.drops.get('conflated'), events.fills]).toEqual([1, true, 99, 0]);
    connect();
    pipe.drain();
    expect(sink.texts).toEqual(['99']);
  });

  it('while the network is stuck too', () => {
    const { pipe, events, sink, write, connect } = piped(2, true);
    connect();
    sink.accepting = false;
    write(1);
    sink.flush();
    expect(write(50)).toBe(50);
    sink.accepting = true;
    sink.accept(pipe);
    expect([sink.texts, events.drops.get('conflated')]).toEqual([['0', '50'], 49]);
  });
});
