import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ownAddress } from '../support/loopback.js';

/** The judge, and what is judged. */
export const PACKAGES = ['zeromq', 'rzmq/compat'] as const;
export type Package = (typeof PACKAGES)[number];

/** How long a program may take, in milliseconds. */
const LIMIT = 60_000;

/** The children that run: a test that fails must not leave any behind. */
const running = new Set<ChildProcess>();

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A program of test/compat/programs on one of the two packages, in a process of its own. */
export class Program {
  private output = '';
  private errors = '';
  private readonly closed: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(file: string, on: Package, ...args: string[]) {
    const path = fileURLToPath(new URL(`./programs/${file}`, import.meta.url));
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path, ...args], {
      env: { ...process.env, ZMQ_PACKAGE: on, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running.add(this.child);
    // One that hangs fails with what it has printed so far.
    const limit = setTimeout(() => this.child.kill('SIGKILL'), LIMIT);
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    // Not 'close', which does not come any more once the channel was disconnected.
    const ends = [this.child.stdout!, this.child.stderr!].map((stream) => once(stream, 'end'));
    const exit = once(this.child, 'exit').then(([status]) => status as number | null);
    this.closed = Promise.all([exit, ...ends]).then(([status]) => {
      clearTimeout(limit);
      running.delete(this.child);
      return status;
    });
    // The channel is only there to tell a program to stop: it must not keep it alive.
    this.child.channel?.unref();
  }

  /** Tells it that it has done enough. */
  stop(): void {
    if (this.child.connected) this.child.disconnect();
  }

  /** When it has printed these words. */
  async said(words: string): Promise<void> {
    while (!this.output.includes(words)) await once(this.child.stdout!, 'data');
  }

  /** When it has ended by itself. */
  async ended(): Promise<Ended> {
    const status = await this.closed;
    return { status, output: this.output, errors: this.errors };
  }

  static killAll(): void {
    for (const child of running) child.kill('SIGKILL');
  }
}

/** Runs a program to its end; its output. Throws when it fails. */
export async function outputOf(file: string, on: Package, ...args: string[]): Promise<string> {
  const { status, output, errors } = await new Program(file, on, ...args).ended();
  if (status !== 0) throw new Error(`${file} on ${on} ended with ${status}:\n${output}\n${errors}`);
  return output;
}

/** An endpoint that nobody listens at. */
export async function freeEndpoint(): Promise<string> {
  const server = createServer().listen(0, ownAddress());
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `tcp://${address.address}:${address.port}`;
}
