/**
 * Streams from peers of node:net, in a thread of their own, to readers on the ring, with everything at random from a seed: the peer
 * cuts its bytes, waits, and ends in an orderly way, with a reset, or not at all; the reader pauses, from within its calls too, makes
 * its event loop stand still, closes and destroys. Each byte says where it belongs.
 *   node test/uring/children/random-peers.mjs SEED [WORLDS]
 * Says the seed of the world that failed, and how.
 */
import { createServer } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { defaultValues } from '../../../dist/core/options/defaults.js';
import { turns } from '../../support/child-tools.mjs';
import { fill, leftIn, mistake, parse, seeded, transports, worlds } from './ring-ground.mjs';

const PATIENCE_MS = 20_000;

// --- The peers -------------------------------------------------------------------------------------------------------

/** Says its port. What a connection sends first is the plan for the rest. */
function servePeers() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (plan) => playPeer(socket, JSON.parse(String(plan))));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
}

function playPeer(socket, { name, seed, total, cuts, pauses, end }) {
  const random = seeded(seed);
  const bytes = Buffer.alloc(total);
  fill(bytes, 0, name);
  socket.on('data', () => undefined);
  const finish = () => {
    if (end === 'fin') socket.end();
    if (end === 'reset') socket.resetAndDestroy();
  };
  let at = 0;
  const write = () => {
    while (at < total && !socket.destroyed) {
      const size = Math.min(total - at, random.pick(cuts));
      const room = socket.write(bytes.subarray(at, at + size));
      at += size;
      if (!room) return void socket.once('drain', write);
      if (random.below(pauses) === 0) return void setTimeout(write, random.below(3));
    }
    if (!socket.destroyed) setTimeout(finish, random.below(5));
  };
  write();
}

// --- The readers -----------------------------------------------------------------------------------------------------

async function world({ seed, port }) {
  const { between, pick } = seeded(seed);
  const sizes = {
    entries: pick([8, 32, 1024]),
    bufferCount: pick([8, 32, 512, 512, 512]),
    bufferSize: pick([1024, 8192, 8192]),
    sendSize: 262_144,
    spin: pick([0, 50]),
  };
  const { ring, uring } = transports(sizes);
  const endpoint = parse(`tcp://127.0.0.1:${port}`);
  const connections = between(1, 12);
  const readers = await Promise.all(
    Array.from({ length: connections }, async (_, i) => {
      const options = {
        ...defaultValues('PAIR'),
        receiveBufferSize: pick([-1, -1, 65_536]),
        ioUringReceiveMultishot: pick([true, true, true, false]),
      };
      const plan = {
        name: i,
        seed: seed * 100 + i,
        total: pick([1, 5000, 30_000, 300_000, 1_000_000, 3_000_000]),
        cuts: pick([[1000, 3000], [8192, 65_536], [300_000], [1, 8192, 100_000]]),
        pauses: pick([2, 10, 100]),
        end: pick(['fin', 'fin', 'reset', 'nothing']),
      };
      return new Reader(await uring.connect(endpoint, options, new AbortController().signal), plan);
    }),
  );
  await Promise.all(readers.map((reader) => reader.over));
  await turns(5);
  const problems = readers.flatMap((reader) => reader.problem() ?? []);
  const bytes = readers.reduce((sum, { got }) => sum + got, 0);
  return { problems: [...problems, ...leftIn(ring)], connections, bytes, sizes, stats: ring.stats };
}

class Reader {
  got = 0;
  wants = true;
  /** It has closed. */
  left = false;
  closed = false;
  wrong = undefined;
  error = undefined;
  lent = undefined;
  within = false;

  constructor(connection, plan) {
    const random = seeded(plan.seed + 7);
    const { pick } = random;
    Object.assign(this, { connection, plan, random });
    this.pauses = pick([1, 3, 20, 1_000_000]);
    this.patience = pick([3, 30]);
    this.stands = pick([0, 0, 3, 30]);
    this.leaves = pick([0, 0, 0, 500]);
    this.ways = pick([['at once', 'by its own call', 'soon', 'later', 'between', 'within'], ['later'], ['soon']]);
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.late = setTimeout(() => {
      this.wrong ??= 'nothing more came';
      connection.destroy();
    }, PATIENCE_MS);
    connection.start(this);
    connection.write([Buffer.from(JSON.stringify(plan))]);
  }

  problem() {
    const { plan, got, error, left } = this;
    if (this.wrong === undefined && !left) {
      if (plan.end === 'fin' && (got < plan.total || error !== undefined)) this.wrong = `ended with ${error}`;
      // A reset may cost what was on its way.
      if (plan.end === 'reset' && got < plan.total && error === undefined) this.wrong = 'ended as if by a FIN';
    }
    return this.wrong && { wrong: this.wrong, got, plan };
  }

  readBuffer() {
    this.lent = Buffer.alloc(this.random.pick([13, 1024, 65_536, 262_144]));
    return this.lent;
  }

  onRead(size) {
    const { lent } = this;
    this.lent = undefined;
    if (lent === undefined) this.wrong ??= 'onRead without readBuffer';
    return lent === undefined || this.onChunk(lent.subarray(0, size));
  }

  onChunk(bytes) {
    const { random, plan } = this;
    if (!this.wants || this.left || this.closed) this.wrong ??= `${bytes.length} bytes while nothing was wanted`;
    if (bytes.length === 0) this.wrong ??= 'no bytes';
    this.wrong ??= mistake(bytes, this.got, plan.name);
    this.got += bytes.length;
    if (this.stands > 0 && random.below(this.stands) === 0) standStill(random.below(4));
    if (this.leaves > 0 && random.below(this.leaves) === 0) this.leave();
    else if (plan.end === 'nothing' && this.got === plan.total) setImmediate(() => this.leave());
    if (this.left || random.below(this.pauses) !== 0) return true;
    return this.pause(random.pick(this.ways));
  }

  /** Answers what `onChunk` answers. */
  pause(way) {
    const { connection, random } = this;
    if (way === 'within') {
      // Once: bytes may come from within it.
      if (!this.within) {
        this.within = true;
        connection.pause();
        connection.resume();
        this.within = false;
      }
      return true;
    }
    if (way === 'between') {
      setImmediate(() => {
        if (!this.wants || this.left || this.closed) return;
        this.wants = false;
        connection.pause();
        setTimeout(() => this.resume(), random.below(3));
      });
      return true;
    }
    this.wants = false;
    if (way === 'by its own call') connection.pause();
    if (way === 'soon') setImmediate(() => this.resume());
    else if (way === 'later') setTimeout(() => this.resume(), random.below(this.patience));
    else queueMicrotask(() => this.resume());
    return way === 'by its own call';
  }

  resume() {
    if (this.wants) return;
    this.wants = true;
    this.connection.resume();
  }

  leave() {
    if (this.left || this.closed) return;
    this.left = true;
    if (this.random.below(2) === 0) this.connection.close();
    else this.connection.destroy();
  }

  onDrained() {}

  onClosed(error) {
    if (this.closed) this.wrong ??= 'onClosed came twice';
    this.closed = true;
    this.error = error;
    clearTimeout(this.late);
    this.finish();
  }
}

/** The process does something else. */
function standStill(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

if (isMainThread) {
  const program = new URL(import.meta.url);
  const peers = new Worker(program);
  const port = await new Promise((resolve, reject) => peers.once('message', resolve).once('error', reject));
  await worlds(program, Number(process.argv[2]), Number(process.argv[3] ?? 1), { port });
  await peers.terminate();
} else if (workerData == null) servePeers();
else parentPort.postMessage(await world(workerData));
