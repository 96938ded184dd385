import type { ICipher, ICipherSession } from '../../core/contracts/cipher.js';
import type { ILogger } from '../../core/contracts/logger.js';
import { SecretboxCipher } from './secretbox.js';
import { isSodium, SodiumCipher } from './sodium.js';

/**
 * sodium-native where it is installed, else the cipher of this package. Which it is turns out at the first CURVE
 * connection, so that nobody else waits for a native library to be loaded.
 */
export class DefaultCipher implements ICipher {
  private chosen: ICipher | null = null;

  /** @param loadSodium requires sodium-native, or throws. */
  public constructor(
    private readonly loadSodium: () => unknown,
    private readonly logger: ILogger,
  ) {}

  public get name(): string {
    return this.cipher.name;
  }

  public session(key: Uint8Array, noncePrefix: Uint8Array): ICipherSession {
    return this.cipher.session(key, noncePrefix);
  }

  private get cipher(): ICipher {
    this.chosen ??= this.choose();
    return this.chosen;
  }

  private choose(): ICipher {
    let cipher: ICipher = new SecretboxCipher();
    let reason = 'sodium-native is not installed, which would be faster for large messages';
    try {
      const sodium = this.loadSodium();
      if (isSodium(sodium)) {
        cipher = new SodiumCipher(sodium);
        reason = 'sodium-native is installed';
      } else reason = 'the sodium-native that is installed has not the functions that are needed';
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== 'MODULE_NOT_FOUND') reason = `sodium-native cannot be loaded: ${String(error)}`;
    }
    this.logger.info(`CURVE uses the cipher ${cipher.name}`, { reason });
    return cipher;
  }
}
