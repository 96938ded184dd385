import { type ICipher, TAG_SIZE } from '../../core/contracts/cipher.js';

/** The random part of a nonce that is no counter. */
export const LONG_NONCE_SIZE = 16;
/** A counter as it is sent. */
export const SHORT_NONCE_SIZE = 8;

/** What is sealed under a nonce. */
export type NonceUse = 'HELLO' | 'WELCOME' | 'INITIATE' | 'VOUCH' | 'READY' | 'MESSAGE_OF_CLIENT' | 'MESSAGE_OF_SERVER';

/** The beginnings of the nonces (RFC 26, and what libzmq makes of it), so that no two of them can be the same. */
export const NoncePrefix: Readonly<Record<NonceUse, Buffer>> = {
  HELLO: Buffer.from('CurveZMQHELLO---', 'latin1'),
  WELCOME: Buffer.from('WELCOME-', 'latin1'),
  INITIATE: Buffer.from('CurveZMQINITIATE', 'latin1'),
  VOUCH: Buffer.from('VOUCH---', 'latin1'),
  READY: Buffer.from('CurveZMQREADY---', 'latin1'),
  MESSAGE_OF_CLIENT: Buffer.from('CurveZMQMESSAGEC', 'latin1'),
  MESSAGE_OF_SERVER: Buffer.from('CurveZMQMESSAGES', 'latin1'),
};

/** A box in a command: its tag at `at`, then `size` bytes of content. */
export interface BoxPlace {
  readonly buffer: Buffer;
  readonly at: number;
  readonly size: number;
}

/** Seals or opens one box of the handshake, in place; its key is used for nothing else after it. */
export class HandshakeBoxes {
  public constructor(private readonly cipher: ICipher) {}

  /** @param nonce what follows the prefix: 8 bytes after one of 16, 16 bytes after one of 8. */
  public seal(key: Buffer, prefix: Buffer, nonce: Buffer, { buffer, at, size }: BoxPlace): void {
    const { session, high, low } = this.prepare(key, prefix, nonce);
    session.seal(high, low, buffer, at, size);
    session.close();
  }

  /** False: the box is not genuine. The content then stands at `at + TAG_SIZE`. */
  public open(key: Buffer, prefix: Buffer, nonce: Buffer, { buffer, at, size }: BoxPlace): boolean {
    const { session, high, low } = this.prepare(key, prefix, nonce);
    const genuine = session.open(high, low, buffer, at, size);
    session.close();
    return genuine;
  }

  private prepare(key: Buffer, prefix: Buffer, nonce: Buffer) {
    const whole = Buffer.concat([prefix, nonce]);
    const session = this.cipher.session(key, whole.subarray(0, LONG_NONCE_SIZE));
    return { session, high: whole.readUInt32BE(16), low: whole.readUInt32BE(20) };
  }
}

/** The content of a box. */
export function contentOf({ buffer, at, size }: BoxPlace): Buffer {
  return buffer.subarray(at + TAG_SIZE, at + TAG_SIZE + size);
}
