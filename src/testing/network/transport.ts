import {
  type IConnection,
  type IListener,
  type IListenerEvents,
  type ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from '../../plugin.js';
import { isOwnName, parsePlace } from './address.js';
import type { SimulatedHost } from './host.js';
import type { MachineProcess } from './process.js';

type Options = Readonly<SocketOptionValues>;

/** `tcp://host:port` of one process on the simulated network. */
export class SimulatedTransport implements ITransport {
  public constructor(
    private readonly host: SimulatedHost,
    private readonly process: MachineProcess,
    public readonly schemes: readonly string[] = ['tcp'],
  ) {}

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', _options: Options): void {
    parsePlace(endpoint, role);
  }

  public listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    return settle(() => {
      const { host, port } = parsePlace(endpoint, 'bind');
      const address = isOwnName(host) ? (host === '*' ? '0.0.0.0' : host) : this.host.address;
      if (!isOwnName(host) && this.host.network.find(host) !== this.host) {
        const what = `Cannot bind ${endpoint.endpoint}: ${host} is no address of ${this.host.name}.`;
        throw new ZmqError('AddrNotAvailable', what, { endpoint: endpoint.endpoint });
      }
      const real = port === 0 ? this.host.freePort() : port;
      const text = `${endpoint.scheme}://${address}:${real}`;
      return this.host.bind(String(real), { endpoint: text, process: this.process, events, options });
    });
  }

  public connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
  ): Promise<IConnection> {
    return new Promise((resolve, reject) => {
      const { host, port } = parsePlace(endpoint, 'connect');
      const target = isOwnName(host) ? this.host : this.host.network.find(host);
      if (target === undefined) {
        const what = `Cannot connect to ${endpoint.endpoint}: there is no host ${host} on the network.`;
        throw new ZmqError('DnsResolutionFailed', what, { endpoint: endpoint.endpoint });
      }
      onDelayed?.();
      const attempt = { endpoint: endpoint.endpoint, process: this.process, signal, timeout: options.connectTimeout };
      this.host.dial(target, String(port), attempt).then(resolve, reject);
    });
  }
}

/** `ipc://path` of one process: reaches what is bound on the same host. */
export class SimulatedIpcTransport implements ITransport {
  public readonly schemes: readonly string[] = ['ipc'];

  public constructor(
    private readonly host: SimulatedHost,
    private readonly process: MachineProcess,
  ) {}

  public check({ address, endpoint }: ParsedEndpoint, role: 'bind' | 'connect', _options: Options): void {
    if (!address.includes('\0') && (role === 'bind' || address !== '*')) return;
    throw new ZmqError('InvalidEndpoint', `Cannot use ${JSON.stringify(endpoint)}: expected the path of a file.`, {
      endpoint,
    });
  }

  public listen({ address }: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const path = address === '*' ? `/tmp/simulated-${this.host.freePort()}` : address;
    return settle(() => this.host.bind(path, { endpoint: `ipc://${path}`, process: this.process, events, options }));
  }

  public connect({ address, endpoint }: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
    const attempt = { endpoint, process: this.process, signal, timeout: options.connectTimeout };
    return this.host.dial(this.host, address, attempt);
  }
}

function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
