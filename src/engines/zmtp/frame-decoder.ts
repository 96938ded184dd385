import { constants } from 'node:buffer';
import {
  BODY_TRUST,
  OWN_BUFFER_SIZE,
  SLAB_GROWTH,
  SLAB_INITIAL_SIZE,
  SLAB_MINIMUM_ROOM,
  SLAB_SIZE,
} from '../../core/budgets.js';
import { FrameFlag, LARGEST_HEADER_SIZE, LONG_HEADER_SIZE, SHORT_HEADER_SIZE } from './frame.js';

/** The first octet of a frame of ZMTP 1.0 whose length takes eight more. */
const OLD_LONG_LENGTH = 0xff;

/** Takes the frames that a decoder finds. */
export interface IFrameSink {
  /**
   * One whole frame: a window on memory that is never written again. False: stop here; the next frames come with the
   * next `parse`.
   */
  onFrame(flags: number, buffer: Buffer, offset: number, size: number): boolean;
  /** A frame says that it is larger than is allowed, or than can be. Nothing more is decoded. */
  onOversize(size: number): void;
  /** What came cannot be a frame. Nothing more is decoded. */
  onMalformed(why: string): void;
}

/**
 * Finds frames in a stream of bytes, without copying them.
 *
 *   slab  [ handed out . . . | read . . . unread | room . . . . ]
 *                            ^ begin             ^ end
 *
 * The network reads into the room; frames are windows on the slab. An incomplete frame at the end of a full slab moves
 * to the next one. A large body gets memory of its own, and is read straight into it.
 */
export class FrameDecoder {
  private slab: Buffer = Buffer.allocUnsafeSlow(SLAB_INITIAL_SIZE);
  private begin = 0;
  private end = 0;
  /** Where the frame that is incomplete will end, if its size is known; else 0. */
  private frameEnd = 0;
  /** The size of the next slab. */
  private slabSize = SLAB_INITIAL_SIZE;
  /** The body that is being read into memory of its own, if there is one. */
  private body: Buffer | null = null;
  private bodySize = 0;
  private bodyFilled = 0;
  private bodyFlags = 0;
  private broken = false;
  private maxSize: number;

  /**
   * @param maxSize the largest body that is allowed, or -1: it may be changed by `limit`.
   * @param maxCommandSize the largest body of a command that is waited for, or -1. One that is here is handed out.
   */
  public constructor(
    private readonly sink: IFrameSink,
    maxSize: number,
    private readonly maxCommandSize: number = -1,
  ) {
    this.maxSize = possible(maxSize);
  }

  /** Changes the largest body that is allowed, from the next frame on; -1: no limit. */
  public limit(maxSize: number): void {
    this.maxSize = possible(maxSize);
  }

  /** Memory for the next read. */
  public readBuffer(): Buffer {
    if (this.body !== null) return this.bodyRoom(this.body);
    const room = this.slab.length - this.end;
    // A frame that the slab holds to its end is waited for here: moving it for every few bytes would be the peer's to ask.
    const fits = room > 0 && this.frameEnd > this.end && this.frameEnd <= this.slab.length;
    if (room < SLAB_MINIMUM_ROOM && !fits) this.replaceSlab(this.slabSize);
    return this.end === 0 ? this.slab : this.slab.subarray(this.end);
  }

  /** Says that `size` bytes were read into the memory that `readBuffer` answered. `parse` comes next. */
  public filled(size: number): void {
    if (this.body !== null) {
      this.bodyFilled += size;
      return;
    }
    if (this.end + size === this.slab.length) this.slabSize = Math.min(SLAB_SIZE, this.slabSize * SLAB_GROWTH);
    this.end += size;
  }

  /** How far decoding has come in the memory of now: comparable within one `parse`. */
  public get position(): number {
    return this.begin;
  }

  /** The bytes that have been read and not decoded: the greeting is taken from here. */
  public unread(): Buffer {
    return this.slab.subarray(this.begin, this.end);
  }

  /** Takes bytes off the front of `unread`. */
  public skip(size: number): void {
    this.begin += size;
  }

  /** Hands out all whole frames. False: the sink said stop, and there may be more. */
  public parse(): boolean {
    if (this.broken) return false;
    if (this.body !== null) {
      if (this.bodyFilled < this.bodySize) return true;
      const body = this.body;
      this.body = null;
      if (!this.sink.onFrame(this.bodyFlags, body, 0, this.bodySize)) return false;
    }
    const slab = this.slab;
    const end = this.end;
    let at = this.begin;
    this.frameEnd = 0;
    while (at < end) {
      const flags = slab[at] as number;
      let size: number;
      let bodyAt: number;
      if ((flags & FrameFlag.LONG) === 0) {
        if (end - at < SHORT_HEADER_SIZE) break;
        size = slab[at + 1] as number;
        bodyAt = at + SHORT_HEADER_SIZE;
      } else {
        if (end - at < LONG_HEADER_SIZE) break;
        size = slab.readUInt32BE(at + 1) * 0x100000000 + slab.readUInt32BE(at + 5);
        bodyAt = at + LONG_HEADER_SIZE;
      }
      if (size > this.maxSize) {
        this.begin = at;
        this.refuse(size);
        return false;
      }
      const next = bodyAt + size;
      if (next > end) {
        this.begin = at;
        this.incomplete(flags, bodyAt, size);
        return !this.broken;
      }
      // Before the call: the sink may end the connection, or stop.
      this.begin = next;
      if (!this.sink.onFrame(flags, slab, bodyAt, size)) return false;
      at = next;
    }
    this.begin = at;
    return true;
  }

