import type { IClock, IScheduler } from './contracts/clock.js';
import { DropReports } from './drop-reports.js';
import type { Pipe } from './pipe.js';
import {
  DropCounts,
  type Dropped,
  type DropReason,
  type PipeStats,
  type QueueStats,
  type TrafficStats,
} from './stats.js';

/** The accounts of one socket: its pipes from making to end, and what was given up. Only read when somebody asks. */
export class Ledger {
  /** All pipes that have not ended, those too that the pattern does not use yet, or no more. */
  private readonly open: Set<Pipe> = new Set();
  private readonly drops: DropCounts = new DropCounts();
  private readonly reports: DropReports;
  /** What passed through the pipes that have ended. */
  private past: TrafficStats = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };

  /** @param tell hears of losses, at most once per interval and reason */
  public constructor(clock: IClock, scheduler: IScheduler, tell: (reason: DropReason, messages: number) => void) {
    this.reports = new DropReports(clock, scheduler, tell);
  }

  /** A pipe was made. */
  public opened(pipe: Pipe): void {
    this.open.add(pipe);
  }

  /** A pipe has ended, and counts nothing more. */
  public closed(pipe: Pipe): void {
    if (this.open.delete(pipe)) this.past = sum(this.past, pipe);
  }

  /** Messages are gone for good, of that pipe if it is known. */
  public dropped(reason: DropReason, messages: number, pipe?: Pipe): void {
    if (messages <= 0) return;
    this.drops.add(reason, messages);
    pipe?.lose(reason, messages);
    this.reports.add(reason, messages);
  }

  /** Tells of losses that were not told yet; nothing is told after it. */
  public end(): void {
    this.reports.close();
  }

  public get losses(): Dropped {
    return this.drops.toJSON();
  }

  /** The pipes that have not ended. */
  public get pipes(): ReadonlySet<Pipe> {
    return this.open;
  }

  public get traffic(): TrafficStats {
    let traffic = this.past;
    for (const pipe of this.open) traffic = sum(traffic, pipe);
    return traffic;
  }

  /** What waits now. */
  public get queues(): QueueStats {
    const sum = { queuedIn: 0, queuedOut: 0, queuedBytesIn: 0, queuedBytesOut: 0 };
    for (const pipe of this.open) {
      sum.queuedIn += pipe.readable;
      sum.queuedOut += pipe.pending;
      sum.queuedBytesIn += pipe.readableBytes;
      sum.queuedBytesOut += pipe.pendingBytes;
    }
    return sum;
  }

  public get pipeStats(): PipeStats[] {
    return [...this.open].map(statsOf);
  }
}

function sum(a: TrafficStats, b: TrafficStats): TrafficStats {
  return {
    messagesIn: a.messagesIn + b.messagesIn,
    messagesOut: a.messagesOut + b.messagesOut,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
  };
}

function statsOf(pipe: Pipe): PipeStats {
  const { endpoint, connected, peer, messagesIn, messagesOut, bytesIn, bytesOut, losses } = pipe;
  return {
    endpoint,
    connected,
    ...(peer === undefined ? {} : { peer }),
    ...queuesOf(pipe),
    messagesIn,
    messagesOut,
    bytesIn,
    bytesOut,
    dropped: losses,
  };
}

/** What waits in a pipe. */
export function queuesOf(pipe: Pipe): QueueStats {
  return {
    queuedIn: pipe.readable,
    queuedOut: pipe.pending,
    queuedBytesIn: pipe.readableBytes,
    queuedBytesOut: pipe.pendingBytes,
  };
}
