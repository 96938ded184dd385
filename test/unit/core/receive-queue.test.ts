import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import type { InMessage } from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { Pipe } from '../../../src/core/pipe.js';
import { ReceiveQueue } from '../../../src/core/receive-queue.js';
import { Pull } from '../../../src/patterns/pull.js';
import { Push } from '../../../src/patterns/push.js';
import { ManualClock } from '../../support/manual-clock.js';
import { PipeEvents, received, textOf } from '../../support/manual-pipe-sink.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';
import { patternHost } from '../../support/pattern-host.js';
import { outcomes, rejection } from '../../support/promises.js';

/** The receiving side of a real PULL with one pipe. */
class Receiving {
  public readonly clock: ManualClock = new ManualClock();
  public readonly scheduler: ManualScheduler = new ManualScheduler();
  public readonly options: SocketOptionValues;
  public readonly pipe: Pipe;
  public readonly queue: ReceiveQueue;

  public constructor(changes: Partial<SocketOptionValues> = {}) {
    this.options = { ...defaultValues('PULL'), ...changes };
    const pattern = new Pull(patternHost(this.options));
    this.queue = new ReceiveQueue(pattern, this.options, this.clock, this.scheduler);
    this.pipe = new Pipe('tcp://there', this.options);
    const events = new PipeEvents();
    events.onRead = () => {
      pattern.readActivated(this.pipe);
      this.queue.activated();
    };
    pattern.attach(this.pipe);
    this.pipe.attach(events);
  }

  public come(...messages: string[]): void {
    for (const text of messages) this.pipe.deliver(received(...text.split('|')));
  }

  /** Messages come, and the turn in which they came is over. */
  public comeAndTurn(...messages: string[]): void {
    this.come(...messages);
    this.scheduler.endTurn();
  }

  public receive(signal?: AbortSignal): Promise<string> {
    return this.queue.receive(signal).then(textOf);
  }
}

describe('receive', () => {
  it('answers at once what is there, in its order and with all its frames', async () => {
    const receiving = new Receiving();
    receiving.come('a', 'b||c');
    expect([await receiving.receive(), await receiving.receive()]).toEqual(['a', 'b||c']);
  });

  it('waits otherwise, and callers are served in the order of their calls', async () => {
    const receiving = new Receiving();
    const got: string[] = [];
    const all = [1, 2, 3, 4].map((i) => receiving.receive().then((text) => void got.push(`${i}:${text}`)));
    receiving.comeAndTurn('a', 'b');
    expect(await outcomes(all)).toEqual(['done', 'done', 'pending', 'pending']);
    receiving.comeAndTurn('c');
    receiving.comeAndTurn('d', 'e');
    await Promise.all(all);
    expect(got).toEqual(['1:a', '2:b', '3:c', '4:d']);
    expect(await receiving.receive()).toBe('e');
  });

  it('a late caller does not overtake those who wait, even when something has come', async () => {
    const receiving = new Receiving();
    const first = receiving.receive();
    receiving.come('a', 'b');
    const second = receiving.receive();
    expect(receiving.queue.tryReceive()).toBeUndefined();
    receiving.scheduler.endTurn();
    expect([await first, await second]).toEqual(['a', 'b']);
  });

  it('those who wait are served once at the end of the turn, not message by message', () => {
    const receiving = new Receiving();
    void receiving.receive();
    receiving.come('a', 'b', 'c');
    expect(receiving.scheduler.waitingForEnd).toBe(1);
  });

  it('a state in which nothing can be received is said to the caller', async () => {
    const options = defaultValues('PUSH');
    const queue = new ReceiveQueue(new Push(patternHost(options)), options, new ManualClock(), new ManualScheduler());
    for (const promise of [queue.receive(), queue.receiveFrame(), queue.receiveMany(2), queue.iterate().next()]) {
      const { code, errno } = await rejection(promise);
      expect([code, errno]).toEqual(['InvalidSocketType', 'ENOTSUP']);
    }
    expect(() => queue.tryReceive()).toThrow(ZmqError);
  });
});

