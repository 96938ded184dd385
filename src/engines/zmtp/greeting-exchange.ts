import { SOCKET_TYPE_NUMBER, type SocketTypeName } from '../../core/socket-type.js';
import type { FrameDecoder } from './frame-decoder.js';
import type { FrameWriter } from './frame-writer.js';
import {
  decodeGreeting,
  detectSignature,
  encodeGreeting,
  GREETING_SIZE,
  OLD_GREETING_SIZE,
  type PeerGreeting,
  SIGNATURE_SIZE,
} from './greeting.js';
import type { MachineConfig } from './machine-contract.js';
import type { OldProtocol } from './old-protocol.js';

/** What the bytes of the peer have come to. */
export type GreetingProgress =
  | { readonly state: 'more' }
  | { readonly state: 'complete'; readonly peer: PeerGreeting }
  | { readonly state: 'old'; readonly protocol: OldProtocol }
  | { readonly state: 'refused'; readonly why: string };

/** The first octet of a frame of ZMTP 1.0 whose length takes eight more. */
const LONG_LENGTH = 0xff;

const MORE: GreetingProgress = { state: 'more' };

/**
 * The first bytes of both sides: 64 of ZMTP 3, 12 of ZMTP 2.0, none of ZMTP 1.0. Ours go out in stages, each when the
 * peer has shown that it can read it: an older peer is recognised before it is sent what it would misunderstand.
 *
 *   signature (10) ──▶ our major version (1) ──▶ ZMTP 3: the rest (53)
 *                 │                         └──▶ ZMTP 2.0: our socket type (1)
 *                 └──▶ ZMTP 1.0: to such a peer the signature was the head of our routing id
 */
export class GreetingExchange {
  private readonly greeting: Buffer;
  private sent = 0;

  public constructor(
    private readonly config: MachineConfig,
    private readonly writer: FrameWriter,
    private readonly decoder: FrameDecoder,
  ) {
    this.greeting = encodeGreeting(config.mechanism, config.routingId.length);
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
    if (signature === 'unversioned') return this.unversioned(bytes);
    const major = bytes[SIGNATURE_SIZE];
    // libzmq takes a 2 for version 3, and so does everybody after it.
    if (major !== undefined && major < 2) return this.older(bytes, major);
    this.sendUpTo(major === undefined ? SIGNATURE_SIZE + 1 : GREETING_SIZE);
    if (bytes.length < GREETING_SIZE) return MORE;
    const peer = decodeGreeting(bytes);
    this.decoder.skip(GREETING_SIZE);
    return { state: 'complete', peer };
  }

  /** A peer that begins with a frame: its routing id. What cannot be one is no ZeroMQ (RFC 13: its flags are zero). */
  private unversioned(bytes: Buffer): GreetingProgress {
    const flags = bytes[bytes[0] === LONG_LENGTH ? SIGNATURE_SIZE - 1 : 1];
    if (bytes[0] === 0 || (flags !== undefined && flags !== 0)) return refused('it does not speak ZMTP');
    if (flags === undefined) return MORE;
    return this.old('1.0', { framing: 1, unversioned: true });
  }

  /** A peer whose greeting ends with the type of its socket. Which one that is, libzmq does not look at. */
  private older(bytes: Buffer, major: number): GreetingProgress {
    const version = major === 0 ? '1.0' : '2.0';
    const type = typeNumber(this.config.socketType);
    if (type === undefined) return refused(`it speaks ZMTP ${version}, which has no ${this.config.socketType}`);
    const progress = this.old(version, { framing: major === 0 ? 1 : 2, unversioned: false });
    if (progress.state === 'refused') return progress;
    this.sendUpTo(SIGNATURE_SIZE + 1);
    if (this.sent === SIGNATURE_SIZE + 1) {
      this.writer.raw(Buffer.of(type));
      this.sent = OLD_GREETING_SIZE;
    }
    if (bytes.length < OLD_GREETING_SIZE) return MORE;
    this.decoder.skip(OLD_GREETING_SIZE);
    return progress;
  }

  private old(version: string, protocol: OldProtocol): GreetingProgress {
    const { oldPeersRefused } = this.config;
    if (oldPeersRefused === undefined) return { state: 'old', protocol };
    return refused(`it speaks ZMTP ${version}, and ${oldPeersRefused}`);
  }

  private sendUpTo(size: number): void {
    if (this.sent >= size) return;
    this.writer.raw(this.greeting.subarray(this.sent, size));
    this.sent = size;
  }
}

function refused(why: string): GreetingProgress {
  return { state: 'refused', why: `the peer cannot be talked to: ${why}` };
}

/** The octet of ZMTP 2.0 for a socket type; a type that a module added has none. */
function typeNumber(type: SocketTypeName): number | undefined {
  return (SOCKET_TYPE_NUMBER as Readonly<Record<string, number | undefined>>)[type];
}
