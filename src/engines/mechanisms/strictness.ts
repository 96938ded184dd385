import { ZmqError } from '../../core/errors.js';

/** Throws: a Context with `requireAuthentication` does not bind a socket that would let everybody in. */
export function refuseUnauthenticated(why: string): never {
  throw new ZmqError(
    'InvalidState',
    `Cannot bind: the Context has requireAuthentication, and nobody would be asked about the peers: ${why}. ` +
      'Set zapDomain (or plainServer, or curveServer), and bind a ZAP handler to inproc://zeromq.zap.01 or an ' +
      'Authenticator first.',
    { fatal: true },
  );
}
