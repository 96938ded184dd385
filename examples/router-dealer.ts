// A worker pool. DEALER workers say when they are free; a ROUTER gives each job to the worker that has been free longest.
// A worker may have several jobs at a time, and answers each when it is done: unlike REQ and REP, ROUTER and DEALER
// do not alternate.
import { setTimeout as pause } from 'node:timers/promises';
import { Context, type DealerSocket, SocketType } from 'rzmq';

const JOBS = Array.from({ length: 10 }, (_, index) => `job ${index + 1}`);

const context = new Context();
// Mandatory: a message to a peer that is not there is an error, and not dropped in silence.
const pool = context.socket(SocketType.Router, { mandatory: true });
const endpoint = await pool.bind('tcp://127.0.0.1:0');

const workers = [worker('fast', 5, 2), worker('slow', 40, 1)];

const waiting = [...JOBS];
for (let done = 0; done < JOBS.length; ) {
  // A ROUTER puts the routing id of the sender before each message.
  const [id, word, ...result] = await pool.recvMultipart();
  if (id === undefined) continue;
  if (String(word) === 'done') {
    done++;
    console.log(`${String(id)}: ${result.join(' ')}`);
  }
  const job = waiting.shift();
  if (job !== undefined) await pool.send([id, job]); // and sends to the one that the first frame names
}

await pool.close();
for (const socket of await Promise.all(workers)) await socket.close();
await context.term();

/** A worker with `places` jobs at a time, each of which takes it `duration` ms. */
async function worker(name: string, duration: number, places: number): Promise<DealerSocket> {
  const socket = context.socket(SocketType.Dealer, { routingId: name, linger: 0 });
  await socket.connect(endpoint);
  void serve(socket, duration);
  for (let place = 0; place < places; place++) await socket.send('free');
  return socket;
}

async function serve(socket: DealerSocket, duration: number): Promise<void> {
  for await (const [job] of socket) void perform(socket, String(job), duration); // the next one may come meanwhile
}

async function perform(socket: DealerSocket, job: string, duration: number): Promise<void> {
  await pause(duration);
  await socket.send(['done', job, `after ${duration} ms`]);
}
