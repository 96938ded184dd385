import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { WebSocketServer } from 'ws';
import {
  type IListener,
  type IListenerEvents,
  type IScheduler,
  type ITcpSockets,
  type TcpAdmission,
  ZmqError,
} from '../../plugin.js';
import type { Entrance } from '../shared/entrance.js';
import { identityOf } from '../shared/secure.js';
import { refuseUpgrade, type Upgrades } from './upgrades.js';
import { WsConnection } from './ws-connection.js';
import { agreement, choose } from './zws.js';

const PROTOCOL = 'sec-websocket-protocol';

/** What a bound endpoint is made of. */
export interface WsListenerPlan {
  readonly endpoint: string;
  readonly path: string;
  readonly upgrades: Upgrades;
  readonly server: Server;
  /** Makes WebSockets of upgrades. */
  readonly acceptor: WebSocketServer;
  /** The sub-protocols that the socket speaks. */
  readonly spoken: readonly string[];
  readonly tcp: ITcpSockets;
  readonly scheduler: IScheduler;
  readonly admission: TcpAdmission;
  /** The application's own word about a request. */
  readonly admits: ((request: IncomingMessage) => boolean) | undefined;
  /** Of a server of our own; `undefined`: it is the application's, which closes it. */
  readonly entrance: Entrance | undefined;
}

/** A bound endpoint: it makes connections of the upgrades that come to its path, until `close`. */
export class WsListener implements IListener {
  public readonly endpoint: string;

  /** Throws AddrInUse when the path of a shared server is taken. */
  public constructor(
    private readonly plan: WsListenerPlan,
    private readonly events: IListenerEvents,
  ) {
    const { endpoint, path, upgrades } = plan;
    this.endpoint = endpoint;
    if (upgrades.add(path, (request, socket, head) => this.upgrade(request, socket, head))) return;
    throw new ZmqError('AddrInUse', `Cannot bind ${endpoint}: another socket has this path of the server.`, {
      endpoint,
    });
  }

  public close(): Promise<void> {
    const { upgrades, path, entrance, server } = this.plan;
    upgrades.delete(path);
    if (entrance !== undefined) {
      server.close();
      entrance.close();
    }
    return Promise.resolve();
  }

  public ref(): void {
    if (this.plan.entrance !== undefined) this.plan.server.ref();
  }

  public unref(): void {
    if (this.plan.entrance !== undefined) this.plan.server.unref();
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const { plan } = this;
    const ends = plan.tcp.addresses(socket);
    const refusal = this.refusal(request, socket);
    if (refusal !== undefined) {
      refuseUpgrade(socket, refusal.code === 'PermissionDenied' ? 403 : 400, refusal.message);
      this.events.onAcceptFailed(refusal);
      return;
    }
    const subprotocol = choose(request.headers[PROTOCOL], plan.spoken) as string;
    // To `ws` a name with a slash is none, so this header is kept from it, in both directions.
    Reflect.deleteProperty(request.headers, PROTOCOL);
    const answer = (headers: string[]): number => headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
    plan.acceptor.on('headers', answer);
    plan.acceptor.handleUpgrade(request, socket, head, (ws) => {
      plan.entrance?.pass(socket);
      const verified = socket instanceof TLSSocket ? identityOf(socket) : undefined;
      const facts = { endpoint: this.endpoint, ...ends, verified, agreed: agreement(subprotocol) };
      this.events.onConnection(new WsConnection(ws, socket, facts, plan.scheduler));
    });
    // All of this has happened by now, or will not.
    plan.acceptor.off('headers', answer);
  }

  private refusal(request: IncomingMessage, socket: Socket): ZmqError | undefined {
    const { admission, admits, spoken } = this.plan;
    const { endpoint } = this;
    const filtered = admission(socket, endpoint);
    if (filtered !== undefined) return filtered;
    const offered = request.headers[PROTOCOL];
    if (choose(offered, spoken) === undefined) {
      const what = `A WebSocket to ${endpoint} was refused: it offers ${offered ?? 'no sub-protocol'}, this socket speaks`;
      return new ZmqError('ProtocolViolation', `${what} ${spoken.join(', ')}.`, { endpoint });
    }
    if (admits === undefined || this.isAdmitted(admits, request)) return undefined;
    return new ZmqError('PermissionDenied', `A WebSocket to ${endpoint} was refused by \`admits\`.`, { endpoint });
  }

  /** What the application throws refuses the request. */
  private isAdmitted(admits: (request: IncomingMessage) => boolean, request: IncomingMessage): boolean {
    try {
      return admits(request);
    } catch {
      return false;
    }
  }
}
