import { type Token, token } from './token.js';

/** What a box is larger than its content: the authenticator, which stands first. */
export const TAG_SIZE = 16;

/**
 * XSalsa20-Poly1305 (NaCl's secretbox) with one key and the first 16 bytes of the nonce, which CURVE never changes for
 * one direction of a connection. Works in place, in memory that is the caller's.
 */
export interface ICipherSession {
  /**
   * Seals the `size` bytes at `offset + TAG_SIZE`; the authenticator is written in front of them, at `offset`.
   *
   * @param nonceHigh and nonceLow: the last 8 bytes of the nonce, a big-endian number in two halves of 32 bits. The caller
   *   never uses one twice.
   */
  seal(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): void;
  /**
   * Opens what `seal` made of `size` bytes: checks the authenticator at `offset`, in constant time, and puts the content
   * at `offset + TAG_SIZE`. False: it is not genuine, and nothing was written.
   */
  open(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): boolean;
  /** Wipes the key. Nothing is called after it. */
  close(): void;
}

/** Makes the sessions of CURVE. Which implementation does so is the Context's: rebind it to choose. */
export interface ICipher {
  /** For the log: `"sodium-native"`. */
  readonly name: string;
  /** @param key 32 bytes, copied. @param noncePrefix the first 16 bytes of the nonce. */
  session(key: Uint8Array, noncePrefix: Uint8Array): ICipherSession;
}

/** The cipher of CURVE connections. By default sodium-native where it is installed, else the one of this package. */
export const ICipher: Token<ICipher> = token('ICipher');
