/** 1,000 sockets over one transport, half of them bound and half connected: what is there at the peak, and after it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context, SocketType } from 'rzmq';
import { countOf, leftovers, processListeners, report, until } from '../../support/child-tools.mjs';

const [scheme = 'tcp', count = '1000'] = process.argv.slice(2);
const pairs = Number(count) / 2;
const before = { resources: await leftovers(), listeners: processListeners() };

const endpointOf = {
  tcp: () => 'tcp://127.0.0.1:*',
  ipc: (n) => `ipc://${join(tmpdir(), `rzmq-${process.pid}-${n}`)}`,
  inproc: (n) => `inproc://${n}`,
}[scheme];

const context = new Context({ defaults: { linger: 0 } });
const bound = [];
const connected = [];
for (let n = 0; n < pairs; n++) {
  const pull = context.socket(SocketType.Pull);
  bound.push(pull);
  await pull.bind(endpointOf(n));
}
for (const { lastEndpoint } of bound) {
  const push = context.socket(SocketType.Push);
  connected.push(push);
  await push.connect(lastEndpoint);
}
await Promise.all(connected.map((push, n) => push.send(String(n))));
const received = (await Promise.all(bound.map((pull) => pull.recv()))).map(String);
await until(() => connected.every((push) => push.stats().peers === 1));
const peak = {
  sockets: countOf('TCPSocketWrap') + countOf('PipeWrap'),
  servers: countOf('TCPServerWrap') + countOf('PipeServerWrap'),
};

await Promise.all([...bound, ...connected].map((socket) => socket.close()));
const closed = await leftovers();
await context.term();
report({
  inOrder: received.every((text, n) => text === String(n)),
  peak,
  before,
  closed,
  after: { resources: await leftovers(), listeners: processListeners() },
});
