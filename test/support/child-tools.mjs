/** What the programs have in common that tests run in a process of their own (see child.ts). */
import { writeSync } from 'node:fs';

// Node opens them when they are first used, be it by Node itself: they are no leftovers.
void process.stdout;
void process.stderr;
const own = process.getActiveResourcesInfo();

/** What the sockets of these programs have by default besides: npm run test:uring has them ask for io_uring. */
export const engine = process.env['RZMQ_TEST_URING'] === '1' ? { ioUringSessionEnabled: true } : {};

/** Tells the test a result. Not by `process.stdout`, which would be a handle of its own. */
export function report(result) {
  writeSync(1, `${JSON.stringify({ report: result })}\n`);
}

export function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets `count` turns of the event loop pass. */
export async function turns(count) {
  for (let i = 0; i < count; i++) await nextTurn();
}

/** Waits for something that will happen; the limit of the test ends a vain wait. */
export async function until(condition) {
  while (!condition()) await nextTurn();
}

/** Every handle, request and timer that keeps this process alive, but for its standard streams. */
export function resources() {
  const found = process.getActiveResourcesInfo();
  for (const name of own) if (found.includes(name)) found.splice(found.indexOf(name), 1);
  return found;
}

/** How many of a kind keep this process alive: 'TCPSocketWrap', 'TCPServerWrap', 'PipeWrap', 'Timeout', … */
export function countOf(kind) {
  return resources().filter((name) => name === kind).length;
}

/** What is left of handles and timers. A closed handle leaves the list one turn later, and gets this time. */
export async function leftovers() {
  await turns(3);
  return resources();
}

/** The listeners on `process`, by event. */
export function processListeners() {
  return Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}

/** The memory in use after a full collection, buffers included. Needs --expose-gc. */
export async function memory() {
  for (let i = 0; i < 3; i++) {
    await nextTurn();
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/**
 * Bytes that each round of `work` leaves behind. Compares the least use of two groups of rounds, because noise (compiled
 * code, caches that fill up) only ever adds; the warm-up is not looked at.
 */
export async function growthPerRound(work, { warmUp = 3, rounds = 5 } = {}) {
  for (let i = 0; i < warmUp; i++) await work(i);
  const used = [];
  for (let i = 0; i < 2 * rounds; i++) {
    await work(warmUp + i);
    used.push(await memory());
  }
  return Math.round((Math.min(...used.slice(rounds)) - Math.min(...used.slice(0, rounds))) / rounds);
}

/** A small PRNG (mulberry32), so that a failure can be run again from its seed. */
export class Seeded {
  constructor(seed) {
    this.state = seed | 0;
  }

  below(bound) {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  bytes(size) {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)));
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
