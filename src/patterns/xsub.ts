import { type Frame, frameBytes, type InMessage, type Msg, MsgFlags, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { Distributor, Outlet } from './distributor.js';
import { FairQueue } from './fair-queue.js';
import { isMultipart } from './frames.js';
import { Pattern } from './pattern.js';
import { SubscriptionCount } from './subscription-count.js';
import { isSubscription, SUBSCRIBE, subscriptionFrame, UNSUBSCRIBE } from './subscription-message.js';

/** What a subscriber knows of one publisher. */
class Publisher {
  public readonly outlet: Outlet;
  /** It was told all subscriptions, and has to hear of every change. */
  public told = false;

  public constructor(pipe: Pipe) {
    this.outlet = new Outlet(pipe);
  }
}

/**
 * XSUB: subscribes by sending `01 topic` and `00 topic`, sends anything else to all publishers as it is, and receives
 * from them in turn (RFC 29).
 *
 * Subscriptions are state: a publisher is told all of them when it connects, and none waits in a queue before.
 */
export class XSub extends Pattern {
  protected readonly incoming: FairQueue = new FairQueue();
  protected readonly subscriptions: SubscriptionCount = new SubscriptionCount(this.host.random);
  private readonly distributor: Distributor = new Distributor();

  public override attach(pipe: Pipe): boolean {
    const publisher = new Publisher(pipe);
    pipe.state = publisher;
    this.distributor.attach(publisher.outlet);
    return true;
  }

  public override connected(pipe: Pipe): void {
    for (const topic of this.subscriptions.topics()) {
      pipe.writeControl(subscriptionFrame(SUBSCRIBE, topic, MsgFlags.COMMAND));
    }
    (pipe.state as Publisher).told = true;
  }

  /** The next publisher is told afresh: what waited was for the one that is lost. */
  public override disconnected(pipe: Pipe): void {
    (pipe.state as Publisher).told = false;
    this.host.dropped('connection-lost', pipe.clearOutbound(), pipe);
  }

  public override detach(pipe: Pipe): void {
    this.distributor.detach((pipe.state as Publisher).outlet);
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public override writeActivated(pipe: Pipe): void {
    (pipe.state as Publisher).outlet.full = false;
  }

  public send(message: OutMessage): boolean {
    if (!isMultipart(message)) {
      if (isSubscription(message)) this.sendSubscription(message);
      else this.sendUpstream(message);
      return true;
    }
    const looked = !this.host.options.onlyFirstSubscribe || isSubscription(message[0] as Frame) ? message.length : 0;
    const rest: Frame[] = [];
    for (let i = 0; i < message.length; i++) {
      const frame = message[i] as Frame;
      if (i < looked && isSubscription(frame)) this.sendSubscription(frame);
      else rest.push(frame);
    }
    if (rest.length !== 0) this.sendUpstream(rest);
    return true;
  }

  public recv(): InMessage | undefined {
    return this.incoming.recv();
  }

  /** Always: a publisher that cannot take a message loses it. */
  public get writable(): boolean {
    return true;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }

  public get topicsCount(): number {
    return this.subscriptions.size;
  }

  /** Tells the publishers that are there. Beyond the high-water mark: a subscription that got lost would never work. */
  protected tellAll(frame: Msg): void {
    for (const { pipe } of this.distributor.outlets) {
      if ((pipe.state as Publisher).told) pipe.writeControl(frame);
    }
  }

  /** As the application says it: a plain message for every version of the protocol, unlike those of a SUB. */
  private sendSubscription(frame: Frame): void {
    const bytes = frameBytes(frame);
    const topic = bytes.subarray(1);
    if (bytes[0] === SUBSCRIBE) {
      this.subscriptions.add(topic);
      this.tellAll(subscriptionFrame(SUBSCRIBE, topic, MsgFlags.NONE));
    } else if (this.subscriptions.remove(topic) || this.host.options.xsubVerboseUnsubscribe) {
      this.tellAll(subscriptionFrame(UNSUBSCRIBE, topic, MsgFlags.NONE));
    }
  }

  private sendUpstream(message: OutMessage): void {
    this.distributor.begin();
    this.distributor.chooseAll();
    const lost = this.distributor.send(message);
    if (lost !== 0) this.host.dropped('high-water-mark', lost);
  }
}
