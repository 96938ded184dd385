import type { IClock, IScheduler } from './contracts/clock.js';
import type { IEngineFactory } from './contracts/engine.js';
import type { ILogger } from './contracts/logger.js';
import type { MonitorEventName, SocketEventFacts } from './contracts/monitor.js';
import type { IRandom } from './contracts/random.js';
import type { IConnection, IDirectConnection } from './contracts/transport.js';
import type { ZmqError } from './errors.js';
import type { Handles } from './handles.js';
import type { Metadata } from './metadata.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';
import type { DropReason } from './stats.js';

/** The services that every actor of a Context shares. */
export interface ActorServices {
  readonly clock: IClock;
  readonly scheduler: IScheduler;
  readonly random: IRandom;
  readonly logger: ILogger;
}

/** What listeners, connecters and sessions ask of the socket that they belong to. */
export interface ISocketOfPeers {
  /** libzmq's name of the socket type, for engines and messages. */
  readonly socketType: string;
  /** What of it keeps the process alive. */
  readonly handles: Handles;
  /** The clock whose timers are among them. */
  readonly clock: IClock;
  /** A new pipe with the high-water marks of now. */
  createPipe(endpoint: string): Pipe;
  /** A pipe was made: the pattern is to use it. */
  attach(pipe: Pipe): void;
  /** The pipe has a peer. */
  connected(pipe: Pipe, peer: Metadata): void;
  /** The pipe has lost its peer and stays. */
  disconnected(pipe: Pipe): void;
  /** The pipe is at its end. */
  detach(pipe: Pipe): void;
  /** The connections that were accepted at all endpoints of the socket and are not gone. */
  readonly accepted: number;
  /** Something happened that `socket.events` tells. */
  publish(type: MonitorEventName, endpoint: string, facts?: SocketEventFacts): void;
  /** Messages are gone, of that pipe. */
  dropped(reason: DropReason, messages: number, pipe: Pipe): void;
}

/** What is known of a connection when a session is made for it. */
export interface SessionSpec {
  readonly socket: ISocketOfPeers;
  readonly connection: IConnection | IDirectConnection;
  readonly engine: IEngineFactory;
  /** The endpoint for events and errors. */
  readonly endpoint: string;
  readonly options: Readonly<SocketOptionValues>;
  /** True when the peer connected to us, false when we connected to it. */
  readonly accepted: boolean;
  /** The pipe of the Connecter, where one exists already; otherwise the session makes one for its peer, and ends it. */
  readonly pipe: Pipe | undefined;
  /** Called once, when the handshake is complete. */
  readonly whenJoined?: (() => void) | undefined;
}

/** Why a session ended, for the one who made it. */
export interface SessionEnd {
  readonly stage: 'handshake' | 'traffic';
  readonly error: ZmqError | undefined;
}
