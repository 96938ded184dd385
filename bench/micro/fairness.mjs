// What does a loop of sending or receiving as fast as it goes leave to the rest of its process? npm run bench:fairness
//
// Goals: a timer of 10 ms fires within 20 ms (p99), and a second socket keeps half of the rate that it has alone.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Context, SocketType } from 'rzmq';

const { values: args } = parseArgs({
  options: { role: { type: 'string' }, endpoint: { type: 'string' }, filter: { type: 'string', default: '' } },
});
const SECONDS = 1.5;
const SETTLE_MS = 500;
const TIMER_MS = 10;
const message = Buffer.alloc(64, 'x');
const context = new Context({ defaults: { linger: 0 } });
const home = args.role === 'scenario' ? mkdtempSync(join(tmpdir(), 'rzmq-fair-')) : '';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let endpoints = 0;
const fresh = (scheme) =>
  ({ tcp: 'tcp://127.0.0.1:*', ipc: `ipc://${home}/${endpoints}`, inproc: `inproc://${endpoints}` })[scheme];

// What runs in processes of its own, or in this one when it is inproc.
const peers = {
  async sink(endpoint) {
    const socket = context.socket(SocketType.Pull);
    const bound = await socket.bind(endpoint);
    return {
      bound,
      run: async () => {
        for await (const _ of socket);
      },
    };
  },
  async flood(endpoint) {
    const socket = context.socket(SocketType.Push);
    const bound = await socket.bind(endpoint);
    return {
      bound,
      run: async () => {
        for (;;) await socket.send(message);
      },
    };
  },
  async echo(endpoint) {
    const socket = context.socket(SocketType.Rep);
    const bound = await socket.bind(endpoint);
    return {
      bound,
      run: async () => {
        for await (const frames of socket) await socket.send(frames);
      },
    };
  },
};

/** Starts a peer, and answers its endpoint. */
async function peer(role, scheme) {
  endpoints++;
  if (scheme !== 'inproc') {
    const child = fork(fileURLToPath(import.meta.url), ['--role', role, '--endpoint', fresh(scheme)]);
    const [bound] = await once(child, 'message');
    return bound;
  }
  const { bound, run } = await peers[role](fresh(scheme));
  run().catch(ended);
  return bound;
}

/** The loads: each answers one step of a loop, which counts messages. */
const steps = {
  async send(scheme) {
    const socket = context.socket(SocketType.Push);
    await socket.connect(await peer('sink', scheme));
    return () => socket.send(message);
  },
  async receive(scheme) {
    const socket = context.socket(SocketType.Pull);
    await socket.connect(await peer('flood', scheme));
    const messages = socket[Symbol.asyncIterator]();
    return () => messages.next();
  },
  async request(scheme) {
    const socket = context.socket(SocketType.Req);
    await socket.connect(await peer('echo', scheme));
    return async () => {
      await socket.send(message);
      await socket.recv();
    };
  },
  async publish(scheme) {
    const socket = context.socket(SocketType.Pub);
    await socket.bind(fresh(scheme));
    return () => socket.send(message);
  },
};

/** A loop that counts, and can be asked for its rate. */
class Loop {
  count = 0;
  running = true;

  constructor(step) {
    this.over = this.#run(step).catch(ended);
  }

  async #run(step) {
    while (this.running) {
      await step();
      this.count++;
    }
  }

  async rate() {
    const before = this.count;
    const start = performance.now();
    await pause(SECONDS * 1000);
    return ((this.count - before) / (performance.now() - start)) * 1000;
  }
}

function ended(error) {
  console.error(error);
  process.exit(1);
}

/** How long a timer of 10 ms takes, again and again. */
async function timers() {
  const took = [];
  const end = performance.now() + SECONDS * 2000;
  for (let before = performance.now(); before < end; before = performance.now()) {
    await pause(TIMER_MS);
    took.push(performance.now() - before);
  }
  took.sort((a, b) => a - b);
  return { p50: took[took.length >> 1], p99: took[Math.floor(took.length * 0.99)], max: took.at(-1) };
}

/** The rate of a second socket alone and beside the load; measured before, and with, the load. */
async function scenario(kind, scheme) {
  const seconds = {};
  for (const second of ['send', 'request']) {
    const step = await steps[second](scheme);
    const loop = new Loop(step);
    await pause(SETTLE_MS);
    seconds[second] = { step, alone: await loop.rate() };
    loop.running = false;
    await loop.over;
  }
  const load = new Loop(await steps[kind](scheme));
  await pause(SETTLE_MS);
  const loadAlone = await load.rate();
  const timer = await timers();
  const shares = [];
  for (const second of ['send', 'request']) {
    const { step, alone } = seconds[second];
    const loop = new Loop(step);
    await pause(SETTLE_MS);
    const beside = await loop.rate();
    loop.running = false;
    await loop.over;
    shares.push(`${second}: ${short(beside)}/s of ${short(alone)} = ${((beside / alone) * 100).toFixed(0)} %`);
  }
  const times = `timer p50 ${timer.p50.toFixed(1)} p99 ${timer.p99.toFixed(1)} max ${timer.max.toFixed(1)} ms`;
  process.send(
    `${`${kind} ${scheme}`.padEnd(16)} ${short(loadAlone).padStart(7)}/s   ${times}   ${shares.join('   ')}`,
  );
}

const short = (rate) => (rate >= 1e6 ? `${(rate / 1e6).toFixed(2)} M` : `${(rate / 1e3).toFixed(1)} K`);

async function all() {
  console.log(`Node ${process.version}; the load, a timer of ${TIMER_MS} ms, and a second socket beside it and alone`);
  const streams = ['tcp', 'ipc', 'inproc'];
  const scenarios = [
    ...['send', 'receive'].flatMap((kind) => streams.map((scheme) => `${kind} ${scheme}`)),
    'publish tcp',
  ];
  for (const name of scenarios.filter((one) => one.includes(args.filter))) {
    const child = fork(fileURLToPath(import.meta.url), ['--role', 'scenario', '--endpoint', name]);
    const [line] = await once(child, 'message');
    console.log(line);
    child.disconnect();
    await once(child, 'exit');
  }
}

process.on('disconnect', () => process.exit());
if (home !== '') process.on('exit', () => rmSync(home, { recursive: true, force: true }));
if (args.role === undefined) await all();
else if (args.role === 'scenario') await scenario(...args.endpoint.split(' '));
else {
  const { bound, run } = await peers[args.role](args.endpoint);
  process.send(bound);
  await run();
}
