import type { IRandom } from '../../src/core/contracts/random.js';

/** The seed of this run. Random tests name it in their title; RZMQ_TEST_SEED brings a failed run back. */
export const SEED: number = Number(process.env['RZMQ_TEST_SEED'] ?? Math.floor(Math.random() * 0x7fffffff));

// Globals are slow to look up inside Jest's contexts, and this is called millions of times.
const { floor, imul } = Math;

/** A small generator (mulberry32): the same seed, the same numbers. */
export class SeededRandom implements IRandom {
  private state: number;

  public constructor(seed: number) {
    this.state = seed;
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

  /** From `low` to `high`, both included. */
  public between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True once in `n` times. */
  public oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Cuts `total` into pieces of at most `most`. */
  public cuts(total: number, most: number): number[] {
    const sizes: number[] = [];
    for (let left = total; left > 0; ) {
      const size = Math.min(left, this.between(1, most));
      sizes.push(size);
      left -= size;
    }
    return sizes;
  }
}
