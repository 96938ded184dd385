import { Trie } from './trie.js';

/** What a subscriber asked for: how often, per topic. */
export class SubscriptionCount {
  private readonly counts: Trie<number> = new Trie<number>();

  /** The number of distinct topics. */
  public get size(): number {
    return this.counts.size;
  }

  public add(topic: Uint8Array): void {
    this.counts.insert(topic, (this.counts.get(topic) ?? 0) + 1);
  }

  /** Takes one back. True: it was the last one of this topic. */
  public remove(topic: Uint8Array): boolean {
    const count = this.counts.get(topic);
    if (count === undefined) return false;
    if (count === 1) return this.counts.delete(topic);
    this.counts.insert(topic, count - 1);
    return false;
  }

  /** True when some topic is a prefix of the given bytes. */
  public matches(bytes: Uint8Array, offset: number, length: number): boolean {
    return this.counts.matches(bytes, offset, length);
  }

  /** Each distinct topic once. */
  public *topics(): IterableIterator<Buffer> {
    for (const [topic] of this.counts.entries()) yield topic;
  }
}
