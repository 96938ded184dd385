import { TOPIC_SIZE_ALLOWANCE } from '../core/budgets.js';
import type { IRandom } from '../core/contracts/random.js';
import type { Distributor, Outlet } from './distributor.js';
import { PrefixMap } from './prefix-map.js';

/** A topic that somebody asked for. */
class Topic {
  public readonly bytes: Buffer;
  /** Who asked for it: each once, however often it asked. */
  public readonly outlets: Outlet[] = [];
  /** The one outlet, when there is one: then a message need not wait for the memory of the list. */
  public only: Outlet | null = null;

  public constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  public join(outlet: Outlet): void {
    this.outlets.push(outlet);
    this.only = this.outlets.length === 1 ? outlet : null;
  }

  public leave(outlet: Outlet): void {
    const { outlets } = this;
    const at = outlets.indexOf(outlet);
    const last = outlets.pop() as Outlet;
    if (last !== outlet) outlets[at] = last;
    this.only = outlets.length === 1 ? (outlets[0] as Outlet) : null;
  }
}

/** What a publisher knows of one subscriber. */
export class Subscriber {
  public readonly outlet: Outlet;
  /** The topics that it is sent. */
  public readonly topics: Set<Topic> = new Set();
  /** Under ZMQ_XPUB_MANUAL, the topics that it asked for, as latin1 text: those it is sent are the application's. */
  public readonly requested: Set<string> = new Set();
  public gone = false;
  /** The messages that were taken from it since it was last held up (SUBSCRIPTIONS_PER_TURN). */
  public taken = 0;
  /** The bytes of all topics in `topics`, and of those in `requested`. */
  public topicBytes = 0;
  private requestedBytes = 0;

  public constructor(outlet: Outlet) {
    this.outlet = outlet;
  }

  /** It asks for a topic that the application decides about. */
  public request(topic: string): void {
    if (this.requested.has(topic)) return;
    this.requested.add(topic);
    this.requestedBytes += topic.length;
  }

  /** It takes such a request back. */
  public withdraw(topic: string): void {
    if (this.requested.delete(topic)) this.requestedBytes -= topic.length;
  }

  /** True when this is more than one peer may make us keep (MAX_SUBSCRIPTIONS; -1: no limit). */
  public exceeds(limit: number): boolean {
    if (limit < 0) return false;
    const size = limit * TOPIC_SIZE_ALLOWANCE;
    return (
      this.topics.size > limit || this.requested.size > limit || this.topicBytes > size || this.requestedBytes > size
    );
  }
}

/** Which subscribers want what. Per subscriber it is a set: repeated subscriptions count once. */
export class TopicTable {
  private readonly map: PrefixMap<Topic>;
  private matched: Topic[] = [];

  public constructor(random: IRandom) {
    this.map = new PrefixMap<Topic>(random);
  }

  /** The number of distinct topics. */
  public get size(): number {
    return this.map.size;
  }

  /** True: nobody had this topic before. The bytes are copied. */
  public add(subscriber: Subscriber, bytes: Uint8Array): boolean {
    const known = this.map.get(bytes);
    const topic = known ?? new Topic(Buffer.from(bytes));
    if (known === undefined) this.map.insert(topic.bytes, topic);
    if (!subscriber.topics.has(topic)) {
      subscriber.topics.add(topic);
      subscriber.topicBytes += topic.bytes.length;
      topic.join(subscriber.outlet);
    }
    return known === undefined;
  }

  /** True: nobody has this topic now. */
  public remove(subscriber: Subscriber, bytes: Uint8Array): boolean {
    const topic = this.map.get(bytes);
    if (topic === undefined) return true;
    if (subscriber.topics.delete(topic)) {
      subscriber.topicBytes -= topic.bytes.length;
      this.leave(topic, subscriber.outlet);
    }
    return topic.outlets.length === 0;
  }

  /** Takes a subscriber out of all of its topics, and tells of each whether somebody else still has it. */
  public removeAll(subscriber: Subscriber, tell: (bytes: Buffer, last: boolean) => void): void {
    for (const topic of subscriber.topics) {
      this.leave(topic, subscriber.outlet);
      tell(topic.bytes, topic.outlets.length === 0);
    }
    subscriber.topics.clear();
  }

  /** Chooses everybody who has a prefix of these bytes among its topics. */
  public choose(bytes: Uint8Array, offset: number, length: number, distributor: Distributor): void {
    const count = this.map.collect(bytes, offset, length, this.matched);
    for (let i = 0; i < count; i++) {
      const topic = this.matched[i] as Topic;
      if (topic.only !== null) distributor.choose(topic.only);
      else for (let k = 0; k < topic.outlets.length; k++) distributor.choose(topic.outlets[k] as Outlet);
    }
  }

  private leave(topic: Topic, outlet: Outlet): void {
    topic.leave(outlet);
    if (topic.outlets.length !== 0) return;
    this.map.delete(topic.bytes);
    this.matched = []; // It may be among them, and should not be kept in memory.
  }
}
