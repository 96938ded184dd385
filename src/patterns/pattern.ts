import type { IPattern, IPatternHost } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import type { InMessage, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import type { SocketTypeName } from '../core/socket-type.js';

/** What the socket types have in common: most of them have no use for most of what a socket tells them. */
export abstract class Pattern implements IPattern {
  protected readonly host: IPatternHost;

  public constructor(host: IPatternHost) {
    this.host = host;
  }

  public attach(_pipe: Pipe): boolean {
    return true;
  }

  public connected(_pipe: Pipe): void {
    // Nothing to say to a new peer.
  }

  public disconnected(_pipe: Pipe): void {
    // What is queued waits for the next connection.
  }

  public detach(_pipe: Pipe): void {
    // Nothing is kept of it.
  }

  /** Nobody reads here: what a peer sends all the same must not pile up, or make its connection stand still. */
  public readActivated(pipe: Pipe): void {
    this.host.dropped('unexpected', pipe.clearInbound(), pipe);
  }

  public writeActivated(_pipe: Pipe): void {
    // The pipe is written to when there is something to write.
  }

  public abstract send(message: OutMessage): boolean;
  public abstract recv(): InMessage | undefined;
  public abstract readonly writable: boolean;
  public abstract readonly readable: boolean;
}

/** The error of `send` on a type that only receives. */
export function cannotSend(own: SocketTypeName, sender: SocketTypeName): ZmqError {
  return new ZmqError('InvalidSocketType', `A ${own} socket only receives: send from a ${sender} socket.`);
}

/** The error of `recv` on a type that only sends. */
export function cannotReceive(own: SocketTypeName, receiver: SocketTypeName): ZmqError {
  return new ZmqError('InvalidSocketType', `A ${own} socket only sends: receive with a ${receiver} socket.`);
}
