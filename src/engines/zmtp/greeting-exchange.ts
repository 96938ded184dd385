import type { FrameDecoder } from './frame-decoder.js';
import type { FrameEncoder } from './frame-encoder.js';
import {
  decodeGreeting,
  detectSignature,
  encodeGreeting,
  GREETING_SIZE,
  type PeerGreeting,
  SIGNATURE_SIZE,
} from './greeting.js';

/** What the bytes of the peer have come to. */
export type GreetingProgress =
  | { readonly state: 'more' }
  | { readonly state: 'complete'; readonly peer: PeerGreeting }
  | { readonly state: 'refused'; readonly why: string };

const MORE: GreetingProgress = { state: 'more' };

/**
 * The first 64 bytes of both sides. Ours go out in stages, each when the peer has shown that it can read it: a peer of
 * version 1.0 or 2.0 is recognised before it is sent what it would misunderstand.
 */
export class GreetingExchange {
  private readonly greeting: Buffer;
  private sent = 0;

  public constructor(
    mechanism: string,
    routingIdSize: number,
    private readonly encoder: FrameEncoder,
    private readonly decoder: FrameDecoder,
  ) {
    this.greeting = encodeGreeting(mechanism, routingIdSize);
  }

  /** The signature may always be sent. */
  public begin(): void {
    this.sendUpTo(SIGNATURE_SIZE);
  }

  /** Looks at what the decoder has, sends what is due, and takes the greeting off once it is complete. */
  public advance(): GreetingProgress {
    const bytes = this.decoder.unread();
    const signature = detectSignature(bytes);
    if (signature === 'more') return MORE;
    if (signature === 'unversioned') return refused('it speaks ZMTP 1.0, or is no ZeroMQ at all');
    const major = bytes[SIGNATURE_SIZE];
    // libzmq takes a 2 for version 3, and so does everybody after it.
    if (major !== undefined && major < 2) return refused(`it speaks ZMTP ${major + 1}.0`);
    this.sendUpTo(major === undefined ? SIGNATURE_SIZE + 1 : GREETING_SIZE);
    if (bytes.length < GREETING_SIZE) return MORE;
    const peer = decodeGreeting(bytes);
    this.decoder.skip(GREETING_SIZE);
    return { state: 'complete', peer };
  }

  private sendUpTo(size: number): void {
    if (this.sent >= size) return;
    this.encoder.raw(this.greeting.subarray(this.sent, size));
    this.sent = size;
  }
}

function refused(why: string): GreetingProgress {
  return { state: 'refused', why: `the peer cannot be talked to: ${why}, and ZMTP 3 is needed` };
}
