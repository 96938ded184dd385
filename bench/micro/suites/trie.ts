import { Trie } from '../../../src/patterns/trie.js';
import type { Case } from '../harness.js';

/** Keys that are looked for: enough that they are not all in the nearest cache. */
const PROBES = 10_000;
/** A large odd number, to walk the topics in an order that is none. */
const STRIDE = 7_919;

const topic = (i: number): Buffer => Buffer.from(`site.${i % 31}.device.${i}.`);

interface Ground {
  readonly trie: Trie<number>;
  /** Messages that match one topic. */
  readonly hits: readonly Buffer[];
  /** Messages that part from every topic near their end. */
  readonly misses: readonly Buffer[];
  /** Topics that are not in the trie. */
  readonly others: readonly Buffer[];
}

function ground(count: number): Ground {
  const trie = new Trie<number>();
  for (let i = 0; i < count; i++) trie.insert(topic(i), i);
  const picks = Array.from({ length: Math.min(count, PROBES) }, (_, i) => (i * STRIDE) % count);
  return {
    trie,
    hits: picks.map((i) => Buffer.concat([topic(i), Buffer.from('temperature 21.5 C')])),
    misses: picks.map((i) => Buffer.from(`site.${i % 31}.device.${i}-temperature 21.5 C`)),
    others: picks.map((i) => topic(count + i)),
  };
}

function perCount(count: number): Case[] {
  const name = `${count} topics, `;
  return [
    {
      name: `${name}add one and remove it`,
      prepare: () => {
        const { trie, others } = ground(count);
        return (times) => {
          for (let i = 0; i < times; i++) {
            const other = others[i % others.length]!;
            trie.insert(other, i);
            trie.delete(other);
          }
          return trie.size;
        };
      },
    },
    {
      name: `${name}collect what matches`,
      prepare: () => {
        const { trie, hits } = ground(count);
        const found: number[] = [];
        return (times) => {
          let sum = 0;
          for (let i = 0; i < times; i++) {
            const message = hits[i % hits.length]!;
            sum += trie.collect(message, 0, message.length, found);
          }
          return sum;
        };
      },
    },
    { name: `${name}match`, prepare: () => match(count, 'hits') },
    { name: `${name}match nothing`, prepare: () => match(count, 'misses') },
  ];
}

function match(count: number, kind: 'hits' | 'misses'): (times: number) => number {
  const { trie, [kind]: messages } = ground(count);
  return (times) => {
    let sum = 0;
    for (let i = 0; i < times; i++) {
      const message = messages[i % messages.length]!;
      if (trie.matches(message, 0, message.length)) sum++;
    }
    return sum;
  };
}

export const cases: readonly Case[] = [10, 10_000, 1_000_000].flatMap(perCount);
