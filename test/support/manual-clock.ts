import type { IClock, ITimer } from '../../src/core/contracts/clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements IClock {
  private time = 10_000;
  private timers: Timer[] = [];

  public now(): number {
    return this.time;
  }

  public after(delay: number, callback: () => void): ITimer {
    const timer = { at: this.time + delay, callback };
    this.timers.push(timer);
    return {
      cancel: () => {
        this.timers = this.timers.filter((other) => other !== timer);
      },
    };
  }

  /** How many timers run: what has ended must leave none behind. */
  public get pending(): number {
    return this.timers.length;
  }

  /** The milliseconds until the next timer; Infinity when there is none. */
  public get untilNext(): number {
    return Math.min(...this.timers.map(({ at }) => at)) - this.time;
  }

  /** Lets `ms` go by; each timer fires at its own time, in order. */
  public advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.takeDue(end); next !== undefined; next = this.takeDue(end)) {
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  /** As after a long piece of code: the time is over first, and the timers that were due in it fire late. */
  public jump(ms: number): void {
    this.time += ms;
    this.advance(0);
  }

  private takeDue(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    if (first !== undefined) this.timers = this.timers.filter((other) => other !== first);
    return first;
  }
}
