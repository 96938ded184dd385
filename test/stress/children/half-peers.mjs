/** Makes connections that begin a CURVE handshake and never end it, and keeps them. In a process of its own. */
import { createRequire } from 'node:module';
import { connect } from 'node:net';

const nacl = createRequire(import.meta.url)('tweetnacl');
const [port = '0', count = '0', serverKey = ''] = process.argv.slice(2);
const AT_A_TIME = 100;

const greeting = Buffer.concat([
  Buffer.from('ff00000000000000017f0301', 'hex'),
  Buffer.from('CURVE'.padEnd(20, '\0'), 'latin1'),
  Buffer.alloc(32),
]);

/** A HELLO that is as good as any: the same for all, since nobody compares. */
function makeHello() {
  const { publicKey, secretKey } = nacl.box.keyPair();
  const nonce = Buffer.from('CurveZMQHELLO---\0\0\0\0\0\0\0\x01', 'latin1');
  const box = nacl.box(
    new Uint8Array(64),
    Uint8Array.from(nonce),
    Uint8Array.from(Buffer.from(serverKey, 'hex')),
    secretKey,
  );
  return Buffer.concat([
    Buffer.from('04c80548454c4c4f0100', 'hex'),
    Buffer.alloc(72),
    publicKey,
    nonce.subarray(16),
    box,
  ]);
}

const hello = makeHello();
const initiate = Buffer.concat([
  Buffer.from('060000000000010000', 'hex'),
  Buffer.from('\x08INITIATE'),
  Buffer.alloc(30_000, 7),
]);
const kinds = [
  greeting,
  Buffer.concat([greeting, hello.subarray(0, 100)]),
  Buffer.concat([greeting, hello]),
  Buffer.concat([greeting, hello, initiate]),
];

const sockets = new Set();
let refused = 0;

async function begin(i) {
  const socket = connect(Number(port), '127.0.0.1');
  sockets.add(socket);
  socket.on('error', () => {});
  socket.on('close', () => {
    if (sockets.delete(socket)) refused++;
  });
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  socket.write(kinds[i % kinds.length]);
  // What the server says is read, so that it is not the reader who is missing.
  socket.resume();
}

let made = 0;
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    while (made < Number(count)) await begin(made++);
  }),
);
process.send({ made, refused, open: sockets.size });
process.on('message', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
