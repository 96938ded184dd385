import type { IRandom } from '../core/contracts/random.js';
import { PrefixMap } from './prefix-map.js';

/** What a subscriber asked for: how often, per topic. */
export class SubscriptionCount {
  private readonly counts: PrefixMap<number>;

  public constructor(random: IRandom) {
    this.counts = new PrefixMap<number>(random);
  }

  /** The number of distinct topics. */
  public get size(): number {
    return this.counts.size;
  }

  public add(topic: Uint8Array): void {
    this.counts.insert(Buffer.from(topic), (this.counts.get(topic) ?? 0) + 1);
  }

  /** Takes one back. True: it was the last one of this topic. */
  public remove(topic: Uint8Array): boolean {
    const count = this.counts.get(topic);
    if (count === undefined) return false;
    if (count === 1) return this.counts.delete(topic);
    this.counts.insert(Buffer.from(topic), count - 1);
    return false;
  }

  /** True when some topic is a prefix of the given bytes. */
  public matches(bytes: Uint8Array, offset: number, length: number): boolean {
    return this.counts.matches(bytes, offset, length);
  }

  /** Each distinct topic once, in the order of their bytes, as libzmq says them to a new publisher. */
  public topics(): Buffer[] {
    return Array.from(this.counts.entries(), ([topic]) => topic).sort((a, b) => Buffer.compare(a, b));
  }
}
