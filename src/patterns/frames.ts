import { type Frame, frameBytes, type InMessage, Msg, type OutMessage } from '../core/msg.js';

/** True for an array of frames, also of one; false for a single frame. */
export function isMultipart(message: OutMessage): message is readonly Frame[] {
  return Array.isArray(message);
}

/** What ZMQ_PROBE_ROUTER has every new peer sent first, so that a ROUTER there learns who we are. */
export function emptyMessage(): Msg {
  return new Msg();
}

/** A received message without its first frames. At least one frame must be left. */
export function withoutFirst(message: InMessage, frames: number): InMessage {
  return message.length === frames + 1 ? [message[frames] as Msg] : (message.slice(frames) as InMessage);
}

/** The message with its text encoded, so that sending it to many peers does not encode it for each. */
export function encoded(message: OutMessage): OutMessage {
  if (!isMultipart(message)) return typeof message === 'string' ? frameBytes(message) : message;
  for (let i = 0; i < message.length; i++) {
    if (typeof message[i] === 'string') return message.map(bytesOfText);
  }
  return message;
}

function bytesOfText(frame: Frame): Frame {
  return typeof frame === 'string' ? frameBytes(frame) : frame;
}
