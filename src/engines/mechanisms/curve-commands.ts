import type { ICipher } from '../../core/contracts/cipher.js';
import { type IKeyAgreement, KEY_SIZE } from '../../core/contracts/key-agreement.js';
import type { IRandom } from '../../core/contracts/random.js';
import type { ZmqError } from '../../core/errors.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { type HandshakeBoxes, SHORT_NONCE_SIZE } from './curve-box.js';
import { violation } from './failures.js';

/** What both sides of CURVE use. */
export interface CurveServices {
  readonly agreement: IKeyAgreement;
  readonly cipher: ICipher;
  readonly boxes: HandshakeBoxes;
  readonly random: IRandom;
}

/** What the server gives to the client, and wants to see again. */
export const COOKIE_SIZE = 96;
/** What vouches for the client: its transient key, and the key of the server that it means. */
export const VOUCH_SIZE: number = 2 * KEY_SIZE;

// Sizes and places are those of the data, without the name of the command. BODY_SIZE has the name.

/** Version, 72 zeros, C', nonce, box of 64 zeros. */
export const HELLO = {
  SIZE: 194,
  BODY_SIZE: 200,
  KEY_AT: 74,
  NONCE_AT: 106,
  BOX_AT: 114,
  CONTENT_SIZE: 64,
} as const;

/** Nonce, box of S' and the cookie. */
export const WELCOME = {
  SIZE: 160,
  BODY_SIZE: 168,
  CONTENT_SIZE: 128,
} as const;

/** Cookie, nonce, box of: C, nonce, box that vouches, metadata, of which 64 KiB are allowed: it may be a stranger's. */
export const INITIATE = {
  NONCE_AT: 96,
  BOX_AT: 104,
  KEY_AT: 120,
  VOUCH_NONCE_AT: 152,
  VOUCH_AT: 168,
  METADATA_AT: 248,
  BODY_LIMIT: 65_793,
} as const;

/** Nonce, box of the metadata, of which 64 KiB are allowed. */
export const READY = {
  CONTENT_AT: 24,
  BODY_LIMIT: 65_566,
} as const;

/** A small number as a nonce. */
export function shortNonce(number: number): Buffer {
  const nonce = Buffer.alloc(SHORT_NONCE_SIZE);
  nonce.writeUInt32BE(number, 4);
  return nonce;
}

/** A box that does not open, or what stands for one. */
export function notGenuine(what: string): ZmqError {
  return violation(what, ProtocolError.ZMTP_CRYPTOGRAPHIC);
}
