import type { EngineConfig, EngineOffer, IEngine, IEngineFactory } from '../../core/contracts/engine.js';
import type { IConnection, IDirectConnection } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { parsePeerProperty } from '../../core/options/peer-properties.js';
import { needsUring } from '../../core/options/socket-options.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { encodeProperties } from '../../core/properties.js';
import type { MechanismRegistry } from '../mechanisms/registry.js';
import { whyNoOldPeers } from './old-protocol.js';
import { type EngineServices, ZmtpEngine } from './zmtp-engine.js';

/** The socket types that say their routing id in READY, even an empty one, as libzmq does. */
const SAYS_IDENTITY: readonly string[] = ['REQ', 'DEALER', 'ROUTER'];

/** The engine that needs nothing but Node: ZMTP over whatever stream of bytes a transport makes. */
export class StandardEngineFactory implements IEngineFactory {
  public readonly name: string = 'standard';

  public constructor(
    private readonly mechanisms: MechanismRegistry,
    private readonly services: EngineServices,
  ) {}

  public offer(scheme: string, options: Readonly<SocketOptionValues>): EngineOffer {
    if (options.routerRaw) return { serves: false, rank: 0, reason: 'the standard engine speaks ZMTP' };
    if (scheme === 'inproc') return { serves: false, rank: 0, reason: 'inproc has no bytes to speak ZMTP over' };
    const beyond = scheme === 'tcp' ? needsUring(options) : undefined;
    if (beyond !== undefined) return { serves: false, rank: 0, reason: `node:net cannot honour ${beyond}` };
    return { serves: true, rank: 0, reason: 'the standard engine serves every stream of bytes' };
  }

  public check(role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void {
    this.mechanisms.select(options).check?.(role, options);
  }

  public create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine {
    if (connection.kind !== 'stream') {
      throw new ZmqError(
        'Internal',
        `The standard engine got a connection of ${config.endpoint} that is no stream of bytes.`,
      );
    }
    const { options, socketType, endpoint, accepted } = config;
    const factory = this.mechanisms.select(options);
    const { remoteAddress, agreed, verified } = connection;
    const metadata = ownProperties(config);
    const mechanism = factory.create({ socketType, options, remoteAddress, metadata, accepted });
    return new ZmtpEngine(
      connection,
      {
        socketType,
        endpoint,
        remoteAddress,
        agreed,
        verified,
        routingId: options.routingId,
        mechanism: factory.name,
        maxMessageSize: options.maxMessageSize,
        maxHandshakeSize: options.maxHandshakeSize,
        maxCommandSize: options.maxCommandSize,
        oldPeersRefused: whyNoOldPeers(options, factory.name),
        handshakeInterval: options.handshakeInterval,
        heartbeat: {
          interval: options.heartbeatInterval,
          timeout: options.heartbeatTimeout < 0 ? options.heartbeatInterval : options.heartbeatTimeout,
          timeToLive: options.heartbeatTimeToLive,
        },
      },
      mechanism,
      this.services,
    );
  }
}

/** What our READY says: Socket-Type first, then Identity, then the X- properties of ZMQ_METADATA in the order of their names. */
export function ownProperties(config: EngineConfig): Buffer {
  const { options, socketType } = config;
  const properties: [string, Uint8Array][] = [['Socket-Type', Buffer.from(socketType, 'latin1')]];
  if (SAYS_IDENTITY.includes(socketType)) properties.push(['Identity', options.routingId]);
  return encodeProperties([...properties, ...applicationProperties(options)]);
}

function applicationProperties(options: Readonly<SocketOptionValues>): [string, Uint8Array][] {
  const properties: [string, Uint8Array][] = [];
  for (const entry of options.metadata) {
    const property = parsePeerProperty(entry);
    if (property !== undefined) properties.push([property.name, Buffer.from(property.value, 'utf8')]);
  }
  return properties.sort(([a], [b]) => (a < b ? -1 : 1));
}
