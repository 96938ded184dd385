/** An application that throws in a callback of its own while it receives, and survives it. What it received stays as it was. */
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, nextTurn, report } from '../../support/child-tools.mjs';

let uncaught = 0;
process.on('uncaughtException', () => uncaught++);
const scheme = process.argv[2] ?? 'tcp';

const context = new Context({ defaults: { ...engine, linger: 0, reconnectInterval: 1 } });
const pull = context.socket(SocketType.Pull);
const push = context.socket(SocketType.Push);
await pull.bind(scheme === 'tcp' ? 'tcp://127.0.0.1:*' : 'inproc://a');
await push.connect(pull.lastEndpoint);

const kept = [];
const copies = [];
void (async () => {
  for await (const [message] of pull) {
    kept.push(message);
    copies.push(String(message));
    if (kept.length % 3 === 2) {
      process.nextTick(() => {
        throw new Error('of the application');
      });
    }
  }
})();
for (let n = 0; n < 30; n++) {
  const text = `message ${n}`;
  await push.send(text);
  // Not without end: what is lost never comes.
  const end = Date.now() + 500;
  for (let turn = 0; copies.at(-1) !== text && (turn < 1000 || Date.now() < end); turn++) await nextTurn();
}
report({ uncaught, kept: kept.map(String), copies });
await context.term();
report({ left: await leftovers() });
