import type { IEngineFactory } from '../core/contracts/engine.js';
import { type Token, token } from '../core/contracts/token.js';
import type { ITransport } from '../core/contracts/transport.js';
import type { PeerFactories } from '../core/endpoints.js';
import type { SessionFactory } from '../core/listener.js';
import type { ActorServices } from '../core/services.js';
import type { TurnBudget } from '../core/turn-budget.js';
import type { MechanismRegistry } from '../engines/mechanisms/registry.js';
import type { TransportRegistry } from '../engines/transports/registry.js';
import type { TcpSockets } from '../engines/transports/tcp-sockets.js';
import type { UringCapabilityProbe } from '../engines/uring/capability-probe.js';
import type { UringRing } from '../engines/uring/uring-ring.js';
import type { ZapHandler } from '../engines/zap/zap-handler.js';
import type { FlushQueue } from '../engines/zmtp/flush-queue.js';
import type { PatternRegistry } from './pattern-registry.js';

/** The transport of `tcp://` that comes with the package. Rebind it to replace it, or inject it to build on it. */
export const TcpTransportToken: Token<ITransport> = token('ITransport.tcp');
/** The transport of `ipc://` that comes with the package. */
export const IpcTransportToken: Token<ITransport> = token('ITransport.ipc');
/** The transport of `inproc://` that comes with the package; ZAP needs it. */
export const InprocTransportToken: Token<ITransport> = token('ITransport.inproc');

export type { StreamFacts } from '../engines/transports/stream-connection.js';
/** TCP, and the kinds of connections, for transports that put something of their own on it. */
export {
  type DialledSocket,
  ITcpSockets,
  type TcpAddresses,
  type TcpAdmission,
} from '../engines/transports/tcp-sockets.js';

/** What is bound for the wiring itself and not meant to be replaced. */
export const TcpSocketsToken: Token<TcpSockets> = token('TcpSockets');
export const TransportRegistryToken: Token<TransportRegistry> = token('TransportRegistry');
export const MechanismRegistryToken: Token<MechanismRegistry> = token('MechanismRegistry');
/** Resolved only where an IAuthenticator is bound. */
export const ZapHandlerToken: Token<ZapHandler> = token('ZapHandler');
export const PatternRegistryToken: Token<PatternRegistry> = token('PatternRegistry');
export const TurnBudgetToken: Token<TurnBudget> = token('TurnBudget');
/** Given to the io_uring engine too. */
export const StandardEngineToken: Token<IEngineFactory> = token('IEngineFactory.standard');
export const UringRingToken: Token<UringRing> = token('UringRing');
export const UringProbeToken: Token<UringCapabilityProbe> = token('UringCapabilityProbe');
export const FlushQueueToken: Token<FlushQueue> = token('FlushQueue');
export const ActorServicesToken: Token<ActorServices> = token('ActorServices');

/** The factories of what is made per connection and per endpoint. */
export const SessionFactoryToken: Token<SessionFactory> = token('SessionFactory');
export const PeerFactoriesToken: Token<PeerFactories> = token('PeerFactories');
