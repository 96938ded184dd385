import type { ZmqError } from '../errors.js';
import type { Metadata } from '../metadata.js';

/** libzmq's names and numbers of the events of a socket (ZMQ_EVENT_*). */
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
} as const;

/** The events by the names that zeromq.js users know. */
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
  | 'handshake:error:auth';

/** libzmq's number of each event. */
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
};

/** Something that happened to a socket or to one of its connections. */
export interface SocketEvent {
  readonly type: MonitorEventName;
  /** libzmq's number (ZMQ_EVENT_*). */
  readonly event: number;
  /** The endpoint: the bound one on the accepting side, the one given to `connect` on the connecting side. */
  readonly endpoint: string;
  /** The peer's address, where there is a peer. */
  readonly address?: string;
  /** The milliseconds until the next attempt (`connect:retry`). */
  readonly interval?: number;
  /** What went wrong (`…:error`, and `disconnect` when it was not the peer's or our own close). */
  readonly error?: ZmqError;
  /** The peer, once its handshake is complete. */
  readonly peer?: Metadata;
}
