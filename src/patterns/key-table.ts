import type { IRandom } from '../core/contracts/random.js';

/** Longer keys are not taken: finding prefixes hashes the bytes of every message up to the longest key. */
export const LONGEST_KEY = 64;

/** So many different lengths are taken: each costs every message one look. */
const MOST_LENGTHS = 8;

const INITIAL_CAPACITY = 16;

/** Three quarters of the places are taken at most, and an eighth at least. */
const FULLEST = 0.75;
const EMPTIEST = 0.125;

/**
 * A place is 32 bytes: the hash (0: empty), the length of the key, and its first 24 bytes, which is all of most. So a look
 * waits for memory once, where a table of Buffers waits for the hash, the Buffer and its bytes: with 10,000 topics, whose
 * memory the next messages push out of the cache, that is most of its time.
 */
const WORDS = 8;
const WORDS_SHIFT = 3;
const SIZE_SHIFT = 5;
const LENGTH_AT = 4;
const HEAD_AT = 8;
const HEAD_SIZE = 24;

/**
 * A map from short bytes to values that finds the values of all prefixes of a key by hashing it once, with one look for
 * each length that its keys have. With 10,000 topics that takes a fraction of the time of a walk down a tree, most of
 * whose steps wait for memory.
 *
 * An open table with linear probing. Keys come from peers, so the hash depends on two secret numbers, and a key that does
 * not fit (`takes`) belongs elsewhere.
 */
export class KeyTable<V> {
  private words: Int32Array = new Int32Array(INITIAL_CAPACITY * WORDS);
  private bytes: Uint8Array = new Uint8Array(this.words.buffer);
  private keys: (Buffer | undefined)[] = new Array<Buffer | undefined>(INITIAL_CAPACITY).fill(undefined);
  private values: (V | undefined)[] = new Array<V | undefined>(INITIAL_CAPACITY).fill(undefined);
  private mask: number = INITIAL_CAPACITY - 1;
  private count = 0;
  /** The lengths that keys have, shortest first, and how many keys have each length. */
  private readonly lengths: number[] = [];
  private readonly ofLength: Uint32Array = new Uint32Array(LONGEST_KEY + 1);
  private readonly seed: number;
  private readonly factor: number;

  public constructor(random: IRandom) {
    this.seed = random.below(0x1_0000_0000) | 0;
    this.factor = random.below(0x1_0000_0000) | 1;
  }

  /** The number of keys. */
  public get size(): number {
    return this.count;
  }

  /** True when a key of that length could be inserted. */
  public takes(length: number): boolean {
    return length <= LONGEST_KEY && (this.ofLength[length] !== 0 || this.lengths.length < MOST_LENGTHS);
  }

  public get(key: Uint8Array): V | undefined {
    const place = this.placeOf(key);
    return place === -1 ? undefined : this.values[place];
  }

  /** Adds a key that it `takes`, or replaces its value. The bytes are kept: they must not change. */
  public insert(key: Buffer, value: V): void {
    const known = this.placeOf(key);
    if (known !== -1) {
      this.values[known] = value;
      return;
    }
    if (this.ofLength[key.length]!++ === 0) {
      this.lengths.push(key.length);
      this.lengths.sort((a, b) => a - b);
    }
    if (++this.count > FULLEST * this.mask) this.resize((this.mask + 1) * 2);
    this.put(key, value);
  }

  /** Removes a key. False: it was not there. */
  public delete(key: Uint8Array): boolean {
    const place = this.placeOf(key);
    if (place === -1) return false;
    if (--this.ofLength[key.length]! === 0) this.lengths.splice(this.lengths.indexOf(key.length), 1);
    this.count--;
    this.vacate(place);
    if (this.mask >= INITIAL_CAPACITY && this.count < EMPTIEST * this.mask) this.resize((this.mask + 1) / 2);
    return true;
  }

