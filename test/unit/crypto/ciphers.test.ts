import { describe, expect, it } from '@jest/globals';
import { TAG_SIZE } from '../../../src/core/contracts/cipher.js';
import { CIPHERS, nacl } from '../../support/ciphers.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { fromHex } from '../../support/vectors.js';

/** What tweetnacl makes of a message: tag and ciphertext. */
function oracle(key: Buffer, prefix: Buffer, high: number, low: number, content: Buffer): Buffer {
  const nonce = Buffer.alloc(24);
  prefix.copy(nonce);
  nonce.writeUInt32BE(high, 16);
  nonce.writeUInt32BE(low, 20);
  return Buffer.from(nacl.secretbox(Uint8Array.from(content), Uint8Array.from(nonce), Uint8Array.from(key)));
}

/** The content behind room for the tag, in the middle of memory that must not be touched. */
function placed(content: Buffer, at: number): Buffer {
  const buffer = Buffer.alloc(at + TAG_SIZE + content.length + 9, 0xa5);
  content.copy(buffer, at + TAG_SIZE);
  return buffer;
}

const EDGES = [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 127, 128, 255, 256, 257, 1000, 65_536];

describe.each(CIPHERS)('the cipher %s', (_name, cipher) => {
  it(`makes what tweetnacl makes, and opens it, in place and anywhere (seed ${SEED})`, () => {
    const random = new SeededRandom(SEED);
    const sizes = [...EDGES, ...Array.from({ length: 150 }, () => random.below(3000))];
    for (const size of sizes) {
      const key = random.bytes(32);
      const prefix = random.bytes(16);
      const [high, low] = [random.bytes(4).readUInt32BE(), random.bytes(4).readUInt32BE()];
      // Zeros and ones too: they fill the limbs of the authenticator.
      const content = random.oneIn(3) ? Buffer.alloc(size, random.pick([0, 0xff])) : random.bytes(size);
      const at = random.below(9);
      const buffer = placed(content, at);
      const sealing = cipher.session(key, prefix);
      sealing.seal(high, low, buffer, at, size);
      const wanted = placed(content, at);
      oracle(key, prefix, high, low, content).copy(wanted, at);
      expect(buffer.equals(wanted)).toBe(true);
      const opening = cipher.session(key, prefix);
      expect(opening.open(high, low, buffer, at, size)).toBe(true);
      expect(buffer.subarray(at + TAG_SIZE, at + TAG_SIZE + size).equals(content)).toBe(true);
      expect([...buffer.subarray(at + TAG_SIZE + size)]).toEqual(Array.from({ length: 9 }, () => 0xa5));
    }
  });

  it('opens the box of the paper that defined it', () => {
    const key = fromHex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389');
    const prefix = fromHex('69696ee955b62b73cd62bda875fc73d6');
    const content = fromHex(
      'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41d' +
        'b66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52' +
        'f0a089bc76897040e082f937763848645e0705',
    );
    const buffer = placed(content, 0);
    cipher.session(key, prefix).seal(0x8219e003, 0x6b7a0b37, buffer, 0, content.length);
    expect(buffer.toString('hex', 0, 32)).toBe('f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce');
  });

  it('refuses a box with any bit changed, under another number, and with another key; and writes nothing then', () => {
    const random = new SeededRandom(SEED);
    const [key, prefix, content] = [random.bytes(32), random.bytes(16), random.bytes(45)];
    const sealed = placed(content, 0);
    cipher.session(key, prefix).seal(1, 2, sealed, 0, content.length);
    const session = cipher.session(key, prefix);
    const refuses = (buffer: Buffer, high: number, low: number) => {
      const before = Buffer.from(buffer);
      return !session.open(high, low, buffer, 0, content.length) && buffer.equals(before);
    };
    for (let bit = 0; bit < 8 * (TAG_SIZE + content.length); bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(refuses(changed, 1, 2)).toBe(true);
    }
    expect(refuses(sealed, 1, 3)).toBe(true);
    expect(refuses(sealed, 2, 2)).toBe(true);
    const other = Buffer.from(key);
    other[31]! ^= 0x80;
    expect(cipher.session(other, prefix).open(1, 2, Buffer.from(sealed), 0, content.length)).toBe(false);
    expect(session.open(1, 2, sealed, 0, content.length)).toBe(true);
  });

  it('copies its key, and forgets it when it is closed', () => {
    const [key, prefix] = [Buffer.alloc(32, 7), Buffer.alloc(16, 8)];
    const session = cipher.session(key, prefix);
    key.fill(0);
    const first = placed(Buffer.from('content'), 0);
    session.seal(0, 1, first, 0, 7);
    expect(first.subarray(0, 23).equals(oracle(Buffer.alloc(32, 7), prefix, 0, 1, Buffer.from('content')))).toBe(true);
    session.close();
    const second = placed(Buffer.from('content'), 0);
    session.seal(0, 1, second, 0, 7);
    expect(second.equals(first)).toBe(false);
  });
});
