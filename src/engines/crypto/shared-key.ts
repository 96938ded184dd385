import { timingSafeEqual } from 'node:crypto';
import { KEY_SIZE } from '../../core/contracts/key-agreement.js';
import { hsalsa20 } from './salsa20.js';

const ZEROS = Buffer.alloc(KEY_SIZE);

/**
 * What NaCl makes of the result of X25519 before it is used (crypto_box_beforenm). Wipes `secret`. `undefined` when that is
 * all zeros: the peer's key was a point of low order, and everybody would know the result. Every implementation of X25519
 * goes through here, since not all of them look.
 */
export function sharedKey(secret: Uint8Array): Buffer | undefined {
  const key = timingSafeEqual(secret, ZEROS) ? undefined : hsalsa20(secret, ZEROS);
  secret.fill(0);
  return key;
}
