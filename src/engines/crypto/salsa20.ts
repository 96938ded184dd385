/** The words of a Salsa20 state: constants, key, nonce, counter. */
export const STATE_WORDS = 16;
/** The bytes of a block of key stream. */
export const BLOCK_SIZE = 64;

/** "expand 32-byte k", at the places where the state has it. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/** Reads 32 bits, little-endian, at any address. */
export function readWord(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

export function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

/** A state with constants and key; the four words from 6 on are those of `input`. */
export function fillState(state: Int32Array, key: Uint8Array, input: Uint8Array): void {
  for (let i = 0; i < 4; i++) {
    state[5 * i] = CONSTANTS[i]!;
    state[1 + i] = readWord(key, 4 * i);
    state[6 + i] = readWord(input, 4 * i);
    state[11 + i] = readWord(key, 16 + 4 * i);
  }
}

/**
 * One block: twenty rounds over the state, then the state added. Sums, rotations and exclusive ors of 32-bit numbers only,
 * so that the time it takes says nothing about the key.
 */
export function salsa20Block(state: Int32Array, out: Int32Array): void {
  let x0 = state[0]!;
  let x1 = state[1]!;
  let x2 = state[2]!;
  let x3 = state[3]!;
  let x4 = state[4]!;
  let x5 = state[5]!;
  let x6 = state[6]!;
  let x7 = state[7]!;
  let x8 = state[8]!;
  let x9 = state[9]!;
  let x10 = state[10]!;
  let x11 = state[11]!;
  let x12 = state[12]!;
  let x13 = state[13]!;
  let x14 = state[14]!;
  let x15 = state[15]!;
  let u = 0;
  for (let round = 0; round < 20; round += 2) {
    u = (x0 + x12) | 0;
    x4 ^= (u << 7) | (u >>> 25);
    u = (x5 + x1) | 0;
    x9 ^= (u << 7) | (u >>> 25);
    u = (x10 + x6) | 0;
    x14 ^= (u << 7) | (u >>> 25);
    u = (x15 + x11) | 0;
    x3 ^= (u << 7) | (u >>> 25);
    u = (x4 + x0) | 0;
    x8 ^= (u << 9) | (u >>> 23);
    u = (x9 + x5) | 0;
    x13 ^= (u << 9) | (u >>> 23);
    u = (x14 + x10) | 0;
    x2 ^= (u << 9) | (u >>> 23);
    u = (x3 + x15) | 0;
    x7 ^= (u << 9) | (u >>> 23);
    u = (x8 + x4) | 0;
    x12 ^= (u << 13) | (u >>> 19);
    u = (x13 + x9) | 0;
    x1 ^= (u << 13) | (u >>> 19);
    u = (x2 + x14) | 0;
    x6 ^= (u << 13) | (u >>> 19);
    u = (x7 + x3) | 0;
    x11 ^= (u << 13) | (u >>> 19);
    u = (x12 + x8) | 0;
    x0 ^= (u << 18) | (u >>> 14);
    u = (x1 + x13) | 0;
    x5 ^= (u << 18) | (u >>> 14);
    u = (x6 + x2) | 0;
    x10 ^= (u << 18) | (u >>> 14);
    u = (x11 + x7) | 0;
    x15 ^= (u << 18) | (u >>> 14);

    u = (x0 + x3) | 0;
    x1 ^= (u << 7) | (u >>> 25);
    u = (x5 + x4) | 0;
    x6 ^= (u << 7) | (u >>> 25);
    u = (x10 + x9) | 0;
    x11 ^= (u << 7) | (u >>> 25);
    u = (x15 + x14) | 0;
    x12 ^= (u << 7) | (u >>> 25);
    u = (x1 + x0) | 0;
    x2 ^= (u << 9) | (u >>> 23);
    u = (x6 + x5) | 0;
    x7 ^= (u << 9) | (u >>> 23);
    u = (x11 + x10) | 0;
    x8 ^= (u << 9) | (u >>> 23);
    u = (x12 + x15) | 0;
    x13 ^= (u << 9) | (u >>> 23);
    u = (x2 + x1) | 0;
    x3 ^= (u << 13) | (u >>> 19);
    u = (x7 + x6) | 0;
    x4 ^= (u << 13) | (u >>> 19);
    u = (x8 + x11) | 0;
    x9 ^= (u << 13) | (u >>> 19);
    u = (x13 + x12) | 0;
    x14 ^= (u << 13) | (u >>> 19);
    u = (x3 + x2) | 0;
    x0 ^= (u << 18) | (u >>> 14);
    u = (x4 + x7) | 0;
    x5 ^= (u << 18) | (u >>> 14);
    u = (x9 + x8) | 0;
    x10 ^= (u << 18) | (u >>> 14);
    u = (x14 + x13) | 0;
    x15 ^= (u << 18) | (u >>> 14);
  }
  out[0] = x0 + state[0]!;
  out[1] = x1 + state[1]!;
  out[2] = x2 + state[2]!;
  out[3] = x3 + state[3]!;
  out[4] = x4 + state[4]!;
  out[5] = x5 + state[5]!;
  out[6] = x6 + state[6]!;
  out[7] = x7 + state[7]!;
  out[8] = x8 + state[8]!;
  out[9] = x9 + state[9]!;
  out[10] = x10 + state[10]!;
  out[11] = x11 + state[11]!;
  out[12] = x12 + state[12]!;
  out[13] = x13 + state[13]!;
  out[14] = x14 + state[14]!;
  out[15] = x15 + state[15]!;
}

/** The words of a block that HSalsa20 keeps. */
const KEPT = [0, 5, 10, 15, 6, 7, 8, 9] as const;

/** HSalsa20: 32 bytes from a key and 16 bytes. It is a block without the sum at its end. */
export function hsalsa20(key: Uint8Array, input: Uint8Array): Buffer {
  const state = new Int32Array(STATE_WORDS);
  const block = new Int32Array(STATE_WORDS);
  fillState(state, key, input);
  salsa20Block(state, block);
  const out = Buffer.alloc(32);
  for (const [i, word] of KEPT.entries()) writeWord(out, 4 * i, block[word]! - state[word]!);
  state.fill(0);
  block.fill(0);
  return out;
}
