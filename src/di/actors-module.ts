import { Connecter } from '../core/connecter.js';
import type { ContextModule } from '../core/contracts/module.js';
import type { PeerFactories } from '../core/endpoints.js';
import { Listener, type SessionFactory } from '../core/listener.js';
import type { ActorServices } from '../core/services.js';
import { Session } from '../core/session.js';
import { contextModule } from './module.js';
import { ActorServicesToken, PeerFactoriesToken, SessionFactoryToken } from './tokens.js';

/** The factories of the actors below a socket. Each is resolved once and captured: no look-up after start-up. */
export function actorsModule(): ContextModule {
  return contextModule(({ bind }) => {
    bind(SessionFactoryToken)
      .toResolvedValue(
        (services: ActorServices): SessionFactory =>
          (owner, spec) =>
            new Session(owner, spec, services),
        [ActorServicesToken],
      )
      .inSingletonScope();
    bind(PeerFactoriesToken)
      .toResolvedValue(
        (createSession: SessionFactory, services: ActorServices): PeerFactories => ({
          listener: (owner, socket, route, options) =>
            new Listener(owner, socket, route, options, createSession, services),
          connecter: (owner, socket, route, options) =>
            new Connecter(owner, socket, route, options, createSession, services),
        }),
        [SessionFactoryToken, ActorServicesToken],
      )
      .inSingletonScope();
  });
}
