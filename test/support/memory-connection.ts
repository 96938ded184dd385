import type { IScheduler } from '../../src/core/contracts/clock.js';
import type { IConnection, IConnectionSink } from '../../src/core/contracts/transport.js';
import type { ZmqError } from '../../src/core/errors.js';

/** How the network of a pair behaves. */
export interface MemoryNetwork {
  /** How many octets it holds in each direction before a write gets stuck. */
  window?: number;
  /** How many octets are read at a time. */
  readSize?: number;
  /** `chunks`: bytes come in memory of the connection's own. */
  reading?: 'lent' | 'chunks';
}

/** Two ends of a stream in this process, driven by the scheduler of the test. */
export function memoryPair(scheduler: IScheduler, network: MemoryNetwork = {}): [MemoryConnection, MemoryConnection] {
  const left = new MemoryConnection(scheduler, network, 'left', 'right');
  const right = new MemoryConnection(scheduler, network, 'right', 'left');
  left.join(right);
  right.join(left);
  return [left, right];
}

/**
 * One end. It keeps the contract of IConnection to the letter (its sink hears nothing from within one of its calls), and
 * writes down where its user does not.
 */
export class MemoryConnection implements IConnection {
  public readonly kind = 'stream';
  public readonly localAddress: string;
  public readonly remoteAddress: string;
  /** How many octets the network towards the peer holds; a test may change it, and calls `pump` after that. */
  public window: number;
  /** True: nothing arrives here, as if it were still under way. */
  public delayed = false;
  public readonly violations: string[] = [];
  /** What the user of this end has written and the network has taken. */
  public sentBytes = 0;
  private readonly scheduler: IScheduler;
  private readonly network: MemoryNetwork;
  private peer: MemoryConnection | null = null;
  private sink: IConnectionSink | null = null;
  private state: 'waiting' | 'open' | 'closing' | 'closed' = 'waiting';
  private incoming: Buffer[] = [];
  private held: Uint8Array[] = [];
  private drainOwed = false;
  private paused = false;
  private reading = false;
  private peerDone = false;
  private endKnown = false;

  public constructor(scheduler: IScheduler, network: MemoryNetwork, localAddress: string, remoteAddress: string) {
    this.scheduler = scheduler;
    this.network = network;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.window = network.window ?? Number.POSITIVE_INFINITY;
  }

  public join(peer: MemoryConnection): void {
    this.peer = peer;
  }

  public start(sink: IConnectionSink): void {
    if (this.sink !== null) this.violations.push('started twice');
    this.sink = sink;
    if (this.state === 'waiting') this.state = 'open';
    this.scheduleRead();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    // Before it has heard of the end its user cannot know; after that, or after its own call, it has to.
    if (this.state !== 'open') {
      if (this.state !== 'closed' || this.endKnown) this.violations.push(`written while ${this.state}`);
      return false;
    }
    if (this.held.length > 0 || this.drainOwed) this.violations.push('written before it was drained');
    this.held = [...chunks];
    this.pump();
    if (this.held.length === 0) {
      this.drainOwed = false;
      return true;
    }
    this.drainOwed = true;
    return false;
  }

  public pause(): void {
    this.paused = true;
  }

  public resume(): void {
    this.paused = false;
    this.scheduleRead();
  }

  public close(): void {
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.paused = false;
    this.scheduleRead();
    this.endWhenWritten();
  }

  public destroy(): void {
    this.endKnown = true;
    if (this.state === 'closed') return;
    this.held = [];
    this.finish(undefined);
    this.peer?.peerHasEnded();
  }

  /** The connection breaks: both ends hear of it at once, and what was under way is lost. */
  public break(error: ZmqError): void {
    this.held = [];
    this.finish(error);
    const peer = this.peer;
    if (peer === null) return;
    peer.incoming = [];
    peer.finish(error);
  }

  /** True while this end is open: neither side has ended it. */
  public get isOpen(): boolean {
    return this.state === 'open';
  }

  public get isPaused(): boolean {
    return this.paused;
  }

  /** How many octets are under way to this end. */
  public get underway(): number {
    return this.incoming.reduce((sum, { length }) => sum + length, 0);
  }

  /** What was under way may arrive, and what is stuck may go on, after `delayed` or `window` has changed. */
  public pump(): void {
    const peer = this.peer;
    if (peer === null) return;
    while (this.held.length > 0) {
      const next = this.held[0] as Uint8Array;
      const room = this.window - peer.underway;
      if (room <= 0 && next.length > 0) break;
      // Copied now and not before: the memory must not change while it is held.
      const taken = Buffer.from(next.subarray(0, room));
      this.sentBytes += taken.length;
      if (peer.state !== 'closed') peer.incoming.push(taken);
      if (taken.length < next.length) this.held[0] = next.subarray(taken.length);
      else this.held.shift();
    }
    peer.scheduleRead();
    if (this.held.length > 0) return;
    if (this.drainOwed) {
      this.drainOwed = false;
      this.scheduler.nextTurn(() => {
        if (this.state === 'open') this.sink?.onDrained();
      });
    }
    this.endWhenWritten();
  }

  private scheduleRead(): void {
    if (this.reading) return;
    this.reading = true;
    this.scheduler.nextTurn(() => {
      this.reading = false;
      this.read();
    });
  }

  private read(): void {
    if (this.delayed || this.sink === null) return;
    const before = this.underway;
    while (!this.paused && this.state !== 'closed' && this.incoming.length > 0) this.readOnce(this.sink);
    if (this.incoming.length === 0 && this.peerDone) this.finish(undefined);
    if (this.underway < before) this.peer?.pump();
  }

  private readOnce(sink: IConnectionSink): void {
    const bytes = this.incoming.shift() as Buffer;
    const most = this.network.readSize ?? 65_536;
    if (this.state === 'closing') return;
    let size = Math.min(most, bytes.length);
    let go: boolean;
    if (this.network.reading === 'chunks') go = sink.onChunk(bytes.subarray(0, size));
    else {
      const room = sink.readBuffer();
      size = Math.min(size, room.length);
      if (size === 0) this.violations.push('an empty read buffer');
      bytes.copy(room, 0, 0, size);
      go = sink.onRead(size);
    }
    if (size < bytes.length) this.incoming.unshift(bytes.subarray(size));
    if (!go) this.paused = true;
  }

  private endWhenWritten(): void {
    if (this.state !== 'closing' || this.held.length > 0) return;
    this.finish(undefined);
    this.peer?.peerHasEnded();
  }

  /** The peer sends nothing more: what is under way is still read, and then this end is closed too. */
  private peerHasEnded(): void {
    this.peerDone = true;
    this.scheduleRead();
  }

  private finish(error: ZmqError | undefined): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.incoming = [];
    this.scheduler.nextTurn(() => {
      this.endKnown = true;
      this.sink?.onClosed(error);
    });
  }
}
