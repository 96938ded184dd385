import type { IRandom } from '../../plugin.js';

// Globals are slow to look up inside the contexts of some test runners, and this is called millions of times.
const { floor, imul } = Math;

/** A small generator (mulberry32): the same seed, the same numbers, on every machine. Not for secrets that matter. */
export class SeededRandom implements IRandom {
  private state: number;

  public constructor(public readonly seed: number) {
    this.state = seed | 0;
  }

  public below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + imul(t ^ (t >>> 7), t | 61);
    return floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  public bytes(size: number): Buffer {
    const bytes = Buffer.alloc(size);
    for (let i = 0; i < size; i++) bytes[i] = this.below(256);
    return bytes;
  }

  /** A whole number from `low` to `high`, both included. */
  public between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** 0 ≤ n < 1. */
  public fraction(): number {
    return this.below(0x1_0000_0000) / 0x1_0000_0000;
  }

  /** True once in `n` times. */
  public oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** The same items in another order. */
  public shuffle<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }

  /** Another generator, which this one and the label decide about: what one part draws does not shift what another gets. */
  public fork(label: string): SeededRandom {
    let hash = this.seed ^ 0x811c9dc5;
    for (let i = 0; i < label.length; i++) hash = imul(hash ^ label.charCodeAt(i), 0x01000193);
    return new SeededRandom(hash);
  }
}
