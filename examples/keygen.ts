// CURVE keys: made, kept in files as czmq and pyzmq have them, and read again. `npx rzmq keygen` does the same in a shell.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate, curveKeyPair, curvePublicKey, ZmqError, z85Decode, z85Encode } from 'rzmq';

const { publicKey, secretKey } = curveKeyPair(); // 40 characters of Z85 each
console.log('a public key:', publicKey);
console.log('its secret key gives it again:', curvePublicKey(secretKey) === publicKey);
console.log('it has', z85Decode(publicKey).length, 'bytes:', z85Encode(z85Decode(publicKey)) === publicKey);

const directory = await mkdtemp(join(tmpdir(), 'rzmq-keys-'));
const certificate = Certificate.generate({ name: 'Alice', email: 'alice@example.com' });
const { publicFile, secretFile = '' } = await certificate.save(join(directory, 'alice'));
console.log(await readFile(publicFile, 'utf8'));
console.log('only its owner can read the other file:', ((await stat(secretFile)).mode & 0o777).toString(8));

const loaded = await Certificate.load(secretFile);
console.log('what is shown of it:', loaded);
try {
  await certificate.save(join(directory, 'alice'));
} catch (error) {
  if (error instanceof ZmqError) console.log('once more:', error.errno); // EEXIST: nothing is written over
}

await rm(directory, { recursive: true });
