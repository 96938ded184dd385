// What a socket tells about its connections, and how a lost one comes back by itself.
import { Context, type MonitorEventName, type SocketEvent, SocketType } from 'rzmq';

const context = new Context();
const first = context.socket(SocketType.Pull);
const endpoint = await first.bind('tcp://127.0.0.1:0');

const push = context.socket(SocketType.Push, { reconnectInterval: 20 });
// Listeners by name; `event` hears of everything. `push.monitor()` gives the same events as an iterator.
push.events.on('event', ({ type, interval, error }: SocketEvent) => {
  const facts = [interval === undefined ? '' : ` in ${interval} ms`, error === undefined ? '' : ` (${error.errno})`];
  console.log(`  push: ${type}${facts.join('')}`);
});

console.log('connecting');
const connected = next('handshake');
await push.connect(endpoint);
const { peer } = await connected;
console.log(`connected to a ${peer?.socketType ?? 'stranger'}`);
await push.send('one');
console.log(`received: ${String(await first.recv())}`);

console.log('the peer goes away');
const lost = next('disconnect');
const retried = next('connect:retry');
await first.close();
await lost;
await retried;
// What is sent now waits in the queue of the connecting side, up to its high-water mark.
await push.send('two');

console.log('it comes back at the same address');
const second = context.socket(SocketType.Pull);
await second.bind(endpoint);
console.log(`received: ${String(await second.recv())}`);

console.log('closing');
await push.close();
await context.term();

function next(type: MonitorEventName): Promise<SocketEvent> {
  return new Promise((resolve) => push.events.once(type, resolve));
}
