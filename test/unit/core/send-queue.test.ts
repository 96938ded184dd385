import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import type { OutMessage } from '../../../src/core/msg.js';
import { somebody } from '../../support/manual-pipe-sink.js';
import { outcomes, rejection } from '../../support/promises.js';
import { Sending } from '../../support/sending.js';

const BUDGET = 262_144;

describe('send', () => {
  it('is done at once while a pipe has room, and answers the same promise each time', async () => {
    const { queue, pipe } = new Sending();
    const first = queue.send('a');
    expect(queue.send(Buffer.from('b'))).toBe(first);
    await first;
    expect([pipe.pending, queue.size]).toEqual([2, 0]);
  });

  it('waits while there is none, and callers are served in the order of their calls', async () => {
    const sending = new Sending().fill();
    const done: string[] = [];
    const all = ['2', '3', '4', '5', '6'].map((text) => sending.queue.send(text).then(() => void done.push(text)));
    await outcomes(all);
    expect([done, sending.queue.size]).toEqual([[], 5]);
    sending.open();
    await Promise.all(all);
    expect(done).toEqual(['2', '3', '4', '5', '6']);
    expect(sending.sink.texts).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  it('does not overtake those who wait, even when there is room by then', async () => {
    const sending = new Sending().fill();
    const waiting = sending.queue.send('2');
    sending.pipe.clearOutbound();
    const late = sending.queue.send('3');
    await Promise.all([waiting, late]);
    sending.open();
    expect(sending.sink.texts).toEqual(['2', '3']);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', {}],
    ['an array without frames', []],
    ['an array in an array', [['a']]],
    ['an array with a hole', ['a', undefined]],
  ])('refuses %s with InvalidMessage, and sends nothing', async (_name, value) => {
    const { queue, pipe } = new Sending();
    const error = await rejection(queue.send(value as OutMessage));
    expect([error.code, error.errno, pipe.pending]).toEqual(['InvalidMessage', 'EINVAL', 0]);
    expect(() => queue.trySend(value as OutMessage)).toThrow(ZmqError);
  });
});

describe('ZMQ_SNDTIMEO', () => {
  it('lets a caller wait so long and no longer, and takes its message away', async () => {
    const sending = new Sending({ sendTimeout: 100 }).fill();
    const late = sending.queue.send('late');
    sending.clock.advance(50);
    const later = sending.queue.send('later');
    sending.clock.advance(49);
    expect(await outcomes([late, later])).toEqual(['pending', 'pending']);
    sending.clock.advance(1);
    expect(await outcomes([late, later])).toEqual(['Timeout EAGAIN', 'pending']);
    sending.open();
    expect(await outcomes([later])).toEqual(['done']);
    expect(sending.sink.texts).toEqual(['0', '1', 'later']);
    expect(sending.clock.pending).toBe(0);
  });

  it('0: fails at once, and -1: waits for ever', async () => {
    const never = new Sending({ sendTimeout: -1 }).fill();
    const waiting = never.queue.send('x');
    never.clock.advance(1e9);
    expect([await outcomes([waiting]), never.clock.pending]).toEqual([['pending'], 0]);
    const none = new Sending({ sendTimeout: 0 }).fill();
    const error = await rejection(none.queue.send('x'));
    expect([error.code, error.errno, none.queue.size]).toEqual(['ResourceLimitReached', 'EAGAIN', 0]);
  });

  it('is read at each call: a change counts for the next one', async () => {
    const sending = new Sending({ sendTimeout: -1 }).fill();
    const first = sending.queue.send('x');
    sending.options.sendTimeout = 10;
    const second = sending.queue.send('y');
    sending.clock.advance(10);
    expect(await outcomes([first, second])).toEqual(['pending', 'Timeout EAGAIN']);
  });
});

describe('AbortSignal', () => {
  it('a signal that came before the call: nothing is sent, room or not', async () => {
    const { queue, pipe } = new Sending();
    const error = await rejection(queue.send('x', AbortSignal.abort('why')));
    expect([error.code, error.errno, error.name, error.cause, pipe.pending]).toEqual([
      'Aborted',
      'ECANCELED',
      'AbortError',
      'why',
      0,
    ]);
  });

  it('takes its own message out of the middle, and no other', async () => {
    const sending = new Sending({ sendTimeout: 1000 }).fill();
    const abort = new AbortController();
    const all = [sending.queue.send('2'), sending.queue.send('3', abort.signal), sending.queue.send('4')];
    abort.abort();
    expect(await outcomes(all)).toEqual(['pending', 'Aborted ECANCELED', 'pending']);
    sending.open();
    expect(await outcomes(all)).toEqual(['done', 'Aborted ECANCELED', 'done']);
    expect(sending.sink.texts).toEqual(['0', '1', '2', '4']);
    expect(sending.clock.pending).toBe(0);
  });

  it('that comes after the message was taken changes nothing', async () => {
    const sending = new Sending();
    const abort = new AbortController();
    const sent = sending.queue.send('x', abort.signal);
    abort.abort();
    expect(await outcomes([sent])).toEqual(['done']);
    expect(sending.pipe.pending).toBe(1);
  });
});

describe('the share of a turn (TURN_BUDGET)', () => {
  it('a sender that has used it up waits for the next turn, and goes on in order', async () => {
    const sending = new Sending({ sendHighWaterMark: 0 });
    sending.budget.spend(BUDGET);
    const all = [sending.queue.send('a'), sending.queue.send('b')];
    expect([await outcomes(all), sending.pipe.pending]).toEqual([['pending', 'pending'], 0]);
    sending.scheduler.turn();
    expect(await outcomes(all)).toEqual(['done', 'done']);
    sending.open();
    expect(sending.sink.texts).toEqual(['a', 'b']);
  });

  it('each turn brings a new share, and as many turns are taken as are needed', async () => {
    const sending = new Sending({ sendHighWaterMark: 0 });
    sending.budget.spend(BUDGET);
    const done: number[] = [];
    const { send } = sending.sink;
    sending.pipe.connect(sending.sink, somebody());
    sending.sink.send = (message) => {
      send.call(sending.sink, message);
      sending.budget.spend(BUDGET / 2);
    };
    const all = Array.from({ length: 6 }, (_, i) => sending.queue.send(String(i)).then(() => void done.push(i)));
    for (const expected of [0, 2, 4, 6]) {
      await outcomes(all);
      expect(done).toHaveLength(expected);
      sending.scheduler.turn();
    }
  });

  it('with ZMQ_SNDTIMEO 0 a message is taken all the same: not waiting includes not waiting for a turn', async () => {
    const sending = new Sending({ sendTimeout: 0 });
    sending.budget.spend(BUDGET);
    await sending.queue.send('x');
    expect(sending.pipe.pending).toBe(1);
  });

  it('trySend is possible again in the next turn, without anybody who waits', () => {
    const sending = new Sending({ sendHighWaterMark: 0 });
    for (let turn = 0; turn < 3; turn++) {
      expect(sending.queue.trySend('x')).toBe(true);
      sending.budget.spend(BUDGET);
      expect(sending.queue.trySend('x')).toBe(false);
      sending.scheduler.turn();
    }
    expect(sending.pipe.pending).toBe(3);
  });
});

describe('trySend', () => {
  it('takes a message if that is possible at once', () => {
    const { queue, pipe } = new Sending();
    expect([queue.trySend('a'), queue.trySend(['b', 'c']), queue.trySend('d')]).toEqual([true, true, false]);
    expect(pipe.pending).toBe(2);
  });

  it('does not overtake those who wait, with room and a fresh share of the turn', () => {
    const sending = new Sending();
    sending.budget.spend(BUDGET);
    const tried: [boolean, number][] = [];
    // Called first in the next turn: the one who waits has not been served by then.
    sending.budget.renewed(() => tried.push([sending.queue.trySend('x'), sending.queue.size]));
    void sending.queue.send('first');
    sending.scheduler.turn();
    sending.open();
    expect([tried, sending.sink.texts]).toEqual([[[false, 1]], ['first']]);
  });
});

describe('close', () => {
  it('refuses those who wait, and everybody after them, with the same error', async () => {
    const sending = new Sending({ sendTimeout: 50 }).fill();
    const error = new ZmqError('SocketClosed', 'closed');
    const waiting = [sending.queue.send('a'), sending.queue.send('b', new AbortController().signal)];
    sending.queue.close(error);
    for (const promise of [...waiting, sending.queue.send('c')]) await expect(promise).rejects.toBe(error);
    expect(() => sending.queue.trySend('d')).toThrow(error);
    expect([sending.clock.pending, sending.queue.size]).toEqual([0, 0]);
    sending.open();
    expect(sending.sink.texts).toEqual(['0', '1']);
  });
});
