import { TURN_BUDGET } from './budgets.js';
import type { IScheduler } from './contracts/clock.js';

/**
 * What the sockets of a Context may still send in this turn of the event loop. `await send` resolves without leaving
 * the turn while the kernel takes everything, so without a bound a tight sending loop would starve all the rest.
 */
export class TurnBudget {
  private spent = 0;
  private waiting: (() => void)[] = [];

  public constructor(private readonly scheduler: IScheduler) {}

  /** Counts bytes that were sent. */
  public spend(bytes: number): void {
    this.spent += bytes;
  }

  /** True when sending should wait for the next turn. */
  public get exhausted(): boolean {
    return this.spent >= TURN_BUDGET;
  }

  /** Calls `callback` in the next turn, with a fresh budget. */
  public renewed(callback: () => void): void {
    this.waiting.push(callback);
    if (this.waiting.length > 1) return;
    this.scheduler.nextTurn(() => {
      const callbacks = this.waiting;
      this.waiting = [];
      this.spent = 0;
      for (const resume of callbacks) resume();
    });
  }
}
