import type { ContextModule } from '../core/contracts/module.js';
import { IPatternFactory } from '../core/contracts/pattern.js';
import { patternFactories } from '../patterns/factories.js';
import { contextModule } from './module.js';
import { PatternRegistry } from './pattern-registry.js';
import { PatternRegistryToken } from './tokens.js';

/** The socket types. */
export function patternsModule(): ContextModule {
  return contextModule(({ bind }) => {
    for (const factory of patternFactories) bind(IPatternFactory).toConstantValue(factory);
    bind(PatternRegistryToken)
      .toResolvedValue(
        (factories: IPatternFactory[]) => new PatternRegistry(factories),
        [{ serviceIdentifier: IPatternFactory, isMultiple: true }],
      )
      .inSingletonScope();
  });
}
