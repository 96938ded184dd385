import { ZmqError } from '../../plugin.js';

/** One thing that a contract demands, and a way to find out. Give it to any test runner, or to `verify`. */
export interface Clause {
  /** In words: what is the name of the test. */
  readonly title: string;
  /** Rejects when it does not hold. */
  readonly run: () => Promise<void>;
}

/** How a clause ended. */
export interface ClauseResult {
  readonly title: string;
  readonly passed: boolean;
  /** Why it did not hold. */
  readonly error?: unknown;
}

/** Real milliseconds that a clause may take, where nobody says how its time passes. */
const PATIENCE_MS = 10_000;

/** Tries one clause after the other. For a program; in a test runner, make a test of each. */
export async function verify(clauses: readonly Clause[]): Promise<ClauseResult[]> {
  const results: ClauseResult[] = [];
  for (const clause of clauses) {
    const { title } = clause;
    try {
      await clause.run();
      results.push({ title, passed: true });
    } catch (error) {
      results.push({ title, passed: false, error });
    }
  }
  return results;
}

/** What makes the time pass while a clause is tried: for what lives on a virtual clock, `(work) => clock.run(work)`. */
export type Drive = <T>(work: () => Promise<T>) => Promise<T>;

/** Real time passes by itself; what takes too long has failed. */
export const inRealTime: Drive = (work) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new ZmqError('Timeout', `Nothing more happened within ${PATIENCE_MS} ms.`));
    }, PATIENCE_MS);
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });

/** Waits for conditions that change with what happens: whoever makes something happen calls `changed`. */
export class Events {
  private waiting: (() => void)[] = [];

  public changed(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const look of waiting) look();
  }

  /** Resolves when it holds, looking after each `changed`. */
  public until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (condition()) resolve();
        else this.waiting.push(look);
      };
      look();
    });
  }
}
