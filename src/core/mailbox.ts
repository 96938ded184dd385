import { EventEmitter } from 'node:events';
import { MAILBOX_CAPACITY } from './budgets.js';
import type { IScheduler } from './contracts/clock.js';
import { Ring } from './ring.js';

/**
 * The commands that wait for an actor. A bounded FIFO, drained once per turn: a command that is posted while others are
 * handled waits for the next drain, so no handler ever runs inside another one.
 *
 * Emits `command` for each. Messages of the user never come here.
 */
export class Mailbox<C> extends EventEmitter<{ command: [C] }> {
  private readonly queue: Ring<C> = new Ring<C>();
  private scheduled = false;
  private closed = false;
  private handling = false;
  private readonly drain: () => void;

  public constructor(
    private readonly scheduler: IScheduler,
    private readonly capacity: number = MAILBOX_CAPACITY,
  ) {
    super();
    this.drain = () => this.drainOnce();
  }

  /** Queues a command. False: the mailbox is full, or closed; whoever asked has to be told. */
  public post(command: C): boolean {
    if (this.closed || this.queue.length >= this.capacity) return false;
    this.push(command);
    return true;
  }

  /**
   * Queues what must not be refused: an acknowledgement, an attachment. There is a bounded number of these for each child
   * of the actor, so they are bounded too.
   */
  public report(command: C): void {
    if (!this.closed) this.push(command);
  }

  /** Takes nothing more, and answers what still waits. The last thing that an actor does. */
  public close(): C[] {
    this.closed = true;
    const left: C[] = [];
    while (this.queue.length > 0) left.push(this.queue.shift() as C);
    this.removeAllListeners();
    return left;
  }

  /**
   * Handles what waits, and what that brings, now instead of at the end of the turn. False: a handler is running, and
   * nothing was done.
   */
  public flush(): boolean {
    if (this.handling) return false;
    while (this.queue.length > 0 && !this.closed) this.drainOnce();
    return true;
  }

  private push(command: C): void {
    this.queue.push(command);
    if (this.scheduled) return;
    this.scheduled = true;
    this.scheduler.endOfTurn(this.drain);
  }

  private drainOnce(): void {
    this.scheduled = false;
    this.handling = true;
    for (let left = this.queue.length; left > 0 && !this.closed; left--) this.emit('command', this.queue.shift() as C);
    this.handling = false;
    if (this.queue.length > 0 && !this.scheduled) {
      this.scheduled = true;
      this.scheduler.endOfTurn(this.drain);
    }
  }
}
