import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { LoadBalancer } from './load-balancer.js';
import { cannotReceive, Pattern } from './pattern.js';

/** PUSH: deals its messages to the peers in turn, and waits while none takes one (RFC 30). */
export class Push extends Pattern {
  private readonly outgoing: LoadBalancer = new LoadBalancer();

  public override attach(pipe: Pipe): boolean {
    this.outgoing.attach(pipe);
    return true;
  }

  public override detach(pipe: Pipe): void {
    this.outgoing.detach(pipe);
  }

  public override writeActivated(pipe: Pipe): void {
    this.outgoing.writeActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    return this.outgoing.send(message);
  }

  public recv(): InMessage | undefined {
    throw cannotReceive('PUSH', 'PULL');
  }

  public get writable(): boolean {
    return this.outgoing.writable;
  }

  public get readable(): boolean {
    return false;
  }
}
