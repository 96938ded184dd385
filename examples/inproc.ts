// Sockets inside one process: nothing is encoded, and the bytes of a message are handed over, not copied.
import { Context, SocketType } from 'rzmq';

const context = new Context();

// Names belong to a Context. The connect may come before the bind.
const left = context.socket(SocketType.Pair);
await left.connect('inproc://bridge');
await left.send('queued before anybody is there');

const right = context.socket(SocketType.Pair);
await right.bind('inproc://bridge');
console.log(`right received: ${String(await right.recv())}`);

// The receiver gets the memory of the sender. Whoever sent it must not write to it any more.
const bytes = Buffer.from('a Buffer');
await right.send(bytes);
const { data } = await left.recv();
console.log(`left received: ${data.toString()}, ${data === bytes ? 'the very same one' : 'another one'}`);

// Another Context is another world: its names are its own.
const elsewhere = new Context();
const stranger = elsewhere.socket(SocketType.Pair, { sendTimeout: 50, immediate: true, linger: 0 });
await stranger.connect('inproc://bridge');
try {
  await stranger.send('is anybody there?');
} catch (error) {
  console.log(`another Context: ${(error as Error).message}`);
}

await Promise.all([context.term(), elsewhere.term()]);
