// Many DEALERs to one ROUTER: how fast they are connected, what each of them costs there, and how fast they are served.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { completion } from './control.mjs';
import { both, check, makeSource } from './messages.mjs';
import { Meter } from './meter.mjs';

/** Asks the router for its resident set. Shorter than any other request. */
const MEMORY = Buffer.from('memory');

/** Asks the router for the microseconds of processor time that it has used. Shorter than any other too. */
const CPU = Buffer.from('cpu');

/** All connect at once. A full queue would cost some of them a second, until the kernel tries again. */
const backlog = (task) => ({ backlog: 2 * task.dealers });

export async function crowdRouter(task, library, control) {
  const socket = library.open('ROUTER', { ...both(task), ...backlog(task) });
  const { size } = task;
  const { bytes } = library;
  const arrived = completion(control);
  control.ready(await library.bind(socket, task.bind));
  for await (const [peer, request] of socket) {
    const data = bytes(request);
    if (data.length === MEMORY.length) {
      await socket.send([peer, String(residentBytes())]);
      continue;
    }
    if (data.length === CPU.length) {
      const { user, system } = process.cpuUsage();
      await socket.send([peer, String(user + system)]);
      continue;
    }
    // The answer is the request, so the dealer sees whether it was whole and in order.
    if (data.length !== size) throw new Error(`Expected ${size} bytes, received ${data.length}`);
    arrived.count++;
    await socket.send([peer, request]);
    if (control.expected >= 0) arrived.check();
  }
}

export async function dealers(task, library, control) {
  const { size, dealers: count, outstanding } = task;
  const { bytes, receive } = library;
  const endpoint = await control.endpoint;
  const connect = async () => {
    const socket = library.open('DEALER', both(task));
    await socket.connect(endpoint);
    return socket;
  };

  // One connection more than is counted, so that what a first one brings into memory is not counted either.
  const steward = await connect();
  const ask = async (what) => {
    await steward.send(what);
    return Number(bytes((await receive(steward))[0]).toString());
  };
  const memory = () => ask(MEMORY);
  const before = await memory();

  const sources = Array.from({ length: count }, () => makeSource({ size, hwm: outstanding }));
  let sent = 0;
  const start = performance.now();
  const crowd = await Promise.all(
    sources.map(async (source) => {
      const socket = await connect();
      await socket.send(source.next());
      check(bytes((await receive(socket))[0]), size, 0);
      return { socket, source };
    }),
  );
  const setUpRate = count / ((performance.now() - start) / 1000);
  const bytesPerConnection = ((await memory()) - before) / count;

  const cpuBefore = await ask(CPU);
  const meter = new Meter(task, async (result) => {
    const serverCpuPerMessage = ((await ask(CPU)) - cpuBefore) / meter.count;
    control.result({ ...result, setUpRate, bytesPerConnection, serverCpuPerMessage });
  });
  await Promise.all(
    crowd.map(async ({ socket, source }) => {
      let answers = 1;
      for (let i = 0; i < outstanding; i++) await socket.send(source.next());
      for await (const frames of socket) {
        check(bytes(frames[0]), size, answers++);
        meter.add();
        if (!control.stopping) await socket.send(source.next());
        else if (answers === source.sequence) break;
      }
      sent += source.sequence;
    }),
  );
  control.sent(sent);
}

/** After a collection: what is garbage does not belong to a connection. */
function residentBytes() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  // What the first one finalizes, the second one frees.
  collect();
  collect();
  return process.memoryUsage.rss();
}
