import type { IConnection, IConnectionSink, ITimer, ZmqError } from '../../plugin.js';
import type { HostedConnection, Machine, MachineProcess } from './process.js';
import type { NetworkServices } from './services.js';
import type { Stream, StreamEnd } from './stream.js';

/** How long a closed connection waits for its peer to close too: as long as that of tcp does. */
const CLOSE_GRACE_MS = 1000;

/** So much is read of one connection before others have their turn. */
const READ_BUDGET = 262_144;

/** Pieces below this size come in memory of the network's own, as they do with tcp. */
const SHORT_READ = 16_384;

/** The size of that memory. */
const LANDING_SIZE = 65_536;

/** With a limited rate of reading, so many milliseconds are read at a time. */
const READ_STEP_MS = 10;

/**
 * waiting: not started, nothing is read. open: reads and writes. closing: sends what is left; what arrives is thrown away.
 * closed: nothing more is said but `onClosed`.
 */
type State = 'waiting' | 'open' | 'closing' | 'closed';

/**
 * One end of a connection of the simulated network. It keeps the contract of `IConnection` to the letter: its sink hears
 * nothing from within one of its calls, memory that is written is looked at only until `onDrained`, and what was read
 * lies in memory that is used again.
 */
export class SimulatedConnection implements IConnection, StreamEnd, HostedConnection {
  public readonly kind = 'stream';
  /** Two numbers for the trace: who, and which end. */
  public readonly name: string;
  /** Whom it is connected with. */
  public peerHost: Machine | null = null;

  private peer!: SimulatedConnection;
  private outgoing!: Stream;
  private whenOver: (() => void) | null = null;
  private state: State = 'waiting';
  private sink: IConnectionSink | null = null;
  private unread: Buffer[] = [];
  private held: Uint8Array[] = [];
  private drainOwed = false;
  private paused = false;
  private readAsked = false;
  private peerEnded = false;
  private failure: ZmqError | undefined;
  private grace: ITimer | null = null;

  public constructor(
    private readonly services: NetworkServices,
    private readonly process: MachineProcess,
    public readonly localAddress: string,
    public readonly remoteAddress: string,
    private readonly landing: Buffer = Buffer.alloc(LANDING_SIZE),
  ) {
    this.name = localAddress;
    process.connections.add(this);
  }

  /** Both ends are made, and then joined. */
  public join(peer: SimulatedConnection, outgoing: Stream, peerHost: Machine): void {
    this.peer = peer;
    this.outgoing = outgoing;
    this.peerHost = peerHost;
  }

  /** Calls back when it holds nothing any more. */
  public whenGone(callback: () => void): void {
    this.whenOver = callback;
  }

