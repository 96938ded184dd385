import { Context, SocketType } from 'rzmq';
import { ANSWERS, QUESTIONS } from './dialogue.js';
import { endpointToConnect } from './parent.js';

const context = new Context();
const req = context.socket(SocketType.Req);
await req.connect(endpointToConnect());

for (const [place, question] of QUESTIONS.entries()) {
  await req.send(question);
  const answer = String(await req.recv());
  console.log(`  REQ (process ${process.pid}) received: ${answer}`);
  if (answer !== ANSWERS[place]) throw new Error(`the answer to ${JSON.stringify(question)} is wrong`);
}

await req.close();
await context.term();
