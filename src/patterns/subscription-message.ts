import { type Frame, Msg } from '../core/msg.js';

/** The first byte of a message that subscribes, and of one that unsubscribes; the topic follows. */
export const SUBSCRIBE = 1;
export const UNSUBSCRIBE = 0;

/** A frame that (un)subscribes. With `MsgFlags.COMMAND` the engine gives it the form that the peer's version has. */
export function subscriptionFrame(kind: typeof SUBSCRIBE | typeof UNSUBSCRIBE, topic: Uint8Array, flags: number): Msg {
  const bytes = Buffer.allocUnsafe(1 + topic.length);
  bytes[0] = kind;
  bytes.set(topic, 1);
  return new Msg(bytes, flags);
}

/** True for a frame that begins as a subscription does. */
export function isSubscription(frame: Frame): boolean {
  const first = firstByteOf(frame);
  return first === SUBSCRIBE || first === UNSUBSCRIBE;
}

/** In UTF-8, a character below 128 is one byte of that value, and no other begins with such a byte. */
function firstByteOf(frame: Frame): number | undefined {
  if (frame instanceof Msg) return frame.firstByte;
  return typeof frame === 'string' ? frame.charCodeAt(0) : frame[0];
}
