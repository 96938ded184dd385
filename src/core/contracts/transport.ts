import type { ZmqError } from '../errors.js';
import type { Metadata } from '../metadata.js';
import type { InMessage } from '../msg.js';
import type { SocketOptionValues } from '../options/values.js';
import type { IHandle } from './handle.js';
import type { Properties } from './mechanism.js';
import { type Token, token } from './token.js';

/** Who drives a connection: it lends the memory for what arrives, and hears of everything that happens. */
export interface IConnectionSink {
  /** Where the next bytes go. Asked again after every `onRead`; never empty. */
  readBuffer(): Buffer;
  /**
   * `size` bytes were put at the start of the last `readBuffer`. False: read no more until `resume`. A size of 0 is a sign
   * of life of the peer, for a transport that has such (WebSocket).
   */
  onRead(size: number): boolean;
  /** Bytes that arrived in memory of the transport's own, for one that cannot read into `readBuffer`. */
  onChunk(bytes: Uint8Array): boolean;
  /** Everything that was written has been accepted below. Comes once after each `write` that answered false. */
  onDrained(): void;
  /** The connection is gone, in whichever way, and will call nothing more. `undefined`: one of both sides closed it. */
  onClosed(error: ZmqError | undefined): void;
}

/** What a transport and its peer have agreed on in their own opening, in the place of ZMTP's greeting. */
export interface Agreement {
  /**
   * The name of the security mechanism, as in a greeting. `undefined`: none; each side sends its routing id as one frame,
   * and everything after that is messages, as in ZMTP 2.0. Such a peer is refused where `allowZmtp2` is off.
   */
  readonly mechanism: string | undefined;
  /** How a subscription is sent: as a command (ZMTP 3.1), or as a message that begins with 1 or 0. */
  readonly subscriptions: 'commands' | 'messages';
}

/**
 * A stream of bytes to one peer, as ordered and reliable as TCP. No ZMTP above it and no options below.
 * It calls its sink only after `start`, and never from within a call to `start`, `write`, `close` or `destroy`;
 * `onRead` may come from within `resume`, and `readBuffer`, which is only a question, from within `start`.
 */
export interface IConnection extends IHandle {
  readonly kind: 'stream';
  /** The addresses, as text for people and for events: `"127.0.0.1:5555"`; empty where there is none. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  /**
   * Set by a transport whose own opening has replaced the greeting of ZMTP: then none is sent and none is awaited, and the
   * bytes of both directions are frames from the first on, as ZMTP 3 encodes them.
   */
  readonly agreed?: Agreement | undefined;
  /**
   * What the transport has verified of the peer, by lower-case name; `user-id` is who it is. It becomes part of the
   * `Metadata` of what the peer sends. What the security mechanism verifies goes before it.
   */
  readonly verified?: Properties | undefined;
  /** Begins to read. Called once, before anything is written. */
  start(sink: IConnectionSink): void;
  /**
   * Sends bytes, one chunk after the other. True: all is accepted below, and the memory is the caller's again.
   * False: the memory must stay as it is until `onDrained`. Not called again before that. A write to a peer that is gone is
   * followed by `onClosed`, even if the reader has stopped: it may never go on.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Reads no more, so that the peer is held back. */
  pause(): void;
  resume(): void;
  /**
   * The largest frame that is accepted from now on, in bytes; -1: any. For a transport that keeps a frame until it is
   * whole, and so has to refuse a larger one itself: before the handshake is complete a stranger gets little memory.
   */
  limitFrames?(frameSize: number): void;
  /**
   * Asks the peer for a sign of life by means of the transport's own; with this method, ZMTP's PING is not sent. Not called
   * while a write is not drained.
   */
  ping?(): void;
  /** Sends what was written, then closes; what still arrives, or was not read, is thrown away. `onClosed` follows. */
  close(): void;
  /** Closes now; what was not accepted is lost. `onClosed` follows. Twice, or after `close`, is harmless. */
  destroy(): void;
}

/**
 * A connection inside this process: no bytes, messages are handed over as they are (inproc).
 * The two ends know each other; the direct engine joins their pipes.
 */
