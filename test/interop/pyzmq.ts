import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What its authenticator is told. */
export interface PyzmqConfig {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly users: Readonly<Record<string, string>>;
  /** A folder of public certificates. */
  readonly certificates: string;
  /** The file with both keys of the server. */
  readonly server: string;
}

/** The endpoints of its servers, by mechanism. */
export type PyzmqEndpoints = Readonly<Record<'NULL' | 'PLAIN' | 'CURVE', string>>;

/** The Python that has pyzmq, which jest.config.mjs has found. */
export function pythonOfPyzmq(): string {
  const python = process.env['PYZMQ_PYTHON'];
  if (python === undefined) throw new Error('pyzmq is not here: apt-get install python3-zmq');
  return python;
}

/** Runs pyzmq-certificates.py, and answers what it says. */
export function certificates(python: string, ...args: string[]): unknown {
  const program = fileURLToPath(new URL('pyzmq-certificates.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pyzmq failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** pyzmq with a ThreadAuthenticator, in a process of its own: see pyzmq-peer.py. */
export class PyzmqProcess {
  private constructor(
    private readonly process: ChildProcess,
    readonly endpoints: PyzmqEndpoints,
  ) {}

  static async start(python: string, config: PyzmqConfig): Promise<PyzmqProcess> {
    const program = fileURLToPath(new URL('pyzmq-peer.py', import.meta.url));
    const process = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    process.stdin.write(`${JSON.stringify(config)}\n`);
    const lines = createInterface({ input: process.stdout });
    const line = await Promise.race([
      once(lines, 'line').then(([text]: unknown[]) => text as string),
      once(process, 'exit').then(() => undefined),
    ]);
    if (line === undefined) throw new Error('The pyzmq process did not start: see its output above.');
    return new PyzmqProcess(process, JSON.parse(line) as PyzmqEndpoints);
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }
}
