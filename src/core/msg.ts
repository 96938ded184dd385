import { inspect, types } from 'node:util';
import { ZmqError } from './errors.js';
import type { Metadata } from './metadata.js';

/** Flags of a frame. The numbers are those of the rzmq specification. */
export const MsgFlags = {
  NONE: 0,
  /** More frames of the same message follow (ZMQ_SNDMORE, ZMQ_RCVMORE). */
  MORE: 1,
  /** Internal: the frame carries a ZMTP command, such as a subscription, and not user data. */
  COMMAND: 2,
} as const;

const EMPTY = Buffer.alloc(0);

/** How much of the content `util.inspect` shows. */
const SHOWN_BYTES = 32;

/**
 * One frame: bytes, and whether more frames of the same message follow.
 *
 * A received `Msg` is a window on the buffer that the network was read into; its own `Buffer` is made when `data` is
 * read first. A small message that is kept for long therefore keeps its whole read buffer (256 KiB at most) alive:
 * {@link Msg.copy} detaches it.
 */
export class Msg {
  private bytes: Buffer;
  private offset: number;
  /** The number of bytes in the frame. */
  public readonly size: number;
  public flags: number;
  /** The peer that sent it, for a received frame; `undefined` for one made here. */
  public readonly metadata: Metadata | undefined;

  /** A frame from text (UTF-8) or from bytes, which are referenced, not copied. No content makes an empty frame. */
  public constructor(content?: string | Uint8Array, flags?: number);
  /** @internal A window of a read buffer. */
  public constructor(buffer: Buffer, flags: number, offset: number, size: number, peer: Metadata | undefined);
  public constructor(
    content?: string | Uint8Array,
    flags: number = MsgFlags.NONE,
    offset = 0,
    size = -1,
    peer?: Metadata,
  ) {
    this.bytes = size === -1 ? toBuffer(content) : (content as Buffer);
    this.offset = offset;
    this.size = size === -1 ? this.bytes.length : size;
    this.flags = flags;
    this.metadata = peer;
  }

  /** The content. Do not write to it: the bytes may be shared. */
  public get data(): Buffer {
    if (this.bytes.length !== this.size) {
      this.bytes = this.bytes.subarray(this.offset, this.offset + this.size);
      this.offset = 0;
    }
    return this.bytes;
  }

  /** Who sent it, for a received frame: the same as {@link Msg.metadata}, by the name that events have for it. */
  public get peer(): Metadata | undefined {
    return this.metadata;
  }

  /** The number of bytes, as {@link Msg.size}. */
  public get length(): number {
    return this.size;
  }

  /** True when more frames of the same message follow. */
  public get more(): boolean {
    return (this.flags & MsgFlags.MORE) !== 0;
  }

  /** The group that it was sent to, for a frame that a DISH received (RFC 48); otherwise empty. */
  public get group(): string {
    return '';
  }

  /** The number of the peer that sent it, for a frame that a SERVER or PEER received (RFC 41, 51); otherwise 0. */
  public get routingId(): number {
    return 0;
  }

  /** The content as text. Does not make a `Buffer`. */
  public toString(encoding: BufferEncoding = 'utf8'): string {
    return this.bytes.toString(encoding, this.offset, this.offset + this.size);
  }

  /** True when the content is the same, byte for byte. */
  public equals(other: Msg | string | Uint8Array): boolean {
    return this.data.equals(other instanceof Msg ? other.data : toBuffer(other));
  }

  /** A frame with bytes of its own, free of the buffer that the network was read into. */
  public copy(): Msg {
    return new Msg(Buffer.from(this.data), this.flags, 0, this.size, this.metadata);
  }

  /** @internal The first byte, or -1 for an empty frame: reads no `Buffer` into being. */
  public get firstByte(): number {
    return this.size === 0 ? -1 : (this.bytes[this.offset] as number);
  }

  /** @internal The buffer that the frame is a window of, from {@link Msg.start} on: makes no `Buffer`. */
  public get source(): Buffer {
    return this.bytes;
  }

  /** @internal Where the content begins in {@link Msg.source}. */
  public get start(): number {
    return this.offset;
  }

