import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { Pattern } from './pattern.js';

/** PAIR: talks to one peer, and refuses others as long as it has that one (RFC 31). */
export class Pair extends Pattern {
  private peer: Pipe | null = null;
  /** Beside the peer's messages it may hold the last ones of a peer that has gone. */
  private readonly incoming: FairQueue = new FairQueue();

  public override attach(pipe: Pipe): boolean {
    if (this.peer !== null) return false;
    this.peer = pipe;
    return true;
  }

  public override detach(pipe: Pipe): void {
    if (this.peer === pipe) this.peer = null;
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    if (this.peer === pipe) this.incoming.readActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    return this.peer?.write(message) ?? false;
  }

  public recv(): InMessage | undefined {
    return this.incoming.recv();
  }

  public get writable(): boolean {
    return this.peer?.writable ?? false;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }
}
