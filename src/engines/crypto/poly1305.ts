/** Two to the 22: a number of 130 bits is held in six limbs of 22, as floating point, where products are exact. */
const LIMB = 0x400000;
const MASK = 0x3fffff;
const INVERSE = 1 / LIMB;
const BLOCK = 16;
/** The bit behind a whole block: 2^128 is 2^18 in the sixth limb. */
const FULL_BLOCK = 0x40000;
/** The sixth limb of a number below 2^130. */
const TOP = 0x100000;

// Looked up once: in the hot loop the way to a global would cost more than the call.
const { floor } = Math;

/**
 * Poly1305 (RFC 8439, section 2.5). One object makes the authenticators of one message after another.
 *
 * A product of limbs stays below 2^50 and the sum of six below 2^53, so that floating point is exact; there is no branch
 * and no index that depends on key or content.
 */
export class Poly1305 {
  /** The authenticator of the last message, in four words, little-endian. */
  public readonly tag: Int32Array = new Int32Array(4);
  private readonly r: Float64Array = new Float64Array(6);
  private readonly h: Float64Array = new Float64Array(6);
  private readonly rest: DataView = new DataView(new ArrayBuffer(BLOCK));

  /** Makes the authenticator of `size` bytes at `at`. The key is the first eight words of `key`. */
  public compute(key: Int32Array, view: DataView, at: number, size: number): void {
    this.setKey(key);
    this.h.fill(0);
    const whole = size & ~(BLOCK - 1);
    if (whole > 0) this.blocks(view, at, whole, FULL_BLOCK);
    if (whole < size) {
      const { rest } = this;
      for (let i = 0; i < BLOCK; i++) rest.setUint8(i, whole + i < size ? view.getUint8(at + whole + i) : 0);
      rest.setUint8(size - whole, 1);
      this.blocks(rest, 0, BLOCK, 0);
    }
    this.finish(key);
  }

  /** Wipes what is left of the last message and its key. */
  public wipe(): void {
    this.r.fill(0);
    this.h.fill(0);
    this.tag.fill(0);
    for (let i = 0; i < BLOCK; i++) this.rest.setUint8(i, 0);
  }

  private setKey(key: Int32Array): void {
    const t0 = key[0]! & 0x0fffffff;
    const t1 = key[1]! & 0x0ffffffc;
    const t2 = key[2]! & 0x0ffffffc;
    const t3 = key[3]! & 0x0ffffffc;
    const { r } = this;
    r[0] = t0 & MASK;
    r[1] = ((t0 >>> 22) | (t1 << 10)) & MASK;
    r[2] = ((t1 >>> 12) | (t2 << 20)) & MASK;
    r[3] = (t2 >>> 2) & MASK;
    r[4] = ((t2 >>> 24) | (t3 << 8)) & MASK;
    r[5] = t3 >>> 14;
  }

