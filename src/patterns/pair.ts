import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { Ring } from '../core/ring.js';
import { Pattern } from './pattern.js';

/** PAIR: talks to one peer, and refuses others as long as it has that one (RFC 31). */
export class Pair extends Pattern {
  private peer: Pipe | null = null;
  /** The pipes with something to read, oldest first: what a lost peer sent is read to its end before the next peer's. */
  private readonly active: Ring<Pipe> = new Ring<Pipe>();

  public override attach(pipe: Pipe): boolean {
    if (this.peer !== null) return false;
    this.peer = pipe;
    return true;
  }

  public override detach(pipe: Pipe): void {
    if (this.peer === pipe) this.peer = null;
  }

  public override readActivated(pipe: Pipe): void {
    if (this.peer === pipe) this.active.push(pipe);
  }

  public send(message: OutMessage): boolean {
    return this.peer?.write(message) ?? false;
  }

  public recv(): InMessage | undefined {
    for (let pipe = this.active.peek(); pipe !== undefined; pipe = this.active.peek()) {
      const message = pipe.read();
      if (message !== undefined) return message;
      this.active.shift();
    }
    return undefined;
  }

  public get writable(): boolean {
    return this.peer?.writable ?? false;
  }

  public get readable(): boolean {
    for (let pipe = this.active.peek(); pipe !== undefined; pipe = this.active.peek()) {
      if (pipe.readable !== 0) return true;
      pipe.read(); // Finding it empty is what makes it announce its next message.
      this.active.shift();
    }
    return false;
  }
}
