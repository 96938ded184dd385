import type { CapabilityReport } from '../../core/contracts/capability-probe.js';
import type { EngineConfig, EngineOffer, IEngine, IEngineFactory } from '../../core/contracts/engine.js';
import type { IConnection, IDirectConnection, ITransport } from '../../core/contracts/transport.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import type { UringRing } from './uring-ring.js';

/** Above the standard engine, below an engine that a module has bound for its own purposes. */
const RANK = 10;

/** ZMTP as the standard engine speaks it, over tcp connections on the ring. Chosen where a socket asks for it. */
export class UringEngineFactory implements IEngineFactory {
  public readonly name: string = 'io_uring';

  /**
   * @param zmtp makes the engines: what speaks the protocol does not know what moves the bytes.
   * @param tcpIsOurs false: a module has replaced the transport tcp.
   */
  public constructor(
    private readonly zmtp: IEngineFactory,
    private readonly ring: UringRing,
    public readonly transport: ITransport,
    private readonly tcpIsOurs: boolean = true,
  ) {}

  public offer(scheme: string, options: Readonly<SocketOptionValues>, capabilities: CapabilityReport): EngineOffer {
    const no = (reason: string): EngineOffer => ({ serves: false, rank: RANK, reason });
    if (scheme !== 'tcp') return no('io_uring serves tcp only');
    if (options.routerRaw) return no('the io_uring engine speaks ZMTP');
    // The first question, so that nothing is loaded for those who do not ask.
    if (!options.ioUringSessionEnabled) return no('ioUringSessionEnabled (IO_URING_SESSION_ENABLED) is off');
    if (!this.tcpIsOurs) return no('the transport tcp was replaced by a module');
    const { available, reason } = capabilities.io_uring;
    if (!available) return no(reason);
    if (this.trouble !== undefined) return no(this.trouble);
    return { serves: true, rank: RANK, reason: `the socket asks for io_uring, and ${reason}` };
  }

  public check(role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void {
    this.zmtp.check?.(role, options);
  }

  /** Why connections made from now on are driven by node:net. */
  public get trouble(): string | undefined {
    const { failure } = this.ring;
    return failure === undefined ? undefined : `the ring cannot be used (${failure.message}): node:net takes its place`;
  }

  public create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine {
    return this.zmtp.create(connection, config);
  }
}
