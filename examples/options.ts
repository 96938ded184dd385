// Options: when a socket is made, by name, by libzmq's number, and for all sockets of a Context.
import { Context, SocketOption, SocketType, ZmqError } from 'rzmq';

const context = new Context({ defaults: { linger: 500, heartbeatInterval: 2000 } });

const dealer = context.socket(SocketType.Dealer, { routingId: 'client-7', sendHighWaterMark: 10 });
console.log(`linger ${dealer.options.linger}, from the Context`);
console.log(`routingId ${dealer.options.routingId.toString()}, given to the socket`);

// By name, checked when it is assigned.
dealer.options.receiveHighWaterMark = 20;
dealer.options.metadata = ['X-Version:7', 'X-Region:north']; // told to every peer in the handshake

// By libzmq's number: natural values, or the bytes that a C program would pass.
await dealer.setOption(SocketOption.RECONNECT_IVL, 50);
await dealer.setOption(SocketOption.LINGER, Buffer.from(new Int32Array([0]).buffer));
console.log(`RECONNECT_IVL ${String(await dealer.getOption(SocketOption.RECONNECT_IVL))}`);
console.log(`linger ${dealer.options.linger}, set by its number`);

// What is wrong is said at once, and nothing is ignored.
await explain(() => dealer.setOption(SocketOption.SNDHWM, -1));
await explain(() => dealer.setOption(SocketOption.SUBSCRIBE, 'topic'));
await explain(() => dealer.setOption(SocketOption.SNDBUF, 65536));

// What the peer learns.
const router = context.socket(SocketType.Router);
await dealer.connect(await router.bind('tcp://127.0.0.1:0'));
await dealer.send('hello');
const [id, text] = await router.recvMultipart();
console.log(`${String(id)} says ${String(text)}; X-Region is ${text?.metadata?.get('X-Region') ?? 'unknown'}`);

await context.term();

async function explain(set: () => Promise<void>): Promise<void> {
  try {
    await set();
  } catch (error) {
    if (!(error instanceof ZmqError)) throw error;
    console.log(`${error.code}: ${error.message}`);
  }
}
