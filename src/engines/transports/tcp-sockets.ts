import type { AddressInfo, Server, Socket } from 'node:net';
import type { IClock, IScheduler } from '../../core/contracts/clock.js';
import type { IRandom } from '../../core/contracts/random.js';
import { type Token, token } from '../../core/contracts/token.js';
import type { IConnection, IHandles, ParsedEndpoint } from '../../core/contracts/transport.js';
import type { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { AcceptFilter } from './accept-filter.js';
import { type DialLimits, dial } from './dial.js';
import { type HostNames, systemHostNames } from './host-names.js';
import { listenAtOnce } from './listen-at-once.js';
import {
  lentReading,
  StreamConnection,
  type StreamFacts,
  type StreamServices,
  streamServices,
} from './stream-connection.js';
import { listening } from './stream-listener.js';
import type { LentReading, ReadMode } from './stream-reading.js';
import { checkTcp, formatAddress, parseTcpBind } from './tcp-address.js';
import { connectToFirst, listenAtFirst } from './tcp-attempts.js';
import { resolveBindNow } from './tcp-resolve.js';

type Options = Readonly<SocketOptionValues>;

/** Both ends of a socket, as text: `"127.0.0.1:5555"`; empty where it is not known. */
export interface TcpAddresses {
  readonly localAddress: string;
  readonly remoteAddress: string;
}

/** A connected socket, paused; nothing has been read from it. */
export interface DialledSocket extends TcpAddresses {
  readonly socket: Socket;
}

/** Whether a peer may connect to an endpoint: answers the reason when it may not. */
export type TcpAdmission = (socket: Socket, endpoint: string) => ZmqError | undefined;

/**
 * TCP as `tcp://` has it, for transports that put something of their own on top: how addresses are written and resolved,
 * and what the options of TCP do. `endpoint.address` is `host:port`, or `source:port;host:port` to connect; take off first
 * what the transport adds to it.
 */
export interface ITcpSockets {
  /** Checks an address without touching the network. Throws InvalidEndpoint, EndpointResolutionFailed. */
  check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void;
  /**
   * Makes a server of `node:net`, or one that is built on it (`tls`, `http`, `https`), listen: ZMQ_BACKLOG, ZMQ_IPV6, names
   * of interfaces. Resolves with the address as it really is, `"127.0.0.1:5555"`. Rejects with AddrInUse, AddrNotAvailable,
   * EndpointResolutionFailed, …, and then the server does not listen.
   */
  listen(server: Server, endpoint: ParsedEndpoint, options: Options): Promise<string>;
  /**
   * `listen`, done when it returns: for `ITransport.listenNow`. Throws UnsupportedFeature where the runtime cannot do it, or
   * where a name has to be looked up.
   */
  listenNow(server: Server, endpoint: ParsedEndpoint, options: Options): string;
  /** Who may connect (ZMQ_TCP_ACCEPT_FILTER). Make it before `listen`, and ask it of each socket that is accepted. */
  admission(options: Options): TcpAdmission;
  /**
   * Makes one attempt to connect: resolves the name, and tries its addresses (ZMQ_CONNECT_TIMEOUT, ZMQ_IPV6, the options of
   * ZMQ_TCP_KEEPALIVE). The arguments are those of `ITransport.connect`, and it rejects as that does.
   */
  dial(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<DialledSocket>;
  /** Both ends of an accepted socket. */
  addresses(socket: Socket): TcpAddresses;
  /**
   * A connection over a socket of `node:net` or `node:tls` that is connected, and has not been read: with backpressure,
   * orderly closing and a fair share of the event loop, as tcp:// has it.
   *
   * @param facts the endpoint that it belongs to, both ends, and what was verified of the peer
   * @param released called once, when the socket is gone
   */
  connection(socket: Socket, facts: StreamFacts, released?: () => void): IConnection;
}

/** TCP for the transports of a Context. */
export const ITcpSockets: Token<ITcpSockets> = token('ITcpSockets');

/** Over node:net. TCP_NODELAY is always on: batching is done above. */
export class TcpSockets implements ITcpSockets {
  /** For those that only tcp and ipc make: they are read in another way. */
  public readonly services: StreamServices;
  private readonly chunked: StreamServices;
  private readonly names: HostNames;

  public constructor(
    clock: IClock,
    scheduler: IScheduler,
    random: IRandom,
    names: HostNames = systemHostNames,
    reading: ReadMode = 'lent',
  ) {
    this.services = streamServices(clock, scheduler, random, reading);
    this.chunked = { ...this.services, reading: 'chunks' };
    this.names = names;
  }

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    checkTcp(endpoint, role, options.ipv6);
  }

  public listen(server: Server, endpoint: ParsedEndpoint, options: Options): Promise<string> {
    return listenAtFirst(endpoint, options, this.names, async (host, port) => {
      // `exclusive`: a cluster worker that binds gets a port of its own, not one that all workers share.
      const where = { host, port, backlog: options.backlog, exclusive: true };
      await listening(server, where, endpoint.endpoint);
      return addressOf(server);
    });
  }

  public listenNow(server: Server, endpoint: ParsedEndpoint, options: Options): string {
    const address = parseTcpBind(endpoint, options.ipv6);
    const host = resolveBindNow(endpoint, address, options.ipv6, this.names);
    listenAtOnce(server, { host, port: address.port, backlog: options.backlog }, endpoint.endpoint);
    return addressOf(server);
  }

  public admission(options: Options): TcpAdmission {
    const filter = new AcceptFilter(options.tcpAcceptFilter);
    return ({ remoteAddress = '' }, endpoint) => filter.refusal(remoteAddress, endpoint);
  }

  public dial(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<DialledSocket> {
    return this.attempt(endpoint, options, { signal, handles }, onDelayed);
  }

  /** `dial`, and a connection over that socket; it is made to be read in the way that is the fastest. */
  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const reading = (): LentReading | undefined => lentReading(this.services);
    const limits = { signal, handles };
    const { socket, onread, localAddress, remoteAddress } = await this.attempt(
      endpoint,
      options,
      limits,
      onDelayed,
      reading,
    );
    return new StreamConnection(
      socket,
      { endpoint: endpoint.endpoint, localAddress, remoteAddress },
      this.services,
      undefined,
      onread,
    );
  }

  private async attempt(
    endpoint: ParsedEndpoint,
    options: Options,
    { signal, handles }: Pick<DialLimits, 'signal' | 'handles'>,
    onDelayed?: () => void,
    reading?: () => LentReading | undefined,
  ): Promise<DialledSocket & { readonly onread: LentReading | undefined }> {
    const limits = { signal, clock: this.services.clock, timeout: options.connectTimeout, handles };
    return connectToFirst({ endpoint, options, names: this.names, signal, onDelayed }, async (target) => {
      const onread = reading?.();
      const socket = await dial(target, endpoint.endpoint, { ...limits, onread });
      socket.setNoDelay(true);
      if (keepsAlive(options)) socket.setKeepAlive(true, keepAliveDelay(options));
      const { localAddress } = this.addresses(socket);
      const remoteAddress = formatAddress(target.host, target.port);
      return { socket, localAddress, remoteAddress, onread, destroy: () => socket.destroy() };
    });
  }

  public addresses(socket: Socket): TcpAddresses {
    return {
      localAddress: addressText(socket.localAddress, socket.localPort),
      remoteAddress: addressText(socket.remoteAddress, socket.remotePort),
    };
  }

  public connection(socket: Socket, facts: StreamFacts, released?: () => void): IConnection {
    return new StreamConnection(socket, facts, this.chunked, released);
  }
}

function addressOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo;
  return formatAddress(address, port);
}

/** ZMQ_TCP_KEEPALIVE; 0 and -1 are the same here: it is off unless somebody turns it on. */
export function keepsAlive(options: Options): boolean {
  return options.tcpKeepalive === 1;
}

/** ZMQ_TCP_KEEPALIVE_IDLE in milliseconds; for Node, 0 leaves the delay that the operating system has. */
export function keepAliveDelay(options: Options): number {
  return Math.max(options.tcpKeepaliveIdle, 0) * 1000;
}

function addressText(host: string | undefined, port: number | undefined): string {
  return host === undefined || port === undefined ? '' : formatAddress(host, port);
}