  /** As `parse`, for ZMTP 1.0: length, which counts the flags, flags, body. There are no commands. */
  public parseOld(): boolean {
    if (this.broken) return false;
    if (this.body !== null) {
      if (this.bodyFilled < this.bodySize) return true;
      const body = this.body;
      this.body = null;
      if (!this.sink.onFrame(this.bodyFlags, body, 0, this.bodySize)) return false;
    }
    this.frameEnd = 0;
    while (this.begin < this.end) {
      const { slab, begin, end } = this;
      const long = slab[begin] === OLD_LONG_LENGTH;
      const bodyAt = begin + (long ? LARGEST_HEADER_SIZE : SHORT_HEADER_SIZE);
      if (!long && slab[begin] === 0) return this.malformed('a frame of length 0, which has no flags');
      if (bodyAt > end) break;
      const length = long
        ? slab.readUInt32BE(begin + 1) * 0x100000000 + slab.readUInt32BE(begin + 5)
        : (slab[begin] as number);
      if (length === 0) return this.malformed('a frame of length 0, which has no flags');
      const size = length - 1;
      const flags = (slab[bodyAt - 1] as number) & FrameFlag.MORE;
      if (size > this.maxSize) {
        this.refuse(size);
        return false;
      }
      if (bodyAt + size > end) {
        this.incomplete(flags, bodyAt, size);
        return !this.broken;
      }
      this.begin = bodyAt + size;
      if (!this.sink.onFrame(flags, slab, bodyAt, size)) return false;
    }
    return true;
  }

  /** Forgets everything. Frames that were handed out stay valid. */
  public close(): void {
    this.broken = true;
    this.body = null;
    this.begin = this.end;
  }

  private incomplete(flags: number, bodyAt: number, size: number): void {
    if ((flags & FrameFlag.COMMAND) !== 0 && this.maxCommandSize >= 0 && size > this.maxCommandSize) {
      this.refuse(size);
      return;
    }
    if (size < OWN_BUFFER_SIZE) {
      // It has to lie in one piece, with its header.
      this.frameEnd = bodyAt + size;
      if (this.frameEnd <= this.slab.length) return;
      this.frameEnd -= this.begin;
      this.replaceSlab(LARGEST_HEADER_SIZE + size <= this.slabSize ? this.slabSize : SLAB_SIZE + LARGEST_HEADER_SIZE);
      return;
    }
    const body = this.allocate(Math.min(size, BODY_TRUST));
    if (body === undefined) {
      this.refuse(size);
      return;
    }
    this.bodyFilled = this.slab.copy(body, 0, bodyAt, this.end);
    this.body = body;
    this.bodySize = size;
    this.bodyFlags = flags;
    this.begin = this.end;
  }

  /** Room in the body's own memory, which grows as its bytes arrive: a peer is not believed on its word. */
  private bodyRoom(body: Buffer): Buffer {
    if (this.bodyFilled < body.length) return body.subarray(this.bodyFilled);
    const grown = this.allocate(Math.min(this.bodySize, body.length * 2)) ?? body;
    if (grown === body) {
      // No memory for what the peer announced. The connection ends; what is still read goes nowhere.
      this.refuse(this.bodySize);
      return Buffer.allocUnsafe(SLAB_MINIMUM_ROOM);
    }
    body.copy(grown, 0, 0, this.bodyFilled);
    this.body = grown;
    return grown.subarray(this.bodyFilled);
  }

  private allocate(size: number): Buffer | undefined {
    try {
      return Buffer.allocUnsafeSlow(size);
    } catch {
      return undefined;
    }
  }

  private refuse(size: number): void {
    this.close();
    this.sink.onOversize(size);
  }

  private malformed(why: string): false {
    this.close();
    this.sink.onMalformed(why);
    return false;
  }

  private replaceSlab(size: number): void {
    const kept = this.end - this.begin;
    // Much that is kept (nobody decodes at the moment) must not be copied again and again.
    const slab = Buffer.allocUnsafeSlow(kept > size >>> 1 ? Math.max(size, kept * 2) : size);
    this.slab.copy(slab, 0, this.begin, this.end);
    this.slab = slab;
    this.begin = 0;
    this.end = kept;
  }
}

/** A limit that a machine can keep. */
function possible(maxSize: number): number {
  return maxSize < 0 ? constants.MAX_LENGTH : Math.min(maxSize, constants.MAX_LENGTH);
}
