// Does memory stay flat? npm run bench:soak -- --messages 100000000
//
// A PUSH and a PULL in processes of their own. Each tells the memory that the system counts for it (RSS) at equal steps;
// after the first quarter it must not grow by more than the bound.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000000' },
    size: { type: 'string', default: '64' },
    bind: { type: 'string', default: 'tcp://127.0.0.1:*' },
    /** How much more the last quarter may need than the second, in MiB. */
    bound: { type: 'string', default: '16' },
    role: { type: 'string' },
  },
});
const STEPS = 20;
const messages = Number(args.messages);
const size = Number(args.size);
const step = Math.ceil(messages / STEPS);

async function watch() {
  const started = performance.now();
  const steps = { push: [], pull: [] };
  await new Promise((resolve, reject) => {
    const start = (role, bind) => {
      const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--role', role, '--bind', bind]);
      child.on('message', ({ endpoint, rss }) => {
        if (endpoint !== undefined) start('push', endpoint);
        else steps[role].push(rss / 2 ** 20);
        if (role === 'pull' && rss !== undefined) print(steps);
      });
      child.on('exit', (code) => {
        if (code !== 0) reject(new Error(`${role} ended with ${code}`));
        else if (role === 'pull') resolve();
      });
    };
    start('pull', args.bind);
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(`${(messages / seconds / 1e3).toFixed(1)} K messages/s, ${seconds.toFixed(1)} s`);
  for (const [role, rss] of Object.entries(steps)) {
    const growth = median(rss.slice((STEPS * 3) / 4)) - median(rss.slice(STEPS / 4, STEPS / 2));
    const flat = growth <= Number(args.bound);
    console.log(
      `${role}: ${growth.toFixed(1)} MiB more in the last quarter than in the second${flat ? '' : ': FAILED'}`,
    );
    if (!flat) process.exitCode = 1;
  }
}

function print({ push, pull }) {
  const at = `${((pull.length * step) / 1e6).toFixed(1)} M`.padStart(9);
  console.log(`${at}   push ${push.at(-1)?.toFixed(1) ?? '-'} MiB   pull ${pull.at(-1).toFixed(1)} MiB`);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const tell = () => process.send({ rss: process.memoryUsage.rss() });

async function push() {
  const { Context, SocketType } = await import('rzmq');
  const socket = new Context().socket(SocketType.Push);
  await socket.connect(args.bind);
  const message = Buffer.alloc(size, 'x');
  for (let sent = 1; sent <= messages; sent++) {
    await socket.send(message);
    if (sent % step === 0) tell();
  }
  await socket.close();
  process.disconnect();
}

async function pull() {
  const { Context, SocketType } = await import('rzmq');
  const socket = new Context().socket(SocketType.Pull);
  process.send({ endpoint: await socket.bind(args.bind) });
  let received = 0;
  for await (const frames of socket) {
    if (frames[0].size !== size) throw new Error('not the message that was sent');
    if (++received % step === 0) tell();
    if (received === messages) break;
  }
  await socket.close();
  process.disconnect();
}

const roles = { push, pull };
await (args.role === undefined ? watch : roles[args.role])();
