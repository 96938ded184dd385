import type { ChildProcess } from 'node:child_process';

/** Every process that was started and still runs. None of them outlives us. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  add<T extends ChildProcess>(child: T): T {
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    // Of a program that could not be started there is no exit.
    child.once('error', () => this.running.delete(child));
    return child;
  }

  /** For Ctrl-C and failures. */
  killAll(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }
}
