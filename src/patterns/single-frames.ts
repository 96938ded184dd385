import type { IPatternHost } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import type { Frame, InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import type { SocketTypeName } from '../core/socket-type.js';
import { FairQueue } from './fair-queue.js';
import { isMultipart } from './frames.js';

/** The one frame of a message. Throws InvalidMessage when there are more, for a type whose messages have one. */
export function singleFrame(message: OutMessage, type: SocketTypeName): Frame {
  if (!isMultipart(message)) return message;
  if (message.length === 1) return message[0] as Frame;
  throw new ZmqError(
    'InvalidMessage',
    `A ${type} socket cannot send a message of several frames: put everything into one.`,
  );
}

/** Takes messages of one frame from many pipes in turn. Longer ones are dropped: nobody should have sent them. */
export class SingleFrameQueue {
  /** The pipe that the last message came from. */
  public from: Pipe | null = null;
  private readonly incoming: FairQueue = new FairQueue();
  /** A message that `readable` has found already, and whose it is. */
  private next: InMessage | undefined = undefined;
  private nextFrom: Pipe | null = null;

  public constructor(private readonly host: IPatternHost) {}

  public readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public detach(pipe: Pipe): void {
    this.incoming.detach(pipe);
  }

  /** The next message in turn; `from` says whose it is. */
  public recv(): InMessage | undefined {
    const { next } = this;
    if (next !== undefined) {
      this.next = undefined;
      this.from = this.nextFrom;
      return next;
    }
    for (let message = this.incoming.recv(); message !== undefined; message = this.incoming.recv()) {
      if (message.length === 1) {
        this.from = this.incoming.from;
        return message;
      }
      this.host.dropped('unexpected', 1);
    }
    return undefined;
  }

  /** True when `recv` would answer a message. */
  public get readable(): boolean {
    if (this.next === undefined) {
      this.next = this.recv();
      this.nextFrom = this.from;
    }
    return this.next !== undefined;
  }

  /** How many messages were taken off their pipe and not received. */
  public get held(): number {
    return this.next === undefined ? 0 : 1;
  }
}
