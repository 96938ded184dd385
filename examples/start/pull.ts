import { Context, SocketType } from 'rzmq';
import { announce } from './parent.js';
import { MESSAGES, SIZE, STEP } from './stream.js';

const context = new Context();
const pull = context.socket(SocketType.Pull);
announce(await pull.bind('tcp://127.0.0.1:0'));

let received = 0;
let began = 0;
while (received < MESSAGES) {
  const messages = await pull.recvMany(1000); // at least one, at most 1000 of those that are there
  if (received === 0) began = performance.now();
  for (const [message] of messages) {
    if (message?.size !== SIZE || message.data.readUInt32LE() !== received) {
      throw new Error(`message ${received} is missing or wrong`);
    }
    received++;
    if (received % STEP === 0) console.log(`  PULL has ${grouped(received)} messages after ${seconds()} s`);
  }
}
if (pull.tryRecv() !== undefined) throw new Error(`more than ${MESSAGES} messages came`);

const rate = received / (performance.now() - began);
console.log(
  `  all ${grouped(received)} messages of ${SIZE} bytes arrived in order, in ${seconds()} s: ` +
    `${grouped(Math.round(rate * 1000))} messages/s, ${((rate * SIZE) / 1000).toFixed(0)} MB/s`,
);

await pull.close();
await context.term();

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(2);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
