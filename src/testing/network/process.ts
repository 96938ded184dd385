import type { IClock, IScheduler, ITimer } from '../../plugin.js';

/** A connection as its process has it. */
export interface HostedConnection {
  readonly name: string;
  /** Whom it is connected with. */
  readonly peerHost: Machine | null;
  /** The process has ended and its machine lives: the peer is told. */
  abandon(): void;
  /** It breaks on the way: both ends hear of it. */
  breakBoth(): void;
}

/** What a connection asks of the machine that it is on. */
export interface Machine {
  /** It does not answer. */
  readonly dark: boolean;
  /** Bytes per second that its process reads from each connection. */
  readonly readRate: number;
  /** How much the next read may bring at most. */
  pieceSize(): number;
}

/**
 * What runs on a machine from one start to the next. The Contexts of the machine live on its clock and its scheduler: when
 * the process has ended, nothing that they have asked for happens any more.
 */
export class MachineProcess {
  public gone = false;
  public readonly connections: Set<HostedConnection> = new Set();
  /** Not before this time is anything read, with a limited rate of reading. */
  public readAt = 0;
  public readonly clock: IClock;
  public readonly scheduler: IScheduler;
  private paused = false;
  private waiting: (() => void)[] = [];

  public constructor(
    public readonly machine: Machine,
    clock: IClock,
    private readonly outer: IScheduler,
  ) {
    this.clock = {
      now: () => clock.now(),
      after: (delay, callback) => new ProcessTimer(clock, delay, callback, this),
    };
    this.scheduler = {
      endOfTurn: (callback) => outer.endOfTurn(() => this.enter(callback)),
      nextTurn: (callback) => outer.nextTurn(() => this.enter(callback)),
    };
  }

  /** Runs code of the process, when it runs. */
  public enter(callback: () => void): void {
    if (this.gone) return;
    if (this.paused) this.waiting.push(callback);
    else callback();
  }

  /** Nothing of it happens until `resume`. */
  public pause(): void {
    this.paused = true;
  }

  public resume(): void {
    const { waiting } = this;
    this.paused = false;
    this.waiting = [];
    for (const callback of waiting) this.outer.nextTurn(() => this.enter(callback));
  }

  /** It ends, and hears nothing of it. */
  public end(): void {
    this.gone = true;
    this.waiting = [];
  }
}

class ProcessTimer implements ITimer {
  private readonly timer: ITimer;
  private cancelled = false;

  public constructor(clock: IClock, delay: number, callback: () => void, process: MachineProcess) {
    this.timer = clock.after(delay, () =>
      process.enter(() => {
        // It may have waited for the process to go on.
        if (!this.cancelled) callback();
      }),
    );
  }

  public cancel(): void {
    this.cancelled = true;
    this.timer.cancel();
  }
}
