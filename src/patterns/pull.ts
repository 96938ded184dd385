import type { InMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { cannotSend, Pattern } from './pattern.js';

/** PULL: takes from its peers in turn (RFC 30). */
export class Pull extends Pattern {
  private readonly incoming: FairQueue = new FairQueue();

  public override detach(pipe: Pipe): void {
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public send(): boolean {
    throw cannotSend('PULL', 'PUSH');
  }

  public recv(): InMessage | undefined {
    return this.incoming.recv();
  }

  public get writable(): boolean {
    return false;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }
}
