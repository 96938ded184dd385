import type { ZmqError } from '../errors.js';
import type { Properties } from './mechanism.js';
import { type Token, token } from './token.js';

/** One ZAP request (RFC 27): who knocks, where, and with what. */
export interface AuthenticationRequest {
  /** ZMQ_ZAP_DOMAIN of the authenticating socket; may be empty. */
  readonly domain: string;
  /** The peer's address without its port (zap.md section 5). */
  readonly address: string;
  /** The routing id of the authenticating socket. */
  readonly routingId: Buffer;
  readonly mechanism: string;
  /** Nothing for NULL; user name and password for PLAIN; the client's public key (32 bytes) for CURVE. */
  readonly credentials: readonly Buffer[];
}

/** A well-formed ZAP reply. */
export interface AuthenticationReply {
  readonly status: 200 | 300 | 400 | 500;
  readonly text: string;
  readonly userId: string;
  readonly metadata: Properties;
}

/** A request that is under way; cancelling it after its end is harmless. */
export interface PendingAuthentication {
  cancel(): void;
}

/** The session's side of ZAP: one per Context. Requests go to the handler that is bound to inproc://zeromq.zap.01. */
export interface IAuthenticationClient {
  /** True when a handler is bound now. It is looked up at each handshake. */
  readonly available: boolean;
  /** Asks. `done` is called once, later, never within the call: with the reply, or with the error of a malformed reply (ProtocolViolation, with `errno`/detail of zap.md section 3) or of a handler that went away. */
  ask(request: AuthenticationRequest, done: (answer: AuthenticationReply | ZmqError) => void): PendingAuthentication;
}
/** Rebind it to replace ZAP itself. */
export const IAuthenticationClient: Token<IAuthenticationClient> = token('IAuthenticationClient');
