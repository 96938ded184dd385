import { ICipher } from '../core/contracts/cipher.js';
import type { ContextModule } from '../core/contracts/module.js';
import { ZmqError } from '../core/errors.js';
import { SecretboxCipher } from '../engines/crypto/secretbox.js';
import { isSodium, SodiumCipher } from '../engines/crypto/sodium.js';
import { type Tweetnacl, TweetnaclCipher } from '../engines/crypto/tweetnacl.js';
import { contextModule } from './module.js';
import { requireLater } from './security-module.js';

/** The ciphers that CURVE can use; what they send is the same. */
export type CipherName = 'own' | 'sodium-native' | 'tweetnacl';

/**
 * Chooses the cipher of CURVE, which otherwise is sodium-native where that is installed, and else that of this package.
 * `'tweetnacl'` is slower, and was audited. Throws UnsupportedFeature when the package is not installed.
 */
export function cipherModule(name: CipherName): ContextModule {
  return contextModule(({ rebind }) => {
    rebind(ICipher).toConstantValue(makeCipher(name));
  });
}

function makeCipher(name: CipherName): ICipher {
  switch (name) {
    case 'own':
      return new SecretboxCipher();
    case 'tweetnacl':
      return new TweetnaclCipher(load(name) as Tweetnacl);
    case 'sodium-native': {
      const sodium = load(name);
      if (isSodium(sodium)) return new SodiumCipher(sodium);
      throw new ZmqError(
        'UnsupportedFeature',
        'The sodium-native that is installed has not the functions that are needed.',
      );
    }
    default:
      throw new ZmqError(
        'InvalidArgument',
        `There is no cipher ${JSON.stringify(name)}: own, sodium-native, tweetnacl.`,
      );
  }
}

function load(name: string): unknown {
  try {
    return requireLater(name)();
  } catch (cause) {
    throw new ZmqError('UnsupportedFeature', `The cipher ${name} cannot be loaded: npm install ${name}.`, { cause });
  }
}
