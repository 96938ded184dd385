// A pipeline: one PUSH deals its tasks to several PULL workers in turn; their results come together in one PULL.
import { Context, type PullSocket, SocketType } from 'rzmq';

const TASKS = 12;

await using context = new Context(); // `await using` terminates it at the end of this file

const results = context.socket(SocketType.Pull);
const resultsAt = await results.bind('inproc://results');

const tasks = context.socket(SocketType.Push);
const tasksAt = await tasks.bind('tcp://127.0.0.1:0');

const workers = ['Ann', 'Bob', 'Cid'].map((name) => {
  const input = context.socket(SocketType.Pull);
  return { input, done: work(name, input) };
});
// PUSH deals to those who are there: without this, the first to come would get everything.
const allThere = handshakes(workers.length);
for (const { input } of workers) await input.connect(tasksAt);
await allThere;

for (let task = 1; task <= TASKS; task++) await tasks.send(`task ${task}`);
for (let left = TASKS; left > 0; left--) {
  const [name, result] = await results.recvMultipart();
  console.log(`${String(name)}: ${String(result)}`);
}

for (const { input, done } of workers) {
  await input.close(); // ends its `for await`
  await done;
}

async function work(name: string, input: PullSocket): Promise<void> {
  const output = context.socket(SocketType.Push);
  await output.connect(resultsAt);
  for await (const [task] of input) await output.send([name, `${String(task)} done`]); // two frames, one message
  await output.close();
}

function handshakes(count: number): Promise<void> {
  return new Promise((resolve) => {
    tasks.events.on('handshake', () => {
      if (--count === 0) resolve();
    });
  });
}
