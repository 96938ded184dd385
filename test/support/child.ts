import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a program is started. */
export interface ChildOptions {
  /** Lets it collect garbage (--expose-gc). */
  readonly gc?: boolean;
  readonly args?: readonly (string | number)[];
}

/**
 * A program (.mjs) in a Node process of its own, on the built package. It says things by `report` of child-tools.mjs,
 * and is over when nothing keeps its event loop alive: a leaked handle or timer therefore shows as a test that hangs.
 */
export class Child<T> {
  private readonly reports: T[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly process: ChildProcess;
  private readonly exit: Promise<unknown>;
  private errors = '';
  private over = false;

  public constructor(program: string, importer: string, { gc = false, args = [] }: ChildOptions = {}) {
    const path = new URL(program, importer).pathname;
    const flags = gc ? ['--expose-gc'] : [];
    this.process = spawn(process.execPath, [...flags, path, ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // That of the test, which Jest keeps from the rest of the process.
      env: process.env,
    });
    this.exit = once(this.process, 'close').then(() => {
      this.over = true;
      this.wake();
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      if (!line.startsWith('{"report":')) return;
      this.reports.push((JSON.parse(line) as { report: T }).report);
      this.wake();
    });
  }

  /** The next thing that it says. Fails when it ends without saying anything more. */
  public async next(): Promise<T> {
    while (this.reports.length === 0) {
      if (this.over) throw new Error(`The child ended (${this.how}) without a report.\n${this.errors}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return this.reports.shift() as T;
  }

  /** Waits until it has ended by itself, and well. */
  public async ended(): Promise<void> {
    await this.exit;
    if (this.process.exitCode !== 0) throw new Error(`The child ended with ${this.how}.\n${this.errors}`);
  }

  /** Ends it at once, as a crash would: nothing is closed, nothing is flushed. */
  public async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exit;
  }

  /** What it wrote to stderr so far. */
  public get stderr(): string {
    return this.errors;
  }

  private get how(): string {
    return this.process.signalCode ?? `code ${String(this.process.exitCode)}`;
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }
}

/** Runs a program to its end, and answers its one report. */
export async function runChild<T>(program: string, importer: string, options?: ChildOptions): Promise<T> {
  const child = new Child<T>(program, importer, options);
  try {
    const report = await child.next();
    await child.ended();
    return report;
  } finally {
    await child.kill();
  }
}
