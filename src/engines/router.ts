import type { CapabilityReport, ICapabilityProbe } from '../core/contracts/capability-probe.js';
import type { IEngineFactory, IRouter, Route } from '../core/contracts/engine.js';
import type { ILogger } from '../core/contracts/logger.js';
import type { SocketOptionValues } from '../core/options/values.js';
import { selectEngine } from './selector.js';
import { parseEndpoint } from './transports/endpoint.js';
import type { TransportRegistry } from './transports/registry.js';

/** Finds the transport and the engine of an endpoint. Says which engine serves a scheme, and why, the first time. */
export class Router implements IRouter {
  /** The last reason that was said, by scheme. */
  private readonly said: Map<string, string> = new Map();
  private readonly capabilities: CapabilityReport;

  public constructor(
    private readonly transports: TransportRegistry,
    private readonly engines: readonly IEngineFactory[],
    probe: ICapabilityProbe,
    private readonly logger: ILogger,
  ) {
    this.capabilities = whenAsked(probe);
  }

  public route(endpoint: string, role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): Route {
    const parsed = parseEndpoint(endpoint);
    const transport = this.transports.get(parsed.scheme);
    transport.check(parsed, role, options);
    const { factory, reason } = selectEngine(parsed.scheme, options, this.capabilities, this.engines);
    factory.check?.(role, options);
    const kind = options.routerRaw ? `raw ${parsed.scheme}` : parsed.scheme;
    if (this.said.get(kind) !== reason) {
      this.said.set(kind, reason);
      this.logger.info(`${kind}:// is served by the ${factory.name} engine`, { reason });
    }
    return { endpoint: parsed, transport: factory.transport ?? transport, engine: factory, reason };
  }
}

/** The answers of the probe, which is asked when an engine looks at one of them: most never do. */
function whenAsked(probe: ICapabilityProbe): CapabilityReport {
  return {
    get io_uring() {
      return probe.probe().io_uring;
    },
    get 'io_uring.multishot_recv'() {
      return probe.probe()['io_uring.multishot_recv'];
    },
    get 'io_uring.buffer_ring'() {
      return probe.probe()['io_uring.buffer_ring'];
    },
    get 'io_uring.send_zc'() {
      return probe.probe()['io_uring.send_zc'];
    },
  };
}
