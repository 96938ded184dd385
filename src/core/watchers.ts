import type { IScheduler } from './contracts/clock.js';

/**
 * Those who look again at a socket whenever what it can do may have changed: somebody came or left, something can be
 * read, there is room, a subscription came, it was closed. Told by edges and never per message, and once for all that
 * happens in one turn. A socket that nobody watches pays one comparison per edge.
 */
export class Watchers {
  private readonly callbacks: Set<() => void> = new Set();
  private asked = false;
  private readonly tell: () => void;

  public constructor(private readonly scheduler: IScheduler) {
    this.tell = () => {
      this.asked = false;
      for (const callback of this.callbacks) callback();
    };
  }

  /** Calls `callback`, which must not throw, after every change. Ends with the function that it answers. */
  public add(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  /** Something may have changed. */
  public touched(): void {
    if (this.callbacks.size === 0 || this.asked) return;
    this.asked = true;
    this.scheduler.endOfTurn(this.tell);
  }
}
