// Step 3 of docs/security.md: CURVE. Nobody on the way can read or change anything, and a client talks to the server whose
// public key it has, or to nobody. The server does not know who its clients are yet, and the log says so.
import { Context, curveKeyPair, SocketType } from 'rzmq';
import { tap } from './security/tap.js';

// Made once, and kept: `npx rzmq keygen --out server`. The clients get the public key, in a way that can be trusted.
const server = curveKeyPair();

const quiet = () => undefined;
const warn = (message: string) => console.log('log:', message);
const context = new Context({ defaults: { linger: 0 }, logger: { debug: quiet, info: quiet, warn, error: warn } });
const rep = context.socket(SocketType.Rep, { curveServer: true, curveSecretKey: server.secretKey });
const wire = await tap(await rep.bind('tcp://127.0.0.1:0'));

// A client has keys of its own, too; any will do here.
const req = context.socket(SocketType.Req, {
  curveServerKey: server.publicKey,
  curveSecretKey: curveKeyPair().secretKey,
});
await req.connect(wire.endpoint);
await req.send('my secret');
const [question] = await rep.recvMultipart();
console.log(`the server got "${String(question)}" from somebody: user id ${String(question?.peer?.userId)}`);
console.log('somebody on the way can read it:', wire.heard('my secret')); // false

// Who means another server does not talk to this one: the handshake fails, and is tried again.
const lost = context.socket(SocketType.Req, {
  curveServerKey: curveKeyPair().publicKey,
  curveSecretKey: curveKeyPair().secretKey,
});
const failed = new Promise((resolve) => lost.events.once('handshake:error:other', resolve));
await lost.connect(wire.endpoint);
await failed;
console.log('a client with the key of another server does not get in');

await context.term();
await wire.close();
