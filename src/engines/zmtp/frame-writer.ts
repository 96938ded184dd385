import type { OutMessage } from '../../core/msg.js';
import { FrameFlag } from './frame.js';
import { FrameEncoder } from './frame-encoder.js';
import type { IMachineSink } from './machine-contract.js';

/**
 * What goes out on one connection. It is encoded into a batch, and the batch is written at the end of the turn, or at once
 * when it is full. While the connection has not taken a batch, the next one waits for `written`.
 */
export class FrameWriter {
  private encoder: FrameEncoder = new FrameEncoder();
  /** Messages encoded and not accepted below. */
  private messages = 0;
  /** So many bytes are below us and not accepted yet: no message may be encoded. */
  private stuck = 0;
  private flushWanted = false;
  /** The PONG that could not be sent yet. Only the last is kept, so that a peer cannot make us hoard them. */
  private owedPong: Buffer | null = null;
  private closed = false;

  public constructor(private readonly sink: Pick<IMachineSink, 'write' | 'flushSoon'>) {}

  /** True while nothing is stuck. */
  public get free(): boolean {
    return this.stuck === 0;
  }

  /** Messages that were encoded and are not accepted below. */
  public get unsent(): number {
    return this.messages;
  }

  /** The bytes that were encoded and are not accepted below. */
  public get unsentBytes(): number {
    return this.encoder.bytes + this.stuck;
  }

  /** Encodes one message. Only while `free`. */
  public message(message: OutMessage): void {
    this.encoder.message(message);
    this.messages++;
    this.flushSoon();
  }

  public command(body: Uint8Array): void {
    this.encoder.frame(body, FrameFlag.COMMAND);
    this.flushSoon();
  }

  /** The answer to a PING. It waits for as long as bytes are stuck. */
  public pong(body: Buffer): void {
    if (this.stuck > 0) this.owedPong = body;
    else this.command(body);
  }

  /** Encodes a frame that is no message of the user's, and waits for a flush. */
  public frame(body: Uint8Array, flags: number): void {
    this.encoder.frame(body, flags);
  }

  /** Adds bytes that are no frame, and waits for a flush. */
  public raw(bytes: Uint8Array): void {
    this.encoder.raw(bytes);
  }

  /** From now on frames are encoded by this one. What was not written yet goes as it is. */
  public encodeWith(encoder: FrameEncoder): void {
    this.encoder = encoder.after(this.encoder);
  }

  /** What was encoded is to be written at the end of this turn; or now, when it is much. */
  public flushSoon(): void {
    if (this.encoder.full) this.flush();
    else if (!this.flushWanted) {
      this.flushWanted = true;
      this.sink.flushSoon();
    }
  }

  /** That turn is over. */
  public flushDue(): void {
    this.flushWanted = false;
    this.flush();
  }

  /** Writes what was encoded. */
  public flush(): void {
    const { bytes } = this.encoder;
    if (this.stuck > 0 || this.closed || bytes === 0) return;
    this.stuck = this.sink.write(this.encoder.take()) ? 0 : bytes;
    if (this.stuck > 0) return;
    this.encoder.reuse();
    this.messages = 0;
  }

  /** What `write` could not get rid of at once has been accepted below. */
  public written(): void {
    if (this.closed) return;
    this.stuck = 0;
    this.messages = 0;
    this.encoder.reuse();
    const pong = this.owedPong;
    this.owedPong = null;
    if (pong !== null) this.command(pong);
    // The handshake may have wanted to say more while the bytes were stuck.
    if (this.encoder.bytes > 0) this.flush();
  }

  /** Nothing is written any more. */
  public close(): void {
    this.closed = true;
    this.owedPong = null;
  }
}
