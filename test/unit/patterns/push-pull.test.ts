import { describe, expect, test } from '@jest/globals';
import { errorOf, link, TestSocket } from './support.js';

describe('PUSH', () => {
  test('deals whole messages to its peers in turn', () => {
    const push = new TestSocket('PUSH');
    const ends = [push.accept(), push.accept(), push.accept()];
    for (let i = 0; i < 9; i++) expect(push.send(String(i), 'part')).toBe(true);
    expect(ends.map((end) => end.texts)).toEqual([
      ['0|part', '3|part', '6|part'],
      ['1|part', '4|part', '7|part'],
      ['2|part', '5|part', '8|part'],
    ]);
  });

  test('waits without a peer; a peer makes it writable', () => {
    const push = new TestSocket('PUSH');
    expect([push.send('x'), push.pattern.writable]).toEqual([false, false]);
    push.accept();
    expect([push.pattern.writable, push.send('x')]).toEqual([true, true]);
  });

  test('queues SNDHWM messages for a peer that is not there yet, and sends them when it comes', () => {
    const push = new TestSocket('PUSH', { sendHighWaterMark: 5 });
    const pipe = push.connect();
    expect(Array.from({ length: 7 }, (_, i) => push.send(String(i)))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(push.pattern.writable).toBe(false);
    expect(push.join(pipe).texts).toEqual(['0', '1', '2', '3', '4']);
    expect([push.writeEdges, push.pattern.writable]).toEqual([1, true]);
  });

  test('keeps its queue over a lost connection', () => {
    const push = new TestSocket('PUSH');
    const pipe = push.connect();
    push.join(pipe, undefined, false);
    push.send('a');
    push.lose(pipe);
    push.send('b');
    expect(push.join(pipe).texts).toEqual(['a', 'b']);
  });

  test('with all peers full it waits for the first that has room', () => {
    const push = new TestSocket('PUSH', { sendHighWaterMark: 1 });
    const [one, two] = [push.accept(), push.accept()];
    one.ready = two.ready = false;
    expect([push.send('a'), push.send('b'), push.send('c')]).toEqual([true, true, false]);
    push.onWriteEdge = () => expect(push.send('c')).toBe(true);
    two.open();
    expect([one.texts, two.texts]).toEqual([[], ['b', 'c']]);
  });

  test('a peer that ends gets nothing more', () => {
    const push = new TestSocket('PUSH');
    const [one, two] = [push.accept(), push.accept()];
    push.end(one.pipe);
    expect([push.send('a'), push.send('b')]).toEqual([true, true]);
    expect([one.texts, two.texts]).toEqual([[], ['a', 'b']]);
    push.end(two.pipe);
    expect(push.send('c')).toBe(false);
  });

  test('keeps only the newest message under ZMQ_CONFLATE', () => {
    const push = new TestSocket('PUSH', { conflate: true, sendHighWaterMark: 1 });
    const pipe = push.connect();
    for (const text of ['a', 'b', 'c']) expect(push.send(text)).toBe(true);
    expect(push.join(pipe).texts).toEqual(['c']);
    expect(push.drops.toJSON()).toEqual({ conflated: 2 });
  });

  test('does not receive: recv is ENOTSUP, and what a peer sends is dropped', () => {
    const push = new TestSocket('PUSH', { receiveHighWaterMark: 2 });
    const end = push.accept();
    expect(errorOf(() => push.pattern.recv())).toMatchObject({ code: 'InvalidSocketType', errno: 'ENOTSUP' });
    expect(push.pattern.readable).toBe(false);
    for (let i = 0; i < 5; i++) expect(end.deliver('x')).toBe(true);
    expect(push.drops.toJSON()).toEqual({ unexpected: 5 });
  });
});

describe('PULL', () => {
  test('takes whole messages from its peers in turn', () => {
    const pull = new TestSocket('PULL');
    const ends = [pull.accept(), pull.accept(), pull.accept()];
    for (const round of ['a', 'b']) for (const [i, end] of ends.entries()) end.deliver(`${round}${i}`, '');
    expect(pull.recvAll()).toEqual(['a0|', 'a1|', 'a2|', 'b0|', 'b1|', 'b2|']);
    expect(pull.pattern.recv()).toBeUndefined();
  });

  test('stops a peer at RCVHWM and resumes it at half', () => {
    const pull = new TestSocket('PULL', { receiveHighWaterMark: 4 });
    const end = pull.accept();
    expect(['a', 'b', 'c', 'd'].map((text) => end.deliver(text))).toEqual([true, true, true, false]);
    pull.recvText();
    expect(end.resumed).toBe(0);
    pull.recvText();
    expect(end.resumed).toBe(1);
  });

  test('what a lost peer had sent stays readable', () => {
    const pull = new TestSocket('PULL');
    const end = pull.accept();
    end.deliver('a');
    end.deliver('b');
    pull.end(end.pipe);
    expect(pull.pattern.readable).toBe(true);
    expect(pull.recvAll()).toEqual(['a', 'b']);
    expect(pull.pattern.readable).toBe(false);
  });

  test('hears of messages that came before it knew the pipe', () => {
    const pull = new TestSocket('PULL');
    const early = new TestSocket('PULL').accept();
    early.deliver('x');
    const message = early.pipe.read();
    pull.accept(undefined, message === undefined ? [] : [message]);
    expect(pull.recvAll()).toEqual(['x']);
  });

  test('does not send: ENOTSUP', () => {
    const pull = new TestSocket('PULL');
    pull.accept();
    expect(errorOf(() => pull.send('x'))).toMatchObject({ code: 'InvalidSocketType', errno: 'ENOTSUP' });
    expect(pull.pattern.writable).toBe(false);
  });
});

test('PUSH to PULL: both water marks together bound what is on the way, and nothing is lost or reordered', () => {
  const push = new TestSocket('PUSH', { sendHighWaterMark: 3 });
  const pull = new TestSocket('PULL', { receiveHighWaterMark: 2 });
  link(push, pull);
  const waiting = Array.from({ length: 50 }, (_, i) => String(i));
  const pump = (): void => {
    while (waiting.length > 0 && push.send(waiting[0] as string)) waiting.shift();
  };
  pump();
  expect(waiting.length).toBe(45);
  push.onWriteEdge = pump;
  const texts: string[] = [];
  for (let message = pull.recvText(); message !== '(none)'; message = pull.recvText()) texts.push(message);
  expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
});
