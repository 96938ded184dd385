import type { ISocket } from '../core/contracts/socket.js';
import type { InMessage } from '../core/msg.js';
import type { DealerSocket, PairSocket, PubSocket, PushSocket, RepSocket, SubSocket } from './socket-types.js';

/** What a proxy needs of a socket: any that `Context.socket` made. */
export type ProxySocket = Pick<ISocket, 'type' | 'closed' | 'close'>;

/** What a proxy can be told when it is made. */
export interface ProxyOptions {
  /** Gets a copy of every message that was passed on, in both directions. While it has no room, nothing moves. */
  readonly capture?: PubSocket | PushSocket | DealerSocket | PairSocket | undefined;
  /**
   * Takes commands: a message of one frame, PAUSE, RESUME, TERMINATE or STATISTICS. STATISTICS is answered with eight
   * frames (see `ProxyStatistics`), where the socket can send; a REP answers everything else with an empty frame.
   */
  readonly control?: PairSocket | SubSocket | RepSocket | DealerSocket | undefined;
  /** Ends the proxy, as `terminate` does. */
  readonly signal?: AbortSignal | undefined;
}

/** What passed one socket of a proxy. Whole messages, and the bytes of all of their frames. */
export interface ProxyTraffic {
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
}

/**
 * What a proxy has done so far. Over a control socket: the four numbers of the frontend in this order, then those of the
 * backend, each a frame of eight bytes (uint64 in the byte order of the machine).
 */
export interface ProxyStatistics {
  readonly frontend: ProxyTraffic;
  readonly backend: ProxyTraffic;
  /** Messages that were given up, because a ROUTER with `mandatory` has no such peer. They count as received. */
  readonly unroutable: number;
}

/** How a proxy has ended. */
export interface ProxyEnd {
  /** By `terminate` or TERMINATE; by its signal; or because one of its sockets was closed, or a Context terminated. */
  readonly reason: 'terminated' | 'aborted' | 'closed';
  readonly statistics: ProxyStatistics;
  /**
   * What it had taken and could not pass on any more: at most one message in each direction, and that only where a
   * message waits for one certain peer (ROUTER with `mandatory`, XPUB with `noDrop`), or its destination was closed.
   */
  readonly undelivered: readonly InMessage[];
}
