import { SUBSCRIPTIONS_PER_TURN } from '../core/budgets.js';
import { ZmqError } from '../core/errors.js';
import { frameBytes, type InMessage, Msg, MsgFlags, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { Backlog } from './backlog.js';
import { Distributor, Outlet } from './distributor.js';
import { encoded, isMultipart } from './frames.js';
import { Pattern } from './pattern.js';
import { isSubscription, SUBSCRIBE, subscriptionFrame, UNSUBSCRIBE } from './subscription-message.js';
import { Subscriber, TopicTable } from './topic-table.js';

/**
 * XPUB: sends each message to those who subscribed to the beginning of its first frame, and receives their
 * subscriptions as messages (RFC 29).
 *
 * What comes from a subscriber is worked off at once, so that it takes effect whether or not the application receives.
 */
export class XPub extends Pattern {
  private readonly distributor: Distributor = new Distributor();
  private readonly topics: TopicTable = new TopicTable(this.host.random);
  private readonly backlog: Backlog = new Backlog();
  /** Who sent what was received last, if it is still there: whom ZMQ_XPUB_MANUAL is about. */
  private lastFrom: Subscriber | null = null;

  public override attach(pipe: Pipe): boolean {
    const subscriber = new Subscriber(new Outlet(pipe));
    pipe.state = subscriber;
    this.distributor.attach(subscriber.outlet);
    return true;
  }

  public override connected(pipe: Pipe): void {
    const { welcomeMessage } = this.host.options;
    if (welcomeMessage !== null) pipe.writeControl(welcomeMessage);
  }

  public override detach(pipe: Pipe): void {
    const subscriber = pipe.state as Subscriber;
    const { manual, xpubVerboser } = this.host.options;
    if (this.lastFrom === subscriber) this.lastFrom = null;
    subscriber.gone = true;
    this.distributor.detach(subscriber.outlet);
    this.topics.removeAll(subscriber, (topic, last) => {
      if (!manual && (last || xpubVerboser)) this.tellLost(topic);
    });
    if (manual) for (const topic of subscriber.requested) this.tellLost(Buffer.from(topic, 'latin1'));
  }

  public override readActivated(pipe: Pipe): void {
    const subscriber = pipe.state as Subscriber;
    for (let message = pipe.read(); message !== undefined; message = pipe.read()) {
      this.take(subscriber, message);
      if (++subscriber.taken === SUBSCRIPTIONS_PER_TURN) this.holdUp(pipe, subscriber);
    }
  }

  public override writeActivated(pipe: Pipe): void {
    (pipe.state as Subscriber).outlet.full = false;
  }

  public send(message: OutMessage): boolean {
    const { distributor } = this;
    if (distributor.outlets.length === 0) return true;
    const { invertMatching, noDrop, manual, manualLastValue } = this.host.options;
    let outgoing = message;
    let first = isMultipart(message) ? (message[0] as Exclude<OutMessage, readonly unknown[]>) : message;
    if (typeof first === 'string') {
      first = frameBytes(first);
      outgoing = isMultipart(message) ? [first, ...message.slice(1)] : first;
    }
    distributor.begin();
    if (first instanceof Msg) this.topics.choose(first.source, first.start, first.size, distributor);
    else this.topics.choose(first, 0, first.length, distributor);
    const newcomer = manual && manualLastValue ? this.lastFrom : null;
    if (newcomer !== null) distributor.chooseOnly(newcomer.outlet);
    if (invertMatching) distributor.invert();
    if (distributor.chosenCount > 1) outgoing = encoded(outgoing);
    if (noDrop) {
      const sent = distributor.sendToAllOrNone(outgoing);
      if (sent && newcomer !== null) this.lastFrom = null;
      return sent;
    }
    if (newcomer !== null) this.lastFrom = null;
    const lost = distributor.send(outgoing);
    if (lost !== 0) this.host.dropped('high-water-mark', lost);
    return true;
  }

  public recv(): InMessage | undefined {
    const entry = this.backlog.shift();
    if (entry === undefined) return undefined;
    this.lastFrom = entry.from?.gone === true ? null : entry.from;
    return entry.message;
  }

  /** Always: who cannot take a message loses it. With ZMQ_XPUB_NODROP it depends on who the message is for. */
  public get writable(): boolean {
    return true;
  }

  public get readable(): boolean {
    return this.backlog.length !== 0;
  }

  /** For the peer that the last received message came from, if it is still there. */
  public subscribe(topic: Buffer): void {
    const subscriber = this.manualSubscriber();
    if (subscriber !== null) this.topics.add(subscriber, topic);
  }

  /** As `subscribe`. */
  public unsubscribe(topic: Buffer): void {
    const subscriber = this.manualSubscriber();
    if (subscriber !== null) this.topics.remove(subscriber, topic);
  }

  public reaches(topic: Uint8Array): boolean {
    const { distributor } = this;
    distributor.begin();
    this.topics.choose(topic, 0, topic.length, distributor);
    if (this.host.options.invertMatching) distributor.invert();
    return distributor.chosenCount > 0;
  }

  public get topicsCount(): number {
    return this.topics.size;
  }

  /** Keeps a message for the application. */
  protected tell(message: InMessage, from: Subscriber | null): void {
    this.host.dropped('unread', this.backlog.push({ message, from }));
  }

  /** Something came that is no subscription. */
  protected tellUserMessage(message: InMessage, from: Subscriber): void {
    this.tell(message, from);
  }

  private tellLost(topic: Buffer): void {
    this.tell([subscriptionFrame(UNSUBSCRIBE, topic, MsgFlags.NONE)], null);
  }

  /** It has said much: others have their turn before it goes on. */
  private holdUp(pipe: Pipe, subscriber: Subscriber): void {
    pipe.hold();
    this.host.nextTurn(() => {
      subscriber.taken = 0;
      pipe.release();
    });
  }

  private take(subscriber: Subscriber, message: InMessage): void {
    const first = message[0];
    const looked = !this.host.options.onlyFirstSubscribe || isSubscription(first) ? message.length : 0;
    const rest: Msg[] = [];
    for (let i = 0; i < message.length; i++) {
      const frame = message[i] as Msg;
      if (i < looked && isSubscription(frame)) this.takeSubscription(subscriber, frame);
      else rest.push(frame);
    }
    const last = rest.at(-1);
    if (last === undefined) return;
    last.flags &= ~MsgFlags.MORE;
    this.tellUserMessage(rest as InMessage, subscriber);
  }

  private takeSubscription(subscriber: Subscriber, frame: Msg): void {
    const { manual, xpubVerbose, xpubVerboser, maxSubscriptions } = this.host.options;
    const topic = frame.data.subarray(1);
    const adds = frame.firstByte === SUBSCRIBE;
    let news = true;
    if (manual) {
      if (adds) subscriber.request(topic.toString('latin1'));
      else subscriber.withdraw(topic.toString('latin1'));
    } else if (adds) {
      news = this.topics.add(subscriber, topic) || xpubVerbose || xpubVerboser;
    } else {
      news = this.topics.remove(subscriber, topic) || xpubVerboser;
    }
    if (adds && subscriber.exceeds(maxSubscriptions)) {
      const { pipe } = subscriber.outlet;
      pipe.fail(tooManyTopics(pipe.endpoint, maxSubscriptions));
    }
    if (!news) return;
    // A copy: it may wait for long, and would keep the buffer that the network was read into.
    const copy = frame.copy();
    copy.flags = MsgFlags.NONE;
    this.tell([copy], subscriber);
  }

  private manualSubscriber(): Subscriber | null {
    if (!this.host.options.manual) {
      throw new ZmqError(
        'InvalidOption',
        'A publisher does not subscribe: SUBSCRIBE and UNSUBSCRIBE need XPUB_MANUAL here, and are about the peer ' +
          'whose subscription was received last.',
      );
    }
    return this.lastFrom;
  }
}

function tooManyTopics(endpoint: string, limit: number): ZmqError {
  return new ZmqError(
    'ResourceLimitReached',
    `A subscriber at ${endpoint} was disconnected: it asked for more than ${limit} topics, or for longer ones than that ` +
      'many should be. If it is to be trusted, raise MAX_SUBSCRIPTIONS (maxSubscriptions).',
    { endpoint, fatal: true },
  );
}
