import { type Address, addressed, groupBytes } from './addressed-msg.js';
import type { IPattern } from './contracts/pattern.js';
import type { EndpointCommands } from './endpoint-commands.js';
import { ZmqError } from './errors.js';
import type { Frame, OutMessage } from './msg.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';

/** The socket, as far as this needs it. */
export interface IAddressedSocket {
  readonly socketType: string;
  readonly options: Readonly<SocketOptionValues>;
  /** Throws SocketClosed or ContextTerminated once it is closed. */
  assertOpen(): void;
  readonly commands: EndpointCommands;
  /** Closes the connection of a pipe that the pattern has; it is not made again. */
  dismiss(pipe: Pipe): void;
}

/** The groups and peers that a socket addresses, for the few types that do so: the others refuse. */
export class SocketAddressing {
  public constructor(
    private readonly socket: IAddressedSocket,
    private readonly pattern: IPattern,
  ) {}

  /** zmq_join. */
  public join(group: unknown): void {
    this.socket.assertOpen();
    if (this.pattern.join === undefined) throw this.lacks('join', 'a DISH');
    this.pattern.join(groupBytes(group));
  }

  /** zmq_leave. */
  public leave(group: unknown): void {
    this.socket.assertOpen();
    if (this.pattern.leave === undefined) throw this.lacks('leave', 'a DISH');
    this.pattern.leave(groupBytes(group));
  }

  /** The message with the address that the options of `send` give it. */
  public addressed(message: OutMessage, address: Address): OutMessage {
    return addressed(message, address, this.pattern.addressing);
  }

  /** `connect`, and the number of the peer (zmq_connect_peer). */
  public async connectPeer(endpoint: string): Promise<number> {
    if (this.pattern.peerNumber === undefined) throw this.lacks('connectPeer', 'a PEER');
    if (this.socket.options.immediate) {
      throw new ZmqError('InvalidArgument', 'connectPeer needs a peer at once: switch IMMEDIATE off.', {
        endpoint,
        errno: 'EFAULT',
      });
    }
    return this.pattern.peerNumber((await this.socket.commands.connect(endpoint)) as Pipe);
  }

  /** Closes the connection to a peer (zmq_disconnect_peer). */
  public disconnectPeer(routingId: number | Frame): void {
    this.socket.assertOpen();
    if (this.pattern.pipeOf === undefined) throw this.lacks('disconnectPeer', 'a SERVER, PEER, ROUTER or STREAM');
    const pipe = this.pattern.pipeOf(routingId);
    if (pipe === undefined || pipe.hasEnded) {
      throw new ZmqError(
        'HostUnreachable',
        `Cannot disconnect: no peer of this ${this.socket.socketType} has that routing id. It was never there, or it is gone.`,
      );
    }
    this.socket.dismiss(pipe);
  }

  private lacks(operation: string, who: string): ZmqError {
    return new ZmqError('InvalidSocketType', `A ${this.socket.socketType} has no ${operation}: only ${who} has.`);
  }
}
