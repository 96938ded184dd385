/** One ROUTER that echoes, honest peers that talk to it all the time, and many others that do everything wrong. */
import { connect } from 'node:net';
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, report, Seeded, turns, until } from '../../support/child-tools.mjs';
import { frame, greeting, ready } from '../../support/raw-zmtp.mjs';

const [seed = '1', hostileCount = '500'] = process.argv.slice(2);
const random = new Seeded(Number(seed));
const AT_A_TIME = 50;

const context = new Context({ defaults: { ...engine, linger: 0 } });
const router = context.socket(SocketType.Router, { handshakeInterval: 200, maxMessageSize: 1 << 16 });
await router.bind('tcp://127.0.0.1:*');
const endpoint = router.lastEndpoint;
const port = Number(endpoint.split(':').at(-1));
const echo = (async () => {
  for await (const message of router) await router.send(message);
})();

const hello = Buffer.concat([greeting, ready('DEALER')]);
const upTo = (bytes) => bytes.subarray(0, 1 + random.below(bytes.length - 1));
const oversize = Buffer.from([2, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** What a raw peer sends. */
const sayings = {
  nothing: () => Buffer.alloc(0),
  garbage: () => random.bytes(1 + random.below(4096)),
  'garbage that begins well': () => Buffer.concat([greeting.subarray(0, 11), random.bytes(200)]),
  http: () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'half a greeting': () => upTo(greeting),
  'half a handshake': () => Buffer.concat([greeting, upTo(ready('DEALER'))]),
  'the wrong type': () => Buffer.concat([greeting, ready('PUB')]),
  'a garbage handshake': () => Buffer.concat([greeting, random.bytes(500)]),
  'garbage frames': () => Buffer.concat([hello, random.bytes(1000)]),
  'half a message': () => Buffer.concat([hello, upTo(frame('x'.repeat(1000)))]),
  'a message without end': () => Buffer.concat([hello, ...Array(500).fill(frame('part', { more: true }))]),
  'a frame too large': () => Buffer.concat([hello, oversize]),
  'a flood': () => Buffer.concat([hello, ...Array(2000).fill(frame('flood'))]),
};
/** What may leave a connection that the ROUTER has no reason to close. */
const endures = new Set([
  'a garbage handshake',
  'garbage frames',
  'half a message',
  'a message without end',
  'a flood',
]);
const kinds = [...Object.keys(sayings), 'a socket that dies', 'a socket that dies early'];

async function rawPeer(kind) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await Promise.race([new Promise((resolve) => socket.on('connect', resolve)), closed]);
  const bytes = sayings[kind]();
  if (random.below(4) === 0) for (const byte of bytes.subarray(0, 200)) socket.write(Buffer.from([byte]));
  else socket.write(bytes);
  await turns(random.below(5));
  // Waiting for the ROUTER to close is only for those that it will not keep: a good handshake may be silent for ever.
  const end = random.below(endures.has(kind) ? 3 : 4);
  if (end === 0) socket.resetAndDestroy();
  else if (end === 1) socket.destroy();
  else if (end === 2) socket.end();
  // Who reads nothing never hears that the other side has closed.
  if (end >= 2 || random.below(2) === 0) socket.resume();
  await closed;
}

async function dyingSocket(early) {
  const dealer = context.socket(SocketType.Dealer);
  await dealer.connect(endpoint);
  if (!early) {
    for (let i = 0; i < 20; i++) await dealer.send(`${i}`);
    await dealer.recv();
  }
  await dealer.close();
}

const hostile = {};
let left = Number(hostileCount);
async function attack() {
  while (left > 0) {
    left--;
    const kind = random.pick(kinds);
    hostile[kind] = (hostile[kind] ?? 0) + 1;
    if (kind in sayings) await rawPeer(kind);
    else await dyingSocket(kind.endsWith('early'));
  }
}

const served = { during: 0, wrong: 0 };
let attackIsOver = false;
async function honest(type, name) {
  const socket = context.socket(type);
  await socket.connect(endpoint);
  for (let n = 0; n < 100 || !attackIsOver; n++) {
    await socket.send(`${name}/${n}`);
    if (String(await socket.recv()) !== `${name}/${n}`) served.wrong++;
    if (!attackIsOver) served.during++;
    await turns(1);
  }
  await socket.close();
  return 1;
}

const honestPeers = Array.from({ length: 10 }, (_, n) => honest(n % 2 === 0 ? SocketType.Req : SocketType.Dealer, n));
await Promise.all(Array.from({ length: AT_A_TIME }, attack));
attackIsOver = true;
const finished = (await Promise.all(honestPeers)).length;
await until(() => router.stats().peers === 0);
await context.term();
await echo.catch(() => {});
report({ hostile, served, finished, left: await leftovers() });
