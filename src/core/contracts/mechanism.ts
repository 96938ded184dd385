import type { ZmqError } from '../errors.js';
import type { SocketOptionValues } from '../options/values.js';
import type { SocketTypeName } from '../socket-type.js';
import { type Token, token } from './token.js';

/** The properties that a peer sent, by lower-case name. */
export type Properties = ReadonlyMap<string, Buffer>;

/**
 * How the traffic of one connection is protected, when the mechanism does that. It works in place, in memory of the
 * machine's: the content of a frame stands `overhead` bytes behind the beginning of its protected body.
 */
export interface ITrafficCipher {
  /** What a protected body is larger than its content. */
  readonly overhead: number;
  /**
   * Protects a frame: its content is the `size` bytes at `offset + overhead`, its protected body will be all from `offset`
   * to their end.
   *
   * @param flags bit 0: more frames of the message follow; bit 2: it is a command.
   */
  seal(flags: number, buffer: Buffer, offset: number, size: number): void;
  /**
   * Opens the protected body of `size` bytes at `offset`, and answers the flags of the frame; or -1, when `refusal` says why
   * the connection must end.
   */
  open(buffer: Buffer, offset: number, size: number): number;
  readonly refusal: ZmqError | undefined;
}

/** What a mechanism says to the protocol machine. Each call may come later than the one that caused it. */
export interface IMechanismSink {
  /** Sends a handshake command: its name, and what follows the name. */
  sendCommand(name: string, data: Buffer): void;
  /** Sends a handshake frame as it is, for a mechanism whose commands are not all well-formed. */
  sendFrame(body: Buffer): void;
  /**
   * The handshake is complete on both sides. Called once, the last of all.
   *
   * @param peer what the peer said of itself
   * @param verified what authentication found out about it, such as `user-id`: nobody but the mechanism can say that
   * @param cipher protects everything that is sent and received from now on; without it frames go as they are
   */
  complete(peer: Properties, verified?: Properties, cipher?: ITrafficCipher): void;
  /**
   * The handshake has failed. Called once, the last of all; what was sent before is still sent. The machine adds the
   * endpoint and the peer to the text.
   */
  fail(error: ZmqError): void;
}

/** What a mechanism is told of the connection that it is for. */
export interface MechanismConfig {
  readonly socketType: SocketTypeName;
  readonly options: Readonly<SocketOptionValues>;
  /** What to send as metadata (READY, INITIATE), already encoded: Socket-Type, Identity, X- properties. */
  readonly metadata: Buffer;
  readonly remoteAddress: string;
  /** True: the peer has connected to us; otherwise we to the peer. */
  readonly accepted?: boolean | undefined;
}

/** The security handshake of one connection (RFC 23, section "Security mechanisms"). Sans-I/O: commands in, commands out. */
export interface IMechanism {
  /** The largest command that can come next, in bytes with its name: a larger one is refused before it is read. */
  readonly commandLimit?: number | undefined;
  /** True: a frame with flags that the protocol does not have is refused, and not taken as if it had them not. */
  readonly exact?: boolean | undefined;
  /** The peer's greeting is complete, and names the same mechanism. */
  start(sink: IMechanismSink): void;
  /** A handshake command came. `data` is a window on the read buffer: copy what must outlive the call. */
  onCommand(name: string, data: Buffer): void;
  /** A handshake frame came that is no well-formed command. Without this method it ends the connection. */
  onOddFrame?(body: Buffer): void;
  /** Wipes what is secret. The connection is ending. */
  close(): void;
}

/** One mechanism that a Context offers. */
export interface IMechanismFactory {
  /** The name in the greeting, at most 20 characters of ASCII. */
  readonly name: string;
  /** True when the options ask for this mechanism. The first that says so is used; NULL is asked last. */
  wanted(options: Readonly<SocketOptionValues>): boolean;
  /** Called for each bind and connect: throws when no handshake can succeed with these options, or none may. */
  check?(role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void;
  create(config: MechanismConfig): IMechanism;
}

/** Multi-bound: every mechanism of the Context. */
export const IMechanismFactory: Token<IMechanismFactory> = token('IMechanismFactory');

/** The mechanisms of a Context, for a transport that has to name one before there is a greeting. */
export interface IMechanisms {
  /** The mechanism that the options of a socket ask for. Throws UnsupportedFeature when none fits. */
  select(options: Readonly<SocketOptionValues>): IMechanismFactory;
}
/** Bound by the library, from what is bound to IMechanismFactory. */
export const IMechanisms: Token<IMechanisms> = token('IMechanisms');
