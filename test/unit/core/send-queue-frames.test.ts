import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { Msg, MsgFlags, type OutMessage } from '../../../src/core/msg.js';
import { outcomes, rejection } from '../../support/promises.js';
import { Sending } from '../../support/sending.js';

describe('a message that is sent frame by frame (ZMQ_SNDMORE)', () => {
  const more = (text: string): Msg => new Msg(text, MsgFlags.MORE);

  it('goes out as one message with its last frame', async () => {
    const sending = new Sending();
    await sending.queue.send(more('a'));
    await sending.queue.send(more(''));
    expect(sending.pipe.pending).toBe(0);
    await sending.queue.send(new Msg('b'));
    sending.open();
    expect(sending.sink.texts).toEqual(['a||b']);
  });

  it('a Msg without more, on its own, is a whole message', async () => {
    const sending = new Sending();
    await sending.queue.send(new Msg('a'));
    await sending.queue.send(new Msg('b'));
    sending.open();
    expect(sending.sink.texts).toEqual(['a', 'b']);
  });

  it('waits for room as a whole', async () => {
    const sending = new Sending().fill();
    await sending.queue.send(more('a'));
    const last = sending.queue.send(new Msg('b'));
    expect(await outcomes([last])).toEqual(['pending']);
    sending.open();
    await last;
    expect(sending.sink.texts).toEqual(['0', '1', 'a|b']);
  });

  it.each<[string, OutMessage]>([
    ['text', 'b'],
    ['bytes', Buffer.from('b')],
  ])('%s is a last frame too', async (_name, last) => {
    const sending = new Sending();
    await sending.queue.send(more('a'));
    await sending.queue.send(last);
    sending.open();
    expect(sending.sink.texts).toEqual(['a|b']);
  });

  it.each<[string, (sending: Sending) => Promise<unknown>]>([
    [
      'ZMQ_SNDTIMEO 0',
      ({ options, queue }) => {
        options.sendTimeout = 0;
        return queue.send(new Msg('b'));
      },
    ],
    [
      'a time-out',
      ({ options, queue, clock }) => {
        options.sendTimeout = 10;
        const sent = queue.send(new Msg('b'));
        clock.advance(10);
        return sent;
      },
    ],
    ['an AbortSignal', ({ queue }) => queue.send(new Msg('b'), AbortSignal.abort())],
  ])('a last frame that is refused (%s) can be sent again: the frames before it are kept', async (_name, refuse) => {
    const sending = new Sending().fill();
    await sending.queue.send(more('a'));
    await rejection(refuse(sending));
    sending.options.sendTimeout = -1;
    sending.open();
    await sending.queue.send(new Msg('c'));
    expect(sending.sink.texts).toEqual(['0', '1', 'a|c']);
  });

  it('trySend takes frames too, and a last frame that is not taken can be tried again', () => {
    const sending = new Sending().fill();
    expect([sending.queue.trySend(more('a')), sending.queue.trySend(more('b'))]).toEqual([true, true]);
    expect([sending.queue.trySend(new Msg('c')), sending.queue.trySend(new Msg('c'))]).toEqual([false, false]);
    sending.open();
    expect(sending.queue.trySend(new Msg('c'))).toBe(true);
    expect(sending.sink.texts).toEqual(['0', '1', 'a|b|c']);
  });

  it('that was begun and never finished is counted once when the queue closes', async () => {
    const error = new ZmqError('SocketClosed', 'closed');
    const whole = new Sending();
    whole.queue.close(error);
    expect(whole.queue.takeUnfinished()).toBe(0);
    const sending = new Sending();
    await sending.queue.send(more('a'));
    await sending.queue.send(more('b'));
    expect(sending.queue.takeUnfinished()).toBe(0);
    sending.queue.close(error);
    expect([sending.queue.takeUnfinished(), sending.queue.takeUnfinished()]).toEqual([1, 0]);
  });
});
