/**
 * Sockets under load, whose peers are processes that are killed at random and started again. At the end everybody lives,
 * everything that was sent then arrives, and every message before is accounted for:
 *
 *   sent = received + dropped, by the stats of the sender + lost with those who were killed
 *
 * Run it by hand for longer: node test/stress/children/chaos.mjs 60 [seed]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Context } from 'rzmq';
import { engine, leftovers, memory, report, Seeded, turns } from '../../support/child-tools.mjs';
import { certainlyLost, Stream } from './chaos-accounts.mjs';
import { message, numberOf } from './chaos-content.mjs';

const [seconds = '12', given = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const seed = Number(given);
const random = new Seeded(seed);
console.error(`chaos: ${seconds} s, seed ${seed}`);

/** Within this time, and some turns of the event loop, a sender has noticed that its peer is gone. */
const NOTICED_MS = 300;
const NOTICED_TURNS = 20;
const CALM_LIMIT_MS = 30_000;
/** What is sent when nobody is killed any more. */
const CALM_MESSAGES = 300;

const program = fileURLToPath(new URL('chaos-peer.mjs', import.meta.url));
const context = new Context({ defaults: { ...engine, reconnectInterval: 5, sendTimeout: CALM_LIMIT_MS } });
const problems = [];
let kills = 0;
let lives = 0;

const problem = (what) => problems.length < 50 && problems.push(what);

/** A peer that lives again and again, until the end. */
class Peer {
  process = null;
  life = null;

  /** @param hear takes what it says, word by word; @param stream what it receives, where that is in the books */
  constructor(role, endpoint, stream, name = '') {
    Object.assign(this, { role, endpoint, stream, name });
    this.start();
  }

  start() {
    const { role, endpoint } = this;
    const name = this.name || `life ${++lives}`;
    const life = this.stream?.begin() ?? null;
    const child = spawn(process.execPath, [program, role, endpoint, name], {
      stdio: ['pipe', 'inherit', 'inherit', 'pipe'],
    });
    Object.assign(this, { process: child, life, ready: new Promise((resolve) => (this.onReady = resolve)) });
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
      const [what, ...rest] = line.split(' ');
      if (what === 'got') life?.got(Number(rest[0]), Number(rest[1]));
      else if (what === 'ready') this.onReady();
      else problem(`${role}: ${line}`);
    });
    this.gone = once(child, 'close');
  }

  async kill() {
    const { life, stream } = this;
    kills++;
    this.process.kill('SIGKILL');
    await this.gone;
    if (life === null) return;
    life.killed = true;
    noticing.push(noticed().then(() => (life.sentAtEnd = stream.sent)));
  }
}

const noticing = [];
/** A process that was held up hears first that its timer is due, and then what has happened. */
async function noticed() {
  await pause(NOTICED_MS);
  await turns(NOTICED_TURNS);
}

const peers = [];
/** Everything that goes on until the end, by name. */
const work = new Map();
/** What has to hold when all is over. */
const checks = [];
const streams = [];

function go(name, doing) {
  const done = doing().then(
    () => work.delete(name),
    (error) => {
      work.delete(name);
      problem(`${name}: ${error}`);
    },
  );
  work.set(name, done);
}

/** Sends a stream in bursts, until the end and some more. */
function feed(stream, send) {
  let calm = false;
  streams.push({ stream, calm: () => (calm = true) });
  go(`sending ${stream.name}`, async () => {
    for (let left = CALM_MESSAGES; left > 0; ) {
      for (let burst = 1 + random.below(60); burst > 0 && left > 0; burst--) {
        // Counted first: it may arrive before `send` is over.
        await send(message(stream.sent++));
        if (calm) left--;
      }
      await pause(random.below(6));
    }
  });
}

const ipc = (name) => `ipc://${join(tmpdir(), `rzmq-chaos-${process.pid}-${name}`)}`;

/** A bound PUSH, and two PULL that share what it sends. */
async function shared() {
  const push = context.socket('PUSH');
  const endpoint = await push.bind('tcp://127.0.0.1:*');
  const stream = new Stream('PUSH bound');
  peers.push(new Peer('pullConnected', endpoint, stream), new Peer('pullConnected', endpoint, stream));
  feed(stream, (frames) => push.send(frames));
  checks.push({ calm: () => push.waitForPeers(2), end: () => stream.check(push.stats()) });
}

