// What travels: frames described by a few bytes, so that two processes agree on megabytes without sending them twice.
import { createHash } from 'node:crypto';

/** Longer frames are reported by hash. A routing id (255 bytes at most) must come back whole: it is sent again. */
const SHOWN_WHOLE = 255;

/** @type {Map<string, { bytes: Buffer, digest: string }>} */
const made = new Map();

/** Bytes that depend on seed and place, so that shifted, swapped or repeated pieces do not compare equal. */
function fill(seed, size) {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed * 2_654_435_761 + size) | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  const bytes = Buffer.from(words.buffer, 0, size);
  // A first byte of 00 or 01 would be a subscription when it goes up to a publisher.
  if (size > 0) bytes[0] = 65 + (seed % 26);
  return bytes;
}

function generated({ seed, size }) {
  const key = `${seed}:${size}`;
  let entry = made.get(key);
  if (entry === undefined) {
    const bytes = fill(seed, size);
    entry = { bytes, digest: digest(bytes) };
    made.set(key, entry);
  }
  return entry;
}

export function toBytes(frame) {
  if (typeof frame === 'string') return Buffer.from(frame);
  return 'hex' in frame ? Buffer.from(frame.hex, 'hex') : generated(frame).bytes;
}

export function digest(bytes) {
  if (bytes.length <= SHOWN_WHOLE) return bytes.toString('hex');
  return `${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`;
}

export function expected(frame) {
  return typeof frame === 'object' && 'seed' in frame ? generated(frame).digest : digest(toBytes(frame));
}
