import { READ_BUDGET } from '../../core/budgets.js';
import type { IClock, IScheduler, ITimer } from '../../core/contracts/clock.js';
import type { IConnection, IConnectionSink } from '../../core/contracts/transport.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { CLOSE_GRACE_MS, type StreamFacts } from '../transports/stream-connection.js';
import { systemError } from './system-error.js';
import type { IStreamOwner, UringRing } from './uring-ring.js';

/** A write up to this size is copied, and goes to the kernel with those of the other connections. A larger one goes at once. */
const COPY_LIMIT = 16384;

/** With so much copied and not yet taken by the kernel, the writer waits. */
const UNSENT_LIMIT = 262144;

/** What arrives while the reader has no room is kept up to this; then the kernel is asked for no more. */
const HELD_LIMIT = 65536;

/** Or up to so many pieces: each costs more than its bytes, and a peer may send them one by one. */
const HELD_PIECES = 256;

/**
 * After so many full buffers in a row a connection is busy, and what arrives goes straight into the memory of the sink; after so
 * many reads that are smaller than a buffer it is quiet again, and shares the buffers of the ring.
 */
const BUSY_AFTER = 2;
const QUIET_AFTER = 16;

/** What is read at once of the bytes that nobody wants any more. */
const WASTE_SIZE = 65536;

/** How a connection uses the ring. */
export interface UringSettings {
  /** One request receives many times. */
  readonly multishot: boolean;
  /** Chunks of at least this size are sent without a copy; infinite: none. */
  readonly zeroCopyFrom: number;
  readonly cork: boolean;
}

/** What connections share. */
export interface UringServices {
  readonly clock: IClock;
  readonly scheduler: IScheduler;
  readonly ring: UringRing;
}

/**
 * waiting: made, not started; nothing is read. open: reads and writes. closing: flushes; what arrives is thrown away.
 * ending: destroyed or failed, the ring has been told to close. ended: it has.
 */
type State = 'waiting' | 'open' | 'closing' | 'ending' | 'ended';

/**
 * A tcp connection on the ring.
 *
 * What is written is copied and sent with the rest of the turn; what is large is sent from where it lies, and the writer
 * waits. Every end (close, destroy, the peer's FIN or reset, a failed send, a lost ring) leads to the ring's one `onClosed`,
 * and from there to the sink's one.
 */
export class UringConnection implements IConnection, IStreamOwner {
  public readonly kind = 'stream';
  public readonly localAddress: string;
  public readonly remoteAddress: string;

  private readonly ring: UringRing;
  private state: State = 'waiting';
  private sink: IConnectionSink | null = null;
  /** The kernel was asked for bytes. */
  private receiving = false;
  /** It was asked to stop, and has not said that it has. */
  private pausing = false;
  /** What arrives goes into the memory of the sink, which the kernel has now. */
  private direct = false;
  private target: Buffer | null = null;
  /** Where the bytes go that nobody wants any more: made when it is needed first. */
  private waste: Buffer | null = null;
  /** Full buffers in a row, or small reads while that is so. */
  private streak = 0;
  /** The sink has no room, or does not want to read. */
  private held = false;
  /** What arrived meanwhile, oldest first. */
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private keptRead = 0;
  private deliveredOfKept = 0;
  /** The sink was given its share of the turn out of what was kept: the rest waits for the next one. */
  private resting = false;
  /** For each send that is not done: the offset and size of a copy, or -1 and 0 for chunks where they lie. */
  private readonly sends: number[] = [];
  private unsent = 0;
  /** What is sent from where it lies. */
  private lent: readonly Uint8Array[] | null = null;
  /** A write answered false, and `onDrained` is owed for it. */
  private draining = false;
  private peerEnded = false;
  /** The peer has reset the connection while what came before it was kept. */
  private readFailed = false;
  private shut = false;
  private failure: ZmqError | undefined;
  private grace: ITimer | undefined;