/** A connecting PUSH, which keeps its queue, and one PULL. */
async function kept() {
  const push = context.socket('PUSH');
  const endpoint = ipc('push');
  await push.connect(endpoint);
  const stream = new Stream('PUSH connected', { alone: true, keeps: true });
  peers.push(new Peer('pullBound', endpoint, stream));
  feed(stream, (frames) => push.send(frames));
  checks.push({ calm: () => push.ready(), end: () => stream.check(push.stats()) });
}

/** A ROUTER that sends to two DEALERs by name, and gets back what they got. */
async function named() {
  const router = context.socket('ROUTER', { sendHighWaterMark: 0 });
  const endpoint = await router.bind('tcp://127.0.0.1:*');
  const named = ['left', 'right'].map((name) => {
    const stream = new Stream(`ROUTER to ${name}`, { alone: true });
    const peer = new Peer('dealer', endpoint, stream, name);
    peers.push(peer);
    feed(stream, (frames) => router.send([name, ...frames]));
    return { name, stream, peer, back: new Set() };
  });
  go('receiving replies', async () => {
    for await (const [id, head, body] of router) {
      const { back, stream, name } = named.find((one) => one.name === String(id));
      const number = numberOf(head, body);
      if (back.has(number)) problem(`${name} answered ${number} twice`);
      if (!(number < stream.sent)) problem(`${name} answered ${number}, which was never sent`);
      back.add(number);
    }
  });
  checks.push({
    calm: () => router.waitForPeers(2),
    // Who lives has answered all that it got.
    settled: () => named.every(({ stream, back, peer }) => back.has(stream.sent - 1) && back.has(peer.life.last)),
    end() {
      const { dropped } = router.stats();
      const lost = named.reduce((all, { stream }) => all + stream.missing, 0);
      if (certainlyLost(dropped) > lost) problem(`ROUTER: ${JSON.stringify(dropped)}, and only ${lost} did not arrive`);
      for (const { stream, back } of named) {
        if (stream.holes > 0) problem(`${stream.name}: ${stream.holes} are missing in the middle`);
        for (const number of back)
          if (stream.arrived[number] !== 1) problem(`${stream.name}: ${number} answered, not got`);
      }
      return named.map(({ stream, back }) => ({
        name: stream.name,
        sent: stream.sent,
        received: stream.sent - stream.missing,
        answered: back.size,
        dropped,
      }));
    },
  });
}

/** A REQ that gives a lost request up and asks the next one. */
async function asking() {
  const endpoint = ipc('rep');
  const req = context.socket('REQ', { relaxed: true, correlate: true, receiveTimeout: 1000 });
  await req.connect(endpoint);
  peers.push(new Peer('rep', endpoint, null));
  const counts = { name: 'REQ', asked: 0, answered: 0, lost: 0 };
  let calmAnswers = 0;
  let calm = false;
  go('asking', async () => {
    while (calmAnswers < 30) {
      const number = counts.asked++;
      await req.send(message(number));
      try {
        const [head, body] = await req.recvMultipart();
        counts.answered++;
        if (numberOf(head, body) !== number) problem(`REQ: asked ${number}, and was answered ${numberOf(head, body)}`);
        if (calm) calmAnswers++;
      } catch (error) {
        if (error.code !== 'Timeout') throw error;
        counts.lost++;
      }
      if (number % 20 === 0) await pause(1);
    }
  });
  streams.push({ stream: { complete: () => true, sent: 0 }, calm: () => (calm = true) });
  checks.push({ calm: () => req.ready(), end: () => counts });
}

