/** Somebody who has something to finish before the process ends. */
export interface IEndsWithProcess {
  /** The process has nothing else to do. */
  finish(): void;
}

/**
 * Tells those who are enlisted when the process has nothing else to do. While nobody is enlisted it does not listen.
 * There is one, in default-context.ts.
 */
export class AtExit {
  private readonly enlisted: Set<IEndsWithProcess> = new Set();
  private readonly onBeforeExit: () => void = () => {
    for (const each of [...this.enlisted]) each.finish();
  };

  public enlist(who: IEndsWithProcess): void {
    if (this.enlisted.size === 0) process.on('beforeExit', this.onBeforeExit);
    this.enlisted.add(who);
  }

  public discharge(who: IEndsWithProcess): void {
    this.enlisted.delete(who);
    if (this.enlisted.size === 0) process.off('beforeExit', this.onBeforeExit);
  }
}
