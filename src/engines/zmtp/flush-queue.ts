import type { IScheduler } from '../../core/contracts/clock.js';

/** What can wait for the end of the turn to be flushed: an engine. */
export interface IFlushable {
  flushDue(): void;
}

/**
 * Flushes the engines that have something to write, once, when the running piece of code is done. One per Context, so
 * that publishing to a thousand subscribers schedules one callback and not a thousand.
 */
export class FlushQueue {
  private waiting: IFlushable[] = [];
  private spare: IFlushable[] = [];
  private readonly run: () => void;

  public constructor(private readonly scheduler: IScheduler) {
    this.run = () => this.flushAll();
  }

  /** Adds one. Whoever calls makes sure that it is not waiting already. */
  public add(engine: IFlushable): void {
    this.waiting.push(engine);
    if (this.waiting.length === 1) this.scheduler.endOfTurn(this.run);
  }

  private flushAll(): void {
    const engines = this.waiting;
    this.waiting = this.spare;
    for (let i = 0; i < engines.length; i++) (engines[i] as IFlushable).flushDue();
    engines.length = 0;
    this.spare = engines;
  }
}
