import type { ZmqError } from '../errors.js';
import type { Metadata } from '../metadata.js';
import type { DropReason } from '../stats.js';

/** libzmq's names and numbers of the events of a socket (ZMQ_EVENT_*), to compare and to make masks of. */
export const MonitorEvent = {
  CONNECTED: 0x0001,
  CONNECT_DELAYED: 0x0002,
  CONNECT_RETRIED: 0x0004,
  LISTENING: 0x0008,
  BIND_FAILED: 0x0010,
  ACCEPTED: 0x0020,
  ACCEPT_FAILED: 0x0040,
  CLOSED: 0x0080,
  CLOSE_FAILED: 0x0100,
  DISCONNECTED: 0x0200,
  MONITOR_STOPPED: 0x0400,
  HANDSHAKE_FAILED_NO_DETAIL: 0x0800,
  HANDSHAKE_SUCCEEDED: 0x1000,
  HANDSHAKE_FAILED_PROTOCOL: 0x2000,
  HANDSHAKE_FAILED_AUTH: 0x4000,
  /** All of the above. */
  ALL: 0xffff,
  PIPES_STATS: 0x10000,
  /** Not one of libzmq's: messages were given up. */
  DROPPED: 0x40000000,
} as const;

/** The events by the names that zeromq.js users know, and two that zeromq.js does not have. */
export type MonitorEventName =
  | 'connect'
  | 'connect:delay'
  | 'connect:retry'
  | 'bind'
  | 'bind:error'
  | 'accept'
  | 'accept:error'
  | 'close'
  | 'close:error'
  | 'disconnect'
  | 'end'
  | 'handshake:error:other'
  | 'handshake'
  | 'handshake:error:protocol'
  | 'handshake:error:auth'
  | 'pipe:stats'
  | 'dropped';

/** The number of each event. */
export const MONITOR_EVENT_NUMBER: Readonly<Record<MonitorEventName, number>> = {
  connect: MonitorEvent.CONNECTED,
  'connect:delay': MonitorEvent.CONNECT_DELAYED,
  'connect:retry': MonitorEvent.CONNECT_RETRIED,
  bind: MonitorEvent.LISTENING,
  'bind:error': MonitorEvent.BIND_FAILED,
  accept: MonitorEvent.ACCEPTED,
  'accept:error': MonitorEvent.ACCEPT_FAILED,
  close: MonitorEvent.CLOSED,
  'close:error': MonitorEvent.CLOSE_FAILED,
  disconnect: MonitorEvent.DISCONNECTED,
  end: MonitorEvent.MONITOR_STOPPED,
  'handshake:error:other': MonitorEvent.HANDSHAKE_FAILED_NO_DETAIL,
  handshake: MonitorEvent.HANDSHAKE_SUCCEEDED,
  'handshake:error:protocol': MonitorEvent.HANDSHAKE_FAILED_PROTOCOL,
  'handshake:error:auth': MonitorEvent.HANDSHAKE_FAILED_AUTH,
  'pipe:stats': MonitorEvent.PIPES_STATS,
  dropped: MonitorEvent.DROPPED,
};

/** What an event may tell beside its name. */
export interface SocketEventFacts {
  /** The peer's address as the transport has it (`"127.0.0.1:5555"`), where there is a connection. */
  readonly address?: string;
  /** Our end of the connection as an endpoint (`"tcp://127.0.0.1:5555"`), where the transport knows it. */
  readonly localEndpoint?: string;
  /** The peer's end of the connection as an endpoint, where the transport knows it. */
  readonly remoteEndpoint?: string;
  /** The milliseconds until the next attempt (`connect:retry`). */
  readonly interval?: number;
  /** What went wrong (`…:error`, `close` after an attempt, `connect:retry`; `disconnect` unless one side just closed). */
  readonly error?: ZmqError;
  /** The peer, once its handshake is complete (`handshake`, `disconnect`, `pipe:stats`). */
  readonly peer?: Metadata;
  /** Why messages were given up (`dropped`). */
  readonly reason?: DropReason;
  /** How many messages were given up since the last such event (`dropped`). */
  readonly messages?: number;
  /** How many messages wait to be sent to the peer (`pipe:stats`). */
  readonly queuedOut?: number;
  /** How many messages of the peer wait to be received (`pipe:stats`). */
  readonly queuedIn?: number;
  /** The bytes of those messages (`pipe:stats`). */
  readonly queuedBytesOut?: number;
  readonly queuedBytesIn?: number;
}

/** The facts that are always there, by event. */
interface CertainFacts {
  'connect:retry': 'interval';
  'bind:error': 'error';
  'accept:error': 'error';
  'close:error': 'error';
  'handshake:error:other': 'error';
  'handshake:error:protocol': 'error';
  'handshake:error:auth': 'error';
  handshake: 'peer';
  'pipe:stats': 'queuedOut' | 'queuedIn' | 'queuedBytesOut' | 'queuedBytesIn';
  dropped: 'reason' | 'messages';
}

/** One kind of event, with the facts that it always has. */
export type SocketEventOf<Name extends MonitorEventName> = SocketEventFacts & {
  readonly type: Name;
  /** libzmq's number (ZMQ_EVENT_*). */
  readonly event: number;
  /**
   * libzmq's value of the event: an errno, the milliseconds until the next attempt, the status of ZAP, a
   * {@link ProtocolError}; -1 where libzmq gives a file descriptor, which Node does not tell.
   */
  readonly value: number;
  /** The endpoint: the bound one on the accepting side, the one given to `connect` on the connecting side. */
  readonly endpoint: string;
} & (Name extends keyof CertainFacts ? Required<Pick<SocketEventFacts, CertainFacts[Name]>> : unknown);

/** Something that happened to a socket or to one of its connections; `type` tells which facts it has. */
export type SocketEvent = { [Name in MonitorEventName]: SocketEventOf<Name> }[MonitorEventName];

/** The listeners' view: each event by its name, and all of them as `event`. */
export type MonitorEvents = { [Name in MonitorEventName]: [SocketEventOf<Name>] } & { event: [SocketEvent] };

/** The events of a socket, one after the other. It ends when the socket has closed, or with `return`. */
export interface SocketEventIterator extends AsyncIterableIterator<SocketEvent, undefined> {
  /** How many events came while too many others waited to be read, and are lost. */
  readonly missed: number;
}
