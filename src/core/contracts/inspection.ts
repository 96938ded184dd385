import type { PeerFacts } from '../metadata.js';
import type { Dropped, QueueStats, TrafficStats } from '../stats.js';

/** One endpoint of a socket, as it is at the moment. */
export interface EndpointInspection {
  /** As it really is (bind), or as it was given (connect). */
  readonly endpoint: string;
  readonly role: 'bind' | 'connect';
  /**
   * `binding`, `listening`; `connecting`, `handshake`, `connected`, `waiting` (for the next attempt), `given up` (there is
   * no further attempt); `closing` after unbind, disconnect or close, until the last message has gone or its time is over.
   */
  readonly state:
    | 'binding'
    | 'listening'
    | 'connecting'
    | 'handshake'
    | 'connected'
    | 'waiting'
    | 'given up'
    | 'closing';
  /** What drives its connections. */
  readonly engine: string;
  /** Why it is that engine. */
  readonly reason: string;
  /** The connections that there are now. */
  readonly connections: number;
  /** How many attempts to connect have failed in a row. */
  readonly failedAttempts?: number;
  /** The milliseconds until the next attempt. */
  readonly retryIn?: number;
  /** Why the last attempt or connection has ended. */
  readonly error?: string;
}

/** One pipe of a socket, as it is at the moment. */
export interface PipeInspection extends TrafficStats, QueueStats {
  readonly endpoint: string;
  readonly connected: boolean;
  readonly peer?: PeerFacts;
  readonly dropped: Dropped;
}

/** One socket, as it is at the moment: plain data without secrets. */
export interface SocketInspection extends TrafficStats, QueueStats {
  readonly type: string;
  /** `closing`: `close` or `term` was called, and something of it is left. */
  readonly state: 'open' | 'closing';
  /** The options that differ from the defaults. Of text and bytes that may be secret only the size. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly endpoints: readonly EndpointInspection[];
  readonly peers: number;
  readonly pipes: readonly PipeInspection[];
  readonly dropped: Dropped;
  /** Calls of `send` that wait. */
  readonly sending: number;
  /** Calls that wait for a message. */
  readonly receiving: number;
}
