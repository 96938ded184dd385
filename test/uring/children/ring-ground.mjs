/** What the programs with random streams have in common: random numbers, the bytes of a stream, a ring, worlds one after the other. */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { NodeClock, NodeRandom, NodeScheduler } from '../../../dist/engines/services/node-services.js';
import { TcpTransport } from '../../../dist/engines/transports/tcp.js';
import { TcpSockets } from '../../../dist/engines/transports/tcp-sockets.js';
import { UringCapabilityProbe } from '../../../dist/engines/uring/capability-probe.js';
import { UringRing } from '../../../dist/engines/uring/uring-ring.js';
import { UringTcpTransport } from '../../../dist/engines/uring/uring-tcp.js';
import { report } from '../../support/child-tools.mjs';

/** As SeededRandom. */
export function seeded(seed) {
  let state = seed;
  const below = (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  };
  return { below, between: (low, high) => low + below(high - low + 1), pick: (list) => list[below(list.length)] };
}

/** What is at `at` of the stream called `name`: a number every four bytes. */
export function fill(memory, at, name) {
  for (let i = 0; i < memory.length; i++) {
    const word = Math.imul(((at + i) >>> 2) + name * 1_000_003, 0x9e3779b1);
    memory[i] = word >>> (((at + i) & 3) * 8);
  }
}

/** Why those bytes are not what is at `at` of that stream; `undefined` when they are. */
export function mistake(bytes, at, name) {
  const expected = Buffer.alloc(bytes.length);
  fill(expected, at, name);
  if (expected.equals(bytes)) return undefined;
  const wrong = expected.findIndex((byte, i) => byte !== bytes[i]);
  return `wrong bytes at ${at + wrong} (${bytes.length} from ${at})`;
}

export function parse(endpoint) {
  return { scheme: 'tcp', address: endpoint.slice(6), endpoint };
}

/** tcp on a ring of those sizes, and by node:net. */
export function transports(sizes) {
  const clock = new NodeClock();
  const scheduler = new NodeScheduler();
  const ignore = () => {};
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const loadAddon = () => createRequire(import.meta.url)('../../../native/index.cjs');
  const probe = new UringCapabilityProbe({ platform: 'linux', loadAddon });
  const ring = new UringRing(() => probe.addon, sizes, logger);
  const net = new TcpTransport(new TcpSockets(clock, scheduler, new NodeRandom()));
  return { ring, net, uring: new UringTcpTransport(clock, scheduler, ring, () => probe.probe(), net) };
}

/**
 * Runs worlds of these seeds, each in a worker of its own: a ring has its sizes for a while. What a world says has `problems`; its
 * numbers are added up, and the first one with a problem ends it. Reports the sum, or that world.
 */
export async function worlds(program, first, count, data = {}) {
  const total = { worlds: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const worker = new Worker(program, { workerData: { ...data, seed } });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const result = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await ended;
    if (result.problems.length > 0) {
      report({ seed, ...result });
      return;
    }
    total.worlds++;
    for (const [name, value] of Object.entries(result)) {
      if (typeof value === 'number') total[name] = (total[name] ?? 0) + value;
    }
  }
  report({ ...total, problems: [] });
}

/** What the ring has left, as a problem. */
export function leftIn(ring) {
  const { underWay = 0, slots = 0 } = ring.stats ?? {};
  return slots > 0 ? [`${slots} slots, ${underWay} requests are left`] : [];
}
