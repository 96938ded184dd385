import { ICapabilityProbe } from '../core/contracts/capability-probe.js';
import { IClock, IScheduler } from '../core/contracts/clock.js';
import { ILogger } from '../core/contracts/logger.js';
import type { ContextModule } from '../core/contracts/module.js';
import { IRandom } from '../core/contracts/random.js';
import type { UringOptions } from '../core/options/uring.js';
import type { ActorServices } from '../core/services.js';
import { TurnBudget } from '../core/turn-budget.js';
import { NodeClock, NodeRandom, NodeScheduler, SilentLogger } from '../engines/services/node-services.js';
import { UringCapabilityProbe } from '../engines/uring/capability-probe.js';
import { contextModule } from './module.js';
import { ActorServicesToken, TurnBudgetToken, UringProbeToken } from './tokens.js';
import { systemFacts } from './uring-facts.js';

/**
 * The services of the environment, and what every actor gets of them.
 *
 * @param uring false: io_uring is not used
 */
export function coreModule(uring: UringOptions | false): ContextModule {
  return contextModule(({ bind }) => {
    bind(IClock).to(NodeClock).inSingletonScope();
    bind(IScheduler).to(NodeScheduler).inSingletonScope();
    bind(IRandom).to(NodeRandom).inSingletonScope();
    bind(ILogger).to(SilentLogger).inSingletonScope();
    bind(UringProbeToken).toConstantValue(new UringCapabilityProbe({ ...systemFacts(), enabled: uring !== false }));
    bind(ICapabilityProbe).toService(UringProbeToken);
    bind(TurnBudgetToken)
      .toResolvedValue((scheduler: IScheduler) => new TurnBudget(scheduler), [IScheduler])
      .inSingletonScope();
    bind(ActorServicesToken)
      .toResolvedValue(
        (clock: IClock, scheduler: IScheduler, random: IRandom, logger: ILogger): ActorServices => ({
          clock,
          scheduler,
          random,
          logger,
        }),
        [IClock, IScheduler, IRandom, ILogger],
      )
      .inSingletonScope();
  });
}