  // --- IConnection -------------------------------------------------------------------------------------------

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    if (this.state === 'waiting') this.state = 'open';
    else if (this.state === 'closed') this.tellEnd();
    this.askToRead();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    if (this.state !== 'open') return false;
    this.held = chunks.filter(({ length }) => length > 0);
    this.sendHeld();
    this.drainOwed = this.held.length > 0;
    return !this.drainOwed;
  }

  public pause(): void {
    this.paused = true;
  }

  public resume(): void {
    this.paused = false;
    this.askToRead();
  }

  public close(): void {
    if (this.state === 'waiting') this.destroy();
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.askToRead();
    this.endWhenSent();
  }

  public destroy(): void {
    if (this.state === 'closed') return;
    const lost = this.unread.length > 0;
    const owesEnd = this.state !== 'closing' || this.held.length > 0;
    this.finish(undefined);
    // What the process has not read is gone with the connection, and so is what is on its way.
    this.peer.outgoing.writeOff();
    if (lost) this.outgoing.reset();
    else if (owesEnd) this.outgoing.end();
  }

  // --- StreamEnd ---------------------------------------------------------------------------------------------

  public get dark(): boolean {
    return this.process.machine.dark;
  }

  public get unknown(): boolean {
    return this.state === 'closed' || this.process.gone;
  }

  public get waiting(): boolean {
    return this.held.length > 0;
  }

  public onArrived(bytes: Buffer): void {
    this.unread.push(bytes);
    this.askToRead();
  }

  public onPeerEnded(): void {
    this.peerEnded = true;
    this.askToRead();
  }

  public onRoom(): void {
    if (this.held.length === 0) return;
    this.sendHeld();
    if (this.held.length > 0) return;
    this.endWhenSent();
    if (!this.drainOwed) return;
    this.drainOwed = false;
    this.process.scheduler.nextTurn(() => {
      if (this.state === 'open') this.sink?.onDrained();
    });
  }

  public onBroken(error: ZmqError): void {
    if (this.state === 'closed') return;
    this.unread = [];
    this.services.brokenConnections++;
    this.outgoing.writeOff();
    this.peer.outgoing.writeOff();
    this.finish(error);
    this.outgoing.drop();
  }

  // --- the machine's side ------------------------------------------------------------------------------------

  /** The process has ended and its machine lives: the peer is told, the process is not. */
  public abandon(): void {
    if (this.state === 'closed') return;
    this.sink = null;
    this.destroy();
  }

  /** It breaks on the way: both ends hear of it, and what was on its way is lost. */
  public breakBoth(): void {
    for (const end of [this, this.peer]) end.onBroken(this.services.broken('reset', end.name));
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private sendHeld(): void {
    let { room } = this.outgoing;
    const taken: Uint8Array[] = [];
    while (this.held.length > 0 && room > 0) {
      const next = this.held[0]!;
      const size = Math.min(room, next.length);
      taken.push(next.subarray(0, size));
      room -= size;
      if (size === next.length) this.held.shift();
      else this.held[0] = next.subarray(size);
    }
    // Copied: what was taken is the caller's again.
    if (taken.length > 0) this.outgoing.send(Buffer.concat(taken));
  }

  private askToRead(): void {
    if (this.readAsked || this.sink === null) return;
    if (this.unread.length === 0 && !this.peerEnded) return;
    this.readAsked = true;
    const delay = this.process.readAt - this.services.clock.now();
    if (delay > 0) this.process.clock.after(delay, this.onTurnToRead);
    else this.process.scheduler.nextTurn(this.onTurnToRead);
  }

  private readonly onTurnToRead = (): void => {
    this.readAsked = false;
    const { sink } = this;
    if (sink === null || this.state === 'closed') return;
    const { readRate } = this.process.machine;
    let budget = Math.min(READ_BUDGET, Math.ceil((readRate * READ_STEP_MS) / 1000));
    while (this.unread.length > 0 && budget > 0 && this.mayRead) budget -= this.readOnce(sink, budget);
    if (readRate !== Number.POSITIVE_INFINITY) this.process.readAt = this.services.clock.now() + READ_STEP_MS;
    if (!this.mayRead) return;
    if (this.unread.length > 0) this.askToRead();
    else if (this.peerEnded) this.finish(undefined, true);
  };

  /** Changes while it is read: whoever is told may pause, or close. */
  private get mayRead(): boolean {
    return this.state === 'closing' || (this.state === 'open' && !this.paused);
  }

  /** Hands out one piece; answers its size. */
  private readOnce(sink: IConnectionSink, most: number): number {
    const bytes = this.unread.shift()!;
    let size = Math.min(most, bytes.length, this.process.machine.pieceSize());
    if (this.state === 'open') {
      let go: boolean;
      if (size < SHORT_READ) {
        bytes.copy(this.landing, 0, 0, size);
        this.putBack(bytes, size);
        go = sink.onChunk(this.landing.subarray(0, size));
      } else {
        const target = sink.readBuffer();
        size = bytes.copy(target, 0, 0, size);
        this.putBack(bytes, size);
        go = sink.onRead(size);
      }
      if (!go) this.paused = true;
    } else this.putBack(bytes, size);
    this.peer.outgoing.consumed(size);
    return size;
  }

  private putBack(bytes: Buffer, size: number): void {
    if (size < bytes.length) this.unread.unshift(bytes.subarray(size));
  }

  private endWhenSent(): void {
    if (this.state !== 'closing' || this.held.length > 0) return;
    this.outgoing.end();
    if (this.peerEnded && this.unread.length === 0) this.finish(undefined);
    else this.grace = this.process.clock.after(CLOSE_GRACE_MS, () => this.destroy());
  }

  /** @param answer the peer has ended the connection, and hears that this end is closed too. */
  private finish(error: ZmqError | undefined, answer = false): void {
    if (this.state === 'closed') return;
    const owesEnd = answer && (this.state !== 'closing' || this.held.length > 0);
    this.state = 'closed';
    this.grace?.cancel();
    this.held = [];
    this.failure = error;
    this.process.connections.delete(this);
    this.whenOver?.();
    if (owesEnd) this.outgoing.end();
    this.tellEnd();
  }

  private tellEnd(): void {
    const { sink } = this;
    if (sink === null) return;
    this.process.scheduler.nextTurn(() => {
      if (this.sink === null) return;
      this.sink = null;
      sink.onClosed(this.failure);
    });
  }
}
