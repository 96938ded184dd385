/** The longest delay of a timer of Node. */
const LONGEST_DELAY = 0x7fffffff;

/**
 * Keeps the process alive while something is waited for, and only then: a socket that nobody waits for does not, as with
 * zeromq.js. One per Context.
 */
export class KeepAlive {
  private timer: NodeJS.Timeout | null = null;
  private held = 0;

  /** Until `release`, which is called as often. */
  public hold(): void {
    if (this.held++ > 0) return;
    this.timer ??= setInterval(() => undefined, LONGEST_DELAY);
    this.timer.ref();
  }

  public release(): void {
    if (--this.held === 0) this.timer?.unref();
  }

  /** Holds until the promise is settled. */
  public async during<T>(work: Promise<T>): Promise<T> {
    this.hold();
    try {
      return await work;
    } finally {
      this.release();
    }
  }
}
