import type { IPatternHost } from '../core/contracts/pattern.js';
import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { LoadBalancer } from './load-balancer.js';
import { Pattern } from './pattern.js';
import { SingleFrameQueue, singleFrame } from './single-frames.js';

/** CLIENT: deals its messages to the servers in turn, and takes theirs in turn; one frame each (RFC 41). */
export class Client extends Pattern {
  public readonly singleFrames = true;
  private readonly outgoing: LoadBalancer = new LoadBalancer();
  private readonly incoming: SingleFrameQueue;

  public constructor(host: IPatternHost) {
    super(host);
    this.incoming = new SingleFrameQueue(host);
  }

  public override attach(pipe: Pipe): boolean {
    this.outgoing.attach(pipe);
    return true;
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
    return this.outgoing.send(singleFrame(message, 'CLIENT'));
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

  public get held(): number {
    return this.incoming.held;
  }
}
