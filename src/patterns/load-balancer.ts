import type { OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';

/**
 * Gives whole messages to many pipes in turn: 1, 2, 3, 1, 2, 3. A full pipe leaves the round, and comes back at its
 * end when it has room again.
 */
export class LoadBalancer {
  /** The pipes that took their last message, or were not asked yet. */
  private readonly round: Pipe[] = [];
  /** Whose turn it is. */
  private cursor = 0;

  public attach(pipe: Pipe): void {
    this.round.push(pipe);
  }

  public detach(pipe: Pipe): void {
    this.leave(pipe);
  }

  /** A pipe that refused a message has room again. */
  public writeActivated(pipe: Pipe): void {
    if (!pipe.hasEnded && !this.round.includes(pipe)) this.round.push(pipe);
  }

  /** Gives the message to the next pipe that takes it. False: none does. */
  public send(message: OutMessage): boolean {
    for (;;) {
      const pipe = this.round[this.cursor];
      if (pipe === undefined) return false;
      if (pipe.write(message)) {
        this.advance();
        return true;
      }
      this.leave(pipe);
    }
  }

  /** The pipe that the next message will go to, or `undefined` when none would take it. */
  public next(): Pipe | undefined {
    for (;;) {
      const pipe = this.round[this.cursor];
      if (pipe === undefined || pipe.writable) return pipe;
      this.leave(pipe);
    }
  }

  /** Says that a message was written to the pipe that `next` answered. */
  public advance(): void {
    this.cursor = this.cursor + 1 < this.round.length ? this.cursor + 1 : 0;
  }

  /** True when `send` would take a message. */
  public get writable(): boolean {
    return this.next() !== undefined;
  }

  private leave(pipe: Pipe): void {
    const index = this.round.indexOf(pipe);
    if (index === -1) return;
    this.round.splice(index, 1);
    if (index < this.cursor) this.cursor--;
    if (this.cursor >= this.round.length) this.cursor = 0;
  }
}