  /** h = (h + block) · r, modulo 2^130 - 5, for each block. 2^132, the seventh limb, is 20. */
  private blocks(view: DataView, from: number, size: number, high: number): void {
    const { r, h } = this;
    const r0 = r[0]!;
    const r1 = r[1]!;
    const r2 = r[2]!;
    const r3 = r[3]!;
    const r4 = r[4]!;
    const r5 = r[5]!;
    const s1 = 20 * r1;
    const s2 = 20 * r2;
    const s3 = 20 * r3;
    const s4 = 20 * r4;
    const s5 = 20 * r5;
    let h0 = h[0]!;
    let h1 = h[1]!;
    let h2 = h[2]!;
    let h3 = h[3]!;
    let h4 = h[4]!;
    let h5 = h[5]!;
    const end = from + size;
    for (let at = from; at < end; at += BLOCK) {
      const t0 = view.getInt32(at, true);
      const t1 = view.getInt32(at + 4, true);
      const t2 = view.getInt32(at + 8, true);
      const t3 = view.getInt32(at + 12, true);
      h0 += t0 & MASK;
      h1 += ((t0 >>> 22) | (t1 << 10)) & MASK;
      h2 += ((t1 >>> 12) | (t2 << 20)) & MASK;
      h3 += (t2 >>> 2) & MASK;
      h4 += ((t2 >>> 24) | (t3 << 8)) & MASK;
      h5 += (t3 >>> 14) + high;
      let d0 = h0 * r0 + h1 * s5 + h2 * s4 + h3 * s3 + h4 * s2 + h5 * s1;
      let d1 = h0 * r1 + h1 * r0 + h2 * s5 + h3 * s4 + h4 * s3 + h5 * s2;
      let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s5 + h4 * s4 + h5 * s3;
      let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s5 + h5 * s4;
      let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * s5;
      let d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0;
      let carry = floor(d0 * INVERSE);
      d0 -= carry * LIMB;
      d1 += carry;
      carry = floor(d1 * INVERSE);
      d1 -= carry * LIMB;
      d2 += carry;
      carry = floor(d2 * INVERSE);
      d2 -= carry * LIMB;
      d3 += carry;
      carry = floor(d3 * INVERSE);
      d3 -= carry * LIMB;
      d4 += carry;
      carry = floor(d4 * INVERSE);
      d4 -= carry * LIMB;
      d5 += carry;
      carry = floor(d5 * INVERSE);
      d5 -= carry * LIMB;
      d0 += 20 * carry;
      carry = floor(d0 * INVERSE);
      h0 = d0 - carry * LIMB;
      h1 = d1 + carry;
      h2 = d2;
      h3 = d3;
      h4 = d4;
      h5 = d5;
    }
    h[0] = h0;
    h[1] = h1;
    h[2] = h2;
    h[3] = h3;
    h[4] = h4;
    h[5] = h5;
  }

  /** The tag: h, wholly reduced, plus the second half of the key, modulo 2^128. */
  private finish(key: Int32Array): void {
    const { h, tag } = this;
    // Twice round, and h is below 2^130 with every limb in its place.
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5; i++) {
        const carry = floor(h[i]! * INVERSE);
        h[i] = h[i]! - carry * LIMB;
        h[i + 1] = h[i + 1]! + carry;
      }
      const carry = floor(h[5]! / TOP);
      h[5] = h[5]! - carry * TOP;
      h[0] = h[0]! + 5 * carry;
    }
    // The last 5 may have filled the first limb, when all others are about zero.
    const last = floor(h[0]! * INVERSE);
    let h0 = h[0]! - last * LIMB;
    let h1 = h[1]! + last;
    let h2 = h[2]!;
    let h3 = h[3]!;
    let h4 = h[4]!;
    let h5 = h[5]!;
    // h - (2^130 - 5), taken where it is not negative.
    const g0 = h0 + 5;
    const g1 = h1 + (g0 >>> 22);
    const g2 = h2 + (g1 >>> 22);
    const g3 = h3 + (g2 >>> 22);
    const g4 = h4 + (g3 >>> 22);
    const g5 = h5 + (g4 >>> 22) - TOP;
    const keep = g5 >> 31;
    h0 = (h0 & keep) | (g0 & MASK & ~keep);
    h1 = (h1 & keep) | (g1 & MASK & ~keep);
    h2 = (h2 & keep) | (g2 & MASK & ~keep);
    h3 = (h3 & keep) | (g3 & MASK & ~keep);
    h4 = (h4 & keep) | (g4 & MASK & ~keep);
    h5 = (h5 & keep) | (g5 & MASK & ~keep);
    let sum = ((h0 | (h1 << 22)) >>> 0) + (key[4]! >>> 0);
    tag[0] = sum;
    sum = (((h1 >>> 10) | (h2 << 12)) >>> 0) + (key[5]! >>> 0) + floor(sum / 0x100000000);
    tag[1] = sum;
    sum = (((h2 >>> 20) | (h3 << 2) | (h4 << 24)) >>> 0) + (key[6]! >>> 0) + floor(sum / 0x100000000);
    tag[2] = sum;
    sum = (((h4 >>> 8) | (h5 << 14)) >>> 0) + (key[7]! >>> 0) + floor(sum / 0x100000000);
    tag[3] = sum;
  }
}
