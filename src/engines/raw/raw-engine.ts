import { BATCH_SIZE, RAW_CHUNK_SIZE, SLAB_INITIAL_SIZE, SLAB_MINIMUM_ROOM } from '../../core/budgets.js';
import type { IScheduler } from '../../core/contracts/clock.js';
import type { IEngine, IEngineHost } from '../../core/contracts/engine.js';
import type { IConnection, IConnectionSink } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { Metadata } from '../../core/metadata.js';
import { type Frame, frameBytes, Msg, MsgFlags, type OutMessage } from '../../core/msg.js';
import type { Pipe } from '../../core/pipe.js';
import type { TurnBudget } from '../../core/turn-budget.js';
import type { FlushQueue, IFlushable } from '../zmtp/flush-queue.js';

/** The services that the raw engines of a Context share. */
export interface RawServices {
  readonly scheduler: IScheduler;
  readonly flushQueue: FlushQueue;
  readonly budget: TurnBudget;
}

/**
 * Puts a pipe on a connection without any protocol in between (STREAM, and ROUTER with ZMQ_ROUTER_RAW): the bytes of a
 * message go out as they are, and what comes in is a message each, wherever the network cut it. An empty message closes
 * the connection, after what was sent before it.
 */
export class RawEngine implements IEngine, IConnectionSink, IFlushable {
  private readonly peer: Metadata;
  private host: IEngineHost | null = null;
  private pipe: Pipe | null = null;
  /** What was read: [ handed out | taken … end | room ]. */
  private slab: Buffer = Buffer.allocUnsafeSlow(SLAB_INITIAL_SIZE);
  private taken = 0;
  private end = 0;
  /** What is to be written, and how many messages it was. */
  private chunks: Uint8Array[] = [];
  private bytes = 0;
  private messages = 0;
  /** The bytes that are below us and not accepted yet. */
  private stuck = 0;
  private flushWanted = false;
  /** The reader above has no room. */
  private stopped = false;
  private finishing = false;
  /** The connection is closing: what still comes is not looked at, and nothing is sent any more. */
  private closing = false;
  private verdict: ZmqError | undefined = undefined;
  private readonly resumeNow: () => void;

  public constructor(
    private readonly connection: IConnection,
    private readonly services: RawServices,
  ) {
    this.peer = new Metadata(connection.remoteAddress, new Map());
    this.resumeNow = () => {
      if (this.closing || !this.stopped) return;
      this.stopped = false;
      if (this.handOut()) this.connection.resume();
    };
  }

  // --- IEngine -----------------------------------------------------------------------------------------------

  public start(host: IEngineHost): void {
    this.host = host;
    this.connection.start(this);
    const pipe = host.onPeer(this.peer);
    if (pipe === undefined) {
      this.destroy();
      return;
    }
    this.pipe = pipe;
    pipe.connect(this, this.peer);
  }

  public finish(): void {
    if (this.finishing) return;
    this.finishing = true;
    this.flush();
    this.closeWhenEmpty();
  }

  public destroy(): void {
    this.closing = true;
    this.connection.destroy();
  }

  // --- IPipeSink ---------------------------------------------------------------------------------------------

  public get ready(): boolean {
    return this.stuck === 0 && !this.closing;
  }

  public get unsent(): number {
    return this.messages;
  }

  public get unsentBytes(): number {
    return this.bytes + this.stuck;
  }

  public send(message: OutMessage): void {
    const before = this.bytes;
    if (Array.isArray(message)) for (const frame of message as readonly Frame[]) this.collect(frame);
    else this.collect(message as Frame);
    if (this.bytes === before) {
      this.closeByUser();
      return;
    }
    this.messages++;
    if (this.bytes >= BATCH_SIZE) this.flush();
    else if (!this.flushWanted) {
      this.flushWanted = true;
      this.services.flushQueue.add(this);
    }
  }

