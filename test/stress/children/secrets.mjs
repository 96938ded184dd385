/** Uses a password and secret keys that are never text here, and looks for them in all strings of the process. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { getHeapSnapshot } from 'node:v8';
import { Authenticator, Context, SocketType, z85Encode } from 'rzmq';
import { leftovers, report } from '../../support/child-tools.mjs';

/** A pair of keys as bytes: the last 32 of what DER is. */
function keys() {
  const { privateKey, publicKey } = generateKeyPairSync('x25519', {
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  });
  return [privateKey.subarray(-32), publicKey.subarray(-32)];
}

const [secret] = keys();
const [serverSecret, serverPublic] = keys();
// Letters and digits, as a person would have it: its bytes are text.
const password = Buffer.from(randomBytes(12).map((byte) => 97 + (byte % 26)));
const shown = [];
const logger = Object.fromEntries(
  ['debug', 'info', 'warn', 'error'].map((level) => [level, (...said) => shown.push(inspect(said, { depth: 20 }))]),
);

const context = new Context({
  defaults: { linger: 0 },
  logger,
  authenticator: new Authenticator({ curve: 'allowAny' }),
});
const pull = context.socket(SocketType.Pull, { curveServer: true, curveSecretKey: serverSecret });
const push = context.socket(SocketType.Push, { curveServerKey: serverPublic, curveSecretKey: secret });
const plain = context.socket(SocketType.Push, { plainUsername: 'user', plainPassword: password });
const plainServer = context.socket(SocketType.Pull, { plainServer: true });
for (const socket of [pull, push, plain, plainServer]) {
  socket.events.on('event', (event) => shown.push(inspect(event, { depth: 20, showHidden: true })));
}
const refused = new Promise((resolve) => plain.events.once('handshake:error:auth', resolve));
await push.connect(await pull.bind('tcp://127.0.0.1:0'));
await plain.connect(await plainServer.bind('tcp://127.0.0.1:0'));
await push.send('hello');
await pull.recv();
await refused;
for (const socket of [pull, push, plain]) {
  shown.push(
    inspect(socket, { depth: 20, showHidden: true }),
    inspect(socket.options),
    JSON.stringify(context.inspect()),
  );
}

const strings = await heapStrings();
const forms = [
  ...[secret, serverSecret].flatMap((key) => [
    z85Parts(key),
    key.toString('hex'),
    key.toString('base64url'),
    [...key].join(','),
  ]),
  password.toString('latin1'),
  password.toString('hex'),
].map((form) => Buffer.from(form, 'latin1'));
const text = Buffer.from(shown.join('\n'), 'utf8');
const found = forms.map((form) => [strings.includes(form), text.includes(form)]);
// The search itself works: what is a string is found.
const control = strings.includes(Buffer.from('user', 'latin1'));

await context.term();
report({ found, control, left: await leftovers() });

/** All strings of a heap snapshot. Taken before the forms above are made, which are strings. */
async function heapStrings() {
  const chunks = [];
  for await (const chunk of getHeapSnapshot()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function z85Parts(key) {
  return z85Encode(key).slice(0, 20);
}
