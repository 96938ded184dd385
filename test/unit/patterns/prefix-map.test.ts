import { describe, expect, test } from '@jest/globals';
import type { IRandom } from '../../../src/core/contracts/random.js';
import { PrefixMap } from '../../../src/patterns/prefix-map.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Makes the hash the exclusive or of the bytes: 128 different ones, so that nearly all keys collide. */
const WEAK: IRandom = { below: () => 0, bytes: (size) => Buffer.alloc(size) };

/** The same map, as simple as it can be. */
class Model {
  public readonly values: Map<string, number> = new Map();

  public matching(text: string): number[] {
    return [...this.values].filter(([key]) => text.startsWith(key)).map(([, value]) => value);
  }
}

function collect(map: PrefixMap<number>, text: string): number[] {
  const into: number[] = [];
  // Not at the start of its buffer, as in a read buffer.
  const count = map.collect(bytes(`xy${text}z`), 2, text.length, into);
  return into.slice(0, count);
}

const sorted = (values: number[]): number[] => values.sort((a, b) => a - b);

describe('PrefixMap', () => {
  test('the empty topic is a prefix of everything', () => {
    const map = new PrefixMap<number>(new SeededRandom(1));
    expect([map.matches(bytes('a'), 0, 1), collect(map, '')]).toEqual([false, []]);
    map.insert(bytes(''), 7);
    expect([collect(map, ''), collect(map, 'abc'), map.matches(bytes(''), 0, 0), map.size]).toEqual([
      [7],
      [7],
      true,
      1,
    ]);
    expect([map.delete(bytes('')), map.delete(bytes('')), map.size]).toEqual([true, false, 0]);
    expect(collect(map, 'abc')).toEqual([]);
  });

  test('inserting a topic again replaces its value, wherever it lies', () => {
    const map = new PrefixMap<number>(new SeededRandom(1));
    const topics = Array.from({ length: 12 }, (_, i) => bytes('a'.repeat(i * 10)));
    for (const topic of topics) map.insert(topic, 1);
    // Lengths are free in the table again: a topic that lies in the trie stays there, and is there once.
    for (const topic of topics.slice(0, 3)) map.delete(topic);
    for (const topic of topics.slice(3)) map.insert(topic, 2);
    expect(map.size).toBe(9);
    expect(collect(map, 'a'.repeat(200))).toEqual(Array.from({ length: 9 }, () => 2));
    for (const topic of topics.slice(3)) expect(map.delete(topic)).toBe(true);
    expect([map.size, collect(map, 'a'.repeat(200))]).toEqual([0, []]);
  });

  test.each([
    ['short topics of few lengths', '', 3, 2, new SeededRandom(SEED)],
    ['topics of many lengths, long ones among them', '', 90, 1, new SeededRandom(SEED)],
    ['topics whose hashes collide', '', 4, 3, WEAK],
    ['topics whose hashes collide, and that differ behind 24 bytes only', 'a'.repeat(22), 4, 3, WEAK],
  ])(`is what a list of topics would be: %s (seed ${SEED})`, (_what, head, longest, letters, random) => {
    const dice = new SeededRandom(SEED);
    const map = new PrefixMap<number>(random);
    const model = new Model();
    const tail = (): string =>
      Array.from({ length: dice.below(longest + 1) }, () => 'abcd'[dice.below(letters + 1)]).join('');
    for (let step = 0; step < 6000; step++) {
      const topic = head + tail();
      // It grows for a while, and then shrinks.
      if (dice.oneIn(step < 3000 ? 4 : 2)) {
        expect(map.delete(bytes(topic))).toBe(model.values.delete(topic));
      } else {
        map.insert(bytes(topic), step);
        model.values.set(topic, step);
      }
      const text = head + tail() + tail();
      const wanted = sorted(model.matching(text));
      expect(sorted(collect(map, text))).toEqual(wanted);
      expect(map.matches(bytes(text), 0, text.length)).toBe(wanted.length > 0);
      expect(map.get(bytes(topic))).toBe(model.values.get(topic));
      expect(map.size).toBe(model.values.size);
    }
    expect(new Map([...map.entries()].map(([key, value]) => [key.toString('latin1'), value]))).toEqual(model.values);
    for (const topic of model.values.keys()) expect(map.delete(bytes(topic))).toBe(true);
    expect([map.size, [...map.entries()]]).toEqual([0, []]);
  });
});
