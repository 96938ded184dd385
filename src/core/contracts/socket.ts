import type { EventEmitter } from 'node:events';
import type { Address } from '../addressed-msg.js';
import type { Metadata } from '../metadata.js';
import type { InMessage, Msg, OutMessage } from '../msg.js';
import type { SocketOptionsInit } from '../options/inputs.js';
import type { OptionInput } from '../options/socket-options.js';
import type { TypedSocketOptions } from '../options/typed-options.js';
import type { SocketTypeName } from '../socket-type.js';
import type { SocketStats } from '../stats.js';
import type { CloseOptions, CloseReport } from './close-report.js';
import type { MonitorEvents, SocketEventIterator } from './monitor.js';
import { type Token, token } from './token.js';

/** What a waiting operation can be told. */
export interface OperationOptions {
  /** Gives the operation up: it rejects with code `Aborted`. An aborted receive loses no message. */
  readonly signal?: AbortSignal | undefined;
}

/** What waiting for somebody can be told. */
export interface WaitOptions extends OperationOptions {
  /** Milliseconds after which it rejects with code `Timeout`; 0 looks once. Default -1: no limit. */
  readonly timeout?: number | undefined;
}

/** What `send` can be told. */
export interface SendOptions extends OperationOptions, Address {}

/** What `connect` can be told. */
export interface ConnectOptions {
  /** ZMQ_CONNECT_ROUTING_ID for this connection: the name that the peer gets at this ROUTER, whatever it calls itself. */
  readonly routingId?: string | Uint8Array | undefined;
}

/** The events of a socket. */
export type SocketEvents = EventEmitter<MonitorEvents>;

/**
 * A ZeroMQ socket. One type has all the operations; those that a pattern does not have reject with InvalidSocketType
 * (ENOTSUP). `Context.socket` narrows it to what the socket type can do.
 *
 * Every operation rejects with SocketClosed (ENOTSOCK) after `close`, and with ContextTerminated (ETERM) after
 * `Context.term` or `Context.shutdown`.
 */
export interface ISocket extends AsyncIterable<InMessage, undefined>, AsyncDisposable {
  /** The type by its name on the wire (ZMQ_TYPE gives the number). */
  readonly type: SocketTypeName;
  /** True once `close` was called, or the Context terminated. */
  readonly closed: boolean;
  /** The endpoint of the last `bind` (as it really is) or `connect` (as given); empty before (ZMQ_LAST_ENDPOINT). */
  readonly lastEndpoint: string;
  /** True when a message can be received now (ZMQ_POLLIN). */
  readonly readable: boolean;
  /**
   * True when there is a peer, or room, for a message (ZMQ_POLLOUT). `trySend` may still answer false once the sockets of
   * the Context have sent their share of this turn of the event loop.
   */
  readonly writable: boolean;
  /** The options by name: read and set as properties. */
  readonly options: TypedSocketOptions;
  /** The events of the socket and its connections, by zeromq.js's names; `event` is every one of them. */
  readonly events: SocketEvents;

  /**
   * Listens on an endpoint; resolves with the real one. Rejects with InvalidEndpoint, UnsupportedTransport, AddrInUse,
   * AddrNotAvailable, PermissionDenied, EndpointResolutionFailed. (zmq_bind)
   */
  bind(endpoint: string): Promise<string>;
  /**
   * Stops listening; resolves when the address is free. Connections that were accepted through it close. Takes the
   * endpoint as `bind` resolved it, else EndpointNotFound. (zmq_unbind)
   */
  unbind(endpoint: string): Promise<void>;
  /**
   * Adds an endpoint to connect to; resolves when it is accepted, before there is a connection. It is connected again
   * whenever it is lost. Rejects with InvalidEndpoint, UnsupportedTransport. (zmq_connect)
   */
  connect(endpoint: string, options?: ConnectOptions): Promise<void>;
  /**
   * `connect` of a PEER, which resolves with the number of the peer, to send to as `routingId`. InvalidArgument (EFAULT)
   * with ZMQ_IMMEDIATE. (zmq_connect_peer)
   */
  connectPeer(endpoint: string): Promise<number>;
  /**
   * Closes the connection to one peer: the `Msg.routingId` of a SERVER or PEER, the first frame of a ROUTER's or STREAM's
   * message. What is queued for it is dropped. If it was connected from here, its endpoint is not connected again. Who was
   * accepted may come again. Throws HostUnreachable (EHOSTUNREACH) when no peer has that routing id, InvalidSocketType
   * (ENOTSUP) on other types, SocketClosed, ContextTerminated. (zmq_disconnect_peer)
   */
  disconnectPeer(routingId: number | string | Uint8Array): void;
  /** Takes an endpoint of `connect` away; what is queued for it may linger. EndpointNotFound if unknown. (zmq_disconnect) */
  disconnect(endpoint: string): Promise<void>;

  /**
   * Resolves when every endpoint that `bind` and `connect` were called with is in use: bound, or connected to a peer whose
   * handshake is complete. Before the first of them it waits. Rejects when an endpoint is not tried any more, with the
   * reason (ProtocolViolation, ConnectionRefused, …); with Timeout (EAGAIN), Aborted, SocketClosed, ContextTerminated.
   */
  ready(options?: WaitOptions): Promise<void>;
  /**
   * Resolves when at least `count` peers are connected, their handshake complete. Rejects with Timeout (EAGAIN), Aborted,
   * SocketClosed, ContextTerminated.
   */
  waitForPeers(count: number, options?: WaitOptions): Promise<void>;
  /**
   * Resolves when a message whose first frame is `topic` would be sent to at least one subscriber; without a topic, the
   * empty message. From then on it does not get lost for want of a subscription. On a RADIO, `topic` is a
   * group. PUB, XPUB and RADIO only: others reject with InvalidSocketType (ENOTSUP). Rejects further as `waitForPeers`.
   */
  waitForSubscriber(topic?: string | Uint8Array, options?: WaitOptions): Promise<void>;

