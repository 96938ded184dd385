import { type Address, addressed, groupBytes } from './addressed-msg.js';
import type { IPattern } from './contracts/pattern.js';
import { ZmqError } from './errors.js';
import type { OutMessage } from './msg.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';

/** The socket, as far as these operations need it. */
export interface ISocketOfRareOperations {
  readonly socketType: string;
  readonly options: Readonly<SocketOptionValues>;
  /** Throws SocketClosed or ContextTerminated once it is closed. */
  assertOpen(): void;
  /** Connects; answers the pipe that the pattern has for it, if there is one before the connection. */
  connectPipe(endpoint: string): Promise<Pipe | undefined>;
}

/** What only few socket types can do: groups, addresses beside the message, peers with numbers. */
export class RareOperations {
  public constructor(
    private readonly socket: ISocketOfRareOperations,
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
    return this.pattern.peerNumber((await this.socket.connectPipe(endpoint)) as Pipe);
  }

  private lacks(operation: string, who: string): ZmqError {
    return new ZmqError('InvalidSocketType', `A ${this.socket.socketType} has no ${operation}: only ${who} has.`);
  }
}
