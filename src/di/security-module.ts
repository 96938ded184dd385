import { IAuthenticationClient } from '../core/contracts/authentication.js';
import { IAuthenticator } from '../core/contracts/authenticator.js';
import { ICipher } from '../core/contracts/cipher.js';
import { IScheduler } from '../core/contracts/clock.js';
import { IKeyAgreement } from '../core/contracts/key-agreement.js';
import { ILogger } from '../core/contracts/logger.js';
import { IMechanismFactory, IMechanisms } from '../core/contracts/mechanism.js';
import type { ContextModule } from '../core/contracts/module.js';
import { IRandom } from '../core/contracts/random.js';
import type { ITransport } from '../core/contracts/transport.js';
import { DefaultCipher } from '../engines/crypto/default-cipher.js';
import { DefaultKeyAgreement } from '../engines/crypto/default-keys.js';
import type { Tweetnacl } from '../engines/crypto/tweetnacl.js';
import { CurveMechanismFactory } from '../engines/mechanisms/curve-factory.js';
import { NullMechanismFactory } from '../engines/mechanisms/null.js';
import { PlainMechanismFactory } from '../engines/mechanisms/plain-factory.js';
import { MechanismRegistry } from '../engines/mechanisms/registry.js';
import { ZapClient } from '../engines/zap/zap-client.js';
import { ZapHandler } from '../engines/zap/zap-handler.js';
import { contextModule } from './module.js';
import { requireFromHere } from './require.js';
import { InprocTransportToken, MechanismRegistryToken, ZapHandlerToken } from './tokens.js';

/** Requires a package when it is needed first, and not when this one is loaded. */
export function requireLater(name: string): () => unknown {
  return () => requireFromHere()(name) as unknown;
}

/**
 * The security mechanisms, what they are made of, and whom they ask about a peer.
 *
 * @param strict nobody comes in unasked (`requireAuthentication`)
 */
export function securityModule(strict: boolean): ContextModule {
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
    bind(ICipher)
      .toResolvedValue((logger: ILogger) => new DefaultCipher(requireLater('sodium-native'), logger), [ILogger])
      .inSingletonScope();
    bind(IKeyAgreement)
      .toResolvedValue(
        (random: IRandom) => new DefaultKeyAgreement(requireLater('tweetnacl') as () => Tweetnacl, random),
        [IRandom],
      )
      .inSingletonScope();
    bind(IMechanismFactory)
      .toResolvedValue(
        (authentication: IAuthenticationClient) => new NullMechanismFactory(authentication, strict),
        [IAuthenticationClient],
      )
      .inSingletonScope();
    bind(IMechanismFactory)
      .toResolvedValue(
        (authentication: IAuthenticationClient) => new PlainMechanismFactory(authentication, strict),
        [IAuthenticationClient],
      )
      .inSingletonScope();
    bind(IMechanismFactory)
      .toResolvedValue(
        (
          authentication: IAuthenticationClient,
          agreement: IKeyAgreement,
          cipher: ICipher,
          random: IRandom,
          logger: ILogger,
        ) => new CurveMechanismFactory({ authentication, agreement, cipher, random, logger, strict }),
        [IAuthenticationClient, IKeyAgreement, ICipher, IRandom, ILogger],
      )
      .inSingletonScope();
    bind(MechanismRegistryToken)
      .toResolvedValue(
        (factories: IMechanismFactory[]) => new MechanismRegistry(factories),
        [{ serviceIdentifier: IMechanismFactory, isMultiple: true }],
      )
      .inSingletonScope();
    bind(IMechanisms).toService(MechanismRegistryToken);
  });
}
