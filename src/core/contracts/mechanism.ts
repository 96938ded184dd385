import type { ZmqError } from '../errors.js';
import type { SocketOptionValues } from '../options/values.js';
import type { SocketTypeName } from '../socket-type.js';
import { type Token, token } from './token.js';

/** The properties that a peer sent, by lower-case name. */
export type Properties = ReadonlyMap<string, Buffer>;

/** What a mechanism says to the protocol machine. Each call may come later than the one that caused it. */
export interface IMechanismSink {
  /** Sends a handshake command: its name, and what follows the name. */
  sendCommand(name: string, data: Buffer): void;
  /**
   * The handshake is complete on both sides. Called once, the last of all.
   *
   * @param peer what the peer said of itself
   * @param verified what authentication found out about it, such as `user-id`: nobody but the mechanism can say that
   */
  complete(peer: Properties, verified?: Properties): void;
  /** The handshake has failed. Called once, the last of all. The machine adds the endpoint and the peer to the text. */
  fail(error: ZmqError): void;
}

/** What a mechanism is told of the connection that it is for. */
export interface MechanismConfig {
  readonly socketType: SocketTypeName;
  readonly options: Readonly<SocketOptionValues>;
  /** What to send as metadata (READY, INITIATE), already encoded: Socket-Type, Identity, X- properties. */
  readonly metadata: Buffer;
  readonly remoteAddress: string;
}

/** The security handshake of one connection (RFC 23, section "Security mechanisms"). Sans-I/O: commands in, commands out. */
export interface IMechanism {
  /** The peer's greeting is complete, and names the same mechanism. */
  start(sink: IMechanismSink): void;
  /** A handshake command came. `data` is a window on the read buffer: copy what must outlive the call. */
  onCommand(name: string, data: Buffer): void;
  /** Wipes what is secret. The connection is ending. */
  close(): void;
}

/** One mechanism that a Context offers. */
export interface IMechanismFactory {
  /** The name in the greeting, at most 20 characters of ASCII. */
  readonly name: string;
  /** True when the options ask for this mechanism. The first that says so is used; NULL is asked last. */
  wanted(options: Readonly<SocketOptionValues>): boolean;
  create(config: MechanismConfig): IMechanism;
}

/** Multi-bound: every mechanism of the Context. */
export const IMechanismFactory: Token<IMechanismFactory> = token('IMechanismFactory');
