import { IMechanismFactory } from '../core/contracts/mechanism.js';
import type { ContextModule } from '../core/contracts/module.js';
import { NullMechanismFactory } from '../engines/mechanisms/null.js';
import { MechanismRegistry } from '../engines/mechanisms/registry.js';
import { contextModule } from './module.js';
import { MechanismRegistryToken } from './tokens.js';

/** The security mechanisms. */
export function securityModule(): ContextModule {
  return contextModule(({ bind }) => {
    bind(IMechanismFactory).toConstantValue(new NullMechanismFactory());
    bind(MechanismRegistryToken)
      .toResolvedValue(
        (factories: IMechanismFactory[]) => new MechanismRegistry(factories),
        [{ serviceIdentifier: IMechanismFactory, isMultiple: true }],
      )
      .inSingletonScope();
  });
}
