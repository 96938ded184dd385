import assert from 'node:assert/strict';
import { describe, expect, test } from '@jest/globals';
import { SubscriptionCount } from '../../../src/patterns/subscription-count.js';
import { Trie } from '../../../src/patterns/trie.js';
import { SeededRandom } from './support.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

interface InnerNode {
  readonly label: Uint8Array;
  readonly children: readonly InnerNode[];
  readonly value: unknown;
}

/** All nodes below the root. Also checks what holds for each: a value or two children, and a label. */
function nodesOf(trie: Trie<unknown>): InnerNode[] {
  const root = (trie as unknown as { root: InnerNode }).root;
  const nodes: InnerNode[] = [];
  const open = [...root.children];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.label.length === 0) throw new Error('a node without a label');
    if (node.value === undefined && node.children.length < 2) throw new Error('a node that leads to nothing');
    nodes.push(node);
    open.push(...node.children);
  }
  return nodes;
}

function collect<V>(trie: Trie<V>, text: string): V[] {
  const into: V[] = [];
  const key = bytes(text);
  const count = trie.collect(key, 0, key.length, into);
  return into.slice(0, count);
}

describe('Trie', () => {
  test('finds exactly what was inserted', () => {
    const trie = new Trie<number>();
    const keys = ['', 'a', 'ab', 'abc', 'abd', 'b', 'abcde', '\xff\x00'];
    for (const [i, key] of keys.entries()) trie.insert(bytes(key), i);
    expect(trie.size).toBe(keys.length);
    for (const [i, key] of keys.entries()) expect(trie.get(bytes(key))).toBe(i);
    for (const key of ['x', 'abcd', 'abcdef', 'aa', '\xff']) expect(trie.get(bytes(key))).toBeUndefined();
  });

  test('a second insert of a key replaces its value', () => {
    const trie = new Trie<string>();
    trie.insert(bytes('key'), 'old');
    trie.insert(bytes('key'), 'new');
    expect([trie.size, trie.get(bytes('key'))]).toEqual([1, 'new']);
  });

  test('collects the values of all prefixes, the shortest first, in a window of a larger buffer', () => {
    const trie = new Trie<string>();
    for (const key of ['', 'n', 'news', 'news.eu', 'news.us', 'x']) trie.insert(bytes(key), key);
    expect(collect(trie, 'news.eu.berlin')).toEqual(['', 'n', 'news', 'news.eu']);
    expect(collect(trie, 'new')).toEqual(['', 'n']);
    expect(collect(trie, '')).toEqual(['']);
    const into = ['left', 'over', 'from', 'before', 'this'];
    expect(trie.collect(bytes('..news.us..'), 2, 4, into)).toBe(3);
    expect(into).toEqual(['', 'n', 'news', 'before', 'this']);
  });

  test('matches what some key is a prefix of', () => {
    const trie = new Trie<number>();
    trie.insert(bytes('ab'), 1);
    expect(trie.matches(bytes('xabc'), 1, 3)).toBe(true);
    expect(trie.matches(bytes('xabc'), 1, 1)).toBe(false);
    expect(trie.matches(bytes('ac'), 0, 2)).toBe(false);
    expect(trie.matches(bytes(''), 0, 0)).toBe(false);
    trie.insert(bytes(''), 2);
    expect(trie.matches(bytes(''), 0, 0)).toBe(true);
  });

  test('deletes, joins what is left, and frees everything in the end', () => {
    const trie = new Trie<number>();
    const keys = ['abc', 'abd', 'ab', 'a', 'abcdef', '', 'zz'];
    for (const [i, key] of keys.entries()) trie.insert(bytes(key), i);
    expect(trie.delete(bytes('nothing'))).toBe(false);
    expect(trie.delete(bytes('abcd'))).toBe(false);
    expect(trie.delete(bytes('abc'))).toBe(true);
    expect(trie.delete(bytes('abc'))).toBe(false);
    expect(trie.get(bytes('abcdef'))).toBe(4);
    nodesOf(trie);
    trie.delete(bytes('ab'));
    trie.delete(bytes('abd'));
    expect(
      nodesOf(trie)
        .map(({ label }) => Buffer.from(label).toString())
        .sort(),
    ).toEqual(['a', 'bcdef', 'zz']);
    for (const key of ['a', '', 'zz', 'abcdef']) expect(trie.delete(bytes(key))).toBe(true);
    expect(nodesOf(trie)).toEqual([]);
    expect(trie.size).toBe(0);
  });

  test('does not depend on the bytes that it was given', () => {
    const trie = new Trie<number>();
    const key = bytes('topic');
    trie.insert(key, 1);
    key.fill(0);
    expect(trie.get(bytes('topic'))).toBe(1);
  });

  test('lists its keys in the order of their bytes', () => {
    const trie = new Trie<number>();
    const keys = ['b', '', 'aa', 'a', '\xff', '\x00', 'ab', `long${'x'.repeat(300)}`];
    for (const [i, key] of keys.entries()) trie.insert(bytes(key), i);
    const listed = [...trie.entries()];
    expect(listed.map(([key]) => key.toString('latin1'))).toEqual([...keys].sort());
    for (const [key, value] of listed) expect(keys[value]).toBe(key.toString('latin1'));
  });

  test('does what a naive model does, for random operations', () => {
    const seed = Number(process.env['SEED'] ?? (Date.now() ^ (process.pid << 8)) >>> 0);
    const random = new SeededRandom(seed);
    const randomKey = (): Buffer => {
      const alphabet = 1 + random.below(3);
      return Buffer.from(Array.from({ length: random.below(9) }, () => 97 + random.below(alphabet)));
    };
    try {
      for (let run = 0; run < 60; run++) {
        const trie = new Trie<number>();
        const model = new Map<string, number>();
        for (let step = 0; step < 400; step++) {
          const key = randomKey();
          const text = key.toString('latin1');
          if (random.below(5) < 3) {
            trie.insert(key, step);
            model.set(text, step);
          } else {
            assert.equal(trie.delete(key), model.delete(text));
          }
          const probe = randomKey();
          const probed = probe.toString('latin1');
          const expected = [...model]
            .filter(([prefix]) => probed.startsWith(prefix))
            .sort(([a], [b]) => a.length - b.length);
          assert.deepEqual(
            collect(trie, probed),
            expected.map(([, value]) => value),
          );
          assert.equal(trie.matches(probe, 0, probe.length), expected.length > 0);
          assert.equal(trie.get(probe), model.get(probed));
        }
        expect(trie.size).toBe(model.size);
        nodesOf(trie);
        expect([...trie.entries()].map(([key, value]) => [key.toString('latin1'), value])).toEqual(
          [...model].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        for (const text of model.keys()) expect(trie.delete(bytes(text))).toBe(true);
        expect(nodesOf(trie)).toEqual([]);
      }
    } catch (error) {
      throw new Error(`failed; again with SEED=${seed}`, { cause: error });
    }
  });

  test('takes keys of 100 KB, and many of them inside each other', () => {
    const trie = new Trie<number>();
    const long = Buffer.alloc(100_000, 'x');
    trie.insert(long, -1);
    for (let i = 0; i < 1000; i++) trie.insert(long.subarray(0, i * 100), i);
    const into: number[] = [];
    expect(trie.collect(long, 0, long.length, into)).toBe(1001);
    expect(into[1000]).toBe(-1);
    expect(trie.matches(long, 0, long.length)).toBe(true);
    expect([...trie.entries()].length).toBe(1001);
    expect(trie.delete(long)).toBe(true);
    for (let i = 999; i >= 0; i--) expect(trie.delete(long.subarray(0, i * 100))).toBe(true);
    expect(nodesOf(trie)).toEqual([]);
  });

  test('finds among 10,000 prefixes fast', () => {
    const trie = new Trie<number>();
    const random = new SeededRandom(7);
    const keys = Array.from({ length: 10_000 }, (_, i) => bytes(`${random.below(1_000_000)}.topic.${i}`));
    for (const [i, key] of keys.entries()) trie.insert(key, i);
    const into: number[] = [];
    const before = process.cpuUsage();
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as Buffer;
        if (trie.collect(key, 0, key.length, into) !== 1) throw new Error('not found');
      }
    }
    // 200,000 look-ups take some 30 ms of processor time, however busy the machine is; a scan would take minutes.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
    for (const key of keys) trie.delete(key);
    expect(nodesOf(trie)).toEqual([]);
  });
});

describe('SubscriptionCount', () => {
  test('counts per topic, and tells the last one', () => {
    const count = new SubscriptionCount(new SeededRandom(1));
    for (const topic of ['a', 'a', 'b']) count.add(bytes(topic));
    expect(count.size).toBe(2);
    expect([...count.topics()].map(String)).toEqual(['a', 'b']);
    expect(count.remove(bytes('a'))).toBe(false);
    expect(count.remove(bytes('a'))).toBe(true);
    expect(count.remove(bytes('a'))).toBe(false);
    expect(count.matches(bytes('abc'), 0, 3)).toBe(false);
    expect(count.matches(bytes('abc'), 1, 2)).toBe(true);
    expect(count.size).toBe(1);
  });
});