export interface IDirectConnection {
  readonly kind: 'direct';
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** Says what this end is; as soon as both ends have, each hears `onPeer` (never from within this call). Called once. */
  open(end: IDirectEnd): void;
  /** Ends both sides: both ends hear `onClosed` (never from within this call). Twice is harmless. */
  destroy(): void;
}

/** One end of a direct connection, as the other end sees it. Made by the direct engine. */
export interface IDirectEnd {
  readonly socketType: string;
  readonly routingId: Buffer;
  /** What its messages say of where they come from. */
  readonly metadata?: Metadata;
  /** It was given up: nothing can be handed to it any more. */
  readonly gone: boolean;
  /** The other end is there too. Comes once, and first, but for a message of an end that was told before this one. */
  onPeer(peer: IDirectEnd): void;
  /** A whole message from the other end. False: full now, the other end waits for its `onRoom`. */
  onMessage(message: InMessage): boolean;
  /** The reader of this end's messages has made room. */
  onRoom(): void;
  /** The connection is gone. Comes once, and nothing comes after it. */
  onClosed(): void;
}

/** A bound endpoint. */
export interface IListener extends IHandle {
  /** The endpoint as it really is: wildcards and port 0 filled in (ZMQ_LAST_ENDPOINT). */
  readonly endpoint: string;
  /** Stops listening; resolves when the address is free again. Accepted connections stay. Twice is harmless. */
  close(): Promise<void>;
}

/** What a transport tells about a bound endpoint, beginning after `listen` has resolved. */
export interface IListenerEvents {
  onConnection(connection: IConnection | IDirectConnection): void;
  /** A connection could not be accepted; the listener goes on. */
  onAcceptFailed(error: ZmqError): void;
}

/** An endpoint whose text was found to be right. */
export interface ParsedEndpoint {
  readonly scheme: string;
  /** The part after `://`. */
  readonly address: string;
  /** The whole text, as it was given. */
  readonly endpoint: string;
}

/** Where an attempt to connect shows what of it keeps the process alive, while it does. */
export interface IHandles {
  add(handle: IHandle): void;
  delete(handle: IHandle): void;
}

/**
 * One way to reach a peer: a scheme of endpoints, what they look like, how to listen and how to connect.
 * Stateless but for what is bound at the moment; one per Context.
 */
export interface ITransport {
  /** The schemes that it serves, without `://`. */
  readonly schemes: readonly string[];
  /**
   * Checks the text of an endpoint without touching the network. Throws InvalidEndpoint (or AddrNotAvailable, …)
   * with what is wrong and what would be right.
   */
  check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void;
  /** Binds. Rejects with the error of bind(): AddrInUse, AddrNotAvailable, EndpointResolutionFailed, … */
  listen(endpoint: ParsedEndpoint, options: Readonly<SocketOptionValues>, events: IListenerEvents): Promise<IListener>;
  /** `listen`, done when it returns; throws what `listen` rejects with. Only where that is possible without waiting. */
  listenNow?(endpoint: ParsedEndpoint, options: Readonly<SocketOptionValues>, events: IListenerEvents): IListener;
  /**
   * Makes one attempt to connect, resolving names anew. Rejects when it fails; whoever called tries again.
   * `signal` gives the attempt up: what was half made is closed, and the promise rejects (Aborted). Once the promise
   * has resolved, the connection is the caller's to destroy, even if `signal` came at the same moment.
   * A transport whose peers take time to answer calls `onDelayed`, once, when the name is resolved and the waiting begins
   * (ZMQ_EVENT_CONNECT_DELAYED).
   * `handles` is for `unref` during the attempt. A transport may leave both alone.
   */
  connect(
    endpoint: ParsedEndpoint,
    options: Readonly<SocketOptionValues>,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection | IDirectConnection>;
  /**
   * Connects at once to whoever is bound to an address now, or answers `undefined` when nobody is. Only a transport inside
   * the process can: without it, and `isBound`, the Context finds no handler of ZAP there.
   */
  join?(address: string): IDirectConnection | undefined;
  /** True when somebody is bound to an address now. Goes with `join`. */
  isBound?(address: string): boolean;
}

/** Multi-bound: every transport of the Context. Two for one scheme fail the constructor of the Context. */
export const ITransport: Token<ITransport> = token('ITransport');
