import type { InMessage, OutMessage } from '../core/msg.js';
import { Pair } from './pair.js';
import { singleFrame } from './single-frames.js';

/** CHANNEL: a PAIR whose messages have one frame (RFC 52). */
export class Channel extends Pair {
  public readonly singleFrames = true;
  /** A message that `readable` has found already. */
  private next: InMessage | undefined = undefined;

  public override send(message: OutMessage): boolean {
    return super.send(singleFrame(message, 'CHANNEL'));
  }

  public override recv(): InMessage | undefined {
    const { next } = this;
    this.next = undefined;
    return next ?? this.take();
  }

  public override get readable(): boolean {
    this.next ??= this.take();
    return this.next !== undefined;
  }

  public get held(): number {
    return this.next === undefined ? 0 : 1;
  }

  /** The next message of one frame. Nobody should have sent others. */
  private take(): InMessage | undefined {
    for (let message = super.recv(); message !== undefined; message = super.recv()) {
      if (message.length === 1) return message;
      this.host.dropped('unexpected', 1);
    }
    return undefined;
  }
}
