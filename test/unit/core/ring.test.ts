import { describe, expect, it } from '@jest/globals';
import { Ring } from '../../../src/core/ring.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';

describe('Ring', () => {
  it('is empty at first', () => {
    const ring = new Ring<number>();
    expect([ring.length, ring.shift(), ring.peek()]).toEqual([0, undefined, undefined]);
  });

  it.each([1, 15, 16, 17, 31, 32, 33, 1000])('gives %d items back in their order', (count) => {
    const ring = new Ring<number>();
    for (let i = 0; i < count; i++) ring.push(i);
    expect([ring.length, ring.peek()]).toEqual([count, 0]);
    expect(Array.from({ length: count }, () => ring.shift())).toEqual(Array.from({ length: count }, (_, i) => i));
    expect([ring.length, ring.shift()]).toEqual([0, undefined]);
  });

  it.each([0, 1, 7, 15])('keeps the order when it grows while its items begin at slot %d', (start) => {
    const ring = new Ring<number>();
    for (let i = 0; i < start; i++) {
      ring.push(-1);
      ring.shift();
    }
    for (let i = 0; i < 100; i++) ring.push(i);
    expect(Array.from({ length: 100 }, () => ring.shift())).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('clear answers how many there were, and leaves a ring that works', () => {
    const ring = new Ring<string>();
    for (let i = 0; i < 100; i++) ring.push(`${i}`);
    ring.shift();
    expect([ring.clear(), ring.clear(), ring.length, ring.shift()]).toEqual([99, 0, 0, undefined]);
    ring.push('again');
    expect([ring.length, ring.peek(), ring.shift()]).toEqual([1, 'again', 'again']);
  });

  it(`does what an array does, in 20000 random steps (RZMQ_TEST_SEED=${SEED})`, () => {
    const random = new SeededRandom(SEED);
    const ring = new Ring<number>();
    let model: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      if (random.oneIn(2000)) {
        expect(ring.clear()).toBe(model.length);
        model = [];
      } else if (random.below(1000) < 505) {
        ring.push(i);
        model.push(i);
      } else expect(ring.shift()).toBe(model.shift());
      expect(ring.length).toBe(model.length);
      expect(ring.peek()).toBe(model[0]);
    }
  });
});
