import type { IAuthenticationClient } from '../../core/contracts/authentication.js';
import type { IMechanism, IMechanismFactory, MechanismConfig } from '../../core/contracts/mechanism.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { SecurityMechanism } from '../../core/security-mechanism.js';
import { PlainClient } from './plain-client.js';
import { PlainServer } from './plain-server.js';

/** PLAIN: user name and password, in clear. */
export class PlainMechanismFactory implements IMechanismFactory {
  public readonly name: string = 'PLAIN';

  public constructor(
    private readonly authentication: IAuthenticationClient,
    private readonly strict: boolean,
  ) {}

  public wanted(options: Readonly<SocketOptionValues>): boolean {
    return options.securityMechanism === SecurityMechanism.PLAIN;
  }

  public create(config: MechanismConfig): IMechanism {
    return config.options.plainServer
      ? new PlainServer(config, this.authentication, this.strict)
      : new PlainClient(config);
  }
}
