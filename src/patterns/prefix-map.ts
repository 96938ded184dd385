import type { IRandom } from '../core/contracts/random.js';
import { KeyTable } from './key-table.js';
import { Trie } from './trie.js';

/**
 * A map from topics to values that finds the values of all prefixes of a message: what subscriptions are kept in.
 *
 * Short topics of few different lengths, as most are, lie in a table. The others lie in a trie, which is slower and cares
 * about neither. A topic is in one of them.
 */
export class PrefixMap<V> {
  private readonly table: KeyTable<V>;
  private readonly trie: Trie<V> = new Trie<V>();

  public constructor(random: IRandom) {
    this.table = new KeyTable<V>(random);
  }

  /** The number of topics. */
  public get size(): number {
    return this.table.size + this.trie.size;
  }

  public get(topic: Uint8Array): V | undefined {
    return this.table.get(topic) ?? (this.trie.size === 0 ? undefined : this.trie.get(topic));
  }

  /** Adds a topic, or replaces its value. The bytes are kept: they must not change. */
  public insert(topic: Buffer, value: V): void {
    const inTrie = this.trie.size !== 0 && this.trie.get(topic) !== undefined;
    if (inTrie || !this.table.takes(topic.length)) this.trie.insert(topic, value);
    else this.table.insert(topic, value);
  }

  /** Removes a topic. False: it was not there. */
  public delete(topic: Uint8Array): boolean {
    return this.table.delete(topic) || this.trie.delete(topic);
  }

  /**
   * Writes the values of all topics that are a prefix of the given bytes to the front of `into`, and answers how many. What
   * stood behind them stays: emptying an array would give up its memory, once per message.
   */
  public collect(bytes: Uint8Array, offset: number, length: number, into: V[]): number {
    const count = this.table.collect(bytes, offset, length, into);
    return this.trie.size === 0 ? count : this.trie.collect(bytes, offset, length, into, count);
  }

  /** True when some topic is a prefix of the given bytes. */
  public matches(bytes: Uint8Array, offset: number, length: number): boolean {
    return (
      this.table.matches(bytes, offset, length) || (this.trie.size !== 0 && this.trie.matches(bytes, offset, length))
    );
  }

  /** All topics with their values, in no particular order. Do not change the map meanwhile. */
  public *entries(): IterableIterator<[Buffer, V]> {
    yield* this.table.entries();
    yield* this.trie.entries();
  }
}
