import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type IClock, type ITimer, type SocketOptionValues, type TcpAdmission, ZmqError } from '../../plugin.js';
import { clientError } from './secure.js';

/** Somebody in the opening. */
interface Visitor {
  readonly peer: string;
  readonly socket: Socket;
  timer: ITimer | undefined;
}

/**
 * Those who have connected to a server and are not through its opening yet: TLS, or the upgrade of HTTP. As the handshake
 * of ZMTP does, the opening has ZMQ_HANDSHAKE_IVL, and MAX_HANDSHAKES places: the oldest goes when there are more. Whose
 * address is not admitted gets none.
 */
export class Entrance {
  /** By the address of the peer, which a socket has in common with what is made of it. */
  private readonly waiting: Map<string, Visitor> = new Map();
  /** Turned away, and not closed yet. */
  private readonly leaving: Set<Socket> = new Set();

  /** @param failed hears of those that are turned away, or fail by themselves. */
  public constructor(
    private readonly endpoint: string,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly clock: IClock,
    private readonly admission: TcpAdmission,
    private readonly failed: (error: ZmqError) => void,
  ) {}

  /** Somebody has connected. */
  public enter(socket: Socket): void {
    const refusal = this.admission(socket, this.endpoint);
    if (refusal !== undefined) {
      this.turnAway(socket, refusal);
      return;
    }
    const { handshakeInterval, maxHandshakes } = this.options;
    const [oldest] = this.waiting.values();
    if (oldest !== undefined && maxHandshakes >= 0 && this.waiting.size >= maxHandshakes) {
      this.expel(oldest, `newer ones came, and ${maxHandshakes} may be in it at a time (maxHandshakes)`);
    }
    const visitor: Visitor = { peer: peerOf(socket), socket, timer: undefined };
    if (handshakeInterval > 0) {
      const late = `it took longer than ${handshakeInterval} ms (handshakeInterval)`;
      visitor.timer = this.clock.after(handshakeInterval, () => this.expel(visitor, late));
      visitor.timer.unref?.();
    }
    this.waiting.set(visitor.peer, visitor);
    socket.once('close', () => this.leave(visitor));
  }

  /** It is through. */
  public pass(socket: Socket): void {
    this.leave(this.waiting.get(peerOf(socket)));
  }

  /** TLS tells that an opening has failed; also of those that were turned away, of whom it has been told. */
  public fail(socket: TLSSocket, error: Error & { readonly code?: unknown }): void {
    this.pass(socket);
    // TLS gives up by its own `handshakeTimeout` and leaves the connection open.
    socket.destroy();
    const failure = clientError(error, socket, this.endpoint);
    if (this.leaving.size === 0 || failure.code !== 'ConnectionClosed') this.failed(failure);
  }

  /** Turns everybody away: the endpoint is closing. */
  public close(): void {
    for (const visitor of [...this.waiting.values()]) {
      this.leave(visitor);
      visitor.socket.destroy();
    }
  }

  private expel(visitor: Visitor, why: string): void {
    this.leave(visitor);
    const what = `A connection from ${visitor.peer} to ${this.endpoint} was closed in its opening: ${why}.`;
    this.turnAway(visitor.socket, new ZmqError('Timeout', what, { endpoint: this.endpoint, errno: 'ETIMEDOUT' }));
  }

  private turnAway(socket: Socket, why: ZmqError): void {
    this.leaving.add(socket);
    socket.once('close', () => this.leaving.delete(socket));
    socket.destroy();
    this.failed(why);
  }

  private leave(visitor: Visitor | undefined): void {
    if (visitor === undefined) return;
    visitor.timer?.cancel();
    // A newer one may have the same address.
    if (this.waiting.get(visitor.peer) === visitor) this.waiting.delete(visitor.peer);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? '?'}:${remotePort ?? '?'}`;
}
