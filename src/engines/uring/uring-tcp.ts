import { isIPv6 } from 'node:net';
import type { CapabilityReport } from '../../core/contracts/capability-probe.js';
import type { IClock, IScheduler } from '../../core/contracts/clock.js';
import type {
  IConnection,
  IDirectConnection,
  IHandles,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
} from '../../core/contracts/transport.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { needsUring } from '../../core/options/socket-options.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { AcceptFilter } from '../transports/accept-filter.js';
import { type HostNames, systemHostNames } from '../transports/host-names.js';
import type { StreamFacts } from '../transports/stream-connection.js';
import { checkTcp, formatAddress, parseTcpBind } from '../transports/tcp-address.js';
import { connectToFirst, listenAtFirst } from '../transports/tcp-attempts.js';
import { resolveBindNow } from '../transports/tcp-resolve.js';
import { socketSpec } from './socket-settings.js';
import { systemError } from './system-error.js';
import { UringConnection, type UringServices, type UringSettings } from './uring-connection.js';
import { dialOnRing } from './uring-dial.js';
import { UringListener } from './uring-listener.js';
import type { UringRing } from './uring-ring.js';

type Options = Readonly<SocketOptionValues>;

/**
 * `tcp://host:port` on the ring. Where there is no ring, or none any more, the transport of node:net does the work: what is
 * connected again after a loss of the ring comes from there.
 */
export class UringTcpTransport implements ITransport {
  public readonly schemes: readonly string[] = ['tcp'];
  private readonly services: UringServices;

  public constructor(
    clock: IClock,
    scheduler: IScheduler,
    private readonly ring: UringRing,
    private readonly capabilities: () => CapabilityReport,
    private readonly fallback: ITransport,
    private readonly names: HostNames = systemHostNames,
  ) {
    this.services = { clock, scheduler, ring };
  }

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    checkTcp(endpoint, role, options.ipv6);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    if (this.ring.open() !== undefined) return this.listenInstead(endpoint, options, events);
    const filter = new AcceptFilter(options.tcpAcceptFilter);
    const listener = new UringListener(events, this.services);
    const slot = await listenAtFirst(endpoint, options, this.names, (host, port) =>
      this.listenAt(host, port, endpoint, options, listener),
    );
    return this.began(listener, slot, filter, options, events);
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    if (this.ring.open() !== undefined) {
      requireOrdinary(endpoint, options);
      return this.fallback.listenNow!(endpoint, options, events);
    }
    const filter = new AcceptFilter(options.tcpAcceptFilter);
    const listener = new UringListener(events, this.services);
    const address = parseTcpBind(endpoint, options.ipv6);
    const host = resolveBindNow(endpoint, address, options.ipv6, this.names);
    const slot = this.listenAt(host, address.port, endpoint, options, listener);
    return this.began(listener, slot, filter, options, events);
  }

  private listenAt(
    host: string,
    port: number,
    { endpoint }: ParsedEndpoint,
    options: Options,
    listener: UringListener,
  ): number {
    const spec = { host, port, backlog: options.backlog, ...socketSpec(options, isIPv6(host)) };
    const slot = this.ring.listen(spec, listener);
    if (slot >= 0) return slot;
    throw fromNodeError(systemError(slot, 'listen'), `Cannot bind ${endpoint}`, endpoint);
  }

  private began(
    listener: UringListener,
    slot: number,
    filter: AcceptFilter,
    options: Options,
    events: IListenerEvents,
  ): IListener {
    const [host, port] = this.ring.addresses(slot);
    const address = formatAddress(host, port);
    const real = `tcp://${address}`;
    listener.begin(slot, {
      endpoint: real,
      settings: this.settings(options),
      facts: (accepted) => this.facts(accepted, real),
      refusal: ({ remoteAddress }) => filter.refusal(hostOf(remoteAddress), real),
      instead: () => this.listenInstead({ scheme: 'tcp', address, endpoint: real }, options, events),
    });
    return listener;
  }

  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection | IDirectConnection> {
    if (this.ring.open() !== undefined) {
      requireOrdinary(endpoint, options);
      return this.fallback.connect(endpoint, options, signal, onDelayed, handles);
    }
    const limits = { signal, clock: this.services.clock, timeout: options.connectTimeout, handles };
    return connectToFirst({ endpoint, options, names: this.names, signal, onDelayed }, (target) => {
      const { host, port, localAddress = '', localPort = 0 } = target;
      const spec = { host, port, localHost: localAddress, localPort, ...socketSpec(options, isIPv6(host)) };
      return dialOnRing(this.ring, spec, endpoint.endpoint, limits, (slot) => {
        const facts = { ...this.facts(slot, endpoint.endpoint), remoteAddress: formatAddress(host, port) };
        return new UringConnection(slot, facts, this.settings(options), this.services);
      });
    });
  }

  private async listenInstead(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    requireOrdinary(endpoint, options);
    return this.fallback.listen(endpoint, options, events);
  }

  private settings(options: Options): UringSettings {
    const capabilities = this.capabilities();
    const zeroCopy = options.ioUringSendZeroCopy && capabilities['io_uring.send_zc'].available;
    return {
      multishot: options.ioUringReceiveMultishot && capabilities['io_uring.multishot_recv'].available,
      zeroCopyFrom: zeroCopy ? options.ioUringZeroCopySendThreshold : Number.POSITIVE_INFINITY,
      cork: options.tcpCork,
    };
  }

  private facts(slot: number, endpoint: string): StreamFacts {
    const [localHost, localPort, remoteHost, remotePort] = this.ring.addresses(slot);
    return {
      endpoint,
      localAddress: localHost === '' ? '' : formatAddress(localHost, localPort),
      remoteAddress: remoteHost === '' ? '' : formatAddress(remoteHost, remotePort),
    };
  }
}

/** What only this engine can do is not left out in silence. */
function requireOrdinary({ endpoint }: ParsedEndpoint, options: Options): void {
  const wanted = needsUring(options);
  if (wanted === undefined) return;
  throw new ZmqError(
    'UnsupportedOption',
    `Cannot use ${endpoint}: node:net cannot honour ${wanted}, and there is no ring.`,
    {
      endpoint,
      fatal: true,
    },
  );
}

/** The host of `host:port`, without brackets. */
function hostOf(address: string): string {
  return address.slice(0, Math.max(address.lastIndexOf(':'), 0)).replace(/^\[|\]$/g, '');
}
