import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { goesTo } from './ws-address.js';

/** Takes the upgrades that come to one path. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * The paths of one server. On a server of somebody else's, what goes to no path of ours is left to those who listen beside
 * us, and answered only where there is nobody else.
 */
export class Upgrades {
  private readonly paths: Map<string, UpgradeHandler> = new Map();

  public constructor(private readonly server: Server) {}

  /** False: the path is taken. */
  public add(path: string, handler: UpgradeHandler): boolean {
    if (this.paths.has(path)) return false;
    if (this.paths.size === 0) this.server.on('upgrade', this.onUpgrade);
    this.paths.set(path, handler);
    return true;
  }

  public delete(path: string): void {
    this.paths.delete(path);
    if (this.paths.size === 0) this.server.off('upgrade', this.onUpgrade);
  }

  private readonly onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // The path itself before the one that takes every path.
    const [path] = [...this.paths.keys()].filter((key) => goesTo(request.url, key)).sort((a, b) => b.length - a.length);
    const handler = path === undefined ? undefined : this.paths.get(path);
    // What node:http and node:https give is a socket of node:net.
    if (handler !== undefined) handler(request, socket as unknown as Socket, head);
    else if (this.server.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404, 'no ZeroMQ socket is bound here');
  };
}

/** Answers a request that does not become a WebSocket, and closes. */
export function refuseUpgrade(socket: Duplex, status: number, why: string): void {
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  const text = `${why}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
