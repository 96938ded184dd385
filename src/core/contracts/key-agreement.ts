import { type Token, token } from './token.js';

/** What a key has in bytes, public or secret. */
export const KEY_SIZE = 32;

/** A secret key of X25519 in whatever form the implementation likes best. */
export interface ISecretKey {
  /** The public key that belongs to it: 32 bytes. */
  readonly publicKey: Buffer;
  /**
   * The key that two sides share (NaCl's crypto_box_beforenm): X25519, then HSalsa20. 32 bytes that are the caller's to
   * wipe; `undefined` when `peerPublic` is a point of low order, with which anybody would share it.
   */
  shared(peerPublic: Uint8Array): Buffer | undefined;
  /** Wipes it. Nothing is called after it. */
  close(): void;
}

/** X25519 for CURVE. */
export interface IKeyAgreement {
  /** A new key. */
  generate(): ISecretKey;
  /** @param secret 32 bytes, copied. */
  load(secret: Uint8Array): ISecretKey;
}

/** The key agreement of CURVE connections: that of node:crypto. */
export const IKeyAgreement: Token<IKeyAgreement> = token('IKeyAgreement');
