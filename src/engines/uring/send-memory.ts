/**
 * The memory of one Context that small writes are copied to, so that whoever writes has its own memory back at once.
 *
 *   slab   [ in use . . . | room . . . . ]     one after the other is filled; one whose bytes are all sent is empty again
 */
export class SendMemory {
  private readonly bytes: Buffer;
  private readonly slabs: number;
  /** How many allocations of each slab are not released; the current one counts for itself too. */
  private readonly used: Int32Array;
  private slab = 0;
  private position = 0;

  public constructor(
    memory: ArrayBuffer,
    private readonly slabSize: number,
  ) {
    this.bytes = Buffer.from(memory);
    this.slabs = Math.max(1, Math.floor(memory.byteLength / slabSize));
    this.used = new Int32Array(this.slabs);
    this.used[0] = 1;
  }

  /** Room for `size` bytes, which is not more than a slab: its offset, or -1 when there is none. */
  public allocate(size: number): number {
    // Nothing is under way: the beginning, which the processor has at hand.
    if (this.used[this.slab] === 1) this.position = 0;
    if (this.position + size > this.slabSize && !this.nextSlab()) return -1;
    const at = this.slab * this.slabSize + this.position;
    this.position += size;
    this.used[this.slab]! += 1;
    return at;
  }

  /** Copies chunks to where there is room, one after the other. */
  public fill(offset: number, chunks: readonly Uint8Array[]): void {
    let at = offset;
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i] as Uint8Array;
      this.bytes.set(chunk, at);
      at += chunk.length;
    }
  }

  /** What was allocated at `offset` has been sent. */
  public release(offset: number): void {
    this.used[Math.floor(offset / this.slabSize)]! -= 1;
  }

  private nextSlab(): boolean {
    for (let i = 1; i < this.slabs; i++) {
      const slab = (this.slab + i) % this.slabs;
      if (this.used[slab] !== 0) continue;
      this.used[this.slab]! -= 1;
      this.used[slab] = 1;
      this.slab = slab;
      this.position = 0;
      return true;
    }
    return false;
  }
}
