import { ZmqError } from './errors.js';
import { type Frame, frameBytes, Msg, MsgFlags, type OutMessage } from './msg.js';

/** The longest group (RFC 48). */
const LONGEST_GROUP = 255;
const LARGEST_ROUTING_ID = 0xffff_ffff;

/** Who a message is for, where that does not stand in a frame of it. */
export interface Address {
  /** RADIO: the group that it is sent to, at most 255 bytes; text is taken as UTF-8. Without it, the empty group. */
  readonly group?: string | Uint8Array | undefined;
  /** SERVER and PEER: the number of the peer, as `Msg.routingId` gave it; not 0. */
  readonly routingId?: number | undefined;
}

/** Which address the messages of a socket type have. */
export type Addressing = 'group' | 'routing id';

/**
 * A frame with an address. A class of its own, so that the many frames without one do not carry the place for it.
 */
export class AddressedMsg extends Msg {
  private readonly peerNumber: number;
  /** The group as bytes. */
  public readonly groupBytes: Buffer;

  /** The same content as `of`, with another address. */
  public constructor(of: Frame, routingId: number, group: Buffer) {
    if (of instanceof Msg) super(of.source, MsgFlags.NONE, of.start, of.size, of.metadata);
    else super(of);
    this.peerNumber = routingId;
    this.groupBytes = group;
  }

  public override get routingId(): number {
    return this.peerNumber;
  }

  public override get group(): string {
    return this.groupBytes.toString('utf8');
  }

  public override copy(): AddressedMsg {
    return new AddressedMsg(super.copy(), this.peerNumber, Buffer.from(this.groupBytes));
  }
}

const NO_GROUP: Buffer = Buffer.alloc(0);

/** The bytes of a group. Throws InvalidArgument for what can be none. */
export function groupBytes(group: unknown): Buffer {
  if (typeof group === 'string' || group instanceof Uint8Array) {
    const bytes = frameBytes(group);
    // In libzmq a group is a C string.
    if (bytes.length <= LONGEST_GROUP && !bytes.includes(0)) return bytes;
    const wrong = bytes.length <= LONGEST_GROUP ? 'this one has a byte 0' : `this one has ${bytes.length}`;
    throw new ZmqError('InvalidArgument', `A group has at most ${LONGEST_GROUP} bytes, none of them 0: ${wrong}.`);
  }
  const kind = group === null ? 'null' : typeof group;
  throw new ZmqError('InvalidArgument', `A group is a string or a Uint8Array, not ${kind}.`);
}

/** The message with its address, of a socket whose messages have one of that kind. Throws InvalidArgument. */
export function addressed(
  message: OutMessage,
  { group, routingId }: Address,
  kind: Addressing | undefined,
): OutMessage {
  if (group === undefined && routingId === undefined) return message;
  const wanted = group === undefined ? 'routing id' : 'group';
  if (wanted !== kind || (group !== undefined && routingId !== undefined)) {
    throw new ZmqError(
      'InvalidArgument',
      'A message is sent to a group by a RADIO, and to a routing id by a SERVER or PEER: this socket has no such address.',
    );
  }
  const frames: readonly Frame[] = Array.isArray(message) ? (message as readonly Frame[]) : [message as Frame];
  if (frames.length !== 1) return message; // The pattern says what is wrong with it.
  const frame = frames[0] as Frame;
  // As it is: what is no frame, or only the beginning of a message, is refused below.
  const valid = typeof frame === 'string' || frame instanceof Uint8Array || frame instanceof Msg;
  if (!valid || (frame instanceof Msg && frame.flags !== MsgFlags.NONE)) return message;
  if (group !== undefined) return new AddressedMsg(frame, 0, groupBytes(group));
  if (!Number.isInteger(routingId) || (routingId as number) < 1 || (routingId as number) > LARGEST_ROUTING_ID) {
    throw new ZmqError(
      'InvalidArgument',
      `A routing id is a whole number from 1 to ${LARGEST_ROUTING_ID}, not ${String(routingId)}: take that of a received message.`,
    );
  }
  return new AddressedMsg(frame, routingId as number, NO_GROUP);
}

/** A received frame that came from the peer of that number. */
export function fromPeer(msg: Msg, routingId: number): AddressedMsg {
  return new AddressedMsg(msg, routingId, NO_GROUP);
}

/** A received frame that was sent to that group. */
export function inGroup(msg: Msg, group: Buffer): AddressedMsg {
  return new AddressedMsg(msg, 0, group);
}
