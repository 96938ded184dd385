import { type ICipher, type ICipherSession, TAG_SIZE } from '../../core/contracts/cipher.js';
import { Poly1305 } from './poly1305.js';
import { BLOCK_SIZE, fillState, hsalsa20, STATE_WORDS, salsa20Block } from './salsa20.js';

/** The first half of the first block is the key of the authenticator; the content begins with the second half. */
const FIRST_PART = 32;

/** Memory of up to this size is remembered from call to call, since it is that of a batch or of a slab. */
const VIEW_LIMIT: number = 1 << 19;

const NO_MEMORY = new DataView(new ArrayBuffer(0));

/** Four bytes the other way round: a big-endian number as a little-endian word. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** The cipher of this package: XSalsa20-Poly1305 in TypeScript, in constant time. Needs nothing to be installed. */
export class SecretboxCipher implements ICipher {
  public readonly name: string = 'own';
  /** All sessions use it in turn: nothing is kept in it between two calls. */
  private readonly authenticator: Poly1305 = new Poly1305();

  public session(key: Uint8Array, noncePrefix: Uint8Array): ICipherSession {
    return new SecretboxSession(key, noncePrefix, this.authenticator);
  }
}

/**
 * One key and the beginning of the nonce. XSalsa20 turns them into another key by HSalsa20, which is done here, once, and
 * not for each message.
 */
export class SecretboxSession implements ICipherSession {
  private readonly state: Int32Array = new Int32Array(STATE_WORDS);
  /** The first block of a message: the key of its authenticator, and the first of its key stream. */
  private readonly first: Int32Array = new Int32Array(STATE_WORDS);
  private readonly block: Int32Array = new Int32Array(STATE_WORDS);
  private memory: ArrayBufferLike = NO_MEMORY.buffer;
  private view: DataView = NO_MEMORY;

  public constructor(
    key: Uint8Array,
    noncePrefix: Uint8Array,
    private readonly authenticator: Poly1305,
  ) {
    const derived = hsalsa20(key, noncePrefix);
    fillState(this.state, derived, new Uint8Array(16));
    derived.fill(0);
  }

  public seal(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): void {
    const view = this.viewOf(buffer);
    const tagAt = buffer.byteOffset + offset;
    const at = tagAt + TAG_SIZE;
    this.begin(nonceHigh, nonceLow);
    this.apply(view, at, size);
    const { tag } = this.authenticator;
    this.authenticator.compute(this.first, view, at, size);
    view.setInt32(tagAt, tag[0]!, true);
    view.setInt32(tagAt + 4, tag[1]!, true);
    view.setInt32(tagAt + 8, tag[2]!, true);
    view.setInt32(tagAt + 12, tag[3]!, true);
  }

  public open(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): boolean {
    const view = this.viewOf(buffer);
    const tagAt = buffer.byteOffset + offset;
    const at = tagAt + TAG_SIZE;
    this.begin(nonceHigh, nonceLow);
    const { tag } = this.authenticator;
    this.authenticator.compute(this.first, view, at, size);
    const difference =
      (view.getInt32(tagAt, true) ^ tag[0]!) |
      (view.getInt32(tagAt + 4, true) ^ tag[1]!) |
      (view.getInt32(tagAt + 8, true) ^ tag[2]!) |
      (view.getInt32(tagAt + 12, true) ^ tag[3]!);
    if (difference !== 0) return false;
    this.apply(view, at, size);
    return true;
  }

  public close(): void {
    this.state.fill(0);
    this.first.fill(0);
    this.block.fill(0);
    this.authenticator.wipe();
    this.view = NO_MEMORY;
    this.memory = NO_MEMORY.buffer;
  }

  private begin(nonceHigh: number, nonceLow: number): void {
    const { state } = this;
    state[6] = swapped(nonceHigh);
    state[7] = swapped(nonceLow);
    state[8] = 0;
    salsa20Block(state, this.first);
  }

  /** Adds the key stream to the content, which encrypts or decrypts it. */
  private apply(view: DataView, at: number, size: number): void {
    const { state, block } = this;
    addStream(view, at, Math.min(size, BLOCK_SIZE - FIRST_PART), this.first, FIRST_PART / 4);
    for (let done = BLOCK_SIZE - FIRST_PART; done < size; done += BLOCK_SIZE) {
      state[8] = state[8]! + 1;
      salsa20Block(state, block);
      addStream(view, at + done, Math.min(size - done, BLOCK_SIZE), block, 0);
    }
  }

  private viewOf({ buffer }: Buffer): DataView {
    if (buffer === this.memory) return this.view;
    const view = new DataView(buffer);
    const keep = buffer.byteLength <= VIEW_LIMIT;
    this.memory = keep ? buffer : NO_MEMORY.buffer;
    this.view = keep ? view : NO_MEMORY;
    return view;
  }
}

function addStream(view: DataView, at: number, size: number, words: Int32Array, from: number): void {
  const whole = size & ~3;
  let word = from;
  for (let i = 0; i < whole; i += 4) {
    view.setInt32(at + i, view.getInt32(at + i, true) ^ words[word]!, true);
    word++;
  }
  if (whole === size) return;
  const last = words[word]!;
  for (let i = whole; i < size; i++) view.setUint8(at + i, view.getUint8(at + i) ^ (last >>> (8 * (i - whole))));
}
