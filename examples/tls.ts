// ZMTP inside TLS, with certificates on both sides: a message says by whose certificate it came.
import { readFileSync } from 'node:fs';
import { Context, type SocketEvent, SocketType } from 'rzmq';
import { tls } from 'rzmq/tls';

/** certificates/ has an authority, a server, alice, and mallory, whose certificate is of somebody else's authority. */
function pem(name: string): Buffer {
  return readFileSync(new URL(`certificates/${name}.pem`, import.meta.url));
}

const server = new Context({
  modules: [tls({ server: { key: pem('server.key'), cert: pem('server'), ca: pem('authority'), requestCert: true } })],
});
const pull = server.socket(SocketType.Pull);
const endpoint = (await pull.bind('tls://127.0.0.1:0')).replace('127.0.0.1', 'localhost');

/** Somebody who sends, with a certificate. */
function sender(name: string): Context {
  return new Context({
    modules: [tls({ client: { key: pem(`${name}.key`), cert: pem(name), ca: pem('authority') } })],
    defaults: { linger: 0 },
  });
}

const alice = sender('alice');
const push = alice.socket(SocketType.Push);
await push.connect(endpoint);
await push.send('Hello');
const message = await pull.recv();
console.log(`${String(message)} from ${message.peer?.userId ?? '?'} (${message.peer?.get('tls-subject') ?? '?'})`);

const refused = new Promise<SocketEvent>((resolve) => pull.events.once('accept:error', resolve));
const mallory = sender('mallory');
await mallory.socket(SocketType.Push).connect(endpoint);
console.log(`mallory does not get in: ${(await refused).error?.code ?? '?'}`);

await Promise.all([alice.term(), mallory.term(), server.term()]);
