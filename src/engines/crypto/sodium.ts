import { type ICipher, type ICipherSession, TAG_SIZE } from '../../core/contracts/cipher.js';
import { Poly1305 } from './poly1305.js';
import { SecretboxSession } from './secretbox.js';

/** A smaller message is sealed sooner than libsodium is called: at 64 bytes in two thirds of the time, at 1 KB in twice. */
const NATIVE_FROM = 256;
const NONCE_SIZE = 24;
const NONCE_PREFIX_SIZE = 16;

/** What is used of sodium-native. */
export interface Sodium {
  crypto_secretbox_detached(box: Buffer, tag: Buffer, content: Buffer, nonce: Buffer, key: Buffer): void;
  crypto_secretbox_open_detached(content: Buffer, box: Buffer, tag: Buffer, nonce: Buffer, key: Buffer): boolean;
}

/** True for a module that has what is used of sodium-native. */
export function isSodium(module: unknown): module is Sodium {
  const sodium = module as Partial<Record<keyof Sodium, unknown>> | null | undefined;
  return (
    typeof sodium?.crypto_secretbox_detached === 'function' &&
    typeof sodium.crypto_secretbox_open_detached === 'function'
  );
}

/** libsodium, by the optional package sodium-native, for all but small messages. */
export class SodiumCipher implements ICipher {
  public readonly name: string = 'sodium-native';
  private readonly authenticator: Poly1305 = new Poly1305();

  /** @param nativeFrom the size from which on libsodium is called. */
  public constructor(
    private readonly sodium: Sodium,
    private readonly nativeFrom: number = NATIVE_FROM,
  ) {}

  public session(key: Uint8Array, noncePrefix: Uint8Array): ICipherSession {
    return new SodiumSession(key, noncePrefix, this.authenticator, this.sodium, this.nativeFrom);
  }
}

class SodiumSession extends SecretboxSession {
  private readonly key: Buffer;
  private readonly nonce: Buffer = Buffer.alloc(NONCE_SIZE);

  public constructor(
    key: Uint8Array,
    noncePrefix: Uint8Array,
    authenticator: Poly1305,
    private readonly sodium: Sodium,
    private readonly nativeFrom: number,
  ) {
    super(key, noncePrefix, authenticator);
    this.key = Buffer.from(key);
    this.nonce.set(noncePrefix);
  }

  public override seal(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): void {
    if (size < this.nativeFrom) {
      super.seal(nonceHigh, nonceLow, buffer, offset, size);
      return;
    }
    this.setNonce(nonceHigh, nonceLow);
    const at = offset + TAG_SIZE;
    const content = buffer.subarray(at, at + size);
    this.sodium.crypto_secretbox_detached(content, buffer.subarray(offset, at), content, this.nonce, this.key);
  }

  public override open(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): boolean {
    if (size < this.nativeFrom) return super.open(nonceHigh, nonceLow, buffer, offset, size);
    this.setNonce(nonceHigh, nonceLow);
    const at = offset + TAG_SIZE;
    const box = buffer.subarray(at, at + size);
    return this.sodium.crypto_secretbox_open_detached(box, box, buffer.subarray(offset, at), this.nonce, this.key);
  }

  public override close(): void {
    super.close();
    this.key.fill(0);
  }

  private setNonce(high: number, low: number): void {
    this.nonce.writeUInt32BE(high >>> 0, NONCE_PREFIX_SIZE);
    this.nonce.writeUInt32BE(low >>> 0, NONCE_PREFIX_SIZE + 4);
  }
}
