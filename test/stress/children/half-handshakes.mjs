/** A CURVE server, an honest client that it serves all the time, and thousands that stop in the middle of the handshake. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Authenticator, Context, curveKeyPair, SocketType } from 'rzmq';
import { leftovers, report } from '../../support/child-tools.mjs';
import { z85 } from '../../support/z85.mjs';

const [count = '10000', maxHandshakes = '512'] = process.argv.slice(2);
const server = curveKeyPair();
const client = curveKeyPair();
const context = new Context({
  defaults: { linger: 0, reconnectInterval: 10 },
  authenticator: new Authenticator({ curve: [client.publicKey] }),
});
const rep = context.socket(SocketType.Rep, {
  curveServer: true,
  curveSecretKey: server.secretKey,
  maxHandshakes: Number(maxHandshakes),
});
const endpoint = await rep.bind('tcp://127.0.0.1:0');
const echo = (async () => {
  for await (const message of rep) await rep.send(message);
})();
let handshakes = 0;
rep.events.on('handshake', () => handshakes++);

const options = { curveServerKey: server.publicKey, curveSecretKey: client.secretKey };
const req = context.socket(SocketType.Req, options);
await req.connect(endpoint);
const ask = async (socket, text) => {
  await socket.send(text);
  return String(await socket.recv()) === text;
};
for (let i = 0; i < 200; i++) await ask(req, `warm ${i}`);

const memory = () => process.memoryUsage().rss / 2 ** 20;
const before = memory();
let most = before;
let served = 0;
let wrong = 0;

const half = fork(fileURLToPath(new URL('half-peers.mjs', import.meta.url)), [
  endpoint.split(':').at(-1),
  count,
  z85(server.publicKey).toString('hex'),
]);
let attack;
half.on('message', (message) => {
  attack = message;
});
while (attack === undefined) {
  if (await ask(req, `request ${served}`)) served++;
  else wrong++;
  most = Math.max(most, memory());
  // The others need the processor too.
  await new Promise((resolve) => setTimeout(resolve, 2));
}
// All of them are there: a newcomer who means well gets in.
const late = context.socket(SocketType.Req, options);
await late.connect(endpoint);
const newcomer = await ask(late, 'hello');
most = Math.max(most, memory());

half.send('end');
await new Promise((resolve) => half.on('exit', resolve));
await Promise.all([req.close(), late.close(), rep.close()]);
await context.term();
await echo.catch(() => undefined);
report({ attack, served, wrong, newcomer, handshakes, megabytes: Math.round(most - before), left: await leftovers() });
