import type { IAuthenticationClient } from '../../core/contracts/authentication.js';
import type { ICipher } from '../../core/contracts/cipher.js';
import { type IKeyAgreement, type ISecretKey, KEY_SIZE } from '../../core/contracts/key-agreement.js';
import type { ILogger } from '../../core/contracts/logger.js';
import type { IMechanism, IMechanismFactory, MechanismConfig } from '../../core/contracts/mechanism.js';
import type { IRandom } from '../../core/contracts/random.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { SecurityMechanism } from '../../core/security-mechanism.js';
import { Admission, decide } from './admission.js';
import { HandshakeBoxes } from './curve-box.js';
import { CurveClient } from './curve-client.js';
import type { CurveServices } from './curve-commands.js';
import { CurveServer } from './curve-server.js';
import { refuseUnauthenticated } from './strictness.js';

type Options = Readonly<SocketOptionValues>;

/** What CURVE is made of in one Context. */
export interface CurveParts {
  readonly agreement: IKeyAgreement;
  readonly cipher: ICipher;
  readonly random: IRandom;
  readonly authentication: IAuthenticationClient;
  readonly logger: ILogger;
  /** Nobody comes in unasked (`requireAuthentication`). */
  readonly strict: boolean;
}

/** CURVE: everything is encrypted, the client knows the server, and the server may know the client. */
export class CurveMechanismFactory implements IMechanismFactory {
  public readonly name: string = 'CURVE';
  private readonly services: CurveServices;
  /** The own keys, loaded once for each bind and connect: by its options, which are a copy of its own. */
  private readonly loaded: WeakMap<Options, ISecretKey> = new WeakMap();
  private readonly loadedPrevious: WeakMap<Options, readonly ISecretKey[]> = new WeakMap();
  private saidUnasked = false;
  private readonly unasked: () => void;

  public constructor(private readonly parts: CurveParts) {
    const { agreement, cipher, random } = parts;
    this.services = { agreement, cipher, random, boxes: new HandshakeBoxes(cipher) };
    this.unasked = () => this.sayUnasked();
  }

  public wanted(options: Options): boolean {
    return options.securityMechanism === SecurityMechanism.CURVE;
  }

  public check(role: 'bind' | 'connect', options: Options): void {
    const { strict, authentication } = this.parts;
    if (options.curveSecretKey.empty) {
      throw missing('curveSecretKey', 'the own secret key', options.curveServer ? 'server' : 'client');
    }
    if (!options.curveServer && isZero(options.curveServerKey)) {
      throw missing('curveServerKey', "the server's public key (or curveServer: true for a server)", 'client');
    }
    const own = this.keyOf(options);
    if (!isZero(options.curvePublicKey) && !own.publicKey.equals(options.curvePublicKey)) {
      throw new ZmqError(
        'InvalidCurveKey',
        'CURVE_PUBLICKEY (curvePublicKey) does not belong to CURVE_SECRETKEY (curveSecretKey): take both of one pair.',
      );
    }
    if (strict && role === 'bind' && options.curveServer && !this.asks(options, authentication.available)) {
      refuseUnauthenticated('it is a CURVE server, and no ZAP handler is bound');
    }
  }

  public create(config: MechanismConfig): IMechanism {
    const { options } = config;
    const own = this.keyOf(options);
    if (!options.curveServer) return new CurveClient(config, { own, server: options.curveServerKey }, this.services);
    const { authentication, strict } = this.parts;
    const admission = new Admission('CURVE', config, authentication, strict);
    return new CurveServer(config, [own, ...this.previousOf(options)], this.services, admission, this.unasked);
  }

  /** True when nobody can come in unasked. */
  private asks(options: Options, available: boolean): boolean {
    return decide('CURVE', options, available) !== 'accept';
  }

  private keyOf(options: Options): ISecretKey {
    let key = this.loaded.get(options);
    if (key === undefined) {
      key = this.parts.agreement.load(options.curveSecretKey.reveal());
      this.loaded.set(options, key);
    }
    return key;
  }

  private previousOf(options: Options): readonly ISecretKey[] {
    let keys = this.loadedPrevious.get(options);
    if (keys === undefined) {
      const all = options.curvePreviousSecretKeys.reveal();
      const count = all.length / KEY_SIZE;
      keys = Array.from({ length: count }, (_, i) =>
        this.parts.agreement.load(all.subarray(i * KEY_SIZE, (i + 1) * KEY_SIZE)),
      );
      this.loadedPrevious.set(options, keys);
    }
    return keys;
  }

  private sayUnasked(): void {
    if (this.saidUnasked) return;
    this.saidUnasked = true;
    this.parts.logger.warn(
      'a CURVE server lets in every client that knows its public key: there is no ZAP handler, and no Authenticator, to ' +
        'say who may',
    );
  }
}

function isZero(key: Buffer): boolean {
  return key.every((octet) => octet === 0);
}

function missing(property: string, what: string, role: string): ZmqError {
  return new ZmqError(
    'InvalidCurveKey',
    `A CURVE ${role} needs ${what}: set ${property}. curveKeyPair() makes a pair of keys.`,
  );
}