  /**
   * Sends a message: text (as UTF-8), bytes, a `Msg`, or an array of these as the frames of one message. Bytes are
   * referenced until they are on the wire: do not change them. A `Msg` with the MORE flag is the beginning of a message
   * that further calls complete.
   *
   * Resolves when the message is queued. Waits (ZMQ_SNDTIMEO) where the pattern waits: at the high-water mark, or
   * without a peer. Rejects with Timeout or ResourceLimitReached (EAGAIN), InvalidState (EFSM), InvalidMessage,
   * HostUnreachable. Calls are served in order. (zmq_send)
   *
   * A RADIO sends to a `group`, a SERVER or PEER to a `routingId`; a received `Msg` has those it came with. The messages
   * of CLIENT, SERVER, RADIO, SCATTER, PEER and CHANNEL have one frame: more is InvalidMessage (EINVAL).
   */
  send(message: OutMessage, options?: SendOptions): Promise<void>;
  /** `send` for the frames of one message. */
  sendMultipart(frames: readonly (Msg | string | Uint8Array)[], options?: OperationOptions): Promise<void>;
  /**
   * Sends if that is possible at once (ZMQ_DONTWAIT). False: nothing was taken, because nobody has room or this turn of the
   * event loop has sent its share; `send` waits for either.
   */
  trySend(message: OutMessage, address?: Address): boolean;

  /** Receives one frame; `more` says whether others of the same message follow. Waits up to ZMQ_RCVTIMEO. (zmq_recv) */
  recv(options?: OperationOptions): Promise<Msg>;
  /** Receives a whole message. */
  recvMultipart(options?: OperationOptions): Promise<InMessage>;
  /** Receives at least one message, and up to `max` of those that are there: the way with the least overhead. */
  recvMany(max: number, options?: OperationOptions): Promise<InMessage[]>;
  /** Receives a message if there is one (ZMQ_DONTWAIT). */
  tryRecv(): InMessage | undefined;

  /**
   * ZMQ_SUBSCRIBE: prefixes to receive; without arguments everything. SUB; and with `manual` an XPUB, for the peer whose
   * subscription it received last.
   */
  subscribe(...topics: (string | Uint8Array)[]): void;
  /** ZMQ_UNSUBSCRIBE, as often as it was subscribed. */
  unsubscribe(...topics: (string | Uint8Array)[]): void;

  /**
   * Groups to receive, each as a whole: text (as UTF-8) or bytes, at most 255 of them and none of them 0. DISH only.
   * Throws InvalidArgument (EINVAL) for one that it is in already. (zmq_join)
   */
  join(...groups: (string | Uint8Array)[]): void;
  /** Groups to receive no more. Throws InvalidArgument (EINVAL) for one that it is not in. (zmq_leave) */
  leave(...groups: (string | Uint8Array)[]): void;

  /** Sets an option by libzmq's number ({@link SocketOption}). (zmq_setsockopt) */
  setOption(option: number, value: OptionInput): Promise<void>;
  /** Reads an option by libzmq's number. (zmq_getsockopt) */
  getOption(option: number): Promise<number | boolean | string | Buffer | null>;

  /**
   * An iterator over the events from now on; it ends when the socket has closed. Any number of them are independent of
   * one another. It keeps 100 events for a slow reader, then the oldest go and count as `missed`. (zmq_socket_monitor)
   *
   * @param events the numbers of those that are wanted, ored ({@link MonitorEvent}); all when left out. Throws InvalidArgument
   *   for what is no number
   */
  monitor(events?: number): SocketEventIterator;
  /** What has passed, what waits, and what has been given up and why: of the socket, and of each pipe. A copy. */
  stats(): SocketStats;
  /**
   * Says for each pipe how many messages wait in it, as `pipe:stats` events. Throws SocketClosed.
   * (zmq_socket_monitor_pipes_stats)
   */
  publishPipeStats(): void;

  /**
   * Lets the process end although the socket is there, with its connections, listening addresses and timers. It does not
   * wait for what is queued. A name that is being looked up keeps the process all the same.
   */
  unref(): void;
  /** Keeps the process alive again, while there is a connection, a listening address or a timer. So it is at first. */
  ref(): void;

  /**
   * Closes the socket; resolves when nothing of it is left, with what became of the messages that it had. What is queued is
   * sent within ZMQ_LINGER, and within the deadline if there is one. It keeps the process alive meanwhile. Twice is once.
   * (zmq_close)
   */
  close(options?: CloseOptions): Promise<CloseReport>;
}

/** Makes the sockets of a Context; rebind it to replace them all, for example by fakes. */
export interface ISocketFactory {
  /** Throws InvalidSocketType for a type that is not bound, InvalidOption(Value) for wrong options. */
  create(type: SocketTypeName, options: SocketOptionsInit): ISocket;
}

/** Rebind it to replace the sockets of a Context. */
export const ISocketFactory: Token<ISocketFactory> = token('ISocketFactory');

/** The peer that a received message came from. */
export type Peer = Metadata;