describe('ZMQ_RCVTIMEO', () => {
  it('lets a caller wait so long and no longer, and it takes no message with it', async () => {
    const receiving = new Receiving({ receiveTimeout: 100 });
    const first = receiving.receive();
    receiving.clock.advance(60);
    const second = receiving.receive();
    receiving.clock.advance(39);
    expect(await outcomes([first, second])).toEqual(['pending', 'pending']);
    receiving.clock.advance(1);
    expect(await outcomes([first, second])).toEqual(['Timeout EAGAIN', 'pending']);
    receiving.comeAndTurn('a');
    expect(await second).toBe('a');
    expect(receiving.clock.pending).toBe(0);
  });

  it('0: answers what is there and fails at once otherwise; -1: waits for ever', async () => {
    const none = new Receiving({ receiveTimeout: 0 });
    const error = await rejection(none.receive());
    expect([error.code, error.errno]).toEqual(['ResourceLimitReached', 'EAGAIN']);
    none.come('a');
    expect(await none.receive()).toBe('a');
    const never = new Receiving({ receiveTimeout: -1 });
    const waiting = never.receive();
    never.clock.advance(1e9);
    expect([await outcomes([waiting]), never.clock.pending]).toEqual([['pending'], 0]);
  });

  it('a message that came in time is not lost to a time-out of the same turn', async () => {
    const receiving = new Receiving({ receiveTimeout: 100 });
    const late = receiving.receive();
    receiving.come('a');
    receiving.clock.advance(100);
    receiving.scheduler.endTurn();
    const [outcome] = await outcomes([late]);
    const rest = receiving.queue.tryReceive();
    expect(outcome === 'done' ? await late : textOf(rest)).toBe('a');
  });
});

describe('AbortSignal', () => {
  it('a signal that came before the call takes nothing', async () => {
    const receiving = new Receiving();
    receiving.come('a');
    const error = await rejection(receiving.receive(AbortSignal.abort('why')));
    expect([error.code, error.name, error.cause]).toEqual(['Aborted', 'AbortError', 'why']);
    expect(await receiving.receive()).toBe('a');
  });

  it('an aborted receive loses no message, whether it came before or after', async () => {
    const receiving = new Receiving({ receiveTimeout: 1000 });
    const abort = new AbortController();
    const all = [receiving.receive(abort.signal), receiving.receive(), receiving.receive(abort.signal)];
    receiving.come('a');
    abort.abort();
    receiving.scheduler.endTurn();
    receiving.comeAndTurn('b');
    expect(await outcomes(all)).toEqual(['Aborted ECANCELED', 'done', 'Aborted ECANCELED']);
    expect([await all[1], await receiving.receive()]).toEqual(['a', 'b']);
    expect(receiving.clock.pending).toBe(0);
  });

  it('that comes after the message was handed over changes nothing', async () => {
    const receiving = new Receiving();
    const abort = new AbortController();
    const got = receiving.receive(abort.signal);
    receiving.comeAndTurn('a');
    abort.abort();
    expect(await got).toBe('a');
  });

  it('leaves no listener behind on a signal that lives long', async () => {
    const receiving = new Receiving();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let i = 0; i < 5; i++) {
      const got = receiving.receive(signal);
      receiving.comeAndTurn(`m${i}`);
      await got;
    }
    expect(listeners).toBe(0);
  });

  it('works for frames and for many messages too', async () => {
    const receiving = new Receiving();
    const abort = new AbortController();
    const all = [receiving.queue.receiveFrame(abort.signal), receiving.queue.receiveMany(5, abort.signal)];
    abort.abort();
    expect(await outcomes(all)).toEqual(['Aborted ECANCELED', 'Aborted ECANCELED']);
    receiving.come('a');
    expect(await receiving.receive()).toBe('a');
  });
});

