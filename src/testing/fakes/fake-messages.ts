import { type Address, AddressedMsg, type InMessage, Msg, MsgFlags, type OutMessage, ZmqError } from '../../plugin.js';

type Frame = Msg | string | Uint8Array;

/** A message that was sent to a fake. */
export interface SentMessage {
  /** Its frames, copied. */
  readonly frames: readonly Buffer[];
  /** Its frames as text. */
  readonly text: readonly string[];
  /** The group that a RADIO sent it to. */
  readonly group?: string;
  /** The peer that a SERVER or PEER sent it to. */
  readonly routingId?: number;
}

/** Throws InvalidMessage for what a real socket would not take. */
export function framesOf(message: OutMessage): readonly Frame[] {
  if (!Array.isArray(message)) return [proper(message as Frame)];
  if (message.length > 0) return Array.from(message as readonly Frame[], proper);
  throw new ZmqError('InvalidMessage', 'Cannot send a message without frames: pass at least one, which may be empty.');
}

function proper(frame: Frame): Frame {
  // What can be no frame, Msg refuses.
  return frame instanceof Msg || typeof frame === 'string' ? frame : new Msg(frame ?? (null as never));
}

/** What is kept of a message that was sent: the sender may use its memory again. */
export function toSent(frames: readonly Frame[], address: Address): SentMessage {
  const copies = frames.map((frame) =>
    frame instanceof Msg
      ? Buffer.from(frame.data)
      : typeof frame === 'string'
        ? Buffer.from(frame)
        : Buffer.from(frame),
  );
  const first = frames[0];
  const own = first instanceof AddressedMsg ? { group: first.group, routingId: first.routingId } : {};
  const { group, routingId } = { ...own, ...address };
  return {
    frames: copies,
    text: copies.map(String),
    ...(group === undefined ? {} : { group: String(group) }),
    ...(routingId === undefined ? {} : { routingId }),
  };
}

/** A message as it would have been received. */
export function toReceived(message: OutMessage): InMessage {
  const frames = framesOf(message);
  return frames.map((frame, i) => {
    const flags = i === frames.length - 1 ? MsgFlags.NONE : MsgFlags.MORE;
    return new Msg(frame instanceof Msg ? frame.data : frame, flags);
  }) as InMessage;
}
