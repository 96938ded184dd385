// How near is REQ/REP to what node:net itself needs for a round trip? npm run bench:echo
//
// Both in turn, with the answering side in a process of its own; 64 B over tcp, one at a time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    /** Of one measurement, in ms; a quarter of it comes before as warm-up. */
    time: { type: 'string', default: '1500' },
    json: { type: 'boolean', default: false },
    serve: { type: 'string' },
  },
});
const SIZE = 64;
const message = Buffer.alloc(SIZE, 'x');

/** Answers what they get, and say where. */
const servers = {
  async net() {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on('data', (bytes) => socket.write(bytes)).on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.send(server.address().port);
  },
  async rzmq() {
    const { Context, SocketType } = await import('rzmq');
    const socket = new Context().socket(SocketType.Rep);
    process.send(Number((await socket.bind('tcp://127.0.0.1:*')).split(':').at(-1)));
    for await (const frames of socket) await socket.send(frames);
  },
};

/** Connect, and answer what makes one round trip and what ends it all. */
const clients = {
  async net(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    let arrived;
    let missing = 0;
    socket.on('data', ({ length }) => {
      missing -= length;
      if (missing === 0) arrived();
    });
    const trip = () =>
      new Promise((resolve) => {
        arrived = resolve;
        missing = SIZE;
        socket.write(message);
      });
    return { trip, end: () => socket.destroy() };
  },
  async rzmq(port) {
    const { Context, SocketType } = await import('rzmq');
    const context = new Context({ defaults: { linger: 0 } });
    const socket = context.socket(SocketType.Req);
    await socket.connect(`tcp://127.0.0.1:${port}`);
    const trip = async () => {
      await socket.send(message);
      await socket.recv();
    };
    return { trip, end: () => context.term() };
  },
};

async function measure(kind) {
  const server = fork(fileURLToPath(import.meta.url), ['--serve', kind]);
  const [port] = await once(server, 'message');
  const { trip, end } = await clients[kind](port);
  const took = [];
  const start = performance.now() + Number(args.time) / 4;
  for (let before = 0; before < start + Number(args.time); ) {
    before = performance.now();
    await trip();
    if (before >= start) took.push((performance.now() - before) * 1000);
  }
  await end();
  server.kill();
  took.sort((a, b) => a - b);
  return { p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)] };
}

async function compare() {
  const rounds = [];
  for (let n = 0; n < Number(args.rounds); n++) rounds.push({ net: await measure('net'), rzmq: await measure('rzmq') });
  const middle = (of) => rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1];
  const result = { node: process.version };
  for (const figure of ['p50', 'p99']) {
    result[figure] = {
      net: middle(({ net }) => net[figure]),
      rzmq: middle(({ rzmq }) => rzmq[figure]),
      ratio: middle(({ net, rzmq }) => rzmq[figure] / net[figure]),
    };
  }
  if (args.json) console.log(JSON.stringify(result));
  else {
    console.log(`Node ${process.version}, round trip of ${SIZE} B over tcp in µs, median of ${rounds.length} rounds`);
    for (const figure of ['p50', 'p99']) {
      const { net, rzmq, ratio } = result[figure];
      console.log(`${figure}   node:net ${net.toFixed(1)}   REQ/REP ${rzmq.toFixed(1)}   ratio ${ratio.toFixed(2)}`);
    }
  }
}

await (args.serve === undefined ? compare : servers[args.serve])();
