import { types } from 'node:util';
import type { InMessage, Msg } from '../index.js';

/** One frame that was received. */
export type Message = Buffer;

/** What can be sent as one frame: bytes, text as UTF-8, a number as its text, and `null` for nothing. */
export type MessageLike = ArrayBufferView | ArrayBuffer | SharedArrayBuffer | string | number | null;

/**
 * Up to this size a frame is copied when it is sent, as zeromq.js does: programs write to a small buffer again and again.
 * A larger one must stay as it is until it has gone out.
 */
const COPIED_SIZE = 128;

const NOTHING: Uint8Array = new Uint8Array(0);

/** The frames of a message to send; an empty array is no message at all. */
export function toFrames(message: unknown): (string | Uint8Array)[] {
  return Array.isArray(message) ? Array.from(message, toFrame) : [toFrame(message)];
}

function toFrame(part: unknown): string | Uint8Array {
  if (typeof part === 'string') return part;
  if (part === null) return NOTHING;
  if (part instanceof Uint8Array) return settled(part);
  if (ArrayBuffer.isView(part)) return bytes(part.buffer, part.byteOffset, part.byteLength);
  // Not `instanceof`: it may come from another realm (node:vm, Jest, a window of Electron).
  if (types.isAnyArrayBuffer(part)) return bytes(part, 0, part.byteLength);
  // Whatever else it is goes as its text.
  return `${part as number}`;
}

function bytes(buffer: ArrayBufferLike, offset: number, size: number): Uint8Array {
  return settled(new Uint8Array(buffer, offset, size));
}

/** A small one is copied into the pool of Node: memory of its own would cost more than all the rest of sending it. */
function settled(view: Uint8Array): Uint8Array {
  if (view.length > COPIED_SIZE) return view;
  const copy = Buffer.allocUnsafe(view.length);
  copy.set(view);
  return copy;
}

/** The frames of a received message. */
export function toBuffers(message: InMessage): Buffer[] {
  return message.map(toBuffer);
}

/** Programs read the `buffer` of what they receive, too: it has to be this frame, and nothing else. */
export function toBuffer({ data }: Msg): Buffer {
  if (data.byteLength === data.buffer.byteLength) return data;
  const own = Buffer.allocUnsafeSlow(data.length);
  data.copy(own);
  return own;
}
