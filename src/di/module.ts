import './polyfill.js';
import { ContainerModule, type ContainerModuleLoadOptions } from 'inversify';
import type { ContextModule } from '../core/contracts/module.js';

/** What a module can do with the container of a Context while it is loaded. */
export type Bindings = Pick<ContainerModuleLoadOptions, 'bind' | 'isBound' | 'onActivation'> & {
  /** Takes what was bound to a token away, and binds it anew. */
  readonly rebind: ContainerModuleLoadOptions['rebindSync'];
};

/** Makes a module from a function that binds. Modules are loaded in order, the user's last. */
export function contextModule(load: (bindings: Bindings) => void): ContextModule {
  return new ContainerModule(({ bind, isBound, onActivation, rebindSync }) => {
    load({ bind, isBound, onActivation, rebind: rebindSync });
  });
}
