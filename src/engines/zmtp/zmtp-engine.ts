import type { IClock, IScheduler, ITimer } from '../../core/contracts/clock.js';
import type { IEngine, IEngineHost } from '../../core/contracts/engine.js';
import type { IMechanism } from '../../core/contracts/mechanism.js';
import type { IConnection, IConnectionSink } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import type { Metadata } from '../../core/metadata.js';
import type { InMessage, OutMessage } from '../../core/msg.js';
import type { Pipe } from '../../core/pipe.js';
import type { TurnBudget } from '../../core/turn-budget.js';
import type { FlushQueue, IFlushable } from './flush-queue.js';
import { ZmtpMachine } from './machine.js';
import type { IMachineSink, MachineConfig } from './machine-contract.js';

/** A timer that is later than this fires after the process was busy with something else. */
const OWN_PAUSE_MS = 5;

/** The services that every engine of a Context shares. */
export interface EngineServices {
  readonly clock: IClock;
  readonly scheduler: IScheduler;
  readonly flushQueue: FlushQueue;
  readonly budget: TurnBudget;
}

/**
 * Puts a protocol machine between a connection and a pipe, and gives it the time. It decides nothing itself.
 *
 * Every way in which the connection can end leads to `onClosed`, which tells the session once.
 */
export class ZmtpEngine implements IEngine, IConnectionSink, IMachineSink, IFlushable {
  private readonly machine: ZmtpMachine;
  private host: IEngineHost | null = null;
  private pipe: Pipe | null = null;
  private timer: ITimer | null = null;
  private timerAt = Number.POSITIVE_INFINITY;
  /** Why the machine ended, until the connection is closed too. */
  private verdict: ZmqError | undefined = undefined;
  /** The pipe is to be emptied, and the connection closed after it. */
  private finishing = false;
  /** The connection is closing: what still comes is not looked at. */
  private closing = false;
  /** The machine has asked to go on in the next turn. */
  private rested = false;
  /** What the connection has read and was given, for statistics. */
  public bytesIn = 0;
  public bytesOut = 0;
  private readonly resumeNow: () => void;
  private readonly onTimer: () => void;

  public constructor(
    private readonly connection: IConnection,
    config: MachineConfig,
    mechanism: IMechanism,
    private readonly services: EngineServices,
  ) {
    this.machine = new ZmtpMachine(this, config, mechanism);
    this.resumeNow = () => {
      try {
        if (this.machine.resume(this.services.clock.now()) && !this.closing) this.connection.resume();
      } catch (error) {
        this.crash(error);
      }
    };
    this.onTimer = () => {
      const { clock, scheduler } = this.services;
      const late = clock.now() - this.timerAt;
      this.timer = null;
      this.timerAt = Number.POSITIVE_INFINITY;
      // After a long pause of our own, silence is not the peer's: what has arrived is read first.
      if (late > OWN_PAUSE_MS) scheduler.nextTurn(() => this.machine.tick(clock.now()));
      else this.machine.tick(clock.now());
    };
  }

  // --- IEngine: the session's side ---------------------------------------------------------------------------

  public start(host: IEngineHost): void {
    this.host = host;
    this.connection.start(this);
    this.machine.start(this.services.clock.now());
  }

  public finish(): void {
    if (this.finishing) return;
    this.finishing = true;
    this.machine.flush();
    this.closeWhenEmpty();
  }

  public destroy(): void {
    this.closing = true;
    this.machine.close();
    this.connection.destroy();
  }

  // --- IPipeSink: the pipe's side ----------------------------------------------------------------------------

  public get ready(): boolean {
    return this.machine.ready;
  }

  public get unsent(): number {
    return this.machine.unsent;
  }

  public get unsentBytes(): number {
    return this.machine.unsentBytes;
  }

  public send(message: OutMessage): void {
    this.machine.send(message);
  }

  public flush(): void {
    this.machine.flush();
  }

  public resume(): void {
    // Not from within the read that made room: decoding would run below the pattern.
    this.services.scheduler.endOfTurn(this.resumeNow);
  }

  public fail(error: ZmqError): void {
    this.machine.refuse(error);
  }

  // --- IConnectionSink: the connection's side ----------------------------------------------------------------

