import type { Metadata } from './metadata.js';

/** Why a message was given up. */
export type DropReason =
  /** PUB, XPUB, REP, ROUTER: the queue to that peer was full, and the pattern does not wait. */
  | 'high-water-mark'
  /** ROUTER, REP: nobody has that routing id, or the asking peer is gone. */
  | 'no-route'
  /** The connection ended while the message was on its way out. Part of it had left, and it may even have arrived. */
  | 'connection-lost'
  /** The accepting side of a connection ended with messages queued for that peer. */
  | 'peer-gone'
  /** `close()`, `disconnect()` or `term()` ended before it could be sent (ZMQ_LINGER). */
  | 'linger'
  /** It came in, and the socket was closed, or its endpoint taken away, before it was read. */
  | 'unread'
  /** It came in and the pattern has no use for it: no delimiter, not the awaited reply, not subscribed. */
  | 'unexpected'
  /** It was sent frame by frame, and its last frame never came (ZMQ_SNDMORE). */
  | 'unfinished'
  /** A newer one took its place (ZMQ_CONFLATE). */
  | 'conflated'
  /** It came to a SUB that asks for nothing (any more) that it matches. */
  | 'not-subscribed';

/** Messages that are gone, by reason. A reason that never occurred is absent. */
export type Dropped = Partial<Readonly<Record<DropReason, number>>>;

/** What has been given up, by reason. */
export class DropCounts {
  private readonly counts: Map<DropReason, number> = new Map();

  public add(reason: DropReason, messages: number): void {
    if (messages > 0) this.counts.set(reason, (this.counts.get(reason) ?? 0) + messages);
  }

  public get(reason: DropReason): number {
    return this.counts.get(reason) ?? 0;
  }

  /** All reasons with a count, as a plain object. */
  public toJSON(): Dropped {
    return Object.fromEntries(this.counts);
  }
}

/** What has passed, since the beginning. Subscriptions that are sent for the socket count as messages. */
export interface TrafficStats {
  /** Messages that came from peers. */
  readonly messagesIn: number;
  /** Messages that were handed to a connection. Some of them may be lost with it (`connection-lost`). */
  readonly messagesOut: number;
  /** Bytes that the transport has read, framing and handshakes included; none over inproc, where nothing is read. */
  readonly bytesIn: number;
  /** Bytes that were given to the transport, framing and handshakes included; none over inproc. */
  readonly bytesOut: number;
}

/** What waits now. */
export interface QueueStats {
  /** They came, and are not received yet (up to ZMQ_RCVHWM per peer). */
  readonly queuedIn: number;
  /** They were sent, and the operating system has not taken them yet (up to ZMQ_SNDHWM per peer). */
  readonly queuedOut: number;
  /** The bytes of those that wait to be received (up to RECEIVE_HIGH_WATER_MARK_BYTES and one message, per peer). */
  readonly queuedBytesIn: number;
  /**
   * The bytes of those that wait to be sent (up to SEND_HIGH_WATER_MARK_BYTES and one message, per peer); with their
   * framing, as far as they are encoded.
   */
  readonly queuedBytesOut: number;
}

/** One pipe: the queues to one peer. On the connecting side it outlives connections, and counts all of them. */
export interface PipeStats extends TrafficStats, QueueStats {
  /** The endpoint as it was bound or connected. */
  readonly endpoint: string;
  /** True while there is a peer whose handshake is complete. */
  readonly connected: boolean;
  /** The peer; the last one while there is none. */
  readonly peer?: Metadata;
  /** Messages from or to this peer that are gone, by reason. */
  readonly dropped: Dropped;
}

/** What a socket has done, holds and has given up. */
export interface SocketStats extends TrafficStats, QueueStats {
  /** Messages that are gone, by reason. A reason that never occurred is absent. */
  readonly dropped: Dropped;
  /** Peers whose handshake is complete. */
  readonly peers: number;
  /** Each pipe that there is now. What has passed through those that are gone is in the sums above. */
  readonly pipes: readonly PipeStats[];
}
