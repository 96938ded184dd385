import type { EngineConfig, EngineOffer, IEngine, IEngineFactory } from '../../core/contracts/engine.js';
import type { IConnection, IDirectConnection } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { needsUring } from '../../core/options/socket-options.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { refuseUnauthenticated } from '../mechanisms/strictness.js';
import { RawEngine, type RawServices } from './raw-engine.js';

/** Above any engine that speaks ZMTP, and has not looked whether that is wanted. */
const RANK = 100;

/** The engine of STREAM, and of ROUTER with ZMQ_ROUTER_RAW: bytes as they are, over whatever stream a transport makes. */
export class RawEngineFactory implements IEngineFactory {
  public readonly name: string = 'raw';

  /** @param strict no bind without authentication (`requireAuthentication`). */
  public constructor(
    private readonly services: RawServices,
    private readonly strict: boolean = false,
  ) {}

  public offer(scheme: string, options: Readonly<SocketOptionValues>): EngineOffer {
    if (!options.routerRaw)
      return { serves: false, rank: 0, reason: 'the raw engine serves STREAM and ROUTER_RAW only' };
    if (scheme === 'inproc') return { serves: false, rank: 0, reason: 'inproc has no bytes' };
    const beyond = scheme === 'tcp' ? needsUring(options) : undefined;
    if (beyond !== undefined) return { serves: false, rank: 0, reason: `node:net cannot honour ${beyond}` };
    return { serves: true, rank: RANK, reason: 'the socket exchanges bytes without a protocol' };
  }

  public check(role: 'bind' | 'connect'): void {
    if (this.strict && role === 'bind')
      refuseUnauthenticated('it exchanges bytes without a protocol, and so without security');
  }

  public create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine {
    if (connection.kind !== 'stream') {
      throw new ZmqError(
        'Internal',
        `The raw engine got a connection of ${config.endpoint} that is no stream of bytes.`,
      );
    }
    return new RawEngine(connection, this.services);
  }
}
