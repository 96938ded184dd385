import { type IClock, type IScheduler, type ITimer, ZmqError } from '../../plugin.js';
import { TimerHeap } from './timer-heap.js';

/** So much at one moment means that something asks for itself again without end. */
const ENDLESS = 1_000_000;

/** After so many callbacks the real event loop has its turn, so that a test that hangs can still be ended. */
const STRETCH = 1000;

/** How often the real event loop may turn before a `run` in which nothing can happen any more is given up. */
const PATIENCE = 20;

const AN_HOUR = 3_600_000;

/** What `run` can be told. */
export interface RunOptions {
  /** Milliseconds of virtual time after which `run` rejects. Default: an hour. */
  readonly limit?: number;
}

/** A piece of work that moves the time. */
interface Run {
  readonly deadline: number;
  readonly fail: (error: unknown) => void;
}

/** Somebody who waits for a time, and for all that happens until then. */
interface Goal {
  readonly at: number;
  reached(): void;
}

// The real ones, before anybody puts fakes in their place.
const realTick = process.nextTick.bind(process);
const realTurn = setImmediate;
const settled = Promise.resolve();

/**
 * Time and event loop in the hand of a test: the `IClock` and the `IScheduler` of a Context in one, because only who owns
 * both knows when nothing is left to be done at a moment.
 *
 * The time stands still. What can happen without it happens by itself; `advance` and `run` move it from one event to
 * the next. Callbacks run one at a time, each followed by its microtasks, in an order that depends on nothing else.
 */
export class VirtualClock implements IClock, IScheduler {
  private time = 0;
  private readonly timers: TimerHeap = new TimerHeap();
  private ends: (() => void)[] = [];
  private turn: (() => void)[] = [];
  private turnAt = 0;
  private nextOnes: (() => void)[] = [];
  private readonly goals: Goal[] = [];
  private readonly runs: Set<Run> = new Set();
  private pumping = false;
  private stopped = false;
  private sinceStretch = 0;
  private sinceMove = 0;
  private patience = PATIENCE;
  private readonly hop: () => void = () => realTick(this.pump);

  // --- IClock and IScheduler ---------------------------------------------------------------------------------

  public now(): number {
    return this.time;
  }

  public after(delay: number, callback: () => void): ITimer {
    const timer = this.timers.add(this.time + Math.max(0, delay), callback);
    return {
      cancel: () => {
        timer.callback = null;
      },
    };
  }

  public endOfTurn(callback: () => void): void {
    this.ends.push(callback);
    this.wake();
  }

  public nextTurn(callback: () => void): void {
    this.nextOnes.push(callback);
    this.wake();
  }

  // --- the test's side ---------------------------------------------------------------------------------------

  /**
   * Moves the time on by so many milliseconds; resolves when all that is due until then has happened. Within a `run` it
   * waits for as long.
   */
  public advance(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goal = { at: this.time + Math.max(0, milliseconds), reached: resolve };
      const later = this.goals.findIndex(({ at }) => at > goal.at);
      this.goals.splice(later === -1 ? this.goals.length : later, 0, goal);
      this.wake();
    });
  }

  /** Lets everything happen that can without the time moving. */
  public settle(): Promise<void> {
    return this.advance(0);
  }

  /**
   * Does a piece of work, and moves the time for as long as it takes. Rejects as the work does; with Timeout when
   * `limit` has passed, and when nothing is left that could happen while the work still waits.
   */
  public run<T>(work: () => Promise<T> | T, options: RunOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      const run: Run = {
        deadline: this.time + (options.limit ?? AN_HOUR),
        fail: (error) => {
          this.runs.delete(run);
          reject(error);
        },
      };
      const done = (value: T): void => {
        this.runs.delete(run);
        resolve(value);
      };
      this.runs.add(run);
      this.wake();
      settled.then(work).then(done, run.fail);
    });
  }

  /** Ends this world: nothing that waits on it happens any more. For what a failed test leaves behind. */
  public stop(): void {
    this.stopped = true;
  }

  /** How many timers wait. */
  public get pendingTimers(): number {
    return this.timers.size;
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private wake(): void {
    if (this.pumping || this.stopped) return;
    this.pumping = true;
    this.again();
  }

  /** A tick asked for by a microtask comes after all microtasks, also those that are still to be made. */
  private again(): void {
    if (++this.sinceStretch < STRETCH) void settled.then(this.hop);
    else {
      this.sinceStretch = 0;
      realTurn(this.pump);
    }
  }

  /** Does one thing, and comes back when its microtasks are done. */
  private readonly pump = (): void => {
    if (this.stopped) return;
    try {
      if (this.step()) this.again();
    } catch (error) {
      this.again();
      if (this.runs.size === 0) throw error;
      for (const run of [...this.runs]) run.fail(error);
    }
  };

  private step(): boolean {
    if (this.ends.length > 0) {
      this.endTurn();
      return true;
    }
    const callback = this.nextCallback();
    if (callback === undefined) return this.move();
    this.patience = PATIENCE;
    if (++this.sinceMove > ENDLESS) {
      this.sinceMove = 0;
      throw new ZmqError('Internal', `At ${this.time} ms of virtual time something asks for itself without end.`);
    }
    callback();
    this.endTurn();
    return true;
  }

  private endTurn(): void {
    while (this.ends.length > 0) {
      const { ends } = this;
      this.ends = [];
      for (const [i, callback] of ends.entries()) {
        try {
          callback();
        } catch (error) {
          this.ends = [...ends.slice(i + 1), ...this.ends];
          throw error;
        }
      }
    }
  }

  /** Of all that can happen now: what this turn still has, timers, the next turn. */
  private nextCallback(): (() => void) | undefined {
    if (this.turnAt === this.turn.length) {
      if (this.timers.next <= this.time) return this.timers.take();
      this.turn = this.nextOnes;
      this.turnAt = 0;
      this.nextOnes = [];
    }
    const callback = this.turn[this.turnAt++];
    if (callback !== undefined) return callback;
    this.turn = [];
    this.turnAt = 0;
    return undefined;
  }

  /** Nothing is left at this moment: goes to the next, if somebody wants that. */
  private move(): boolean {
    const goal = this.goals[0];
    if (goal === undefined && this.runs.size === 0) {
      this.pumping = false;
      return false;
    }
    const due = this.timers.next;
    const next = goal === undefined ? due : Math.min(goal.at, due);
    if (next === Number.POSITIVE_INFINITY) return this.waitForTheRealWorld();
    for (const run of this.runs) {
      if (next <= run.deadline) continue;
      run.fail(timeout(`The work of a run has not ended within its limit, at ${run.deadline} ms of virtual time.`));
      return true;
    }
    this.goTo(next);
    if (goal === undefined || due <= next) return true;
    this.goals.shift();
    goal.reached();
    return true;
  }

  private goTo(time: number): void {
    if (time === this.time) return;
    this.time = time;
    this.sinceMove = 0;
  }

  /** The work may wait for something outside of this clock, such as a file; it has a few turns for that. */
  private waitForTheRealWorld(): boolean {
    if (--this.patience > 0) {
      this.sinceStretch = STRETCH;
      return true;
    }
    this.patience = PATIENCE;
    const error = timeout(
      `The work of a run waits in vain: at ${this.time} ms of virtual time nothing is left that could happen.`,
    );
    for (const run of [...this.runs]) run.fail(error);
    return true;
  }
}

function timeout(message: string): ZmqError {
  return new ZmqError('Timeout', message);
}
