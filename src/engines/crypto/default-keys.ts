import type { IKeyAgreement, ISecretKey } from '../../core/contracts/key-agreement.js';
import type { IRandom } from '../../core/contracts/random.js';
import { NodeKeyAgreement } from './node-keys.js';
import { type Tweetnacl, TweetnaclKeyAgreement } from './tweetnacl.js';

/** X25519 of node:crypto; of tweetnacl in a Node whose OpenSSL does not have it (FIPS mode, for one). */
export class DefaultKeyAgreement implements IKeyAgreement {
  private chosen: IKeyAgreement | null = null;

  /** @param loadTweetnacl requires tweetnacl. */
  public constructor(
    private readonly loadTweetnacl: () => Tweetnacl,
    private readonly random: IRandom,
  ) {}

  public generate(): ISecretKey {
    return this.keys.generate();
  }

  public load(secret: Uint8Array): ISecretKey {
    return this.keys.load(secret);
  }

  private get keys(): IKeyAgreement {
    this.chosen ??= this.choose();
    return this.chosen;
  }

  private choose(): IKeyAgreement {
    const keys = new NodeKeyAgreement(this.random);
    try {
      keys.generate().close();
      return keys;
    } catch {
      return new TweetnaclKeyAgreement(this.loadTweetnacl(), this.random);
    }
  }
}
