/** Why a message was given up. */
export type DropReason =
  /** PUB, XPUB, REP, ROUTER: the queue to that peer was full, and the pattern does not wait. */
  | 'high-water-mark'
  /** ROUTER, REP: nobody has that routing id, or the asking peer is gone. */
  | 'no-route'
  /** The connection ended while the message was on its way out. */
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

/** What a socket has given up, by reason. */
export class DropCounts {
  private readonly counts: Map<DropReason, number> = new Map();

  public add(reason: DropReason, messages: number): void {
    if (messages > 0) this.counts.set(reason, (this.counts.get(reason) ?? 0) + messages);
  }

  public get(reason: DropReason): number {
    return this.counts.get(reason) ?? 0;
  }

  /** All reasons with a count, as a plain object. */
  public toJSON(): Partial<Record<DropReason, number>> {
    return Object.fromEntries(this.counts);
  }
}
