import type Nacl from 'tweetnacl';
import { type ICipher, type ICipherSession, TAG_SIZE } from '../../core/contracts/cipher.js';
import { type IKeyAgreement, type ISecretKey, KEY_SIZE } from '../../core/contracts/key-agreement.js';
import type { IRandom } from '../../core/contracts/random.js';
import { sharedKey } from './shared-key.js';

/** NaCl wants this much room in front of a box, and in front of its content twice as much. */
const BOX_PADDING = 16;
const CONTENT_PADDING = 32;
const NONCE_SIZE = 24;
const NONCE_PREFIX_SIZE = 16;

/** The part of tweetnacl that its types leave out. */
interface LowLevel {
  crypto_secretbox(box: Uint8Array, content: Uint8Array, size: number, nonce: Uint8Array, key: Uint8Array): number;
  crypto_secretbox_open(content: Uint8Array, box: Uint8Array, size: number, nonce: Uint8Array, key: Uint8Array): number;
}

/** tweetnacl, which is required only when it is used. */
export type Tweetnacl = typeof Nacl;

/** The cipher of tweetnacl, which was audited: slower than ours, which the tests compare with it. */
export class TweetnaclCipher implements ICipher {
  public readonly name: string = 'tweetnacl';

  private readonly lowlevel: LowLevel;

  public constructor(nacl: Tweetnacl) {
    this.lowlevel = (nacl as unknown as { readonly lowlevel: LowLevel }).lowlevel;
  }

  public session(key: Uint8Array, noncePrefix: Uint8Array): ICipherSession {
    return new TweetnaclSession(key, noncePrefix, this.lowlevel);
  }
}

class TweetnaclSession implements ICipherSession {
  private readonly key: Uint8Array;
  private readonly nonce: Buffer = Buffer.alloc(NONCE_SIZE);

  public constructor(
    key: Uint8Array,
    noncePrefix: Uint8Array,
    private readonly lowlevel: LowLevel,
  ) {
    this.key = Uint8Array.from(key);
    this.nonce.set(noncePrefix);
  }

  public seal(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): void {
    const content = new Uint8Array(CONTENT_PADDING + size);
    const box = new Uint8Array(content.length);
    content.set(buffer.subarray(offset + TAG_SIZE, offset + TAG_SIZE + size), CONTENT_PADDING);
    this.lowlevel.crypto_secretbox(box, content, box.length, this.nonceOf(nonceHigh, nonceLow), this.key);
    buffer.set(box.subarray(BOX_PADDING), offset);
    content.fill(0);
  }

  public open(nonceHigh: number, nonceLow: number, buffer: Buffer, offset: number, size: number): boolean {
    const box = new Uint8Array(CONTENT_PADDING + size);
    const content = new Uint8Array(box.length);
    box.set(buffer.subarray(offset, offset + TAG_SIZE + size), BOX_PADDING);
    const nonce = this.nonceOf(nonceHigh, nonceLow);
    if (this.lowlevel.crypto_secretbox_open(content, box, box.length, nonce, this.key) !== 0) return false;
    buffer.set(content.subarray(CONTENT_PADDING), offset + TAG_SIZE);
    content.fill(0);
    return true;
  }

  public close(): void {
    this.key.fill(0);
  }

  private nonceOf(high: number, low: number): Uint8Array {
    this.nonce.writeUInt32BE(high, NONCE_PREFIX_SIZE);
    this.nonce.writeUInt32BE(low, NONCE_PREFIX_SIZE + 4);
    return this.nonce;
  }
}

/** X25519 of tweetnacl, for a Node without it. */
export class TweetnaclKeyAgreement implements IKeyAgreement {
  public constructor(
    private readonly nacl: Tweetnacl,
    private readonly random: IRandom,
  ) {}

  public generate(): ISecretKey {
    return new TweetnaclSecretKey(Uint8Array.from(this.random.bytes(KEY_SIZE)), this.nacl);
  }

  public load(secret: Uint8Array): ISecretKey {
    return new TweetnaclSecretKey(Uint8Array.from(secret), this.nacl);
  }
}

class TweetnaclSecretKey implements ISecretKey {
  public readonly publicKey: Buffer;

  public constructor(
    private readonly secret: Uint8Array,
    private readonly nacl: Tweetnacl,
  ) {
    this.publicKey = Buffer.from(nacl.scalarMult.base(secret));
  }

  public shared(peerPublic: Uint8Array): Buffer | undefined {
    if (peerPublic.length !== KEY_SIZE) return undefined;
    // A plain Uint8Array: nothing else is taken.
    return sharedKey(this.nacl.scalarMult(this.secret, Uint8Array.from(peerPublic)));
  }

  public close(): void {
    this.secret.fill(0);
  }
}
