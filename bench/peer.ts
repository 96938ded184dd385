import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Measured } from './measured.js';
import type { Role } from './rows.js';

/** What a child says: see bench/peers/control.mjs. */
interface Said {
  readonly ready?: string | string[];
  readonly result?: Measured;
  readonly sent?: number;
  readonly complete?: true;
  readonly error?: string;
}

/** How long a child may take to end that was asked to: a profile of some megabytes is written then. */
const END_MS = 5_000;

/** A child of a measurement, and what it said. */
export class Peer {
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
    this.exit = once(child, 'exit').then(
      () => {
        this.exited = true;
      },
      () => {
        this.exited = true;
      },
    );
    this.failed = new Promise((_resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${role} did not finish in ${deadline} ms: ${this.state()}`)),
        deadline,
      );
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
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
    const timer = setTimeout(() => this.child.kill('SIGKILL'), END_MS);
    if (!this.exited) await this.exit;
    clearTimeout(timer);
  }

  private state(): string {
    const kinds = this.said.flatMap((message) => Object.keys(message));
    return kinds.length === 0 ? 'it said nothing' : `it said ${kinds.join(', ')}`;
  }
}
