import { describe, expect, it } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { ManualPipeSink, PipeEvents, received, somebody } from '../../support/manual-pipe-sink.js';

interface Piped {
  pipe: Pipe;
  events: PipeEvents;
  sink: ManualPipeSink;
  /** Delivers `count` messages, numbered on, as long as they are welcome; answers how many were. */
  deliver(count: number): number;
  /** Reads `count` messages. */
  read(count: number): (string | undefined)[];
}

function piped(receiveHighWaterMark: number, conflate = false): Piped {
  const pipe = new Pipe('tcp://there', { sendHighWaterMark: 0, receiveHighWaterMark, conflate });
  const events = new PipeEvents();
  pipe.attach(events);
  const sink = new ManualPipeSink();
  pipe.connect(sink, somebody());
  let next = 0;
  return {
    pipe,
    events,
    sink,
    deliver: (count) => {
      for (let i = 1; i <= count; i++) if (!pipe.deliver(received(String(next++)))) return i;
      return count;
    },
    read: (count) => Array.from({ length: count }, () => pipe.read()?.map(String).join('|')),
  };
}

describe('ZMQ_RCVHWM', () => {
  it.each([1, 2, 3, 10, 1000])(
    '%d: so many messages are taken, and with the last one the engine is told to stop',
    (mark) => {
      const { pipe, deliver } = piped(mark);
      expect(deliver(5000)).toBe(mark);
      expect(pipe.readable).toBe(mark);
    },
  );

  it('0 means no limit', () => {
    const { deliver } = piped(0);
    expect(deliver(50_000)).toBe(50_000);
  });

  it.each([
    [1, 0],
    [2, 1],
    [3, 1],
    [10, 5],
    [1000, 500],
  ])('%d: the engine is told once to go on, when %d messages are left', (mark, low) => {
    const { pipe, sink, deliver, read } = piped(mark);
    deliver(mark);
    read(mark - low - 1);
    expect(sink.resumed).toBe(0);
    read(1);
    expect([sink.resumed, pipe.readable]).toEqual([1, low]);
    read(low + 1);
    expect(sink.resumed).toBe(1);
  });

  it('an engine that was not stopped is not told to go on', () => {
    const { sink, deliver, read } = piped(10);
    deliver(9);
    read(20);
    expect(sink.resumed).toBe(0);
  });

  it('a higher mark counts at once for what comes, a lower one for what is left', () => {
    const { pipe, sink, deliver, read } = piped(4);
    deliver(4);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 100 });
    read(1);
    expect(sink.resumed).toBe(1);
    expect(deliver(1000)).toBe(97);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 2 });
    read(98);
    expect([sink.resumed, pipe.readable]).toEqual([1, 2]);
    read(1);
    expect(sink.resumed).toBe(2);
  });

  it('a mark that is set again to what it is lets nobody go on, a higher one does at once', () => {
    const { pipe, sink, deliver } = piped(4);
    deliver(4);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 4 });
    expect(sink.resumed).toBe(0);
    pipe.setLimits({ sendHighWaterMark: 0, receiveHighWaterMark: 5 });
    expect(sink.resumed).toBe(1);
  });

  it('a new connection is not stopped by what the last one delivered, and the resume goes to the new one', () => {
    const { pipe, sink, deliver, read } = piped(4);
    deliver(4);
    pipe.disconnect();
    const second = new ManualPipeSink();
    pipe.connect(second, somebody());
    expect(deliver(1)).toBe(1);
    expect(read(5)).toEqual(['0', '1', '2', '3', '4']);
    expect([sink.resumed, second.resumed]).toEqual([0, 1]);
  });

  it('reading while nobody is connected is harmless', () => {
    const { pipe, sink, deliver, read } = piped(4);
    deliver(4);
    pipe.disconnect();
    expect(read(5)).toEqual(['0', '1', '2', '3', undefined]);
    expect(sink.resumed).toBe(0);
  });

  it('what is cleared unread lets the engine go on', () => {
    const { pipe, sink, deliver } = piped(4);
    deliver(4);
    expect([pipe.clearInbound(), pipe.clearInbound(), sink.resumed, pipe.readable]).toEqual([4, 0, 1, 0]);
  });
});

describe('readActivated is an edge', () => {
  it('comes with the first message, and not with those behind it', () => {
    const { events, deliver } = piped(0);
    expect(events.reads).toBe(0);
    deliver(10);
    expect(events.reads).toBe(1);
  });

  it('comes again only after the reader has found the pipe empty', () => {
    const { events, deliver, read } = piped(0);
    deliver(1);
    read(1);
    deliver(1);
    expect(events.reads).toBe(1);
    expect(read(2)).toEqual(['1', undefined]);
    deliver(1);
    expect(events.reads).toBe(2);
  });

  it('comes at attach for what was delivered before', () => {
    const pipe = new Pipe('tcp://there', { sendHighWaterMark: 0, receiveHighWaterMark: 0, conflate: false });
    pipe.deliver(received('early'));
    const events = new PipeEvents();
    pipe.attach(events);
    expect(events.reads).toBe(1);
    pipe.deliver(received('late'));
    expect(events.reads).toBe(1);
  });

  it('a reader that reads to the end from within it misses nothing', () => {
    const { pipe, events, deliver } = piped(3);
    const taken: string[] = [];
    events.onRead = () => {
      for (let message = pipe.read(); message !== undefined; message = pipe.read()) taken.push(String(message[0]));
    };
    deliver(100);
    expect([taken.length, events.reads]).toEqual([100, 100]);
  });
});

describe('what was received', () => {
  it('is read in its order, with all its frames', () => {
    const { pipe } = piped(0);
    pipe.deliver(received('a', '', 'b'));
    pipe.deliver(received('c'));
    expect(pipe.read()?.map((frame) => [String(frame), frame.more])).toEqual([
      ['a', true],
      ['', true],
      ['b', false],
    ]);
    expect(pipe.read()?.map(String)).toEqual(['c']);
  });

  it('can be read after the connection, and after the pipe, has ended', () => {
    const { pipe, deliver, read } = piped(0);
    deliver(3);
    pipe.disconnect();
    pipe.end();
    expect(read(4)).toEqual(['0', '1', '2', undefined]);
  });
});

describe('ZMQ_CONFLATE on the way in', () => {
  it.each([0, 1, 2, 1000])('only the newest message waits, and nobody is told to stop (ZMQ_RCVHWM %d)', (mark) => {
    const { pipe, events, deliver, read } = piped(mark, true);
    expect(deliver(100)).toBe(100);
    expect([pipe.readable, events.drops.get('conflated'), events.reads]).toEqual([1, 99, 1]);
    expect(read(2)).toEqual(['99', undefined]);
  });
});
