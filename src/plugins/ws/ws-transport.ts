import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  fromNodeError,
  type IClock,
  type IConnection,
  type IHandles,
  type IListener,
  type IListenerEvents,
  type IMechanisms,
  type IScheduler,
  type ITcpSockets,
  type ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from '../../plugin.js';
import { Entrance } from '../shared/entrance.js';
import { certified, identityOf, secure, type TlsSettings } from '../shared/secure.js';
import { type WsPackage, webSocketOptions } from './package.js';
import type { WebSocketSettings } from './settings.js';
import { Upgrades } from './upgrades.js';
import { parseWs, type WsAddress } from './ws-address.js';
import { WsConnection } from './ws-connection.js';
import { upgrade } from './ws-dial.js';
import { WsListener, type WsListenerPlan } from './ws-listener.js';
import { agreement, subprotocols } from './zws.js';

type Options = Readonly<SocketOptionValues>;

/** What the transport needs of the Context. */
export interface WsServices {
  readonly tcp: ITcpSockets;
  readonly mechanisms: IMechanisms;
  readonly clock: IClock;
  readonly scheduler: IScheduler;
}

/** What all listeners have in common. Made before anybody listens: it throws where the options do not fit. */
type CommonPlan = Omit<WsListenerPlan, 'endpoint' | 'path' | 'server' | 'upgrades'>;

/** `ws://host:port/path` and `wss://…`: ZWS 2.0 (RFC 45). */
export class WsTransport implements ITransport {
  public readonly schemes: readonly string[] = ['ws', 'wss'];

  /** Of the servers of the application. */
  private readonly shared: ReadonlyMap<Server, Upgrades>;

  public constructor(
    private readonly ws: WsPackage,
    private readonly settings: WebSocketSettings,
    private readonly services: WsServices,
  ) {
    this.shared = new Map((settings.servers ?? []).map((server) => [server, new Upgrades(server)]));
  }

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    const address = parseWs(endpoint, role);
    this.services.tcp.check(address.tcp, role, options);
    if (options.routerRaw) {
      const what = `${endpoint.endpoint} has messages: STREAM and ROUTER_RAW, which exchange bytes, cannot use it.`;
      throw new ZmqError('IncompatibleTransport', what, { endpoint: endpoint.endpoint });
    }
    if (role === 'bind' && endpoint.scheme === 'wss' && this.sharedServer(address) === undefined)
      this.certificate(endpoint);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const address = parseWs(endpoint, 'bind');
    const shared = this.sharedServer(address);
    if (shared !== undefined) return this.share(shared, address, options, events);
    const plan = this.plan(options);
    const server = this.createServer(endpoint);
    const bound = await this.services.tcp.listen(server, address.tcp, options);
    return this.accept(server, address, bound, plan, options, events);
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    const address = parseWs(endpoint, 'bind');
    const shared = this.sharedServer(address);
    if (shared !== undefined) return this.share(shared, address, options, events);
    const plan = this.plan(options);
    const server = this.createServer(endpoint);
    const bound = this.services.tcp.listenNow(server, address.tcp, options);
    return this.accept(server, address, bound, plan, options, events);
  }

  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const { tcp, clock, scheduler } = this.services;
    const address = parseWs(endpoint, 'connect');
    const limits = { signal, clock, timeout: options.handshakeInterval, handles };
    const dialled = await tcp.dial(address.tcp, options, signal, onDelayed, handles);
    const { localAddress, remoteAddress } = dialled;
    const tls =
      endpoint.scheme === 'wss'
        ? await secure(dialled, address.tcp, this.settings.tls?.client ?? {}, limits)
        : undefined;
    const verified = tls === undefined ? undefined : identityOf(tls);
    const socket = tls ?? dialled.socket;
    const request = { address, offered: this.spoken(options), headers: this.settings.headers ?? {}, options };
    const { ws, subprotocol } = await upgrade(this.ws, socket, request, limits);
    const facts = {
      endpoint: endpoint.endpoint,
      localAddress,
      remoteAddress,
      verified,
      agreed: agreement(subprotocol),
    };
    return new WsConnection(ws, socket, facts, scheduler);
  }

  /** Takes a path of a server of the application. */
  private share(server: Server, { tcp, path }: WsAddress, options: Options, events: IListenerEvents): IListener {
    const { address: host, port } = server.address() as AddressInfo;
    const endpoint = `${tcp.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
    const upgrades = this.shared.get(server) as Upgrades;
    return new WsListener({ ...this.plan(options), endpoint, path, server, upgrades }, events);
  }

  /** Takes the connections of a server of our own. */
  private accept(
    server: Server,
    { tcp, path }: WsAddress,
    bound: string,
    plan: CommonPlan,
    options: Options,
    events: IListenerEvents,
  ): IListener {
    const endpoint = `${tcp.scheme}://${bound}${path}`;
    const failed = (error: ZmqError): void => events.onAcceptFailed(error);
    const entrance = new Entrance(endpoint, options, this.services.clock, plan.admission, failed);
    server.on('connection', (raw: Socket) => entrance.enter(raw));
    server.on('request', (request, response) => {
      response.writeHead(426, { Connection: 'close', 'Content-Type': 'text/plain' });
      response.end('This is a ZeroMQ socket (ZWS 2.0): connect with a WebSocket.\n');
      request.resume();
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => entrance.fail(socket, error));
    server.on('error', (error) => failed(fromNodeError(error, `Cannot accept at ${endpoint}`, endpoint)));
    const upgrades = new Upgrades(server);
    return new WsListener({ ...plan, endpoint, path, server, upgrades, entrance }, events);
  }

  private plan(options: Options): CommonPlan {
    const { tcp, scheduler } = this.services;
    const { admits } = this.settings;
    const acceptor = new this.ws.WebSocketServer({
      ...webSocketOptions(options),
      noServer: true,
      clientTracking: false,
    });
    const admission = tcp.admission(options);
    return { acceptor, spoken: this.spoken(options), tcp, scheduler, admission, admits, entrance: undefined };
  }

  private spoken(options: Options): readonly string[] {
    return subprotocols(this.services.mechanisms.select(options), options);
  }

  /** The server of the application that listens on the port of a bind. */
  private sharedServer({ tcp: { scheme }, port }: WsAddress): Server | undefined {
    for (const server of this.shared.keys()) {
      const bound = server.address();
      const secureServer = server instanceof SecureServer;
      if (bound !== null && typeof bound === 'object' && bound.port === port && secureServer === (scheme === 'wss')) {
        return server;
      }
    }
    return undefined;
  }

  private createServer(endpoint: ParsedEndpoint): Server {
    if (endpoint.scheme === 'ws') return createServer();
    const certificate = this.certificate(endpoint);
    return certified(endpoint, () => createSecureServer(certificate));
  }

  private certificate({ endpoint }: ParsedEndpoint): NonNullable<TlsSettings['server']> {
    const { server } = this.settings.tls ?? {};
    if (server !== undefined) return server;
    const what = `Cannot bind ${endpoint}: there is no certificate; give one to websocket({ tls: { server: { key, cert } } }).`;
    throw new ZmqError('InvalidArgument', what, { endpoint });
  }
}
