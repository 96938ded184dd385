import { type InMessage, MsgFlags } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { cannotSend } from './pattern.js';
import { SUBSCRIBE, subscriptionFrame, UNSUBSCRIBE } from './subscription-message.js';
import { XSub } from './xsub.js';

/** SUB: an XSUB that subscribes by option, and sees only what it subscribed to (RFC 29). */
export class Sub extends XSub {
  /** A message that `readable` has found already. */
  private next: InMessage | undefined = undefined;

  public override send(): boolean {
    throw cannotSend('SUB', 'PUB');
  }

  public override recv(): InMessage | undefined {
    const message = this.next ?? this.take();
    this.next = undefined;
    return message;
  }

  public override get writable(): boolean {
    return false;
  }

  public get held(): number {
    return this.next === undefined ? 0 : 1;
  }

  public override get readable(): boolean {
    this.next ??= this.take();
    return this.next !== undefined;
  }

  /** Every call is told to the publishers, because some count. */
  public subscribe(topic: Buffer): void {
    this.subscriptions.add(topic);
    this.tellAll(subscriptionFrame(SUBSCRIBE, topic, MsgFlags.COMMAND));
    this.checkNext();
  }

  /** Only the last one of a topic is told, because others do not count. */
  public unsubscribe(topic: Buffer): void {
    if (this.subscriptions.remove(topic)) this.tellAll(subscriptionFrame(UNSUBSCRIBE, topic, MsgFlags.COMMAND));
    this.checkNext();
  }

  /** The next message that matches. Others come from old subscriptions, or from publishers that do not filter. */
  private take(): InMessage | undefined {
    for (let message = this.incoming.recv(); message !== undefined; message = this.incoming.recv()) {
      if (this.wants(message)) return message;
      this.host.dropped('not-subscribed', 1, this.incoming.from as Pipe);
    }
    return undefined;
  }

  private wants(message: InMessage): boolean {
    const first = message[0];
    return this.subscriptions.matches(first.source, first.start, first.size) !== this.host.options.invertMatching;
  }

  private checkNext(): void {
    if (this.next === undefined || this.wants(this.next)) return;
    this.next = undefined;
    this.host.dropped('not-subscribed', 1);
  }
}
