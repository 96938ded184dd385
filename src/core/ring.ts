/** The first size of a ring: most pipes hold few messages, and a ring doubles when it must. */
const INITIAL_CAPACITY = 16;

/**
 * A FIFO in an array whose length is a power of two, so that an index wraps with a mask.
 *
 *     head            tail
 *      v               v
 *   [ . a b c d e f g . . ]      length = (tail - head) & mask
 *
 * One slot always stays empty: head === tail means "empty", never "full".
 * It does not refuse anything: whoever owns it keeps the bound (a pipe its high-water mark).
 */
export class Ring<T> {
  private slots: (T | undefined)[] = new Array<T | undefined>(INITIAL_CAPACITY).fill(undefined);
  private mask: number = INITIAL_CAPACITY - 1;
  private head = 0;
  private tail = 0;

  public get length(): number {
    return (this.tail - this.head) & this.mask;
  }

  public push(item: T): void {
    this.slots[this.tail] = item;
    this.tail = (this.tail + 1) & this.mask;
    if (this.tail === this.head) this.grow();
  }

  /** Takes the oldest item, or `undefined` when there is none. */
  public shift(): T | undefined {
    if (this.head === this.tail) return undefined;
    const item = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    return item;
  }

  /** The oldest item, left in place. */
  public peek(): T | undefined {
    return this.slots[this.head];
  }

  /** From the oldest to the newest. */
  public *[Symbol.iterator](): Generator<T, void> {
    for (let at = this.head; at !== this.tail; at = (at + 1) & this.mask) yield this.slots[at] as T;
  }

  /** Empties the ring, gives its memory back, and returns how many items were in it. */
  public clear(): number {
    const dropped = this.length;
    this.slots = new Array<T | undefined>(INITIAL_CAPACITY).fill(undefined);
    this.mask = INITIAL_CAPACITY - 1;
    this.head = 0;
    this.tail = 0;
    return dropped;
  }

  private grow(): void {
    const size = this.slots.length;
    const grown = new Array<T | undefined>(size * 2).fill(undefined);
    for (let i = 0; i < size; i++) grown[i] = this.slots[(this.head + i) & this.mask];
    this.slots = grown;
    this.mask = size * 2 - 1;
    this.head = 0;
    this.tail = size;
  }
}
