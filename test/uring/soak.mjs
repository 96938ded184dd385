/**
 * Connects, streams, kills peers and closes, with small buffers and a ring that is too small: node test/uring/soak.mjs [SECONDS]
 * Fails when a message is lost that nobody counted, when something hangs, or when descriptors, slots or memory grow.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Context } from 'rzmq';

const PATIENCE_MS = 20_000;
const ROUNDS_TO_JUDGE = 20;
const RING = { entries: 8, bufferCount: 16, bufferSize: 2048, sendMemory: 262_144 };
const own = fileURLToPath(import.meta.url);

if (process.argv[2] === 'victim') await victim(process.argv[3]);
else await soak(Number(process.argv[2] ?? 600) * 1000);

/** A peer that streams and reads until it is killed. */
async function victim(endpoint) {
  const context = new Context({ uring: RING, defaults: { ioUringSessionEnabled: true, linger: 0 } });
  const dealer = context.socket('DEALER');
  await dealer.connect(endpoint);
  const reading = (async () => {
    for await (const _ of dealer);
  })();
  reading.catch(() => {});
  for (let i = 0; ; i++) await dealer.send(Buffer.alloc((i * 7919) % 50_000));
}

async function soak(forMs) {
  const until = performance.now() + forMs;
  const context = new Context({
    uring: RING,
    defaults: { ioUringSessionEnabled: true, linger: 0, reconnectInterval: 20 },
  });
  const router = context.socket('ROUTER', { sendBufferSize: 16_384, receiveBufferSize: 16_384 });
  const endpoint = await router.bind('tcp://127.0.0.1:0');
  let echoed = 0;
  const echo = (async () => {
    for await (const frames of router) {
      echoed++;
      router.trySend(frames.map((frame) => frame.data));
    }
  })();
  const samples = [];
  let rounds = 0;
  while (performance.now() < until || rounds < 4) {
    await within(round(context, router, endpoint, rounds), `round ${rounds}`);
    rounds++;
    await within(settled(router), 'the end of the killed peers');
    samples.push(sample());
    if (rounds % 10 === 0) console.log(JSON.stringify({ rounds, echoed, ...samples.at(-1) }));
  }
  await within(context.term(), 'the end of the Context');
  await echo.catch(() => {});
  judge(samples, rounds, echoed);
}

async function round(context, router, endpoint, seed) {
  const victims = [1, 2].map(() => spawn(process.execPath, [own, 'victim', endpoint], { stdio: 'inherit' }));
  const gone = victims.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  // Both are in the middle of it when they are killed.
  while (router.stats().peers < victims.length) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = router.stats().messagesIn;
  while (router.stats().messagesIn < before + 100) await new Promise((resolve) => setTimeout(resolve, 5));
  // Streams in order, to the last message, whatever happens to the others.
  const pull = context.socket('PULL', { receiveHighWaterMark: 5, receiveBufferSize: 16_384 });
  const push = context.socket('PUSH', { sendHighWaterMark: 5, sendBufferSize: 16_384, linger: -1 });
  const zero = context.socket('PUSH', { ioUringSendZeroCopy: true, ioUringZeroCopySendThreshold: 1000, linger: -1 });
  const where = await pull.bind('tcp://127.0.0.1:0');
  await Promise.all([push.connect(where), zero.connect(where)]);
  const count = 300;
  const sending = [push, zero].map(async (socket, who) => {
    for (let i = 0; i < count; i++) {
      const body = Buffer.alloc(8 + ((i * 613 + seed) % 40_000), i & 0xff);
      body.writeUInt32LE(who, 0);
      body.writeUInt32LE(i, 4);
      await socket.send(body);
    }
    await socket.close();
  });
  const next = [0, 0];
  for (let i = 0; i < 2 * count; i++) {
    const [{ data }] = await pull.recvMultipart();
    const who = data.readUInt32LE(0);
    if (data.readUInt32LE(4) !== next[who])
      throw new Error(`lost: ${data.readUInt32LE(4)} came in the place of ${next[who]}`);
    next[who]++;
    if (i === count) for (const child of victims) child.kill('SIGKILL');
  }
  await Promise.all([...sending, ...gone]);
  // Closed in the middle of everything.
  const hasty = Array.from({ length: 5 }, () => context.socket('DEALER'));
  await Promise.all(hasty.map((socket) => socket.connect(endpoint)));
  for (const socket of hasty) for (let k = 0; k < 20; k++) socket.trySend(Buffer.alloc(30_000));
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([...hasty, pull].map((socket) => socket.close()));
}

async function settled(router) {
  while (router.stats().peers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

function sample() {
  for (let i = 0; i < 2; i++) globalThis.gc?.();
  return {
    descriptors: readdirSync('/proc/self/fd').filter(isOurs).length,
    megabytes: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

/** Sockets and rings: Node opens /dev/null and pipes for its child processes, and keeps some. */
function isOurs(fd) {
  try {
    return /socket|io_uring/.test(readlinkSync(`/proc/self/fd/${fd}`));
  } catch {
    return false; // The one that the folder was read with.
  }
}

async function within(work, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function judge(samples, rounds, echoed) {
  const half = samples.length >> 1;
  const least = (name, list) => Math.min(...list.map((one) => one[name]));
  const [before, after] = [samples.slice(1, half + 1), samples.slice(half)];
  const grown = least('descriptors', after) - least('descriptors', before);
  const memory = least('megabytes', after) - least('megabytes', before);
  console.log(
    JSON.stringify({ rounds, echoed, descriptorsGrown: grown, megabytesGrown: memory, last: samples.at(-1) }),
  );
  if (grown > 0) throw new Error(`${grown} descriptors leaked`);
  // A process grows in its first rounds, whatever it does.
  if (rounds >= ROUNDS_TO_JUDGE && memory > 30) throw new Error(`the memory grew by ${memory} MB`);
}
