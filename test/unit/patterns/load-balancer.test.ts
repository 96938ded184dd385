import { beforeEach, describe, expect, test } from '@jest/globals';
import { Pipe } from '../../../src/core/pipe.js';
import { LoadBalancer } from '../../../src/patterns/load-balancer.js';
import { FarEnd, metadataOf, NO_EVENTS } from './support.js';

describe('load balancing', () => {
  let balancer: LoadBalancer;
  let edges: number;

  beforeEach(() => {
    balancer = new LoadBalancer();
    edges = 0;
  });

  function add(sendHighWaterMark = 0): FarEnd {
    const pipe = new Pipe('tcp://test', { sendHighWaterMark, receiveHighWaterMark: 0, conflate: false });
    balancer.attach(pipe);
    pipe.attach({
      ...NO_EVENTS,
      writeActivated: (active) => {
        edges++;
        balancer.writeActivated(active);
      },
    });
    const end = new FarEnd(pipe, metadataOf());
    pipe.connect(end, end.metadata);
    return end;
  }

  function send(from: number, to: number): boolean[] {
    const taken: boolean[] = [];
    for (let i = from; i < to; i++) taken.push(balancer.send(String(i)));
    return taken;
  }

  test('deals to three pipes as 0,3,6 / 1,4,7 / 2,5,8', () => {
    const ends = [add(), add(), add()];
    send(0, 9);
    expect(ends.map((end) => end.texts)).toEqual([
      ['0', '3', '6'],
      ['1', '4', '7'],
      ['2', '5', '8'],
    ]);
  });

  test('a whole message goes to one pipe', () => {
    const ends = [add(), add()];
    balancer.send(['a', 'b', 'c']);
    balancer.send('d');
    expect(ends.map((end) => end.texts)).toEqual([['a|b|c'], ['d']]);
  });

  test('refuses without a pipe', () => {
    expect(balancer.send('x')).toBe(false);
    expect(balancer.writable).toBe(false);
    expect(balancer.next()).toBeUndefined();
  });

  test('a full pipe leaves the round and comes back at its end', () => {
    const one = add(2);
    const two = add();
    const three = add();
    one.ready = false;
    send(0, 6);
    expect(one.pipe.pending).toBe(2);
    send(6, 8); // 6 is refused by one, and goes on
    expect(two.takeTexts()).toEqual(['1', '4', '6']);
    expect(three.takeTexts()).toEqual(['2', '5', '7']);
    one.open();
    expect(edges).toBe(1);
    send(8, 11);
    expect([one, two, three].map((end) => end.takeTexts())).toEqual([['0', '3', '10'], ['8'], ['9']]);
  });

  test('refuses when all are full, and takes again after an edge', () => {
    const one = add(1);
    one.ready = false;
    expect(send(0, 2)).toEqual([true, false]);
    expect(balancer.writable).toBe(false);
    one.open();
    expect(edges).toBe(1);
    expect(balancer.writable).toBe(true);
    expect(send(1, 2)).toEqual([true]);
    expect(one.texts).toEqual(['0', '1']);
  });

  test('a pipe that was only asked whether it is writable comes back too', () => {
    const one = add(1);
    one.ready = false;
    send(0, 1);
    expect(balancer.writable).toBe(false);
    one.open();
    expect(edges).toBe(1);
    expect(balancer.writable).toBe(true);
  });

  test('a pipe that ends leaves, whoever’s turn it is', () => {
    const ends = [add(), add(), add()];
    send(0, 2);
    ends[0]?.pipe.end();
    balancer.detach((ends[0] as FarEnd).pipe);
    send(2, 6);
    expect(ends.map((end) => end.texts)).toEqual([['0'], ['1', '3', '5'], ['2', '4']]);
    balancer.detach((ends[0] as FarEnd).pipe);
    expect(balancer.writable).toBe(true);
  });

  test('a pipe that ended without being detached yet is passed over, and does not come back', () => {
    const one = add();
    const two = add();
    one.pipe.end();
    send(0, 2);
    balancer.writeActivated(one.pipe);
    send(2, 3);
    expect(two.texts).toEqual(['0', '1', '2']);
  });

  test('an edge of a pipe that is in the round already changes nothing', () => {
    const one = add();
    const two = add();
    balancer.writeActivated(one.pipe);
    send(0, 4);
    expect([one.texts, two.texts]).toEqual([
      ['0', '2'],
      ['1', '3'],
    ]);
  });

  test('next answers the pipe of the next message, and advance passes it', () => {
    const one = add();
    const two = add();
    expect(balancer.next()).toBe(one.pipe);
    expect(balancer.next()).toBe(one.pipe);
    balancer.advance();
    expect(balancer.next()).toBe(two.pipe);
    send(0, 1);
    expect(two.texts).toEqual(['0']);
  });
});
