// How many bytes one message makes each side allocate: npm run bench:alloc
//
// A PUSH and a PULL in processes of their own, whose young generation is so large that nothing is collected while a
// sample is taken. What the heap and the buffers have grown by is then what was allocated; samples with a collection in
// them do not count. A third process tells what one `await` costs when nothing is sent: no library can need less.
import { fork } from 'node:child_process';
import { PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  options: {
    /** Bytes of a message. */
    size: { type: 'string', default: '64' },
    /** usual: `await send` and `for await`. fast: `trySend` and `recvMany`. */
    api: { type: 'string', default: 'usual' },
    /** What the receiver does with a message: look at its size, or read it as a Buffer (data) or as text (text). */
    read: { type: 'string', default: 'size' },
    bind: { type: 'string', default: 'tcp://127.0.0.1:*' },
    /** One line of JSON for a program. */
    json: { type: 'boolean', default: false },
    role: { type: 'string' },
  },
});

const WARM_UP = 300_000;
const SAMPLE = 100_000;
const SAMPLES = 9;
const size = Number(args.size);

async function compare() {
  const pull = start('pull');
  const push = start('push', await pull.heard('endpoint'));
  const [receiver, sender] = await Promise.all([pull.heard('sample'), push.heard('sample')]);
  pull.end();
  push.end();
  const empty = start('empty');
  const oneAwait = await empty.heard('sample');
  empty.end();
  if (args.json) console.log(JSON.stringify({ report: { sender, receiver, oneAwait } }));
  else {
    console.log(`Node ${process.version}, bytes allocated for each message of ${size} B: all = heap + buffers`);
    const both = { heap: sender.heap + receiver.heap, buffers: sender.buffers + receiver.buffers };
    for (const [name, { heap, buffers }] of Object.entries({ sender, receiver, both, 'one await alone': oneAwait })) {
      console.log(`${name.padEnd(16)} ${String(heap + buffers).padStart(5)} = ${heap} + ${buffers}`);
    }
  }
}

function start(role, endpoint) {
  const flags = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];
  const argv = [...process.argv.slice(2), '--role', role, '--bind', endpoint ?? args.bind];
  const child = fork(fileURLToPath(import.meta.url), argv, { execArgv: [...process.execArgv, ...flags] });
  const heard = (kind) =>
    new Promise((resolve, reject) => {
      child.on('message', (message) => kind in message && resolve(message[kind]));
      child.once('exit', (code) => reject(new Error(`${role} ended too early, with ${code}`)));
    });
  return { heard, end: () => child.kill() };
}

async function push() {
  const { Context, SocketType } = await import('rzmq');
  const socket = new Context().socket(SocketType.Push, { linger: 0 });
  await socket.connect(args.bind);
  const message = Buffer.alloc(size, 'x');
  const meter = new Meter();
  if (args.api === 'usual') {
    for (;;) {
      await socket.send(message);
      if (--meter.left === 0) await meter.look();
    }
  }
  for (;;) {
    if (!socket.trySend(message)) await socket.send(message);
    if (--meter.left === 0) await meter.look();
  }
}

async function pull() {
  const { Context, SocketType } = await import('rzmq');
  const socket = new Context().socket(SocketType.Pull);
  process.send({ endpoint: await socket.bind(args.bind) });
  const sizeOf = { size: (msg) => msg.size, data: (msg) => msg.data.length, text: (msg) => msg.toString().length };
  const read = sizeOf[args.read];
  const meter = new Meter();
  if (args.api === 'usual') {
    for await (const frames of socket) {
      if (read(frames[0]) !== size) throw new Error('not the message that was sent');
      if (--meter.left === 0) await meter.look();
    }
  }
  for (;;) {
    const messages = await socket.recvMany(256);
    for (let i = 0; i < messages.length; i++) {
      if (read(messages[i][0]) !== size) throw new Error('not the message that was sent');
      if (--meter.left === 0) await meter.look();
    }
  }
}

/** A loop that waits for nothing. */
async function empty() {
  const done = Promise.resolve();
  const meter = new Meter();
  for (;;) {
    await done;
    if (--meter.left === 0) await meter.look();
  }
}

/** Counts down to the next look at the memory, and says the median of the samples when it has enough. */
class Meter {
  left = WARM_UP;
  #samples = [];
  #collections = 0;
  #before = undefined;

  constructor() {
    new PerformanceObserver((list) => {
      this.#collections += list.getEntries().length;
    }).observe({ entryTypes: ['gc'] });
  }

  async look() {
    const now = process.memoryUsage();
    // Collections are told a little later.
    await pause();
    const before = this.#before;
    if (before !== undefined && this.#collections === 0) {
      this.#samples.push({
        heap: (now.heapUsed - before.heapUsed) / SAMPLE,
        buffers: (now.arrayBuffers - before.arrayBuffers) / SAMPLE,
      });
    }
    if (this.#samples.length === SAMPLES) this.#say();
    globalThis.gc();
    await pause();
    this.#collections = 0;
    this.left = SAMPLE;
    this.#before = process.memoryUsage();
  }

  #say() {
    const median = (figure) => Math.round(this.#samples.map((one) => one[figure]).sort((a, b) => a - b)[SAMPLES >> 1]);
    process.send({ sample: { heap: median('heap'), buffers: median('buffers') } });
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

const roles = { push, pull, empty };
process.on('disconnect', () => process.exit());
await (args.role === undefined ? compare : roles[args.role])();