  public readBuffer(): Buffer {
    return this.machine.readBuffer();
  }

  public onRead(size: number): boolean {
    // Read on even when nobody looks: unread bytes at a close would make the kernel reset the connection.
    if (this.closing) return true;
    this.bytesIn += size;
    this.services.budget.heard();
    try {
      return this.machine.onRead(size, this.services.clock.now());
    } catch (error) {
      return this.crash(error);
    }
  }

  public onChunk(bytes: Uint8Array): boolean {
    if (this.closing) return true;
    this.bytesIn += bytes.length;
    this.services.budget.heard();
    try {
      return this.machine.onBytes(bytes, this.services.clock.now());
    } catch (error) {
      return this.crash(error);
    }
  }

  public onDrained(): void {
    try {
      this.machine.written();
      const pipe = this.pipe;
      if (pipe !== null) {
        pipe.drain();
        this.machine.flush();
      }
    } catch (error) {
      this.crash(error);
    }
    this.closeWhenEmpty();
  }

  public onClosed(error: ZmqError | undefined): void {
    if (!this.closing) this.deliverRest();
    this.closing = true;
    this.machine.close();
    this.timer?.cancel();
    this.timer = null;
    const host = this.host;
    this.host = null;
    host?.onEnded(this.verdict ?? error);
  }

  // --- IMachineSink: the protocol's side ---------------------------------------------------------------------

  public write(chunks: readonly Uint8Array[]): boolean {
    let bytes = 0;
    for (let i = 0; i < chunks.length; i++) bytes += (chunks[i] as Uint8Array).length;
    this.bytesOut += bytes;
    this.services.budget.spend(bytes);
    return this.connection.write(chunks);
  }

  public rest(): void {
    this.rested = true;
    this.services.scheduler.nextTurn(this.resumeNow);
  }

  public flushSoon(): void {
    this.services.flushQueue.add(this);
  }

  public flushDue(): void {
    try {
      this.machine.flushDue();
    } catch (error) {
      this.crash(error);
    }
    this.closeWhenEmpty();
  }

  public peerReady(peer: Metadata): boolean {
    const pipe = this.host?.onPeer(peer);
    if (pipe === undefined) return false;
    this.pipe = pipe;
    pipe.connect(this, peer);
    return true;
  }

  public message(message: InMessage): boolean {
    return (this.pipe as Pipe).deliver(message);
  }

  public failed(error: ZmqError, speaking: boolean): void {
    this.verdict = error;
    this.closing = true;
    if (speaking) this.connection.close();
    else this.connection.destroy();
  }

  public deadlineChanged(): void {
    const at = this.machine.nextDeadline;
    // A timer that fires too early only asks again; one that would fire too late has to go.
    if (at >= this.timerAt) return;
    this.timer?.cancel();
    this.timerAt = at;
    const { clock } = this.services;
    this.timer = clock.after(Math.max(0, at - clock.now()), this.onTimer);
    // It is the connection that keeps the process alive.
    this.timer.unref?.();
  }

  public limitFrames(frameSize: number): void {
    this.connection.limitFrames?.(frameSize);
  }

  public ping(): boolean {
    if (this.connection.ping === undefined) return false;
    this.connection.ping();
    return true;
  }

  /**
   * The connection is gone. What came and waits for room is delivered all the same, at most what one memory to read into
   * holds: otherwise it would be lost, and nobody would count it.
   */
  private deliverRest(): void {
    const { pipe } = this;
    if (pipe === null) return;
    try {
      const now = this.services.clock.now();
      let before: number;
      do {
        before = pipe.messagesIn;
        this.rested = false;
      } while (!this.machine.resume(now) && (pipe.messagesIn > before || this.rested));
    } catch (error) {
      this.crash(error);
    }
  }

  /** A mechanism or a pattern threw, which is a bug of theirs: it costs this connection, and not the process. */
  private crash(cause: unknown): false {
    this.machine.refuse(
      new ZmqError('Internal', `The connection was closed by a fault: ${String(cause)}`, { cause, fatal: true }),
    );
    return false;
  }

  private closeWhenEmpty(): void {
    if (!this.finishing || this.closing || (this.pipe !== null && this.pipe.pending > 0)) return;
    this.closing = true;
    this.machine.close();
    this.connection.close();
  }
}
