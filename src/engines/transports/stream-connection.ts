import type { Socket } from 'node:net';
import { READ_BUDGET } from '../../core/budgets.js';
import type { IClock, IScheduler, ITimer } from '../../core/contracts/clock.js';
import type { Properties } from '../../core/contracts/mechanism.js';
import type { IRandom } from '../../core/contracts/random.js';
import type { IConnection, IConnectionSink } from '../../core/contracts/transport.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { canLend, type ILentReader, LentReading, moveToReader, type ReadMode } from './stream-reading.js';

/**
 * How long a connection that one side has closed waits for the other. Closing for good while the peer still sends makes
 * the kernel answer with a reset, which can destroy what the peer has not read yet; so `close` waits for the peer's
 * end. A peer that reads answers within a round trip; one that does not is not waited for longer than this.
 */
export const CLOSE_GRACE_MS = 1000;

/**
 * A connection with less than this in a read is read into memory that it shares with the others, and copied from there:
 * that costs nothing to speak of, and Node cannot mistake the place. Streams are read straight into the sink's memory.
 */
const BUSY_READ = 16384;

/** The memory for that, per transport. */
const LANDING_SIZE = 65536;

/** The size of the mark that is written to the target of each read, and the part of it that is looked for afterwards. */
const MARK_SIZE = 32;
const MARK_CHECK = 8;

/** What a connection needs of its surroundings. */
export interface StreamServices {
  readonly clock: IClock;
  readonly scheduler: IScheduler;
  readonly reading: ReadMode;
  /** Where short reads go, of all connections: what is in it is copied before the next read. */
  readonly landing: Buffer;
  /** Random, because a peer that knew it could end connections with the content of a message. */
  readonly mark: Buffer;
}

/** Makes them for one transport. */
export function streamServices(
  clock: IClock,
  scheduler: IScheduler,
  random: IRandom,
  reading: ReadMode,
): StreamServices {
  return {
    clock,
    scheduler,
    reading,
    landing: Buffer.allocUnsafeSlow(LANDING_SIZE),
    mark: random.bytes(MARK_SIZE),
  };
}

/** For a socket that will be a connection's from the beginning. */
export function lentReading({ reading, landing }: StreamServices): LentReading | undefined {
  return reading === 'lent' ? new LentReading(landing) : undefined;
}

/** What is known of a connection when it is made. */
export interface StreamFacts {
  /** The endpoint that it belongs to, for errors. */
  readonly endpoint: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** What was verified of the peer before the connection was made: `IConnection.verified`. */
  readonly verified?: Properties | undefined;
}

/**
 * waiting: made, not started; nothing is read. open: reads and writes. closing: flushes; what arrives is thrown away.
 * ending: destroyed or failed, 'close' will come. ended: 'close' came.
 */
type State = 'waiting' | 'open' | 'closing' | 'ending' | 'ended';

/**
 * A connection over a socket of node:net: tcp and ipc.
 *
 * It is made from a socket that is connected, paused and has never read. Every end (close, destroy, the peer's FIN or
 * reset, a failed write) leads to the socket's one 'close' event, and from there to the sink's one `onClosed`.
 */
export class StreamConnection implements IConnection, ILentReader {
  public readonly kind = 'stream';
  public readonly localAddress: string;
  public readonly remoteAddress: string;
  public readonly verified: Properties | undefined;

  private readonly endpoint: string;
  private readonly services: StreamServices;
  private readonly released: (() => void) | undefined;
  private readonly reading: LentReading | undefined;
  private socket: Socket;
  private state: State = 'waiting';
  private sink: IConnectionSink | null = null;
  /** The memory that the next read goes to: lent by the sink, and ours while closing. */
  private target: Buffer | null = null;
  /** Much came with the last read: the next one goes straight into the memory of the sink. */
  private busy = false;
  /** A write answered false, and `onDrained` is owed for it. */
  private draining = false;
  /** The sink has no room, or does not want to read: nothing is read until it says `resume`. */
  private held = false;
  /** This connection has had its share of the turn: nothing is read before the next one. */
  private resting = false;
  private readSinceRest = 0;
  private peerEnded = false;
  private failure: ZmqError | undefined;
  private grace: ITimer | undefined;

