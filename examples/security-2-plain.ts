// Step 2 of docs/security.md: PLAIN. Only who knows a name and a password is let in, and every message says who sent it.
// Everything can still be read on the way, the password too.
import { Authenticator, Context, SocketType } from 'rzmq';
import { tap } from './security/tap.js';

const context = new Context({
  defaults: { linger: 0 },
  authenticator: new Authenticator({ plain: { alice: 'sesame' } }),
});
const rep = context.socket(SocketType.Rep, { plainServer: true });
const wire = await tap(await rep.bind('tcp://127.0.0.1:0'));

const alice = context.socket(SocketType.Req, { plainUsername: 'alice', plainPassword: 'sesame' });
await alice.connect(wire.endpoint);
await alice.send('my secret');
const [question] = await rep.recvMultipart();
console.log(`the server got "${String(question)}" from ${String(question?.peer?.userId)}`);

const mallory = context.socket(SocketType.Req, { plainUsername: 'alice', plainPassword: 'guess' });
const refused = new Promise<number>((resolve) =>
  mallory.events.once('handshake:error:auth', ({ value }) => resolve(value)),
);
await mallory.connect(wire.endpoint);
console.log('who guesses is refused with status', await refused); // 400

console.log('somebody on the way can read the message:', wire.heard('my secret')); // true
console.log('and the password:', wire.heard('sesame')); // true

await context.term();
await wire.close();
