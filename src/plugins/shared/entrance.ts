import type { Socket } from 'node:net';
import { type IClock, type ITimer, type SocketOptionValues, ZmqError } from '../../plugin.js';

/**
 * Those who have connected to a server and are not through its opening yet: TLS, or the upgrade of HTTP. As the handshake
 * of ZMTP does, the opening has ZMQ_HANDSHAKE_IVL, and MAX_HANDSHAKES places: the oldest goes when there are more.
 */
export class Entrance {
  /** By the address of the peer, which a socket has in common with what is made of it. */
  private readonly waiting: Map<string, { readonly socket: Socket; readonly timer: ITimer | undefined }> = new Map();

  /** @param failed hears of those that are turned away. */
  public constructor(
    private readonly endpoint: string,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly clock: IClock,
    private readonly failed: (error: ZmqError) => void,
  ) {}

  /** Somebody has connected. */
  public enter(socket: Socket): void {
    const peer = peerOf(socket);
    const { handshakeInterval, maxHandshakes } = this.options;
    const [oldest] = this.waiting.keys();
    if (oldest !== undefined && maxHandshakes >= 0 && this.waiting.size >= maxHandshakes) {
      this.turnAway(oldest, `newer ones came, and ${maxHandshakes} may be in it at a time (maxHandshakes)`);
    }
    const timer =
      handshakeInterval > 0
        ? this.clock.after(handshakeInterval, () =>
            this.turnAway(peer, `it took longer than ${handshakeInterval} ms (handshakeInterval)`),
          )
        : undefined;
    timer?.unref?.();
    this.waiting.set(peer, { socket, timer });
    socket.once('close', () => this.leave(peer, socket));
  }

  /** It is through, or has failed. */
  public pass(socket: Socket): void {
    this.leave(peerOf(socket));
  }

  /** Turns everybody away: the endpoint is closing. */
  public close(): void {
    for (const [peer, { socket }] of this.waiting) {
      this.leave(peer);
      socket.destroy();
    }
  }

  private turnAway(peer: string, why: string): void {
    const socket = this.waiting.get(peer)?.socket;
    this.leave(peer);
    socket?.destroy();
    const what = `A connection from ${peer} to ${this.endpoint} was closed in its opening: ${why}.`;
    this.failed(new ZmqError('Timeout', what, { endpoint: this.endpoint, errno: 'ETIMEDOUT' }));
  }

  private leave(peer: string, socket?: Socket): void {
    const entry = this.waiting.get(peer);
    if (entry === undefined || (socket !== undefined && socket !== entry.socket)) return;
    entry.timer?.cancel();
    this.waiting.delete(peer);
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? '?'}:${remotePort ?? '?'}`;
}
