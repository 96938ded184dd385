import { Context, SocketType } from 'rzmq';
import { endpointToConnect } from './parent.js';
import { MESSAGES, SIZE } from './stream.js';

const context = new Context();
const push = context.socket(SocketType.Push);
await push.connect(endpointToConnect());

for (let number = 0; number < MESSAGES; number++) {
  const message = Buffer.alloc(SIZE); // a new one each time: a sent buffer belongs to the socket
  message.writeUInt32LE(number);
  await push.send(message); // waits while the high-water mark is reached
}

await push.close(); // resolves when the last message is out
const { dropped } = push.stats();
if (Object.keys(dropped).length > 0) throw new Error(`PUSH dropped messages: ${JSON.stringify(dropped)}`);
await context.term();
