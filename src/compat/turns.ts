import { ZmqError } from '../index.js';

interface Waiting {
  readonly resolve: () => void;
  readonly refuse: () => void;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * The turns of a socket that sends and receives alternately (REQ, REP). With zeromq.js a call that is out of turn waits for
 * its turn, and is EFSM when its time is over; with us it is EFSM at once. Here it waits.
 */
export class Turns {
  private readonly waiting: Set<Waiting> = new Set();
  /** How many turns have passed: one may pass while an attempt fails. */
  private count = 0;
  private closed = false;

  /** A message was sent or received: it may be somebody else's turn. */
  public passed(): void {
    this.count++;
    if (this.waiting.size === 0) return;
    for (const each of this.waiting) this.leave(each).resolve();
  }

  /** The socket was closed: nobody gets a turn any more, and who waits is told that it was not theirs. */
  public close(): void {
    this.closed = true;
    for (const each of this.waiting) this.leave(each).refuse();
  }

  /** Does `attempt`, again and again while it is out of turn, for at most `timeout` ms; -1: without end. */
  public async take<T>(attempt: () => Promise<T>, timeout: number): Promise<T> {
    const deadline = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    for (;;) {
      const { count } = this;
      try {
        return await attempt();
      } catch (error) {
        if (!isOutOfTurn(error) || this.closed) throw error;
        if (count === this.count) await this.next(deadline - performance.now(), error);
      }
    }
  }

  private next(timeout: number, error: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer =
        timeout === Number.POSITIVE_INFINITY
          ? undefined
          : setTimeout(() => this.leave(waiting).refuse(), Math.max(timeout, 0));
      const waiting: Waiting = { resolve, refuse: () => reject(error), timer };
      this.waiting.add(waiting);
    });
  }

  private leave(waiting: Waiting): Waiting {
    this.waiting.delete(waiting);
    clearTimeout(waiting.timer);
    return waiting;
  }
}

/** True for an error that means that it is not the turn of this operation. */
export function isOutOfTurn(error: unknown): boolean {
  return error instanceof ZmqError && error.code === 'InvalidState';
}
