import type { AuthenticationReply, AuthenticationRequest } from './authentication.js';
import { type Token, token } from './token.js';

/** Who decides about the peers of a Context. The `Authenticator` of this package is one; a module may bind another. */
export interface IAuthenticator {
  /**
   * Decides about one peer. May take its time: the peer waits within ZMQ_HANDSHAKE_IVL. What it throws, or rejects with,
   * refuses the peer with status 500 and goes to the log.
   */
  authenticate(request: AuthenticationRequest): AuthenticationReply | Promise<AuthenticationReply>;
}

/** Bound or not. When it is, it holds the name inproc://zeromq.zap.01 for as long as the Context lives. */
export const IAuthenticator: Token<IAuthenticator> = token('IAuthenticator');
