// Step 4 of docs/security.md: CURVE with known clients. The server has a list of public keys, and lets nobody else in;
// `requireAuthentication` refuses to bind a server that was forgotten.
import { Authenticator, Context, curveKeyPair, type ReqSocket, SocketType, ZmqError } from 'rzmq';
import { tap } from './security/tap.js';

const server = curveKeyPair();
const alice = curveKeyPair();
const mallory = curveKeyPair();

const context = new Context({
  defaults: { linger: 0 },
  requireAuthentication: true,
  authenticator: new Authenticator({ curve: [alice.publicKey] }),
});
const rep = context.socket(SocketType.Rep, { curveServer: true, curveSecretKey: server.secretKey });
const wire = await tap(await rep.bind('tcp://127.0.0.1:0'));

const good = client(alice.secretKey);
await good.connect(wire.endpoint);
await good.send('my secret');
const [question] = await rep.recvMultipart();
console.log('it is Alice:', question?.peer?.userId === alice.publicKey); // true

const bad = client(mallory.secretKey);
const refused = new Promise<number>((resolve) =>
  bad.events.once('handshake:error:auth', ({ value }) => resolve(value)),
);
await bad.connect(wire.endpoint);
console.log('another key is refused with status', await refused); // 400
console.log('somebody on the way can read it:', wire.heard('my secret')); // false

try {
  await context.socket(SocketType.Pull).bind('tcp://127.0.0.1:0');
} catch (error) {
  if (error instanceof ZmqError) console.log('a socket without security is not bound:', error.code); // InvalidState
}

await context.term();
await wire.close();

function client(secretKey: string): ReqSocket {
  return context.socket(SocketType.Req, { curveServerKey: server.publicKey, curveSecretKey: secretKey });
}
