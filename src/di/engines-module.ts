import { ICapabilityProbe } from '../core/contracts/capability-probe.js';
import { IClock, IScheduler } from '../core/contracts/clock.js';
import { IEngineFactory, IRouter } from '../core/contracts/engine.js';
import { ILogger } from '../core/contracts/logger.js';
import type { ContextModule } from '../core/contracts/module.js';
import type { TurnBudget } from '../core/turn-budget.js';
import { DirectEngineFactory } from '../engines/direct/direct-engine.js';
import type { MechanismRegistry } from '../engines/mechanisms/registry.js';
import { RawEngineFactory } from '../engines/raw/raw-engine-factory.js';
import { Router } from '../engines/router.js';
import type { TransportRegistry } from '../engines/transports/registry.js';
import { FlushQueue } from '../engines/zmtp/flush-queue.js';
import { StandardEngineFactory } from '../engines/zmtp/standard-engine.js';
import { contextModule } from './module.js';
import {
  FlushQueueToken,
  MechanismRegistryToken,
  StandardEngineToken,
  TransportRegistryToken,
  TurnBudgetToken,
} from './tokens.js';

/** The engines, and the choice among them. */
export function enginesModule(strict: boolean): ContextModule {
  return contextModule(({ bind }) => {
    bind(FlushQueueToken)
      .toResolvedValue((scheduler: IScheduler) => new FlushQueue(scheduler), [IScheduler])
      .inSingletonScope();
    bind(StandardEngineToken)
      .toResolvedValue(
        (
          mechanisms: MechanismRegistry,
          clock: IClock,
          scheduler: IScheduler,
          flushQueue: FlushQueue,
          budget: TurnBudget,
        ) => new StandardEngineFactory(mechanisms, { clock, scheduler, flushQueue, budget }),
        [MechanismRegistryToken, IClock, IScheduler, FlushQueueToken, TurnBudgetToken],
      )
      .inSingletonScope();
    bind(IEngineFactory).toService(StandardEngineToken);
    bind(IEngineFactory)
      .toResolvedValue((scheduler: IScheduler) => new DirectEngineFactory(scheduler), [IScheduler])
      .inSingletonScope();
    bind(IEngineFactory)
      .toResolvedValue(
        (scheduler: IScheduler, flushQueue: FlushQueue, budget: TurnBudget) =>
          new RawEngineFactory({ scheduler, flushQueue, budget }, strict),
        [IScheduler, FlushQueueToken, TurnBudgetToken],
      )
      .inSingletonScope();
    bind(IRouter)
      .toResolvedValue(
        (transports: TransportRegistry, engines: IEngineFactory[], probe: ICapabilityProbe, logger: ILogger) =>
          new Router(transports, engines, probe, logger),
        [TransportRegistryToken, { serviceIdentifier: IEngineFactory, isMultiple: true }, ICapabilityProbe, ILogger],
      )
      .inSingletonScope();
  });
}
