import type { SocketOptionValues } from './values.js';

/** What the options need of their socket: somebody who acts on them, and who knows what is not a setting. */
export interface IOptionHost {
  /** ZMQ_SUBSCRIBE. The bytes are the host's own. */
  subscribe(topic: Buffer): void;
  /** ZMQ_UNSUBSCRIBE. The bytes are the host's own. */
  unsubscribe(topic: Buffer): void;
  /** A setting was set; comes after each successful set, also to the same value, once per property concerned. */
  changed(property: keyof SocketOptionValues): void;
  /** ZMQ_EVENTS: 1 readable, 2 writable. */
  readonly events: number;
  /** ZMQ_RCVMORE. */
  readonly receiveMore: boolean;
  /** ZMQ_LAST_ENDPOINT; empty before the first bind or connect. */
  readonly lastEndpoint: string;
  /** ZMQ_TOPICS_COUNT. */
  readonly topicsCount: number;
}
