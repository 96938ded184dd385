// What `npm start` runs: two processes hold a REQ/REP dialogue over tcp, then two others pass a stream of 1,000,000
// messages from PUSH to PULL. Ends with status 0 when every message has arrived, and with another one otherwise.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const TIME_LIMIT_MS = 90_000;

const running = new Set<ChildProcess>();

try {
  await withinTimeLimit(async () => {
    console.log('REQ/REP between two processes over tcp');
    await runPair('rep', 'req');
    console.log('\nPUSH/PULL between two processes over tcp');
    await runPair('pull', 'push');
    console.log('\ndone');
  });
} catch (error) {
  console.error(`FAILED: ${(error as Error).message}`);
  process.exitCode = 1;
  for (const child of running) child.kill('SIGKILL');
}

/** Starts the process that binds, then with its endpoint the one that connects, and waits for the end of both. */
async function runPair(binding: string, connecting: string): Promise<void> {
  const first = startProcess(binding);
  const endpoint = await Promise.race([endpointOf(first.child), first.end]);
  if (endpoint === undefined) throw new Error(`${binding} ended before it was bound`);
  const second = startProcess(connecting, endpoint);
  await Promise.all([first.end, second.end]);
}

/** Runs examples/start/NAME.ts in the same way as this file is run. `end` rejects unless it ends with status 0. */
function startProcess(name: string, ...args: string[]): { child: ChildProcess; end: Promise<undefined> } {
  const child = fork(fileURLToPath(new URL(`./start/${name}.ts`, import.meta.url)), args);
  running.add(child);
  const end = once(child, 'exit').then(([status, signal]: (number | string | null)[]) => {
    running.delete(child);
    if (status !== 0) throw new Error(`${name} ended with ${signal ?? `status ${String(status)}`}`);
    return undefined;
  });
  // Whoever looks at it later still sees the rejection; nobody may have looked when it comes.
  end.catch(() => {});
  return { child, end };
}

async function endpointOf(child: ChildProcess): Promise<string> {
  const [endpoint] = (await once(child, 'message')) as [string];
  return endpoint;
}

async function withinTimeLimit(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${TIME_LIMIT_MS / 1000} s`)), TIME_LIMIT_MS);
  });
  await Promise.race([work(), limit]).finally(() => clearTimeout(timer));
}
