import type { Pipe } from '../core/pipe.js';
import type { SocketTypeName } from '../core/socket-type.js';
import { Server } from './server.js';

/** PEER: a SERVER on both sides; who connects is told the number of its peer (RFC 51). */
export class Peer extends Server {
  protected override readonly type: SocketTypeName = 'PEER';

  /** The number of the peer that a connect will reach (zmq_connect_peer). */
  public peerNumber(pipe: Pipe): number {
    return this.routingIdOf(pipe);
  }
}
