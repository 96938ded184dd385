import { type Channel, channel } from 'node:diagnostics_channel';
import type { MonitorEventName, SocketEvent } from '../core/contracts/monitor.js';
import type { ISocket } from '../core/contracts/socket.js';
import type { MonitorBus } from '../core/monitor-bus.js';

/** What subscribers of the channels get. */
export interface DiagnosticsMessage {
  readonly socket: ISocket;
  /** What happened; absent when a socket was made. */
  readonly event?: SocketEvent;
}

/**
 * The names of the channels of `node:diagnostics_channel` on which all sockets of the process tell what happens to them, for
 * tracing: `diagnostics_channel.subscribe(DiagnosticsChannel.HANDSHAKE, listener)`. Without a subscriber they cost nothing
 * for a message and one look per event.
 */
export const DiagnosticsChannel = {
  /** A socket was made. */
  SOCKET_CREATE: 'rzmq:socket:create',
  /** A socket has closed; nothing of it is left (`end`). */
  SOCKET_CLOSE: 'rzmq:socket:close',
  /** An endpoint is bound, or cannot be (`bind`, `bind:error`). */
  BIND: 'rzmq:bind',
  /** A bound endpoint is free again, or an attempt to bind or connect is over (`close`, `close:error`). */
  CLOSE: 'rzmq:close',
  /** A connection was accepted, or could not be (`accept`, `accept:error`). */
  ACCEPT: 'rzmq:accept',
  /** An attempt to connect begins, has succeeded, or comes again (`connect`, `connect:delay`, `connect:retry`). */
  CONNECT: 'rzmq:connect',
  /** A peer is known, or could not be talked to (`handshake`, `handshake:error:…`). */
  HANDSHAKE: 'rzmq:handshake',
  /** A connection has ended (`disconnect`). */
  DISCONNECT: 'rzmq:disconnect',
  /** Messages were given up (`dropped`): at most once per second, reason and socket. */
  DROP: 'rzmq:drop',
} as const;

// Channels belong to the process, by their nature: they are all that Contexts share.
const created: Channel = channel(DiagnosticsChannel.SOCKET_CREATE);
const binds: Channel = channel(DiagnosticsChannel.BIND);
const closes: Channel = channel(DiagnosticsChannel.CLOSE);
const accepts: Channel = channel(DiagnosticsChannel.ACCEPT);
const connects: Channel = channel(DiagnosticsChannel.CONNECT);
const handshakes: Channel = channel(DiagnosticsChannel.HANDSHAKE);

const CHANNEL_OF: Readonly<Partial<Record<MonitorEventName, Channel>>> = {
  end: channel(DiagnosticsChannel.SOCKET_CLOSE),
  bind: binds,
  'bind:error': binds,
  close: closes,
  'close:error': closes,
  accept: accepts,
  'accept:error': accepts,
  connect: connects,
  'connect:delay': connects,
  'connect:retry': connects,
  handshake: handshakes,
  'handshake:error:auth': handshakes,
  'handshake:error:other': handshakes,
  'handshake:error:protocol': handshakes,
  disconnect: channel(DiagnosticsChannel.DISCONNECT),
  dropped: channel(DiagnosticsChannel.DROP),
};

/** Lets the channels hear of a new socket, and of its events for as long as it lives. */
export function trace(socket: ISocket, bus: MonitorBus): void {
  if (created.hasSubscribers) created.publish({ socket } satisfies DiagnosticsMessage);
  bus.observer = (event) => {
    const to = CHANNEL_OF[event.type];
    if (to?.hasSubscribers === true) to.publish({ socket, event } satisfies DiagnosticsMessage);
  };
}