  /** Writes the values of all keys that are a prefix of the given bytes to the front of `into`; answers how many. */
  public collect(bytes: Uint8Array, offset: number, length: number, into: V[]): number {
    const { lengths, factor } = this;
    let hash = this.seed;
    let at = offset;
    let count = 0;
    for (let i = 0; i < lengths.length; i++) {
      const size = lengths[i] as number;
      if (size > length) break;
      for (const end = offset + size; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), factor);
      const place = this.find(hash | 1, bytes, offset, size);
      if (place !== -1) into[count++] = this.values[place] as V;
    }
    return count;
  }

  /** True when some key is a prefix of the given bytes. */
  public matches(bytes: Uint8Array, offset: number, length: number): boolean {
    const { lengths, factor } = this;
    let hash = this.seed;
    let at = offset;
    for (let i = 0; i < lengths.length; i++) {
      const size = lengths[i] as number;
      if (size > length) break;
      for (const end = offset + size; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), factor);
      if (this.find(hash | 1, bytes, offset, size) !== -1) return true;
    }
    return false;
  }

  /** All keys with their values, in no particular order. Do not change the table meanwhile. */
  public *entries(): IterableIterator<[Buffer, V]> {
    for (const [place, key] of this.keys.entries()) if (key !== undefined) yield [key, this.values[place] as V];
  }

  private hash(key: Uint8Array): number {
    let hash = this.seed;
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ (key[i] as number), this.factor);
    return hash | 1;
  }

  /** Where a key of that hash should be: the upper bits are the better mixed ones. */
  private home(hash: number): number {
    return ((hash >>> 16) ^ (hash >>> 1)) & this.mask;
  }

  private placeOf(key: Uint8Array): number {
    if (key.length > LONGEST_KEY || this.ofLength[key.length] === 0) return -1;
    return this.find(this.hash(key), key, 0, key.length);
  }

  private find(hash: number, bytes: Uint8Array, offset: number, length: number): number {
    const { words, mask } = this;
    for (let place = this.home(hash); ; place = (place + 1) & mask) {
      const found = words[place << WORDS_SHIFT];
      if (found === 0) return -1;
      if (found === hash && this.isAt(place, bytes, offset, length)) return place;
    }
  }

  private isAt(place: number, bytes: Uint8Array, offset: number, length: number): boolean {
    const own = this.bytes;
    const base = place << SIZE_SHIFT;
    if (own[base + LENGTH_AT] !== length) return false;
    const head = Math.min(length, HEAD_SIZE);
    for (let i = 0; i < head; i++) if (own[base + HEAD_AT + i] !== bytes[offset + i]) return false;
    if (length <= HEAD_SIZE) return true;
    const key = this.keys[place] as Buffer;
    for (let i = HEAD_SIZE; i < length; i++) if (key[i] !== bytes[offset + i]) return false;
    return true;
  }

  private put(key: Buffer, value: V): void {
    const hash = this.hash(key);
    let place = this.home(hash);
    while (this.words[place << WORDS_SHIFT] !== 0) place = (place + 1) & this.mask;
    const base = place << SIZE_SHIFT;
    this.words[place << WORDS_SHIFT] = hash;
    this.bytes[base + LENGTH_AT] = key.length;
    this.bytes.set(key.subarray(0, HEAD_SIZE), base + HEAD_AT);
    this.keys[place] = key;
    this.values[place] = value;
  }

  /** Empties a place. What follows moves up, so that no look ends before it has seen all that it could find. */
  private vacate(place: number): void {
    const { words, keys, values, mask } = this;
    let hole = place;
    for (let next = (hole + 1) & mask; words[next << WORDS_SHIFT] !== 0; next = (next + 1) & mask) {
      const hash = words[next << WORDS_SHIFT] as number;
      if (((next - this.home(hash)) & mask) < ((next - hole) & mask)) continue;
      words.copyWithin(hole << WORDS_SHIFT, next << WORDS_SHIFT, (next << WORDS_SHIFT) + WORDS);
      keys[hole] = keys[next];
      values[hole] = values[next];
      hole = next;
    }
    words[hole << WORDS_SHIFT] = 0;
    keys[hole] = undefined;
    values[hole] = undefined;
  }

  private resize(capacity: number): void {
    const { keys, values } = this;
    this.words = new Int32Array(capacity * WORDS);
    this.bytes = new Uint8Array(this.words.buffer);
    this.keys = new Array<Buffer | undefined>(capacity).fill(undefined);
    this.values = new Array<V | undefined>(capacity).fill(undefined);
    this.mask = capacity - 1;
    for (const [place, key] of keys.entries()) if (key !== undefined) this.put(key, values[place] as V);
  }
}
