// Step 5 of docs/security.md: CURVE for years. The keys are in files, clients come and go without a restart, the server
// changes its own key while its clients still have the old one, and what happens is written down.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator, Certificate, CertificateStore, Context, type RepSocket, SocketType } from 'rzmq';

const home = await mkdtemp(join(tmpdir(), 'rzmq-security-'));
const oldKey = Certificate.generate({ name: 'server, last year' });
const newKey = Certificate.generate({ name: 'server' });
const alice = Certificate.generate({ name: 'Alice' });
const bob = Certificate.generate({ name: 'Bob' });
const names = new Map([alice, bob].map(({ publicKey, metadata }) => [publicKey, metadata['name']]));

const context = new Context({
  defaults: { linger: 0, reconnectInterval: 20 },
  requireAuthentication: true,
  authenticator: new Authenticator({
    curve: new CertificateStore(home, { interval: 0 }), // looks again at every question
    onDecision: ({ publicKey = '', status }) =>
      console.log(`audit: ${names.get(publicKey) ?? 'a stranger'}: ${status}`),
  }),
});
const rep = context.socket(SocketType.Rep, {
  curveServer: true,
  curveSecretKey: newKey.secretKey ?? '',
  curvePreviousSecretKeys: [oldKey.secretKey ?? ''],
  maxHandshakes: 100, // strangers that begin and never end
  handshakeInterval: 5000,
});
const endpoint = await rep.bind('tcp://127.0.0.1:0');
const serving = serve(rep);

await alice.publicPart.save(join(home, 'alice'));
console.log(await ask(alice, oldKey)); // by the key of last year
console.log(await ask(alice, newKey)); // by the new one
console.log(await ask(bob, newKey)); // not known yet
await bob.publicPart.save(join(home, 'bob'));
console.log(await ask(bob, newKey)); // now he is
await rm(join(home, 'alice.key'));
console.log(await ask(alice, newKey)); // and Alice is not any more

await context.term();
await serving;
await rm(home, { recursive: true });

async function serve(socket: RepSocket): Promise<void> {
  try {
    for await (const [message] of socket) {
      await socket.send(`"${String(message)}" was heard from ${names.get(message?.peer?.userId ?? '') ?? 'nobody'}`);
    }
  } catch {
    // The Context has ended.
  }
}

/** A question of that client to the server with that key. */
async function ask({ secretKey = '' }: Certificate, server: Certificate): Promise<string> {
  await using req = context.socket(SocketType.Req, { curveServerKey: server.publicKey, curveSecretKey: secretKey });
  const refused = new Promise<string>((resolve) => {
    req.events.once('handshake:error:auth', ({ value }) => resolve(`refused with status ${value}`));
  });
  await req.connect(endpoint);
  await req.send('Hello');
  const answer = req.recv().then(String);
  answer.catch(() => undefined);
  return await Promise.race([answer, refused]);
}
