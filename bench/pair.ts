import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Library, Options } from './options.js';
import type { Role, Row } from './rows.js';

/** What one run measured, by the clock of the process that received. Latencies are in microseconds. */
export interface Measured {
  readonly rate?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly messages: number;
  readonly seconds: number;
  readonly megabytesPerSecond?: number;
  readonly cpuMicrosecondsPerMessage?: number;
}

/** What a child says: see bench/peers/control.mjs. */
interface Said {
  readonly ready?: string | string[];
  readonly result?: Measured;
  readonly sent?: number;
  readonly complete?: true;
  readonly error?: string;
}

const peer = fileURLToPath(new URL('peers/peer.mjs', import.meta.url));

/** On top of warm-up and measurement: start, and the last messages on their way. */
const SPARE_MS = 20_000;

/** Starts the processes of a measurement, and ends them whatever happens. */
export class Pairs {
  private readonly children = new Set<ChildProcess>();
  private lastRun = 0;

  /** @param home a directory for ipc endpoints; @param profiles one for CPU profiles */
  constructor(
    private readonly options: Options,
    private readonly home: string,
    private readonly profiles: string,
  ) {}

  /** One run of one row with one library. Rejects on any error, and when a message was lost. */
  async measure(row: Row, library: Library): Promise<Measured> {
    const deadline = this.options.warmMs + this.options.measureMs + SPARE_MS;
    const bind = this.endpointFor(row);
    const peers = row.roles.map((role) => new Peer(this.start(row, role, library, bind), role, deadline));
    const source = peers.find(({ role }) => role === row.source)!;
    const receiver = peers.find((other) => other !== source) ?? source;
    const [binder, connecter] = peers as [Peer, Peer?];
    const work = async () => {
      if (connecter !== undefined) connecter.tell({ endpoint: await binder.hear('ready') });
      const result = await Promise.race(peers.map((one) => one.hear('result')));
      source.tell({ stop: true });
      const expect = await source.hear('sent');
      receiver.tell({ expect });
      await receiver.hear('complete');
      return result;
    };
    try {
      return await Promise.race([work(), ...peers.map((one) => one.failed)]);
    } finally {
      await Promise.all(peers.map((one) => one.end()));
    }
  }

  /** For Ctrl-C and failures: no child outlives us. */
  killAll(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }

  private start(row: Row, role: Role, library: Library, bind: string): ChildProcess {
    const { warmMs, measureMs, profile } = this.options;
    const { size, fast, subscribers, outstanding } = row;
    const task = { library, role, bind, size, fast, subscribers, outstanding, warmMs, measureMs };
    const execArgv = profile && library === 'rzmq' ? ['--cpu-prof', `--cpu-prof-dir=${this.profiles}`] : [];
    // Not our own flags: this is ts-node, and the child is plain JavaScript.
    const child = fork(peer, [JSON.stringify(task)], { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  private endpointFor({ transport }: Row): string {
    if (transport === 'tcp') return 'tcp://127.0.0.1:0';
    return transport === 'ipc' ? `ipc://${join(this.home, String(++this.lastRun))}` : 'inproc://bench';
  }
}

/** A child and what it said. */
class Peer {
  /** Rejects when the child fails, ends too early, or says nothing more. */
  readonly failed: Promise<never>;
  private readonly said: Said[] = [];
  private readonly waiters = new Set<() => void>();
  private exited = false;
  private readonly exit: Promise<unknown>;

  constructor(
    private readonly child: ChildProcess,
    readonly role: Role,
    deadline: number,
  ) {
    this.exit = once(child, 'exit').then(() => {
      this.exited = true;
    });
    this.failed = new Promise((_resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${role} did not finish in ${deadline} ms: ${this.state()}`)),
        deadline,
      );
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`${role} ended early (${signal ?? String(code)})`));
      });
      child.on('message', (message: Said) => {
        if (message.error !== undefined) reject(new Error(`${role}: ${message.error}`));
        this.said.push(message);
        const waiting = [...this.waiters];
        this.waiters.clear();
        for (const wake of waiting) wake();
      });
    });
    // Looked at by a race while there is one; at the end every child exits.
    this.failed.catch(() => {});
  }

  tell(message: object): void {
    if (this.child.connected) this.child.send(message);
  }

  /** The child's message of that kind, now or when it comes. */
  async hear<K extends keyof Said>(kind: K): Promise<NonNullable<Said[K]>> {
    for (;;) {
      const found = this.said.find((message) => message[kind] !== undefined);
      if (found !== undefined) return found[kind]!;
      await new Promise<void>((resolve) => this.waiters.add(resolve));
    }
  }

  async end(): Promise<void> {
    this.tell({ quit: true });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 2_000);
    if (!this.exited) await this.exit;
    clearTimeout(timer);
  }

  private state(): string {
    const kinds = this.said.flatMap((message) => Object.keys(message));
    return kinds.length === 0 ? 'it said nothing' : `it said ${kinds.join(', ')}`;
  }
}
