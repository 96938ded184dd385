import type { Addressing } from '../addressed-msg.js';
import type { Frame, InMessage, OutMessage } from '../msg.js';
import type { SocketOptionValues } from '../options/values.js';
import type { Pipe } from '../pipe.js';
import type { SocketTypeName } from '../socket-type.js';
import type { DropReason } from '../stats.js';
import type { IRandom } from './random.js';
import { type Token, token } from './token.js';

/** What a pattern may ask of the socket that it lives in. */
export interface IPatternHost {
  /** The options of the socket as they are now: read them when they are needed, keep no copy. */
  readonly options: Readonly<SocketOptionValues>;
  readonly random: IRandom;
  /** Says that messages are gone for good, and why; of which pipe, if that is one. Nothing may vanish without it. */
  dropped(reason: DropReason, messages: number, pipe?: Pipe): void;
  /** Calls back when the event loop has gone round once: for work that would keep everybody else waiting. */
  nextTurn(callback: () => void): void;
}

/**
 * One socket type: which peer a message goes to, and which peer the next message comes from.
 *
 * Everything is whole messages and direct calls. A pattern never waits: it takes a message or it does not, has one
 * or has not; the socket keeps the callers that wait and asks again after an edge.
 */
export interface IPattern {
  /** A pipe joined. On the connecting side this may be long before its first peer. False: refused, it is closed. */
  attach(pipe: Pipe): boolean;
  /** The pipe has a peer now (`pipe.peer`), the first or a new one after a reconnection. Comes after `attach`. */
  connected(pipe: Pipe): void;
  /** The pipe lost its peer; on the connecting side the pipe stays, and `connected` may come again. */
  disconnected(pipe: Pipe): void;
  /** The pipe is at its end: nothing more can be written; what it received may still be read. */
  detach(pipe: Pipe): void;
  /** An attached pipe has something to read, and had nothing when it was read last. */
  readActivated(pipe: Pipe): void;
  /** An attached pipe that refused a write has room again. */
  writeActivated(pipe: Pipe): void;
  /**
   * Takes one message. False: nobody can take it now, ask again after an edge.
   * Throws ZmqError when waiting cannot help: InvalidState (EFSM), HostUnreachable, InvalidSocketType (ENOTSUP).
   */
  send(message: OutMessage): boolean;
  /** The next message, or `undefined`. Throws ZmqError InvalidState (EFSM) or InvalidSocketType (ENOTSUP). */
  recv(): InMessage | undefined;
  /** True for a type that sends and receives in turn: a message is received to its last frame before the next is sent. */
  readonly alternates?: boolean;
  /** True when `send` would take a message now (ZMQ_POLLOUT). */
  readonly writable: boolean;
  /** True when `recv` would answer a message now (ZMQ_POLLIN). */
  readonly readable: boolean;
  /** Messages that were taken off a pipe and not received: where `readable` has to look. */
  readonly held?: number;
  /** ZMQ_SUBSCRIBE; only on types that subscribe. */
  subscribe?(topic: Buffer): void;
  /** ZMQ_UNSUBSCRIBE. */
  unsubscribe?(topic: Buffer): void;
  /** Whether a message whose first frame (of a RADIO: whose group) is `topic` would be sent to anybody. */
  reaches?(topic: Uint8Array): boolean;
  /** ZMQ_TOPICS_COUNT. */
  readonly topicsCount?: number;
  /** True for a type whose messages have one frame. */
  readonly singleFrames?: boolean;
  /** Which address a message to send has (`AddressedMsg`); left out: none. */
  readonly addressing?: Addressing;
  /** zmq_join; only on types that join groups. Throws InvalidArgument when it is in the group. */
  join?(group: Buffer): void;
  /** zmq_leave. Throws InvalidArgument when it is not in the group. */
  leave?(group: Buffer): void;
  /** The routing id of an attached pipe, for the option ZMQ_ROUTING_ID of a STREAM. */
  idOf?(pipe: Pipe): Buffer | undefined;
  /** The attached pipe to the peer that has this routing id, for zmq_disconnect_peer; only on types that address their peers. */
  pipeOf?(routingId: number | Frame): Pipe | undefined;
  /** zmq_connect_peer: the number of the peer of an attached pipe; only on types that tell it. */
  peerNumber?(pipe: Pipe): number;
}

/** One socket type that a Context offers; bind one to add a type or to replace one. */
export interface IPatternFactory {
  readonly type: SocketTypeName;
  create(host: IPatternHost): IPattern;
}

/** Multi-bound: every socket type of the Context. The last binding of a type wins. */
export const IPatternFactory: Token<IPatternFactory> = token('IPatternFactory');
