// Step 1 of docs/security.md: NULL, which is what a socket has that is told nothing. Everybody who reaches the port is let
// in, and everybody on the way can read. Only where it is bound protects it.
import { Context, SocketType } from 'rzmq';
import { tap } from './security/tap.js';

const context = new Context({ defaults: { linger: 0 } });
const rep = context.socket(SocketType.Rep);
// Not tcp://*: from other machines nobody reaches this one.
const endpoint = await rep.bind('tcp://127.0.0.1:0');
const wire = await tap(endpoint);

const req = context.socket(SocketType.Req);
await req.connect(wire.endpoint);
await req.send('my secret');
const [question] = await rep.recvMultipart();
console.log(`the server got "${String(question)}" from somebody: user id ${String(question?.peer?.userId)}`);
await rep.send('your answer');
await req.recv();
console.log('somebody on the way can read it:', wire.heard('my secret')); // true

await context.term();
await wire.close();
