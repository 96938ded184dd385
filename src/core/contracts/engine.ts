import type { ZmqError } from '../errors.js';
import type { Metadata } from '../metadata.js';
import type { SocketOptionValues } from '../options/values.js';
import type { IPipeSink, Pipe } from '../pipe.js';
import type { SocketTypeName } from '../socket-type.js';
import type { CapabilityReport } from './capability-probe.js';
import { type Token, token } from './token.js';
import type { IConnection, IDirectConnection, ITransport, ParsedEndpoint } from './transport.js';

/** Who owns an engine: the session. It hears of the two things that matter, each at most once. */
export interface IEngineHost {
  /** The peer is known and may talk to us. Answers the pipe for its messages, or `undefined` to refuse it. */
  onPeer(peer: Metadata): Pipe | undefined;
  /** The connection is gone. `undefined`: the peer closed it, or we did. A fatal error must not be retried. */
  onEnded(error: ZmqError | undefined): void;
}

/** Drives one connection: speaks the protocol below, moves messages from and to a pipe above. */
export interface IEngine extends IPipeSink {
  /** Begins the handshake. Called once. */
  start(host: IEngineHost): void;
  /** Sends what the pipe holds, then closes. The host sets the time that this may take, and calls `destroy` after it. */
  finish(): void;
  /** Closes now. `onEnded` follows unless it came already. Twice is harmless. */
  destroy(): void;
}

/** What an engine is told of the socket that it works for. */
export interface EngineConfig {
  readonly socketType: SocketTypeName;
  /** The endpoint of the bind or connect that the connection belongs to, for errors. */
  readonly endpoint: string;
  /** The options as they were at bind or connect. */
  readonly options: Readonly<SocketOptionValues>;
  /** True: the peer has connected to us; otherwise we to the peer. */
  readonly accepted?: boolean | undefined;
}

/** Whether an engine can serve a scheme here. Among those that can, the highest rank is used. */
export interface EngineOffer {
  readonly serves: boolean;
  readonly rank: number;
  /** In words, for the log. */
  readonly reason: string;
}

/** One kind of engine that a Context offers. */
export interface IEngineFactory {
  readonly name: string;
  /** Pure: the same arguments, the same answer. */
  offer(scheme: string, options: Readonly<SocketOptionValues>, capabilities: CapabilityReport): EngineOffer;
  /** Called for each bind and connect that it serves: throws when the options cannot work. */
  check?(role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void;
  /** What has happened to it since it was chosen, in words: told by `context.inspect()` in the place of the reason. */
  readonly trouble?: string | undefined;
  /** The transport that makes its connections, where that is not the one registered for the scheme. */
  readonly transport?: ITransport | undefined;
  create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine;
}

/** How an endpoint is served: what it says, what connects it, and what drives the connections. */
export interface Route {
  readonly endpoint: ParsedEndpoint;
  readonly transport: ITransport;
  readonly engine: IEngineFactory;
  /** Why it is that engine, for people. */
  readonly reason?: string;
}

/** Finds the route of an endpoint. */
export interface IRouter {
  /**
   * Checks the text of an endpoint and chooses its transport and engine. Throws ZmqError InvalidEndpoint (EINVAL) or
   * UnsupportedTransport (EPROTONOSUPPORT).
   */
  route(endpoint: string, role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): Route;
}

/** Rebind it to choose engines by rules of your own. */
export const IRouter: Token<IRouter> = token('IRouter');

/** Multi-bound: every engine of the Context. */
export const IEngineFactory: Token<IEngineFactory> = token('IEngineFactory');
