import { ZmqError } from '../core/errors.js';
import { type Frame, frameBytes, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { isMultipart } from './frames.js';
import { Router } from './router.js';
import type { Route } from './routing-table.js';

/**
 * STREAM: bytes to and from any TCP peer, each message headed by the routing id of its peer, as with a ROUTER. The
 * engine speaks no protocol. `[id] []` closes the connection to that peer.
 */
export class Stream extends Router {
  public override attach(pipe: Pipe): boolean {
    if (!super.attach(pipe)) return false;
    // Nobody announces a name: also a peer that is still to come has one from the beginning.
    this.identify(pipe.state as Route);
    return true;
  }

  public override send(message: OutMessage): boolean {
    if (!isMultipart(message) || message.length === 1) {
      this.host.dropped('no-route', 1);
      return true;
    }
    const route = this.routes.find(message[0] as Frame);
    if (route === undefined || route.pipe.hasEnded) throw unknownPeer();
    const body = message.length === 2 ? (message[1] as Frame) : message.slice(1);
    if (!route.pipe.write(body)) return false;
    if (message.length === 2 && frameBytes(message[1] as Frame).length === 0) this.routes.remove(route);
    return true;
  }

  /** Always: whether a message is taken depends on who it is for. */
  public override get writable(): boolean {
    return true;
  }

  public idOf(pipe: Pipe): Buffer | undefined {
    return (pipe.state as Route).id;
  }
}

function unknownPeer(): ZmqError {
  return new ZmqError(
    'HostUnreachable',
    'No peer of this STREAM has that routing id: send to the id that its messages come with, or after connect to ' +
      'options.routingId.',
  );
}
