import type { Properties } from '../../core/contracts/mechanism.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { SocketType, type SocketTypeName } from '../../core/socket-type.js';
import type { FrameWriter } from './frame-writer.js';
import { OldFrameEncoder } from './old-frame-encoder.js';

/**
 * A peer of before ZMTP 3 (RFC 15 and RFC 13). There is no security and there are no commands: after the greeting each
 * side sends its routing id as one frame, and everything after that is messages.
 */
export interface OldProtocol {
  /** What a frame begins with: 1 is length and flags, 2 is flags and length, as in ZMTP 3. */
  readonly framing: 1 | 2;
  /** The peer has no greeting at all: it took our signature for the head of our routing id, which has to follow bare. */
  readonly unversioned: boolean;
}

/**
 * Why a socket does not talk to such peers, in words; `undefined`: it does. Security is asked for by a mechanism or by
 * a ZAP domain: with either of them, a peer that claims to be old must not get in without (libzmq).
 */
export function whyNoOldPeers(options: Readonly<SocketOptionValues>, mechanism: string): string | undefined {
  if (!options.allowZmtp2) return 'ALLOW_ZMTP2 (allowZmtp2) is off';
  if (mechanism !== 'NULL') return `this socket has the security mechanism ${mechanism}, which needs ZMTP 3`;
  const { zapDomain } = options as { readonly zapDomain?: string };
  if (zapDomain !== undefined && zapDomain !== '') {
    return 'this socket has a ZAP domain (zapDomain), and authentication needs ZMTP 3';
  }
  return undefined;
}

/** Says our routing id, in a frame as such a peer reads it. */
export function introduce(old: OldProtocol, routingId: Uint8Array, writer: FrameWriter): void {
  if (old.framing === 1) writer.encodeWith(new OldFrameEncoder());
  if (old.unversioned) writer.raw(routingId);
  else writer.frame(routingId, 0);
}

/** Without a greeting a subscriber filters for itself, and never subscribes: it gets everything (libzmq). */
export function getsEverything({ unversioned }: OldProtocol, socketType: SocketTypeName): boolean {
  return unversioned && (socketType === SocketType.Pub || socketType === SocketType.XPub);
}

/** What such a peer says of itself: its routing id, which may be empty. */
export function identityOnly(buffer: Buffer, offset: number, size: number): Properties {
  const properties = new Map<string, Buffer>();
  if (size > 0) properties.set('identity', Buffer.from(buffer.subarray(offset, offset + size)));
  return properties;
}
