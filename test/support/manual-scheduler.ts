import type { IScheduler } from '../../src/core/contracts/clock.js';

/** So many callbacks one after the other mean that something asks for itself again without end. */
const ENDLESS = 100_000;

/** An event loop that a test turns by hand. */
export class ManualScheduler implements IScheduler {
  private ends: (() => void)[] = [];
  private nexts: (() => void)[] = [];

  public endOfTurn(callback: () => void): void {
    this.ends.push(callback);
  }

  public nextTurn(callback: () => void): void {
    this.nexts.push(callback);
  }

  /** How many callbacks wait for the end of this turn. */
  public get waitingForEnd(): number {
    return this.ends.length;
  }

  /** How many callbacks wait for the next turn. */
  public get waitingForNext(): number {
    return this.nexts.length;
  }

  /** The running piece of code is done: runs what waits for that, and what that asks for. */
  public endTurn(): void {
    for (let count = 0; this.ends.length > 0; count++) {
      if (count > ENDLESS) throw new Error('The end of this turn never comes.');
      (this.ends.shift() as () => void)();
    }
  }

  /** One turn of the event loop. */
  public turn(): void {
    this.endTurn();
    for (const callback of this.nexts.splice(0)) {
      callback();
      this.endTurn();
    }
  }

  /** Turns until nothing waits any more. */
  public settle(): void {
    this.endTurn();
    for (let count = 0; this.nexts.length > 0; count++) {
      if (count > ENDLESS) throw new Error('The event loop never comes to rest.');
      this.turn();
    }
  }
}
