/** 10,000 sends and 10,000 receives that are given up: are they, their signals and their messages free again? */
import { getEventListeners } from 'node:events';
import { Context, SocketType } from 'rzmq';
import { growthPerRound, leftovers, nextTurn, report } from '../../support/child-tools.mjs';

const COUNT = 10_000;
const context = new Context({ defaults: { linger: 0 } });
const push = context.socket(SocketType.Push);
const pull = context.socket(SocketType.Pull);
const outcomes = {};
let listeners = 0;
let collected = 0;
const registry = new FinalizationRegistry(() => collected++);

async function round(count) {
  // A signal for each: a list of 10,000 listeners on one signal would only measure Node's EventTarget.
  const givingUp = [];
  const pending = [];
  for (let n = 0; n < count; n++) {
    const giveUp = new AbortController();
    const message = Buffer.alloc(64);
    registry.register(message, n);
    pending.push(push.send(message, { signal: giveUp.signal }), pull.recv({ signal: giveUp.signal }));
    givingUp.push(giveUp);
  }
  for (const giveUp of givingUp) giveUp.abort();
  for (const { status, reason } of await Promise.allSettled(pending)) {
    outcomes[reason?.code ?? status] = (outcomes[reason?.code ?? status] ?? 0) + 1;
  }
  for (const { signal } of givingUp) listeners += getEventListeners(signal, 'abort').length;
}

await round(COUNT);
const first = { ...outcomes };
// The callbacks of the registry come with the event loop, after the collection.
for (let n = 0; n < 100 && collected < COUNT; n++) {
  await nextTurn();
  globalThis.gc();
}
const collectedOfFirst = collected;
const growth = await growthPerRound(() => round(COUNT / 10));
await context.term();
report({ outcomes: first, growth, listeners, collected: collectedOfFirst, left: await leftovers() });