/** A PUB with two subscribers: each misses what comes while it is away, and nothing between. */
async function published() {
  const pub = context.socket('PUB');
  const endpoint = await pub.bind('tcp://127.0.0.1:*');
  const books = ['one', 'two'].map((name) => new Stream(`PUB to ${name}`, { alone: true }));
  peers.push(...books.map((stream) => new Peer('sub', endpoint, stream)));
  const [first, second] = books;
  feed(first, (frames) => {
    second.sent = first.sent;
    return pub.send(frames);
  });
  streams.push({ stream: second, calm: () => undefined });
  checks.push({
    calm: () => pub.waitForPeers(2).then(() => pub.waitForSubscriber('')),
    end() {
      const { dropped } = pub.stats();
      const holes = first.holes + second.holes;
      if (holes > (dropped['high-water-mark'] ?? 0))
        problem(`PUB: ${holes} are missing, and dropped: ${JSON.stringify(dropped)}`);
      return { name: 'PUB', sent: first.sent, missed: [first.missing, second.missing], holes, dropped };
    },
  });
}

/** A PULL whose senders are killed: what it gets of each is whole, and without a gap. */
async function collecting() {
  const pull = context.socket('PULL');
  const endpoint = await pull.bind('tcp://127.0.0.1:*');
  peers.push(new Peer('push', endpoint, null), new Peer('push', endpoint, null));
  const next = new Map();
  let received = 0;
  go('collecting', async () => {
    for await (const [name, head, body] of pull) {
      const [life, number] = [String(name), numberOf(head, body)];
      if (number !== (next.get(life) ?? 0)) problem(`PULL: ${number} of ${life}, and not ${next.get(life)}`);
      next.set(life, number + 1);
      received++;
    }
  });
  checks.push({ calm: () => pull.waitForPeers(2), end: () => ({ name: 'PULL', received, lives: next.size }) });
}

/** Waits for something that has to happen soon, and says what did not. */
async function soon(what, condition) {
  const end = Date.now() + CALM_LIMIT_MS;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`in vain: ${what}`);
    await pause(5);
  }
}

/** Kills one after the other, several at a time, and starts them again. */
async function chaos() {
  const dead = new Set();
  const [end, enough] = [Date.now() + Number(seconds) * 1000, Number(seconds) / 2];
  for (; Date.now() < end || kills <= enough; await pause(50 + random.below(400))) {
    const victim = random.pick(peers);
    if (dead.has(victim)) continue;
    const revived = victim
      .kill()
      .then(() => pause(random.below(250)))
      .then(() => victim.start())
      .then(() => dead.delete(victim));
    dead.add(victim);
    go('a victim', () => revived);
  }
  await soon('the last victim lives again', () => dead.size === 0);
}

async function calm() {
  await Promise.all(peers.map(({ ready }) => ready));
  await Promise.all(noticing);
  await noticed();
  await Promise.all(checks.map((check) => check.calm()));
  const first = new Map(streams.map(({ stream }) => [stream, stream.sent]));
  for (const stream of streams) stream.calm();
  for (const { stream } of streams) {
    await soon(
      `all of ${stream.name}`,
      () => !work.has(`sending ${stream.name}`) && stream.complete(first.get(stream)),
    );
  }
  await soon('all replies', () => checks.every(({ settled }) => settled?.() ?? true) && !work.has('asking'));
}

for (const begin of [shared, kept, named, asking, published, collecting]) await begin();
await Promise.all(peers.map(({ ready }) => ready));
const used = globalThis.gc === undefined ? 0 : await memory();
let books = [];
let left = {};
try {
  await chaos();
  await calm();
  books = checks.flatMap((check) => check.end());
  // Of what was to be sent nothing is left: the report says so.
  for (const peer of peers) await peer.kill();
  const { unread: _, ...dropped } = (await context.term({ deadline: 5000 })).dropped;
  if (Object.keys(dropped).length > 0) problem(`at the end there was something to drop: ${JSON.stringify(dropped)}`);
  await soon('everything that waited is told of the end', () => work.size === 0);
  await Promise.all(noticing);
  left = await leftovers();
} catch (error) {
  problem(`${error}; still at work: ${[...work.keys()].join(', ')}`);
}
for (const { stream } of streams) problems.push(...(stream.problems ?? []));
const growth = globalThis.gc === undefined ? 0 : (await memory()) - used;
report({ seed, kills, problems, books, left, growth });
for (const text of problems) console.error(text);
if (problems.length > 0) process.exit(1);
