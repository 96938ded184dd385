// A broker: clients and workers only know its two endpoints, and may come and go. The proxy is steered by its object here;
// a `control` socket does the same from another process.
import { Context, proxy, type RepSocket, SocketType } from 'rzmq';

const context = new Context();
const clients = context.socket(SocketType.Router);
const workers = context.socket(SocketType.Dealer);
const front = await clients.bind('tcp://127.0.0.1:0');
const back = await workers.bind('tcp://127.0.0.1:0');

const broker = proxy(clients, workers);
const serving = [worker('first'), worker('second')];
const client = context.socket(SocketType.Req);
await client.connect(front);
await workers.waitForPeers(2);

// Shared out in turn.
console.log([await ask('1'), await ask('2')].sort().join(', '));

// While it is paused, what comes in waits; nothing is lost.
broker.pause();
const answer = ask('3');
console.log(`the broker is ${broker.state}`);
broker.resume();
console.log(await answer);

const { frontend, backend } = broker.statistics();
console.log(`clients: ${frontend.messagesReceived} requests, ${frontend.messagesSent} replies`);
console.log(`workers: ${backend.messagesSent} requests, ${backend.messagesReceived} replies`);

const { reason, undelivered } = await broker.terminate(); // its sockets stay open
console.log(`the broker has ${reason}, with ${undelivered.length} messages undelivered`);
await context.term();
await Promise.all(serving);

async function ask(question: string): Promise<string> {
  await client.send(question);
  return String(await client.recv());
}

async function worker(name: string): Promise<void> {
  const socket: RepSocket = context.socket(SocketType.Rep);
  await socket.connect(back);
  for await (const [question] of socket) await socket.send(`${String(question)}: answered by the ${name}`);
}
