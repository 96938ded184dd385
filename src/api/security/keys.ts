import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { ZmqError } from '../../core/errors.js';
import { z85Decode, z85Encode } from '../../core/z85.js';

/** The bytes of a CURVE key, and the characters of its Z85 text. */
const KEY_BYTES = 32;
const KEY_CHARACTERS = 40;

/** What stands before the 32 bytes of an X25519 secret key in PKCS #8 (RFC 8410). */
const PKCS8_HEAD: readonly number[] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

/** A pair of long-term CURVE keys, each as 40 characters of Z85. `console.log` and `util.inspect` do not show the secret. */
export interface CurveKeyPair {
  /** ZMQ_CURVE_PUBLICKEY: who you are. Give it to whom you like. */
  readonly publicKey: string;
  /** ZMQ_CURVE_SECRETKEY: what proves it. Keep it to yourself. */
  readonly secretKey: string;
}

/** Makes a new pair of CURVE keys. (zmq_curve_keypair) */
export function curveKeyPair(): CurveKeyPair {
  const secret = randomBytes(KEY_BYTES);
  const pair = { publicKey: z85Encode(publicOf(secret)), secretKey: z85Encode(secret) };
  secret.fill(0);
  Object.defineProperty(pair, inspect.custom, {
    value: () => `CurveKeyPair { publicKey: '${pair.publicKey}', secretKey: <hidden> }`,
  });
  return pair;
}

/**
 * The public key that belongs to a secret key, both as Z85 text. Throws InvalidCurveKey (EINVAL) for anything but the 40
 * characters of a key. (zmq_curve_public)
 */
export function curvePublicKey(secretKey: string): string {
  const secret = curveKeyBytes(secretKey, 'secret');
  const publicKey = z85Encode(publicOf(secret));
  secret.fill(0);
  return publicKey;
}

/** The 32 bytes of a key in Z85; InvalidCurveKey, which does not show it, when it is none. */
export function curveKeyBytes(key: unknown, kind: 'public' | 'secret'): Buffer {
  if (typeof key !== 'string' || key.length !== KEY_CHARACTERS) {
    throw new ZmqError('InvalidCurveKey', `A ${kind} key of CURVE is ${KEY_CHARACTERS} characters of Z85.`);
  }
  try {
    return z85Decode(key);
  } catch (cause) {
    throw new ZmqError('InvalidCurveKey', `A ${kind} key of CURVE is Z85: ${(cause as ZmqError).message}`, { cause });
  }
}

/** X25519 with the base point. */
function publicOf(secret: Buffer): Buffer {
  const wrapped = Buffer.from([...PKCS8_HEAD, ...secret]);
  const secretKey = createPrivateKey({ key: wrapped, format: 'der', type: 'pkcs8' });
  wrapped.fill(0);
  return createPublicKey(secretKey).export({ format: 'der', type: 'spki' }).subarray(-KEY_BYTES);
}
