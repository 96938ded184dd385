import type { InMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { Ring } from '../core/ring.js';

/**
 * Takes whole messages from many pipes in turn: 1, 2, 3, 1, 2, 3. A pipe found empty leaves the round, and comes back
 * at its end with its next message, so that nobody who sends much can keep the others waiting.
 *
 * A pipe that ended stays in the round until it is drained.
 */
export class FairQueue {
  /** The pipe that the last message came from. */
  public from: Pipe | null = null;
  /** The round; its head is the pipe whose turn it is. A pipe is in it at most once: activation is an edge. */
  private readonly active: Ring<Pipe> = new Ring<Pipe>();

  /** The pipe has something to read, and was found empty before (or is new). */
  public readActivated(pipe: Pipe): void {
    this.active.push(pipe);
  }

  /** The pipe ended. What it holds is still read. */
  public detach(pipe: Pipe): void {
    if (this.from === pipe) this.from = null;
    if (pipe.readable !== 0) return;
    for (let left = this.active.length; left > 0; left--) {
      const other = this.active.shift() as Pipe;
      if (other !== pipe) this.active.push(other);
    }
  }

  /** The next message in turn; `from` says whose it is. */
  public recv(): InMessage | undefined {
    for (;;) {
      const pipe = this.active.peek();
      if (pipe === undefined) return undefined;
      const message = pipe.read();
      if (message === undefined) {
        this.active.shift();
        continue;
      }
      // Reading can wake the peer, and that somebody who reads here before we are back. Alone, it is its turn again.
      if (this.active.length > 1 && this.active.peek() === pipe) {
        this.active.shift();
        this.active.push(pipe);
      }
      this.from = pipe;
      return message;
    }
  }

  /** True when `recv` would answer a message. */
  public get readable(): boolean {
    for (;;) {
      const pipe = this.active.peek();
      if (pipe === undefined) return false;
      if (pipe.readable !== 0) return true;
      pipe.read(); // Finding it empty is what makes it announce its next message.
      this.active.shift();
    }
  }
}
