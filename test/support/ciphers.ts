import { createRequire } from 'node:module';
import nacl from 'tweetnacl';
import type { ICipher } from '../../src/core/contracts/cipher.js';
import type { IKeyAgreement } from '../../src/core/contracts/key-agreement.js';
import { NodeKeyAgreement } from '../../src/engines/crypto/node-keys.js';
import { SecretboxCipher } from '../../src/engines/crypto/secretbox.js';
import { isSodium, type Sodium, SodiumCipher } from '../../src/engines/crypto/sodium.js';
import { TweetnaclCipher, TweetnaclKeyAgreement } from '../../src/engines/crypto/tweetnacl.js';
import { NodeRandom } from '../../src/engines/services/node-services.js';

export { nacl };

/** sodium-native, which is a development dependency. */
export function sodium(): Sodium {
  const module: unknown = createRequire(import.meta.url)('sodium-native');
  if (!isSodium(module)) throw new Error('sodium-native lacks functions');
  return module;
}

/** Every cipher, by name. libsodium once for all sizes, and once as it is used. */
export const CIPHERS: readonly (readonly [name: string, cipher: ICipher])[] = [
  ['own', new SecretboxCipher()],
  ['tweetnacl', new TweetnaclCipher(nacl)],
  ['sodium-native for every size', new SodiumCipher(sodium(), 0)],
  ['sodium-native', new SodiumCipher(sodium())],
];

/** Every key agreement, by name. */
export const AGREEMENTS: readonly (readonly [name: string, agreement: IKeyAgreement])[] = [
  ['node:crypto', new NodeKeyAgreement(new NodeRandom())],
  ['tweetnacl', new TweetnaclKeyAgreement(nacl, new NodeRandom())],
];
