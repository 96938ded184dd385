import { describe, expect, it } from '@jest/globals';
import type { IKeyAgreement } from '../../../src/core/contracts/key-agreement.js';
import { DefaultKeyAgreement } from '../../../src/engines/crypto/default-keys.js';
import { NodeRandom } from '../../../src/engines/services/node-services.js';
import { AGREEMENTS, nacl } from '../../support/ciphers.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { fromHex } from '../../support/vectors.js';

/** Points of low order: whatever the secret, the result is zero. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

describe.each(AGREEMENTS)('the key agreement of %s', (_name, agreement) => {
  it('knows the public key of a secret one', () => {
    const secret = Buffer.from(Array.from({ length: 32 }, (_unused, i) => i));
    expect(agreement.load(secret).publicKey.toString('hex')).toBe(
      '8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f',
    );
  });

  it(`agrees with tweetnacl on what two sides share (seed ${SEED})`, () => {
    const random = new SeededRandom(SEED);
    for (let i = 0; i < 20; i++) {
      const [one, other] = [random.bytes(32), random.bytes(32)];
      const peer = Buffer.from(nacl.scalarMult.base(Uint8Array.from(other)));
      const wanted = Buffer.from(nacl.box.before(Uint8Array.from(peer), Uint8Array.from(one)));
      expect(agreement.load(one).shared(peer)?.equals(wanted)).toBe(true);
    }
  });

  it('makes keys that are all different, and belong together', () => {
    const [one, other] = [agreement.generate(), agreement.generate()];
    expect(one.publicKey.equals(other.publicKey)).toBe(false);
    expect(one.shared(other.publicKey)).toEqual(other.shared(one.publicKey));
  });

  it('copies the secret', () => {
    const secret = Buffer.alloc(32, 9);
    const key = agreement.load(secret);
    const before = key.shared(agreement.load(Buffer.alloc(32, 5)).publicKey);
    secret.fill(0);
    expect(key.shared(agreement.load(Buffer.alloc(32, 5)).publicKey)).toEqual(before);
  });

  it.each(LOW_ORDER)('shares nothing with %s, with which everybody would share it', (point) => {
    expect(agreement.load(Buffer.alloc(32, 3)).shared(fromHex(point))).toBeUndefined();
  });
});

describe('the default key agreement', () => {
  it('is that of node:crypto: tweetnacl is not even loaded', () => {
    const agreement: IKeyAgreement = new DefaultKeyAgreement(() => {
      throw new Error('not to be loaded');
    }, new NodeRandom());
    expect(agreement.generate().publicKey).toHaveLength(32);
    expect(agreement.load(Buffer.alloc(32, 1)).publicKey).toHaveLength(32);
  });
});
