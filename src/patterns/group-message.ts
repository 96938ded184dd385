import { type Msg, MsgFlags } from '../core/msg.js';
import { SUBSCRIBE, subscriptionFrame, UNSUBSCRIBE } from './subscription-message.js';

/** The longest group that a DISH can join (RFC 48). */
export const LONGEST_GROUP = 255;

/** What a DISH tells a RADIO. The engine makes a JOIN or LEAVE command of it, and of that, for the RADIO, this again. */
export function joinFrame(group: Uint8Array): Msg {
  return subscriptionFrame(SUBSCRIBE, group, MsgFlags.COMMAND);
}

/** As `joinFrame`. */
export function leaveFrame(group: Uint8Array): Msg {
  return subscriptionFrame(UNSUBSCRIBE, group, MsgFlags.COMMAND);
}

/** What the frame of a peer says: it joins or leaves a group, or it is nothing of the kind (`undefined`). */
export function membership(frame: Msg): { readonly joins: boolean; readonly group: string } | undefined {
  const kind = frame.firstByte;
  if ((kind !== SUBSCRIBE && kind !== UNSUBSCRIBE) || frame.size > LONGEST_GROUP + 1) return undefined;
  return { joins: kind === SUBSCRIBE, group: groupKey(frame.data.subarray(1)) };
}

/** A group as the key of a map: any bytes, each as one character. */
export function groupKey(group: Buffer): string {
  return group.toString('latin1');
}