  public constructor(
    private readonly slot: number,
    private readonly facts: StreamFacts,
    private readonly settings: UringSettings,
    private readonly services: UringServices,
  ) {
    this.ring = services.ring;
    this.localAddress = facts.localAddress;
    this.remoteAddress = facts.remoteAddress;
    this.ring.adopt(slot, this);
    if (settings.cork) this.ring.cork(slot);
  }

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    if (this.state === 'ended') this.services.scheduler.endOfTurn(() => sink.onClosed(this.failure));
    if (this.state !== 'waiting') return;
    this.state = 'open';
    this.receive();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    if (this.state !== 'open') return false;
    let size = 0;
    let largest = 0;
    for (let i = 0; i < chunks.length; i++) {
      const length = (chunks[i] as Uint8Array).length;
      size += length;
      if (length > largest) largest = length;
    }
    if (size === 0) return true;
    const zeroCopy = largest >= this.settings.zeroCopyFrom;
    if (size <= COPY_LIMIT && !zeroCopy && this.unsent + size <= UNSENT_LIMIT) {
      const memory = this.ring.sendMemory;
      const offset = memory.allocate(size);
      if (offset >= 0) {
        memory.fill(offset, chunks);
        this.sends.push(offset, size);
        this.unsent += size;
        this.ring.send(this.slot, offset, size);
        return true;
      }
    }
    const sent = this.ring.sendChunks(this.slot, chunks, zeroCopy);
    if (sent === 1) return true;
    this.lent = chunks;
    this.draining = true;
    if (sent === 0) this.sends.push(-1, 0);
    return false;
  }

  public pause(): void {
    this.held = true;
    this.stopReceiving();
  }

  public resume(): void {
    this.held = false;
    if (this.state !== 'open' || this.resting) return;
    this.deliverKept();
    if (!this.stopped && this.state === 'open') this.receive();
  }

  public close(): void {
    if (this.state === 'waiting') this.destroy();
    if (this.state === 'open') this.finish();
  }

  public destroy(): void {
    if (this.state === 'ending' || this.state === 'ended') return;
    this.state = 'ending';
    this.ring.close(this.slot);
  }

  public ref(): void {
    if (this.state !== 'ended') this.ring.keepAlive(this.slot, true);
  }

  public unref(): void {
    if (this.state !== 'ended') this.ring.keepAlive(this.slot, false);
  }

  // --- IStreamOwner: the ring's side -------------------------------------------------------------------------

  public onData(bytes: Buffer): void {
    if (this.state !== 'open') return;
    this.streak = bytes.length === this.ring.receiveBufferSize ? this.streak + 1 : 0;
    if (this.streak === BUSY_AFTER && !this.direct) {
      this.direct = true;
      this.stopReceiving();
    }
    if (this.stopped) {
      this.kept.push(Buffer.from(bytes));
      this.keptBytes += bytes.length;
      if (this.keptBytes >= HELD_LIMIT || this.kept.length >= HELD_PIECES) this.stopReceiving();
    } else if (!(this.sink as IConnectionSink).onChunk(bytes)) this.held = true;
  }

  public onRead(size: number): void {
    this.receiving = false;
    this.target = null;
    if (this.state === 'open') {
      if (size >= this.ring.receiveBufferSize) this.streak = 0;
      else if (++this.streak === QUIET_AFTER && this.ring.hasReceiveBuffers) {
        this.direct = false;
        this.streak = 0;
      }
      if (this.stopped) {
        // It lies in the memory of the sink, which has to be told of it first when it has room again.
        this.keptRead = size;
        return;
      }
      if (!(this.sink as IConnectionSink).onRead(size)) this.held = true;
    }
    if (this.wantsMore) this.receive();
  }

  /** The peer's FIN. What is being sent is sent, then our own FIN, and the connection is closed. */
  public onEnd(): void {
    this.receiving = false;
    this.pausing = false;
    this.target = null;
    this.peerEnded = true;
    // What came before it is read first.
    if (this.state !== 'open' || !this.stopped) this.afterEnd();
  }

  public onPaused(): void {
    this.receiving = false;
    this.pausing = false;
    this.streak = 0;
    if (this.wantsMore) this.receive();
  }

  public onSent(): void {
    const offset = this.sends.shift() as number;
    this.unsent -= this.sends.shift() as number;
    if (offset >= 0) this.ring.sendMemory.release(offset);
    else if (this.lent !== null) this.lent = null;
    if (this.sends.length > 0) return;
    if (this.state === 'closing') {
      this.flushed();
      return;
    }
    if (!this.draining) return;
    this.draining = false;
    if (this.state === 'open') this.sink?.onDrained();
  }

  public onFailed(errno: number, sending: boolean): void {
    if (this.state === 'ending') return;
    const doing = `The connection ${this.localAddress || '?'} - ${this.remoteAddress || '?'} failed`;
    if (!this.peerEnded)
      this.failure ??= fromNodeError(systemError(errno, sending ? 'write' : 'read'), doing, this.facts.endpoint);
    // What came before a reset is read first.
    if (!sending && this.stopped && this.state === 'open') this.readFailed = true;
    else this.destroy();
  }

  public onLost(error: Error): void {
    this.failure ??= new ZmqError(
      'IoError',
      `The connection ${this.localAddress || '?'} - ${this.remoteAddress || '?'} was lost with its io_uring ring.`,
      { endpoint: this.facts.endpoint, cause: error },
    );
  }

  public onClosed(): void {
    this.state = 'ended';
    this.grace?.cancel();
    for (let i = 0; i < this.sends.length; i += 2) {
      const offset = this.sends[i] as number;
      if (offset >= 0) this.ring.sendMemory.release(offset);
    }
    this.sends.length = 0;
    this.lent = null;
    this.kept = [];
    this.sink?.onClosed(this.failure);
  }

  /** What arrives is kept. */
  private get stopped(): boolean {
    return this.held || this.resting;
  }

  /** One that closes reads on until the peer has closed too. */
  private get wantsMore(): boolean {
    return this.state === 'closing' || (this.state === 'open' && !this.stopped);
  }

  private receive(): void {
    if (this.receiving || this.peerEnded || this.readFailed) return;
    this.receiving = true;
    if (this.ring.hasReceiveBuffers && !this.direct) {
      this.ring.receive(this.slot, this.settings.multishot);
      return;
    }
    if (this.state === 'open') this.target = (this.sink as IConnectionSink).readBuffer();
    else this.target = this.waste ??= Buffer.allocUnsafeSlow(WASTE_SIZE);
    this.ring.receiveInto(this.slot, this.target);
  }

  /** A receive into the memory of the sink is one only: nothing follows it. */
  private stopReceiving(): void {
    if (this.state !== 'open' || !this.receiving || this.pausing || this.target !== null) return;
    this.pausing = true;
    this.ring.pause(this.slot);
  }

  private deliverKept(): void {
    const sink = this.sink as IConnectionSink;
    if (this.keptRead > 0) {
      const size = this.keptRead;
      this.keptRead = 0;
      if (!sink.onRead(size)) this.held = true;
    }
    while (this.kept.length > 0 && !this.stopped && this.state === 'open') {
      const bytes = this.kept.shift() as Buffer;
      this.keptBytes -= bytes.length;
      if (!sink.onChunk(bytes)) this.held = true;
      this.deliveredOfKept += bytes.length;
      if (this.deliveredOfKept >= READ_BUDGET) this.rest();
    }
    if (this.stopped || this.state !== 'open') return;
    if (this.readFailed) this.destroy();
    // Not from within the call: it may come from the one who made room.
    else if (this.peerEnded) this.services.scheduler.endOfTurn(() => this.afterEnd());
  }

  private rest(): void {
    this.deliveredOfKept = 0;
    this.resting = true;
    this.services.scheduler.nextTurn(this.onRested);
  }

  private readonly onRested = (): void => {
    this.resting = false;
    if (!this.held) this.resume();
  };

  private afterEnd(): void {
    if (this.state === 'open') this.finish();
    this.limit();
    this.closeWhenDone();
  }

  /** Nothing more is written: what was is sent, then our FIN. */
  private finish(): void {
    this.state = 'closing';
    this.kept = [];
    this.keptBytes = 0;
    // Read on, for the peer's FIN.
    this.receive();
    if (this.sends.length === 0) this.flushed();
  }

  private flushed(): void {
    if (this.shut) return;
    this.shut = true;
    this.ring.shutdown(this.slot);
    this.limit();
    this.closeWhenDone();
  }

  private closeWhenDone(): void {
    if (this.shut && this.peerEnded) this.destroy();
  }

  /** Waits no longer than the grace for the half of the closing that is the peer's. */
  private limit(): void {
    if (this.state !== 'closing' || this.grace !== undefined) return;
    this.grace = this.services.clock.after(CLOSE_GRACE_MS, () => this.destroy());
    this.grace.unref?.();
  }
}
