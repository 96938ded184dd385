import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { emptyMessage } from './frames.js';
import { LoadBalancer } from './load-balancer.js';
import { Pattern } from './pattern.js';

/** DEALER: deals its messages to the peers in turn, takes theirs in turn, and adds nothing to either (RFC 28). */
export class Dealer extends Pattern {
  private readonly outgoing: LoadBalancer = new LoadBalancer();
  private readonly incoming: FairQueue = new FairQueue();

  public override attach(pipe: Pipe): boolean {
    this.outgoing.attach(pipe);
    return true;
  }

  public override connected(pipe: Pipe): void {
    if (this.host.options.probeRouter) pipe.writeControl(emptyMessage());
  }

  public override detach(pipe: Pipe): void {
    this.outgoing.detach(pipe);
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public override writeActivated(pipe: Pipe): void {
    this.outgoing.writeActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    return this.outgoing.send(message);
  }

  public recv(): InMessage | undefined {
    return this.incoming.recv();
  }

  public get writable(): boolean {
    return this.outgoing.writable;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }
}
