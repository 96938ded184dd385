import { type ContextModule, contextModule, IClock, type ITimer } from 'rzmq/plugin';
import { turns } from '../../support/turns.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it. */
export class VirtualClock implements IClock {
  private time = 1_000_000;
  private readonly timers: Set<Timer> = new Set();

  public now(): number {
    return this.time;
  }

  public after(delay: number, callback: () => void): ITimer {
    const timer = { at: this.time + Math.max(0, delay), callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  /** Moves the time on, timer by timer, and lets each of them take effect. */
  public async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.time = next.at;
      this.timers.delete(next);
      next.callback();
      await turns(5);
    }
    this.time = end;
  }

  /** How many timers run. */
  public get running(): number {
    return this.timers.size;
  }

  private next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    return next;
  }
}

/** The module that puts a clock in the place of the real one. */
export const withClock = (clock: IClock): ContextModule =>
  contextModule(({ rebind }) => rebind(IClock).toConstantValue(clock));
