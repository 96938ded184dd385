import { describe, expect, test } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { FairQueue } from '../../../src/patterns/fair-queue.js';
import { FarEnd, metadataOf, NO_EVENTS, received, textOf } from './support.js';

function setUp(pipes: number, receiveHighWaterMark = 0): { queue: FairQueue; ends: FarEnd[] } {
  const queue = new FairQueue();
  const ends = Array.from({ length: pipes }, () => {
    const pipe = new Pipe('tcp://test', { sendHighWaterMark: 0, receiveHighWaterMark, conflate: false });
    pipe.attach({ ...NO_EVENTS, readActivated: (active) => queue.readActivated(active) });
    const end = new FarEnd(pipe, metadataOf());
    pipe.connect(end, end.metadata);
    return end;
  });
  return { queue, ends };
}

function drain(queue: FairQueue): string[] {
  const texts: string[] = [];
  for (let message = queue.recv(); message !== undefined; message = queue.recv()) texts.push(textOf(message));
  return texts;
}

describe('fair queueing', () => {
  test('takes one whole message from each pipe in turn', () => {
    const { queue, ends } = setUp(3);
    for (const round of ['a', 'b', 'c']) for (const [i, end] of ends.entries()) end.deliver(`${round}${i + 1}`, 'more');
    expect(drain(queue)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3'].map((text) => `${text}|more`));
  });

  test('a pipe found empty leaves the round and comes back at its end', () => {
    const { queue, ends } = setUp(3);
    const [one, two, three] = ends as [FarEnd, FarEnd, FarEnd];
    one.deliver('1a');
    for (const text of ['2a', '2b', '2c']) two.deliver(text);
    for (const text of ['3a', '3b', '3c']) three.deliver(text);
    expect([queue.recv(), queue.recv(), queue.recv(), queue.recv()].map(textOf)).toEqual(['1a', '2a', '3a', '2b']);
    one.deliver('1b');
    expect(drain(queue)).toEqual(['3b', '2c', '1b', '3c']);
  });

  test('says whose the last message was', () => {
    const { queue, ends } = setUp(2);
    for (const [i, end] of ends.entries()) end.deliver(String(i));
    queue.recv();
    expect(queue.from).toBe(ends[0]?.pipe);
    queue.recv();
    expect(queue.from).toBe(ends[1]?.pipe);
  });

  test('a pipe that ended is read until it is drained', () => {
    const { queue, ends } = setUp(2);
    const [one, two] = ends as [FarEnd, FarEnd];
    for (const text of ['1a', '1b']) one.deliver(text);
    two.deliver('2a');
    one.pipe.end();
    queue.detach(one.pipe);
    expect(drain(queue)).toEqual(['1a', '2a', '1b']);
    expect(queue.readable).toBe(false);
  });

  test('a pipe that ended and holds nothing leaves at once, and the others keep their order', () => {
    const { queue, ends } = setUp(3);
    const [one, two, three] = ends as [FarEnd, FarEnd, FarEnd];
    for (const end of ends) end.deliver('x');
    queue.recv();
    one.pipe.end();
    queue.detach(one.pipe);
    expect(queue.from).toBeNull();
    two.deliver('2');
    three.deliver('3');
    expect(drain(queue)).toEqual(['x', 'x', '2', '3']);
  });

  test('readable is true exactly while recv would answer, and asking does not lose the next edge', () => {
    const { queue, ends } = setUp(2);
    expect(queue.readable).toBe(false);
    const [one] = ends as [FarEnd, FarEnd];
    one.deliver('a');
    expect(queue.readable).toBe(true);
    queue.recv();
    expect(queue.readable).toBe(false);
    one.deliver('b');
    expect(queue.readable).toBe(true);
    expect(textOf(queue.recv())).toBe('b');
  });

  test('the peer is resumed at half of the receive high-water mark', () => {
    const { queue, ends } = setUp(1, 4);
    const [one] = ends as [FarEnd];
    expect(['a', 'b', 'c', 'd'].map((text) => one.deliver(text))).toEqual([true, true, true, false]);
    queue.recv();
    expect(one.resumed).toBe(0);
    queue.recv();
    expect(one.resumed).toBe(1);
  });

  test('a reader that is woken while another reads finds the round whole', () => {
    const { queue, ends } = setUp(2, 1);
    const [one, two] = ends as [FarEnd, FarEnd];
    one.deliver('1a');
    two.deliver('2a');
    const inner: string[] = [];
    one.resume = () => inner.push(textOf(queue.recv()));
    expect(textOf(queue.recv())).toBe('1a');
    expect(inner).toEqual(['2a']);
    one.pipe.deliver(received(['1b']));
    expect(drain(queue)).toEqual(['1b']);
  });
});