  /**
   * @param released called once, when the connection no longer holds anything.
   * @param reading the `onread` that the socket was made with; without it, the connection moves to another socket.
   */
  public constructor(
    raw: Socket,
    facts: StreamFacts,
    services: StreamServices,
    released?: () => void,
    reading?: LentReading,
  ) {
    this.endpoint = facts.endpoint;
    this.localAddress = facts.localAddress;
    this.remoteAddress = facts.remoteAddress;
    this.verified = facts.verified;
    this.services = services;
    this.released = released;
    this.reading = reading;
    this.socket = raw;
    this.listen(raw);
  }

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    if (this.state !== 'waiting') {
      if (this.state === 'ended') this.services.scheduler.endOfTurn(() => sink.onClosed(this.failure));
      return;
    }
    this.state = 'open';
    if (this.services.reading === 'lent' && this.startLent()) return;
    this.socket.on('data', (bytes: Buffer) => {
      if (this.state !== 'open') return;
      if (!sink.onChunk(bytes)) this.held = true;
      if (this.hasHadItsShare(bytes.length) || this.held) this.stopReading();
    });
    this.socket.resume();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.socket;
    // A failed read destroys the socket before 'close' comes; what is written then goes nowhere, and Node says nothing.
    if (this.state !== 'open' || socket.destroyed) return false;
    const last = chunks.length - 1;
    if (last > 0) {
      socket.cork();
      for (let i = 0; i < last; i++) socket.write(chunks[i]!);
      socket.write(chunks[last]!, this.onWritten);
      socket.uncork();
    } else if (last === 0) {
      socket.write(chunks[0]!, this.onWritten);
    }
    if (socket.writableLength === 0) return true;
    this.draining = true;
    return false;
  }

  public pause(): void {
    this.held = true;
    this.stopReading();
  }

  public resume(): void {
    this.held = false;
    if (this.state === 'open' && !this.resting) this.socket.resume();
  }

  public close(): void {
    if (this.state === 'waiting') this.destroy();
    if (this.state !== 'open') return;
    this.state = 'closing';
    // Read on, for the peer's FIN, with which 'close' comes by itself.
    this.socket.resume();
    this.socket.end(this.onFlushed);
  }

  public destroy(): void {
    if (this.state !== 'ended') this.state = 'ending';
    this.socket.destroy();
  }

  public ref(): void {
    this.socket.ref();
  }

  public unref(): void {
    this.socket.unref();
  }

  private stopReading(): void {
    if (this.state === 'open') this.socket.pause();
  }

  private listen(socket: Socket): void {
    socket.on('error', this.onError);
    socket.on('end', this.onEnd);
    socket.on('close', this.onClose);
  }

  private startLent(): boolean {
    const raw = this.socket;
    if (this.reading !== undefined && canLend(raw)) {
      this.reading.reader = this;
      this.nextTarget(); // The landing, which Node has already.
      raw.resume();
      return true;
    }
    const reading = new LentReading(this.services.landing);
    reading.reader = this;
    const socket = moveToReader(raw, reading);
    if (socket === undefined) return false;
    raw.off('end', this.onEnd);
    raw.off('close', this.onClose);
    this.socket = socket;
    this.listen(socket);
    return true;
  }

  public nextTarget(): Buffer {
    const { landing, mark } = this.services;
    if (this.state === 'closing' || (this.state === 'open' && !this.busy)) this.target = landing;
    else if (this.state === 'open') this.target = (this.sink as IConnectionSink).readBuffer();
    this.target ??= landing;
    // The landing too, whichever is next: what another connection left in it must never be taken for this one's.
    landing.set(mark);
    if (this.target.length >= MARK_SIZE) this.target.set(mark);
    return this.target;
  }

  public onLentRead(size: number): boolean {
    return this.state !== 'open' || this.take(this.sink as IConnectionSink, size) || this.state !== 'open';
  }

  /**
   * An exception in a process.nextTick callback, in a process that survives it, keeps Node from noticing that the target
   * has changed: the bytes go to the old one, which ends where the new one begins, and reach over at most by what this
   * read is longer than the last. The end of what was read, within the mark, is then untouched. Nothing can be read after
   * that.
   */
  private take(sink: IConnectionSink, size: number): boolean {
    const target = this.target as Buffer;
    const { mark } = this.services;
    const to = Math.min(size, MARK_SIZE);
    const from = to - MARK_CHECK;
    if (from < 0 || target[from] !== mark[from] || target.compare(mark, from, to, from, to) !== 0) {
      const more = target === this.services.landing ? sink.onChunk(target.subarray(0, size)) : sink.onRead(size);
      if (!more) this.held = true;
      // Node asks for the next target at once. While the reader has no room, the sink would have to move all that it keeps
      // to give one.
      this.busy = more && size >= BUSY_READ;
      return !this.hasHadItsShare(size) && more;
    }
    this.failure ??= new ZmqError(
      'IoError',
      `The connection ${this.localAddress} - ${this.remoteAddress} was closed: an uncaught exception in a callback of ` +
        'process.nextTick disturbed its reading. Find that exception; a process should not survive it.',
      { endpoint: this.endpoint },
    );
    this.destroy();
    return true;
  }

  /**
   * libuv reads one connection up to 32 times before it looks at another: with a peer that sends without end that is 8 MB,
   * and everything else in the process waits for it.
   */
  private hasHadItsShare(size: number): boolean {
    this.readSinceRest += size;
    if (this.readSinceRest < READ_BUDGET) return false;
    this.readSinceRest = 0;
    this.resting = true;
    this.services.scheduler.nextTurn(this.onRested);
    return true;
  }

  private readonly onRested = (): void => {
    this.resting = false;
    if (this.state === 'open' && !this.held) this.socket.resume();
  };

  /**
   * One function for every write: what counts is that nothing is left, not which write it was. Node calls it for what
   * a destroyed socket did not write too, and not always with an error.
   */
  private readonly onWritten = (error?: Error | null): void => {
    if (!this.draining || error != null || this.socket.destroyed || this.socket.writableLength !== 0) return;
    this.draining = false;
    this.sink?.onDrained();
  };

  /** All that was written is accepted, and our FIN after it: the peer's FIN is what is left to come. */
  private readonly onFlushed = (): void => this.limit();

  /** The peer's FIN. Node flushes what is being written, sends ours, and closes (allowHalfOpen: false). */
  private readonly onEnd = (): void => {
    this.peerEnded = true;
    if (this.state === 'open') this.state = 'closing';
    this.limit();
  };

  /** Waits no longer than the grace for the half of the closing that is the peer's. */
  private limit(): void {
    if (this.state !== 'closing' || this.grace !== undefined) return;
    this.grace = this.services.clock.after(CLOSE_GRACE_MS, () => this.destroy());
    this.grace.unref?.();
  }

  private readonly onError = (error: Error): void => {
    this.state = 'ending';
    if (this.peerEnded) return;
    const doing = `The connection ${this.localAddress || '?'} - ${this.remoteAddress || '?'} failed`;
    this.failure ??= fromNodeError(error, doing, this.endpoint);
  };

  private readonly onClose = (): void => {
    this.state = 'ended';
    this.grace?.cancel();
    this.released?.();
    this.sink?.onClosed(this.failure);
  };
}
