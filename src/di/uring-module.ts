import { ICapabilityProbe } from '../core/contracts/capability-probe.js';
import { IClock, IScheduler } from '../core/contracts/clock.js';
import { IEngineFactory } from '../core/contracts/engine.js';
import { ILogger } from '../core/contracts/logger.js';
import type { ContextModule } from '../core/contracts/module.js';
import type { ITransport } from '../core/contracts/transport.js';
import type { UringConfig } from '../core/options/uring.js';
import { TcpTransport } from '../engines/transports/tcp.js';
import type { UringCapabilityProbe } from '../engines/uring/capability-probe.js';
import { UringEngineFactory } from '../engines/uring/uring-engine.js';
import { UringRing } from '../engines/uring/uring-ring.js';
import { UringTcpTransport } from '../engines/uring/uring-tcp.js';
import { contextModule } from './module.js';
import { StandardEngineToken, TcpTransportToken, UringProbeToken, UringRingToken } from './tokens.js';

/** The io_uring engine: the ring, the connections on it, and the offer to drive tcp. Nothing is opened before it is used. */
export function uringModule(config: UringConfig): ContextModule {
  const { entries, bufferCount, bufferSize, spin, sendMemory } = config;
  return contextModule(({ bind }) => {
    bind(UringRingToken)
      .toResolvedValue(
        (probe: UringCapabilityProbe, logger: ILogger) =>
          new UringRing(() => probe.addon, { entries, bufferCount, bufferSize, spin, sendSize: sendMemory }, logger),
        [UringProbeToken, ILogger],
      )
      .inSingletonScope();
    bind(IEngineFactory)
      .toResolvedValue(
        (
          zmtp: IEngineFactory,
          ring: UringRing,
          probe: ICapabilityProbe,
          tcp: ITransport,
          clock: IClock,
          scheduler: IScheduler,
        ) => {
          const transport = new UringTcpTransport(clock, scheduler, ring, () => probe.probe(), tcp);
          // A module that has put another tcp in its place means all of tcp.
          return new UringEngineFactory(zmtp, ring, transport, tcp instanceof TcpTransport);
        },
        [StandardEngineToken, UringRingToken, ICapabilityProbe, TcpTransportToken, IClock, IScheduler],
      )
      .inSingletonScope();
  });
}
