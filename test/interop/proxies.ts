import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Context, type ISocket, proxy, type SocketType } from 'rzmq';
import { pythonOfPyzmq } from './pyzmq.js';

/** A proxy that a control socket steers, and where its sockets are bound. */
export interface SteeredProxy {
  readonly frontend: string;
  readonly backend: string;
  /** A PUSH. */
  readonly capture: string;
  /** A PAIR, if nothing else was asked for. */
  readonly control: string;
  /** Resolves when it has been terminated. */
  readonly ended: Promise<unknown>;
  /** Ends it, whatever it does. */
  close(): Promise<unknown>;
}

/** Ours, in this process. */
export async function ourProxy(frontend: string, backend: string, controlled: string): Promise<SteeredProxy> {
  const context = new Context({ defaults: { linger: 0 } });
  const types = [frontend, backend, 'PUSH', controlled] as SocketType[];
  const sockets = types.map((type) => context.socket(type) as ISocket);
  const endpoints: string[] = [];
  for (const socket of sockets) endpoints.push(await socket.bind('tcp://127.0.0.1:0'));
  const [front, back, capture, control] = sockets as [ISocket, ISocket, ISocket, ISocket];
  const { ended } = proxy(front, back, { capture, control });
  return proxyAt(endpoints, ended, () => context.term());
}

/** libzmq's, in a process of Python: see pyzmq-proxy.py. */
export async function libzmqProxy(frontend: string, backend: string, controlled: string): Promise<SteeredProxy> {
  const program = fileURLToPath(new URL('pyzmq-proxy.py', import.meta.url));
  const process = spawn(pythonOfPyzmq(), [program, frontend, backend, controlled], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(process, 'exit');
  const lines = createInterface({ input: process.stdout });
  const [first] = (await Promise.race([once(lines, 'line'), gone.then(() => [undefined])])) as [string | undefined];
  if (first === undefined) throw new Error('The pyzmq process did not start: see its output above.');
  return proxyAt(JSON.parse(first) as string[], once(lines, 'line'), async () => {
    process.kill('SIGKILL');
    await gone;
  });
}

function proxyAt(endpoints: readonly string[], ended: Promise<unknown>, close: () => Promise<unknown>): SteeredProxy {
  const [frontend = '', backend = '', capture = '', control = ''] = endpoints;
  ended.catch(() => undefined);
  return { frontend, backend, capture, control, ended, close };
}
