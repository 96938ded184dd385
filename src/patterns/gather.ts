import type { IPatternHost } from '../core/contracts/pattern.js';
import type { InMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { cannotSend, Pattern } from './pattern.js';
import { SingleFrameQueue } from './single-frames.js';

/** GATHER: a PULL whose messages have one frame (RFC 49). */
export class Gather extends Pattern {
  private readonly incoming: SingleFrameQueue;

  public constructor(host: IPatternHost) {
    super(host);
    this.incoming = new SingleFrameQueue(host);
  }

  public override detach(pipe: Pipe): void {
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public send(): never {
    throw cannotSend('GATHER', 'SCATTER');
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

  public get held(): number {
    return this.incoming.held;
  }
}
