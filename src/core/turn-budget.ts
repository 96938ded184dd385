import { MESSAGE_COST, MESSAGE_COST_IN_COMPANY, TURN_BUDGET } from './budgets.js';
import type { IScheduler } from './contracts/clock.js';

/**
 * What the sockets of a Context may send before the event loop gets its turn. `await send` resolves without leaving the
 * turn while the kernel takes everything, so without a bound a tight sending loop would starve all the rest.
 *
 * Counted from one renewal to the next, not turn by turn: a renewal costs a callback, and a quiet sender needs none.
 */
export class TurnBudget {
  private spent = 0;
  private renewing = false;
  private messageCost = MESSAGE_COST;
  /** Somebody else was heard since the last renewal. */
  private company = false;
  private waiting: (() => void)[] = [];
  private readonly renew: () => void;

  public constructor(private readonly scheduler: IScheduler) {
    this.renew = () => {
      const callbacks = this.waiting;
      this.waiting = [];
      this.renewing = false;
      this.spent = 0;
      this.messageCost = this.company ? MESSAGE_COST_IN_COMPANY : MESSAGE_COST;
      this.company = false;
      for (const resume of callbacks) resume();
    };
  }

  /** Counts bytes that were sent. With the last of the budget, a new one is asked for. */
  public spend(bytes: number): void {
    this.spent += bytes;
    if (this.spent >= TURN_BUDGET) this.askForRenewal();
  }

  /** Counts a message that was sent, beside its bytes: more of them when others are waiting for their turn. */
  public spendMessage(): void {
    this.spend(this.messageCost);
  }

  /** Bytes came in: somebody else is at work, and should have its turn soon. */
  public heard(): void {
    this.company = true;
  }

  /** Spends what is left: nothing more should be sent before the event loop had its turn. */
  public exhaust(): void {
    this.spend(TURN_BUDGET);
  }

  /** True when sending should wait for the next turn. */
  public get exhausted(): boolean {
    return this.spent >= TURN_BUDGET;
  }

  /** Calls `callback` in the next turn, with a fresh budget. */
  public renewed(callback: () => void): void {
    this.waiting.push(callback);
    this.askForRenewal();
  }

  private askForRenewal(): void {
    if (this.renewing) return;
    this.renewing = true;
    this.scheduler.nextTurn(this.renew);
  }
}
