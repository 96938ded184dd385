// Who may come in. A CURVE server whose clients have their certificates in a directory: a file that is put there lets a
// client in, and one that is taken away keeps it out, without a restart. One domain has a rule of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authenticator, Certificate, CertificateStore, Context, type PushSocket, SocketType } from 'rzmq';

const directory = await mkdtemp(join(tmpdir(), 'rzmq-clients-'));
const server = Certificate.generate({ name: 'server' });
const alice = Certificate.generate({ name: 'Alice', department: 'staff' });
const bob = Certificate.generate({ name: 'Bob' });

// In real life a client makes its keys itself, and gives only its public file away.
await alice.publicPart.save(join(directory, 'alice'));

const clients = new CertificateStore(directory, { interval: 0 }); // looks again at every question
const context = new Context({
  defaults: { linger: 0 },
  authenticator: new Authenticator({
    allow: ['127.0.0.0/8'],
    curve: clients,
    domains: {
      // Asked for with `zapDomain: 'staff'`. A callback may look into a database, and take its time.
      staff: {
        curve: async ({ publicKey }) => {
          const known = await clients.find(publicKey);
          const { department } = known?.metadata ?? {};
          return department === 'staff' ? { status: 200, metadata: { Department: department } } : false;
        },
      },
    },
    onDecision: ({ domain, status, publicKey = '' }) => {
      console.log(`${domain}: ${nameOf(publicKey)} gets ${status}`);
    },
  }),
});

/** Called when a message has arrived. */
let arrived: () => void = () => undefined;

const all = await serve('all');
const staff = await serve('staff');

await talk(alice, all); // Alice is known
await talk(bob, all); // Bob is not
await bob.publicPart.save(join(directory, 'bob'));
await talk(bob, all); // now he is
await talk(bob, staff); // but he is not staff
await talk(alice, staff);

await context.term();
await rm(directory, { recursive: true });

/** A PULL that tells whose the messages are. */
async function serve(zapDomain: string): Promise<string> {
  const pull = context.socket(SocketType.Pull, {
    zapDomain,
    curveServer: true,
    curveSecretKey: server.secretKey ?? '',
  });
  void (async () => {
    for await (const [message] of pull) {
      const user = message?.peer?.userId ?? '';
      console.log(`${zapDomain}: "${String(message)}" from ${nameOf(user)}`);
      arrived();
    }
  })();
  return await pull.bind('tcp://127.0.0.1:0');
}

/** Sends one message, and waits until it was received or the sender refused. */
async function talk({ publicKey, secretKey = '' }: Certificate, endpoint: string): Promise<void> {
  await using push: PushSocket = context.socket(SocketType.Push, {
    curveServerKey: server.publicKey,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
  });
  const refused = new Promise<void>((resolve) => push.events.once('handshake:error:auth', () => resolve()));
  const received = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await push.connect(endpoint);
  await push.send('Hello');
  await Promise.race([refused, received]);
}

function nameOf(user: string): string {
  const { name = user } = [alice, bob].find(({ publicKey }) => publicKey === user)?.metadata ?? {};
  return name;
}
