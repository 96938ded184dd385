import { BATCH_INITIAL_SIZE, BATCH_SIZE, COPY_LIMIT, SEGMENT_LIMIT } from '../../core/budgets.js';
import { type Frame, Msg, type OutMessage } from '../../core/msg.js';
import { FrameFlag, LONG_HEADER_SIZE, SHORT_BODY_LIMIT, SHORT_HEADER_SIZE } from './frame.js';

/** UTF-8 takes at most three bytes for each unit of a JavaScript string. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * Turns messages into bytes that are ready to be written.
 *
 *   batch    [ h body h body h | h body . . . room . . . ]
 *                            ^ start       ^ position
 *   chunks   [ batch part, large body, batch part, … ]
 *
 * Small frames are copied into one batch. A large body is not: the batch so far becomes a chunk, and the body the next
 * one. `take` answers all chunks; after that the batch must rest until the chunks are written, then `reuse` is called.
 */
export class FrameEncoder {
  protected batch: Buffer = Buffer.allocUnsafeSlow(BATCH_INITIAL_SIZE);
  protected position = 0;
  private start = 0;
  private chunks: Uint8Array[] = [];
  private chunkBytes = 0;

  /** The bytes that `take` would answer. */
  public get bytes(): number {
    return this.chunkBytes + this.position - this.start;
  }

  /** True when there is so much that it should be written now, and not at the end of the turn. */
  public get full(): boolean {
    return this.position > BATCH_SIZE - COPY_LIMIT || this.chunkBytes >= SEGMENT_LIMIT;
  }

  /** Encodes one whole message. */
  public message(message: OutMessage): void {
    if (Array.isArray(message)) {
      const last = message.length - 1;
      for (let i = 0; i < last; i++) this.frame(message[i] as Frame, FrameFlag.MORE);
      this.frame(message[last] as Frame, 0);
    } else this.frame(message as Frame, 0);
  }

  /** Encodes a frame from text, bytes or a `Msg`. */
  public frame(frame: Frame, flags: number): void {
    if (typeof frame === 'string') this.text(frame, flags);
    else if (frame instanceof Msg) this.msg(frame, flags);
    else this.body(frame, flags);
  }

  /** Adds bytes that are no frame: the greeting. */
  public raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.batch.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Takes over what another one has encoded, whose place this one takes. */
  public after(other: FrameEncoder): this {
    for (const chunk of other.take()) this.raw(chunk);
    return this;
  }

  /** All that was encoded, in order, or nothing. */
  public take(): readonly Uint8Array[] {
    if (this.position > this.start) this.closeChunk();
    const chunks = this.chunks;
    this.chunks = [];
    this.chunkBytes = 0;
    return chunks;
  }

  /** What was taken has been written: its memory is free again. */
  public reuse(): void {
    if (this.position !== this.start) return;
    this.position = 0;
    this.start = 0;
  }

  private text(text: string, flags: number): void {
    const most = text.length * MAX_BYTES_PER_UNIT;
    if (most > COPY_LIMIT) {
      this.body(Buffer.from(text, 'utf8'), flags);
      return;
    }
    this.reserve(LONG_HEADER_SIZE + most);
    const at = this.position;
    const short =
      most <= SHORT_BODY_LIMIT ||
      (text.length <= SHORT_BODY_LIMIT && Buffer.byteLength(text, 'utf8') <= SHORT_BODY_LIMIT);
    const bodyAt = at + (short ? SHORT_HEADER_SIZE : LONG_HEADER_SIZE);
    const size = this.batch.write(text, bodyAt, most, 'utf8');
    this.header(flags, size);
    this.position = bodyAt + size;
  }

  private body(body: Uint8Array, flags: number): void {
    const size = body.length;
    if (size > COPY_LIMIT) {
      this.reference(body, flags);
      return;
    }
    this.reserve(LONG_HEADER_SIZE + size);
    this.header(flags, size);
    this.batch.set(body, this.position);
    this.position += size;
  }

  private msg(msg: Msg, flags: number): void {
    const size = msg.size;
    if (size > COPY_LIMIT) {
      this.reference(msg.data, flags);
      return;
    }
    this.reserve(LONG_HEADER_SIZE + size);
    this.header(flags, size);
    msg.copyTo(this.batch, this.position);
    this.position += size;
  }

  protected reference(body: Uint8Array, flags: number): void {
    this.reserve(LONG_HEADER_SIZE);
    this.header(flags, body.length);
    this.closeChunk();
    this.chunks.push(body);
    this.chunkBytes += body.length;
  }

  /** Writes a header at the position and moves behind it. */
  protected header(flags: number, size: number): void {
    const batch = this.batch;
    const at = this.position;
    if (size <= SHORT_BODY_LIMIT) {
      batch[at] = flags;
      batch[at + 1] = size;
      this.position = at + SHORT_HEADER_SIZE;
      return;
    }
    batch[at] = flags | FrameFlag.LONG;
    const high = Math.floor(size / 0x100000000);
    batch[at + 1] = 0;
    batch[at + 2] = 0;
    batch[at + 3] = high >>> 8;
    batch[at + 4] = high;
    batch[at + 5] = size >>> 24;
    batch[at + 6] = size >>> 16;
    batch[at + 7] = size >>> 8;
    batch[at + 8] = size;
    this.position = at + LONG_HEADER_SIZE;
  }

  /** Makes room in the batch: a batch that grew too small is exchanged for a full-sized one. */
  protected reserve(size: number): void {
    if (this.position + size <= this.batch.length) return;
    if (this.batch.length < BATCH_SIZE) {
      const batch = Buffer.allocUnsafeSlow(BATCH_SIZE);
      this.batch.copy(batch, 0, this.start, this.position);
      this.batch = batch;
      this.position -= this.start;
      this.start = 0;
      return;
    }
    // In the middle of a long multipart message: the full batch goes its way as a chunk.
    if (this.position > this.start) this.closeChunk();
    this.batch = Buffer.allocUnsafeSlow(BATCH_SIZE);
    this.position = 0;
    this.start = 0;
  }

  private closeChunk(): void {
    const whole = this.start === 0 && this.position === this.batch.length;
    this.chunks.push(whole ? this.batch : this.batch.subarray(this.start, this.position));
    this.chunkBytes += this.position - this.start;
    this.start = this.position;
  }
}
