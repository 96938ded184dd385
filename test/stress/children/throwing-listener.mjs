/** Listeners of socket.events that throw, on both sides of a conversation, at every event. */
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, report, until } from '../../support/child-tools.mjs';

const uncaught = [];
process.on('uncaughtException', (error) => {
  uncaught.push(error.message);
  if (!/^(pull|push) /.test(error.message)) console.error(error);
});

const context = new Context({ defaults: { ...engine, linger: 0, reconnectInterval: 1, receiveTimeout: 60_000 } });
const pull = context.socket(SocketType.Pull);
const push = context.socket(SocketType.Push);
const seen = { pull: [], push: [] };
for (const [name, socket] of Object.entries({ pull, push })) {
  socket.events.on('event', ({ type }) => {
    throw new Error(`${name} ${type}`);
  });
  // The next listener, and the iterators, still hear of it.
  socket.events.on('disconnect', () => seen[name].push('disconnect'));
  void (async () => {
    for await (const { type } of socket.monitor()) seen[name].push(`monitor ${type}`);
  })();
}

await pull.bind('tcp://127.0.0.1:*');
const endpoint = pull.lastEndpoint;
await push.connect(endpoint);
const received = [];
await push.send('before');
received.push(String(await pull.recv()));
await pull.unbind(endpoint);
await until(() => push.stats().peers === 0);
await pull.bind(endpoint);
await push.send('after');
received.push(String(await pull.recv()));
await push.close();
await pull.close();
await context.term();
report({ received, seen, uncaught, left: await leftovers() });
