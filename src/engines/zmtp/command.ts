import { isPublisher, SocketType } from '../../core/socket-type.js';

/** Names of commands (RFC 37). The mechanism knows those of the handshake. */
export const CommandName = {
  READY: 'READY',
  ERROR: 'ERROR',
  SUBSCRIBE: 'SUBSCRIBE',
  CANCEL: 'CANCEL',
  JOIN: 'JOIN',
  LEAVE: 'LEAVE',
  PING: 'PING',
  PONG: 'PONG',
} as const;

/** The context of a PING that a PONG echoes at most (RFC 37). */
const PING_CONTEXT_LIMIT = 16;

/**
 * The largest time to live that a PING of ours announces, in tenths of a second: libzmq computes the milliseconds in 16
 * bits, and would take a larger one for a few milliseconds.
 */
const PING_TTL_LIMIT = 655;

/** Where a command's name and data lie in its body. */
export interface CommandHead {
  readonly name: string;
  /** The offset of the data, from the start of the buffer. */
  readonly dataOffset: number;
}

/** Splits the body of a command, or answers `undefined` when there is no name in it. */
export function decodeCommand(buffer: Buffer, offset: number, size: number): CommandHead | undefined {
  if (size === 0) return undefined;
  const nameSize = buffer[offset] as number;
  if (nameSize === 0 || nameSize + 1 > size) return undefined;
  const dataOffset = offset + 1 + nameSize;
  return { name: buffer.toString('latin1', offset + 1, dataOffset), dataOffset };
}

/** The body of a command: name length, name, data. */
export function encodeCommand(name: string, data: Uint8Array): Buffer {
  const body = Buffer.allocUnsafe(1 + name.length + data.length);
  body[0] = name.length;
  body.write(name, 1, 'latin1');
  body.set(data, 1 + name.length);
  return body;
}

/** A PING: the time to live (given in ms, sent in tenths of a second), and no context. */
export function encodePing(timeToLive: number): Buffer {
  const data = Buffer.allocUnsafe(2);
  data.writeUInt16BE(Math.min(PING_TTL_LIMIT, Math.floor(timeToLive / 100)), 0);
  return encodeCommand(CommandName.PING, data);
}

/** The answer to a PING, with its context, as far as that may be echoed. */
export function encodePong(buffer: Buffer, contextAt: number, size: number): Buffer {
  return encodeCommand(CommandName.PONG, buffer.subarray(contextAt, contextAt + Math.min(size, PING_CONTEXT_LIMIT)));
}

/** The commands that add or take away a topic, or a group. */
const SUBSCRIPTIONS: ReadonlyMap<string, { readonly adds: boolean; readonly ofGroup: boolean }> = new Map([
  [CommandName.SUBSCRIBE, { adds: true, ofGroup: false }],
  [CommandName.CANCEL, { adds: false, ofGroup: false }],
  [CommandName.JOIN, { adds: true, ofGroup: true }],
  [CommandName.LEAVE, { adds: false, ofGroup: true }],
]);

/** Whether a command of that name adds something for a socket of that type, or takes it away; `undefined`: neither. */
export function subscriptionOf(name: string, socketType: string): { readonly adds: boolean } | undefined {
  const change = SUBSCRIPTIONS.get(name);
  if (change === undefined) return undefined;
  return (change.ofGroup ? socketType === SocketType.Radio : isPublisher(socketType)) ? change : undefined;
}

/** What a pattern says about a topic or a group: 1 or 0, then its name, as the body of a command. */
export function encodeSubscription(bytes: Uint8Array, ofGroup: boolean): Buffer {
  const adds = bytes[0] === 1;
  const { JOIN, LEAVE, SUBSCRIBE, CANCEL } = CommandName;
  const name = ofGroup ? (adds ? JOIN : LEAVE) : adds ? SUBSCRIBE : CANCEL;
  return encodeCommand(name, bytes.subarray(1));
}