  /** @internal Copies the content to `target` at `at`. The caller has made sure that it fits. */
  public copyTo(target: Buffer, at: number): void {
    this.bytes.copy(target, at, this.offset, this.offset + this.size);
  }
}

// What `util.inspect` and `console.log` show: size and flags, with a short look at the content.
Object.defineProperty(Msg.prototype, inspect.custom, {
  value: function show(this: Msg): string {
    const head = this.data.toString('latin1', 0, SHOWN_BYTES);
    const text = /^[\x20-\x7e]*$/.test(head) ? JSON.stringify(head) : `<${this.data.toString('hex', 0, SHOWN_BYTES)}>`;
    return `Msg(${this.size} bytes${this.more ? ', more' : ''}: ${text}${this.size > SHOWN_BYTES ? '…' : ''})`;
  },
});

/** One frame to send: a string is sent as UTF-8; bytes are referenced until they are on the wire. */
export type Frame = Msg | string | Uint8Array;

/** One whole message to send: a frame, or the frames of a multipart message (at least one). */
export type OutMessage = Frame | readonly Frame[];

/** One whole message received: at least one frame, also for the compiler. */
export type InMessage = [Msg, ...Msg[]];

function toBuffer(content: string | Uint8Array | undefined): Buffer {
  if (content === undefined) return EMPTY;
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  if (Buffer.isBuffer(content)) return content;
  if (content instanceof Uint8Array) return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  throw invalidFrame(content);
}

/** The bytes of a frame. A string is encoded; bytes are referenced. */
export function frameBytes(frame: Frame): Buffer {
  return frame instanceof Msg ? frame.data : toBuffer(frame);
}

/** The bytes of a message, without framing. Text is measured, which takes as long as it is. */
export function messageSize(message: OutMessage): number {
  if (!Array.isArray(message)) return frameSize(message as Frame);
  let size = 0;
  for (let i = 0; i < message.length; i++) size += frameSize(message[i] as Frame);
  return size;
}

function frameSize(frame: Frame): number {
  return typeof frame === 'string' ? Buffer.byteLength(frame, 'utf8') : frame.length;
}

/** A frame as a received `Msg`, for a message that stays in this process. Bytes are referenced, not copied. */
export function frameToMsg(frame: Frame, flags: number, peer: Metadata | undefined): Msg {
  const bytes = frameBytes(frame);
  return new Msg(bytes, flags, 0, bytes.length, peer);
}

/**
 * Throws InvalidMessage unless `message` is something that can be sent. Called once at the edge (`send`), so that
 * nothing below has to ask again.
 */
export function checkMessage(message: OutMessage): void {
  if (typeof message === 'string' || message instanceof Uint8Array) return;
  if (!Array.isArray(message)) {
    checkFrame(message);
    return;
  }
  if (message.length === 0) {
    throw new ZmqError(
      'InvalidMessage',
      'Cannot send a message without frames: pass at least one, which may be empty.',
    );
  }
  for (let i = 0; i < message.length; i++) checkFrame(message[i]);
}

function checkFrame(frame: unknown): void {
  if (typeof frame === 'string' || frame instanceof Uint8Array) return;
  if (!(frame instanceof Msg)) throw invalidFrame(frame);
  if ((frame.flags & ~MsgFlags.MORE) !== 0) {
    throw new ZmqError(
      'InvalidMessage',
      `Cannot send a Msg with the flags ${frame.flags}: MORE is the only one of yours.`,
    );
  }
}

function invalidFrame(value: unknown): ZmqError {
  const advice = ArrayBuffer.isView(value)
    ? '; its bytes are new Uint8Array(it.buffer, it.byteOffset, it.byteLength)'
    : types.isAnyArrayBuffer(value)
      ? '; its bytes are new Uint8Array(it)'
      : '';
  return new ZmqError(
    'InvalidMessage',
    `Cannot send ${kindOf(value)}: a frame is a Msg, a string or a Uint8Array${advice}.`,
  );
}

/** What somebody tried to send, for the message of the error. */
function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return 'an array inside a message';
  const { name } = (value.constructor as { readonly name?: unknown } | undefined) ?? {};
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `an object of the class ${name}` : 'an object';
}
