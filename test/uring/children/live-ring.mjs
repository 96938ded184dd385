/**
 * A process, or a worker in it, that has an open ring with connections, and ends in the way that the first argument says.
 * exit: process.exit. end: everything is closed. unref: nothing is closed. worker: a worker that is terminated, and one that ends.
 * fork: child processes are started meanwhile.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Context } from 'rzmq';
import { report } from '../../support/child-tools.mjs';

const [mode] = isMainThread ? process.argv.slice(2) : [workerData];
const context = new Context({ defaults: { ioUringSessionEnabled: true, linger: 0 } });
const pull = context.socket('PULL');
const push = context.socket('PUSH');
const endpoint = await pull.bind('tcp://127.0.0.1:0');
await push.connect(endpoint);
const rings = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('io_uring');
    } catch {
      return false;
    }
  }).length;

async function pass(text) {
  await push.send(text);
  const [frame] = await pull.recvMultipart();
  return String(frame.data);
}

const engines = () => context.inspect().sockets.flatMap((socket) => socket.endpoints.map(({ engine }) => engine));

const first = await pass('hello');
if (!isMainThread) {
  parentPort.postMessage({ first, engines: engines(), both: rings() });
  if (mode === 'ends') await context.term();
} else if (mode === 'exit') {
  report({ first, engines: engines() });
  await push.send(Buffer.alloc(10_000_000));
  process.exit(0);
} else if (mode === 'end') {
  const before = rings();
  await context.term();
  report({ first, rings: before, engines: ['io_uring', 'io_uring'] });
} else if (mode === 'unref') {
  report({ first, engines: engines() });
  context.unref();
} else if (mode === 'worker') {
  const run = async (how) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: how });
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    const said = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    if (how === 'terminated') await worker.terminate();
    await ended;
    return said;
  };
  const said = [await run('ends'), await run('terminated')];
  const after = await pass('still here');
  report({ first, engines: engines(), said, after, rings: rings() });
  await context.term();
} else if (mode === 'fork') {
  const run = promisify(execFile);
  for (let i = 0; i < 5; i++) {
    const child = run(process.execPath, [
      '-e',
      "console.log(fs.readdirSync('/proc/self/fd').filter((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd).includes('io_uring') } catch { return false } }).length)",
    ]);
    for (let k = 0; k < 20; k++) await pass(`message ${k}`);
    const { stdout } = await child;
    if (stdout.trim() !== '0') throw new Error(`The child has ${stdout.trim()} rings of its parent.`);
  }
  report({ first, engines: engines() });
  await context.term();
}
