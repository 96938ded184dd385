import { type AddressInfo, createServer, isIPv4, type Server, type Socket } from 'node:net';
import type { IClock, IScheduler } from '../../core/contracts/clock.js';
import type { IRandom } from '../../core/contracts/random.js';
import type {
  IConnection,
  IHandles,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
} from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { AcceptFilter } from './accept-filter.js';
import { aborted, dial } from './dial.js';
import { type HostNames, systemHostNames } from './host-names.js';
import { listenAtOnce } from './listen-at-once.js';
import {
  lentReading,
  StreamConnection,
  type StreamFacts,
  type StreamServices,
  streamServices,
} from './stream-connection.js';
import { listening, StreamListener } from './stream-listener.js';
import type { ReadMode } from './stream-reading.js';
import { formatAddress, isLiteral, parseTcpBind, parseTcpConnect, type TcpBindAddress } from './tcp-address.js';
import { resolveBind, resolveBindNow, resolveConnect, resolveSource } from './tcp-resolve.js';

type Options = Readonly<SocketOptionValues>;

/** `tcp://host:port`, over node:net. TCP_NODELAY is always on: batching is done above. */
export class TcpTransport implements ITransport {
  public readonly schemes: readonly string[] = ['tcp'];

  private readonly services: StreamServices;
  private readonly names: HostNames;

  public constructor(
    clock: IClock,
    scheduler: IScheduler,
    random: IRandom,
    names: HostNames = systemHostNames,
    reading: ReadMode = 'lent',
  ) {
    this.services = streamServices(clock, scheduler, random, reading);
    this.names = names;
  }

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    if (role === 'bind') parseTcpBind(endpoint, options.ipv6);
    else parseTcpConnect(endpoint, options.ipv6);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const address = parseTcpBind(endpoint, options.ipv6);
    return this.accept(await this.bind(endpoint, address, options), options, events);
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    const address = parseTcpBind(endpoint, options.ipv6);
    const host = resolveBindNow(endpoint, address, options.ipv6, this.names);
    const server = serverOf(options);
    listenAtOnce(server, { host, port: address.port, backlog: options.backlog }, endpoint.endpoint);
    return this.accept(server, options, events);
  }

  private accept(server: Server, options: Options, events: IListenerEvents): IListener {
    const filter = new AcceptFilter(options.tcpAcceptFilter);
    const bound = server.address() as AddressInfo;
    const real = `tcp://${formatAddress(bound.address, bound.port)}`;
    return new StreamListener(
      server,
      {
        endpoint: real,
        maxConnections: options.maxConnections,
        facts: (raw) => factsOf(raw, real),
        refusal: ({ remoteAddress = '' }) => (filter.admits(remoteAddress) ? undefined : filtered(remoteAddress, real)),
        release: () => server.close(),
      },
      events,
      this.services,
    );
  }

  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const target = parseTcpConnect(endpoint, options.ipv6);
    const source = target.source && {
      localAddress: resolveSource(endpoint, target.source, options.ipv6, this.names),
      ...(target.source.port === 0 ? {} : { localPort: target.source.port }),
    };
    const hosts = await abortable(resolveConnect(endpoint, target, options.ipv6, this.names), endpoint, signal);
    const limits = { signal, clock: this.services.clock, timeout: options.connectTimeout, handles };
    onDelayed?.();
    let failure = noAddress(endpoint);
    // A name such as localhost may have addresses of both families, and the peer may listen on one of them only.
    for (const host of hosts) {
      if (source !== undefined && isIPv4(source.localAddress) !== isIPv4(host)) continue;
      const onread = lentReading(this.services);
      try {
        const where = { host, port: target.port, ...source };
        const socket = await dial(where, endpoint.endpoint, { ...limits, onread });
        const facts = {
          endpoint: endpoint.endpoint,
          localAddress: addressText(socket.localAddress, socket.localPort),
          remoteAddress: formatAddress(host, target.port),
        };
        if (facts.localAddress !== facts.remoteAddress) {
          socket.setNoDelay(true);
          if (keepsAlive(options)) socket.setKeepAlive(true, keepAliveDelay(options));
          return new StreamConnection(socket, facts, this.services, undefined, onread);
        }
        socket.destroy();
        failure = metItself(endpoint);
      } catch (error) {
        failure = error as ZmqError;
        if (failure.code === 'Aborted') break;
      }
    }
    throw failure;
  }

  private async bind(endpoint: ParsedEndpoint, address: TcpBindAddress, options: Options): Promise<Server> {
    try {
      return await this.bindFamily(endpoint, address, options, options.ipv6);
    } catch (error) {
      // No IPv6 in this kernel: go on with IPv4, as libzmq does, unless an IPv6 address was asked for.
      const { errno } = error as ZmqError;
      if (errno !== 'EAFNOSUPPORT' || !options.ipv6 || (isLiteral(address.host) && !isIPv4(address.host))) throw error;
      return this.bindFamily(endpoint, address, options, false);
    }
  }

  private async bindFamily(
    endpoint: ParsedEndpoint,
    address: TcpBindAddress,
    options: Options,
    ipv6: boolean,
  ): Promise<Server> {
    const host = await resolveBind(endpoint, address, ipv6, this.names);
    const server = serverOf(options);
    // `exclusive`: a cluster worker that binds gets a port of its own, not one that all workers share.
    const where = { host, port: address.port, backlog: options.backlog, exclusive: true };
    await listening(server, where, endpoint.endpoint);
    return server;
  }
}

function serverOf(options: Options): Server {
  return createServer({
    pauseOnConnect: true,
    noDelay: true,
    keepAlive: keepsAlive(options),
    keepAliveInitialDelay: keepAliveDelay(options),
  });
}

/** ZMQ_TCP_KEEPALIVE; 0 and -1 are the same here: it is off unless somebody turns it on. */
function keepsAlive(options: Options): boolean {
  return options.tcpKeepalive === 1;
}

/** ZMQ_TCP_KEEPALIVE_IDLE in milliseconds; for Node, 0 leaves the delay that the operating system has. */
function keepAliveDelay(options: Options): number {
  return Math.max(options.tcpKeepaliveIdle, 0) * 1000;
}

function factsOf(socket: Socket, endpoint: string): StreamFacts {
  return {
    endpoint,
    localAddress: addressText(socket.localAddress, socket.localPort),
    remoteAddress: addressText(socket.remoteAddress, socket.remotePort),
  };
}

function addressText(host: string | undefined, port: number | undefined): string {
  return host === undefined || port === undefined ? '' : formatAddress(host, port);
}

/** Waits for `work` no longer than until `signal`: a name look-up cannot be stopped, but its answer can be ignored. */
function abortable<T>(work: Promise<T>, { endpoint }: ParsedEndpoint, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(aborted(endpoint));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function filtered(peer: string, endpoint: string): ZmqError {
  return new ZmqError(
    'PermissionDenied',
    `A connection from ${peer || 'a peer that is gone'} to ${endpoint} was closed: tcpAcceptFilter does not admit it.`,
    { endpoint },
  );
}

function noAddress({ endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError(
    'DnsResolutionFailed',
    `Cannot connect to ${endpoint}: the name has no address of the family of the source.`,
    {
      endpoint,
    },
  );
}

/** On one machine a connect to a free port can meet itself (a simultaneous open), and would then hold that port. */
function metItself({ endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError('ConnectionRefused', `Cannot connect to ${endpoint}: nobody listens there.`, { endpoint });
}
