import { Context, SocketType } from 'rzmq';
import { ANSWERS, QUESTIONS } from './dialogue.js';
import { announce } from './parent.js';

const context = new Context();
const rep = context.socket(SocketType.Rep);
announce(await rep.bind('tcp://127.0.0.1:0'));

for await (const [question] of rep) {
  const place = QUESTIONS.indexOf(String(question));
  console.log(`  REP (process ${process.pid}) received: ${String(question)}`);
  await rep.send(ANSWERS[place] ?? 'I do not understand');
  if (place === QUESTIONS.length - 1) break;
}

await rep.close(); // resolves when the last answer is out
await context.term();
