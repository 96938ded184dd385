/**
 * Connects and disconnects again and again, against one bound peer; half of the connections are awaited, the other half
 * is taken away while it is being made. Tells what stays behind.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context, SocketType } from 'rzmq';
import { engine, growthPerRound, leftovers, report, until } from '../../support/child-tools.mjs';

const [scheme = 'tcp', cycles = '4000'] = process.argv.slice(2);
const ROUNDS = { warmUp: 2, rounds: 4 };
const perRound = Math.ceil(Number(cycles) / (ROUNDS.warmUp + 2 * ROUNDS.rounds));

const context = new Context({ defaults: { ...engine, linger: 0, receiveTimeout: 60_000 } });
const pull = context.socket(SocketType.Pull);
const push = context.socket(SocketType.Push);
await pull.bind(
  { tcp: 'tcp://127.0.0.1:*', ipc: `ipc://${join(tmpdir(), `rzmq-${process.pid}`)}`, inproc: 'inproc://a' }[scheme],
);

let done = 0;
async function cycle(n) {
  await push.connect(pull.lastEndpoint);
  if (n % 2 === 0) {
    await push.send(String(n));
    if (String(await pull.recv()) !== String(n)) throw new Error('not the message that was sent');
  }
  await push.disconnect(pull.lastEndpoint);
  done++;
}

const growth = await growthPerRound(async () => {
  for (let n = 0; n < perRound; n++) await cycle(n);
  await until(() => pull.stats().peers === 0 && push.stats().peers === 0);
}, ROUNDS);
const peers = { pull: pull.stats().peers, push: push.stats().peers };
// It still works after all of that.
await cycle(0);
await context.term();
report({ done, growth, peers, left: await leftovers() });
