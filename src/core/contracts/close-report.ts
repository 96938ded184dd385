import type { SocketTypeName } from '../socket-type.js';
import type { DropReason } from '../stats.js';

/** How `close` and `term` are done. */
export interface CloseOptions {
  /**
   * Milliseconds that they may take to send what is queued, at most; ZMQ_LINGER counts too, and the shorter of both. What
   * is left then is dropped. Called again with an earlier one, they end earlier. Default: none but ZMQ_LINGER.
   */
  readonly deadline?: number | undefined;
}

/** What became of the messages that were queued for the peers at one endpoint. */
export interface EndpointReport {
  readonly endpoint: string;
  readonly sent: number;
  readonly dropped: number;
}

/** What became of the messages that a socket had when `close` was called. */
export interface CloseReport {
  readonly type: SocketTypeName;
  /** Queued then, and handed to the operating system (over inproc, to the peer) since: so many at least. */
  readonly sent: number;
  /**
   * Given up since, by reason: `linger`, `connection-lost` and `peer-gone` are messages that were queued for a peer,
   * `unread` are those that nobody has received.
   */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Where something was queued. `sent` and `dropped` are those of the report, but only of messages that were to go out. */
  readonly endpoints: readonly EndpointReport[];
}

/** What became of the messages of all sockets of which something was left when `term` was called. */
export interface TermReport {
  readonly sent: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** In the order in which they were made. */
  readonly sockets: readonly CloseReport[];
}
