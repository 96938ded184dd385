import { IAuthenticationClient } from '../core/contracts/authentication.js';
import { IAuthenticator } from '../core/contracts/authenticator.js';
import { IScheduler } from '../core/contracts/clock.js';
import { ILogger } from '../core/contracts/logger.js';
import { IMechanismFactory } from '../core/contracts/mechanism.js';
import type { ContextModule } from '../core/contracts/module.js';
import type { ITransport } from '../core/contracts/transport.js';
import { NullMechanismFactory } from '../engines/mechanisms/null.js';
import { MechanismRegistry } from '../engines/mechanisms/registry.js';
import { ZapClient } from '../engines/zap/zap-client.js';
import { ZapHandler } from '../engines/zap/zap-handler.js';
import { contextModule } from './module.js';
import { InprocTransportToken, MechanismRegistryToken, ZapHandlerToken } from './tokens.js';

/** The security mechanisms, and whom they ask about a peer. */
export function securityModule(): ContextModule {
  return contextModule(({ bind }) => {
    bind(IAuthenticationClient)
      .toResolvedValue(
        (inproc: ITransport, scheduler: IScheduler) => new ZapClient(inproc, scheduler),
        [InprocTransportToken, IScheduler],
      )
      .inSingletonScope();
    bind(ZapHandlerToken)
      .toResolvedValue(
        (inproc: ITransport, authenticator: IAuthenticator, logger: ILogger) =>
          new ZapHandler(inproc, authenticator, logger),
        [InprocTransportToken, IAuthenticator, ILogger],
      )
      .inSingletonScope();
    bind(IMechanismFactory).toConstantValue(new NullMechanismFactory());
    bind(MechanismRegistryToken)
      .toResolvedValue(
        (factories: IMechanismFactory[]) => new MechanismRegistry(factories),
        [{ serviceIdentifier: IMechanismFactory, isMultiple: true }],
      )
      .inSingletonScope();
  });
}