describe('receiving frame by frame (ZMQ_RCVMORE)', () => {
  const frame = async (receiving: Receiving): Promise<[string, boolean, boolean]> => {
    const msg = await receiving.queue.receiveFrame();
    return [String(msg), msg.more, receiving.queue.more];
  };

  it('every frame says whether more follow, and so does the queue', async () => {
    const receiving = new Receiving();
    receiving.come('a||b', 'c');
    expect([await frame(receiving), await frame(receiving), await frame(receiving), await frame(receiving)]).toEqual([
      ['a', true, true],
      ['', true, true],
      ['b', false, false],
      ['c', false, false],
    ]);
  });

  it('a whole receive in between answers what is left of the message', async () => {
    const receiving = new Receiving();
    receiving.come('a|b|c', 'd');
    await receiving.queue.receiveFrame();
    expect(receiving.queue.readable).toBe(true);
    expect([await receiving.receive(), await receiving.receive()]).toEqual(['b|c', 'd']);
  });

  it('recvMany and tryReceive begin with what is left too', async () => {
    for (const take of [
      async (receiving: Receiving) => (await receiving.queue.receiveMany(9)).map(textOf),
      async (receiving: Receiving) => [textOf(receiving.queue.tryReceive()), textOf(receiving.queue.tryReceive())],
    ]) {
      const receiving = new Receiving();
      receiving.come('a|b|c', 'd');
      await receiving.queue.receiveFrame();
      expect(await take(receiving)).toEqual(['b|c', 'd']);
    }
  });

  it('two callers that wait for frames get the two frames of one message', async () => {
    const receiving = new Receiving();
    const frames = [receiving.queue.receiveFrame(), receiving.queue.receiveFrame()];
    receiving.comeAndTurn('a|b');
    expect((await Promise.all(frames)).map(String)).toEqual(['a', 'b']);
  });
});

describe('recvMany', () => {
  it('answers what is there, at most so many', async () => {
    const receiving = new Receiving();
    receiving.come('a', 'b', 'c', 'd', 'e');
    expect((await receiving.queue.receiveMany(2)).map(textOf)).toEqual(['a', 'b']);
    expect((await receiving.queue.receiveMany(100)).map(textOf)).toEqual(['c', 'd', 'e']);
  });

  it('waits for the first one, and then takes all that came with it', async () => {
    const receiving = new Receiving();
    const many = receiving.queue.receiveMany(10);
    receiving.comeAndTurn('a', 'b', 'c');
    expect((await many).map(textOf)).toEqual(['a', 'b', 'c']);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2', undefined])('refuses %p as a number', async (max) => {
    const receiving = new Receiving();
    receiving.come('a');
    const error = await rejection(receiving.queue.receiveMany(max as number));
    expect([error.code, textOf(receiving.queue.tryReceive())]).toEqual(['InvalidArgument', 'a']);
  });
});

describe('the iterator', () => {
  it('answers messages in order, waits for those to come, and has its turn among other callers', async () => {
    const receiving = new Receiving();
    receiving.come('a');
    const value = async (step: Promise<IteratorResult<InMessage, undefined>>): Promise<string> =>
      textOf((await step).value);
    expect(await value(receiving.queue.iterate().next())).toBe('a');
    const steps = [
      value(receiving.queue.iterate().next()),
      receiving.receive(),
      value(receiving.queue.iterate().next()),
    ];
    receiving.comeAndTurn('b', 'c', 'd');
    expect(await Promise.all(steps)).toEqual(['b', 'c', 'd']);
  });
});

describe('close', () => {
  it('refuses those who wait, ends iterators, and says how many messages were left half read', async () => {
    const receiving = new Receiving({ receiveTimeout: 100 });
    const error = new ZmqError('SocketClosed', 'closed');
    receiving.come('a|b');
    await receiving.queue.receiveFrame();
    expect(receiving.queue.close(error)).toBe(1);
    await expect(receiving.queue.receive()).rejects.toBe(error);
    expect(await receiving.queue.iterate().next()).toEqual({ value: undefined, done: true });

    const other = new Receiving({ receiveTimeout: 100 });
    const waiting = [other.receive(), other.queue.receiveFrame(), other.queue.receiveMany(3)];
    const step = other.queue.iterate().next();
    expect(other.queue.close(error)).toBe(0);
    for (const promise of waiting) await expect(promise).rejects.toBe(error);
    expect(await step).toEqual({ value: undefined, done: true });
    expect(() => other.queue.tryReceive()).toThrow(error);
    expect(other.clock.pending).toBe(0);
  });
});