  public flush(): void {
    if (this.stuck > 0 || this.closing || this.chunks.length === 0) return;
    const { chunks, bytes } = this;
    this.services.budget.spend(bytes);
    this.chunks = [];
    this.bytes = 0;
    if (this.connection.write(chunks)) this.messages = 0;
    else this.stuck = bytes;
  }

  public flushDue(): void {
    this.flushWanted = false;
    this.flush();
    this.closeWhenEmpty();
  }

  public resume(): void {
    // Not from within the read that made room.
    this.services.scheduler.endOfTurn(this.resumeNow);
  }

  public fail(error: ZmqError): void {
    this.verdict ??= error;
    this.destroy();
  }

  // --- IConnectionSink ---------------------------------------------------------------------------------------

  public readBuffer(): Buffer {
    if (this.slab.length - this.end < SLAB_MINIMUM_ROOM) this.replaceSlab();
    return this.end === 0 ? this.slab : this.slab.subarray(this.end);
  }

  public onRead(size: number): boolean {
    if (this.closing) return true;
    this.end += size;
    return this.handOut();
  }

  public onChunk(bytes: Uint8Array): boolean {
    if (this.closing) return true;
    for (let at = 0; at < bytes.length; ) {
      const room = this.readBuffer();
      const size = Math.min(room.length, bytes.length - at);
      room.set(bytes.subarray(at, at + size));
      at += size;
      this.end += size;
    }
    return this.handOut();
  }

  public onDrained(): void {
    this.stuck = 0;
    this.messages = 0;
    try {
      this.pipe?.drain();
    } catch (error) {
      this.crash(error);
    }
    this.flush();
    this.closeWhenEmpty();
  }

  public onClosed(error: ZmqError | undefined): void {
    // What came and waits for room would be lost, and nobody would count it.
    while (this.stopped && !this.closing) {
      this.stopped = false;
      this.handOut();
    }
    this.closing = true;
    const host = this.host;
    this.host = null;
    host?.onEnded(this.verdict ?? error);
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private collect(frame: Frame): void {
    const bytes = frameBytes(frame);
    if (bytes.length === 0) return;
    this.chunks.push(bytes);
    this.bytes += bytes.length;
  }

  /** The application sent an empty message. It does not want to hear of this peer again, nor to have it back. */
  private closeByUser(): void {
    this.pipe?.retire();
    this.flush();
    this.close();
  }

  /** Hands what was read to the pipe. False: the pipe is full. */
  private handOut(): boolean {
    const pipe = this.pipe;
    while (!this.stopped && this.taken < this.end && pipe !== null) {
      const size = Math.min(RAW_CHUNK_SIZE, this.end - this.taken);
      const msg = new Msg(this.slab, MsgFlags.NONE, this.taken, size, this.peer);
      this.taken += size;
      try {
        this.stopped = !pipe.deliver([msg]);
      } catch (error) {
        this.crash(error);
      }
      // The reader may have closed the connection.
      if (this.closing) return true;
    }
    return !this.stopped;
  }

  /** A pattern threw, which is a bug of its own: it costs this connection, and not the process. */
  private crash(cause: unknown): void {
    this.fail(
      new ZmqError('Internal', `The connection was closed by a fault: ${String(cause)}`, { cause, fatal: true }),
    );
  }

  /** What was handed out stays where it is: messages are windows on it. */
  private replaceSlab(): void {
    const left = this.end - this.taken;
    const slab = Buffer.allocUnsafeSlow(Math.max(BATCH_SIZE, left * 2));
    this.slab.copy(slab, 0, this.taken, this.end);
    this.slab = slab;
    this.taken = 0;
    this.end = left;
  }

  private closeWhenEmpty(): void {
    if (!this.finishing || this.closing || (this.pipe !== null && this.pipe.pending > 0)) return;
    this.close();
  }

  private close(): void {
    if (this.closing) return;
    this.closing = true;
    this.connection.close();
  }
}
