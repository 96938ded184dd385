import { expect, test } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { link, TestSocket } from './support.js';

test('sends to and receives from one peer', () => {
  const [left, right] = [new TestSocket('PAIR'), new TestSocket('PAIR')];
  link(left, right);
  expect([left.send('a', 'b'), right.send('c')]).toEqual([true, true]);
  expect([right.recvText(), left.recvText()]).toEqual(['a|b', 'c']);
  expect([left.pattern.writable, left.pattern.readable]).toEqual([true, false]);
});

test('waits without a peer and while it is full', () => {
  const pair = new TestSocket('PAIR', { sendHighWaterMark: 1 });
  expect([pair.pattern.writable, pair.send('x')]).toEqual([false, false]);
  const end = pair.accept();
  end.ready = false;
  expect([pair.send('a'), pair.send('b'), pair.pattern.writable]).toEqual([true, false, false]);
  end.open();
  expect([pair.writeEdges, pair.pattern.writable]).toEqual([1, true]);
});

test('refuses a second peer, and takes another when the first has left', () => {
  const pair = new TestSocket('PAIR');
  const first = pair.accept();
  const second = new Pipe('tcp://second', pair.options);
  expect(pair.pattern.attach(second)).toBe(false);
  pair.send('a');
  expect(first.texts).toEqual(['a']);
  pair.pattern.detach(second);
  expect(pair.send('b')).toBe(true);
  pair.end(first.pipe);
  expect(pair.send('c')).toBe(false);
  const third = pair.accept();
  pair.send('d');
  expect(third.texts).toEqual(['d']);
});

test('nothing is read from a refused peer', () => {
  const pair = new TestSocket('PAIR');
  pair.accept();
  const second = new Pipe('tcp://second', pair.options);
  pair.pattern.attach(second);
  second.attach(pair);
  second.deliver([] as never);
  expect(pair.pattern.readable).toBe(false);
});

test('the last messages of a peer that left stay readable beside those of the next', () => {
  const pair = new TestSocket('PAIR');
  const first = pair.accept();
  first.deliver('old');
  pair.end(first.pipe);
  pair.accept().deliver('new');
  expect(pair.recvAll()).toEqual(['old', 'new']);
});
