import { type IClock, type ITimer, ZmqError } from '../../plugin.js';

/** What a caller is told when it has waited for too long, and how long that is. */
interface Patience {
  /** Milliseconds; -1: no limit; 0: it does not wait. */
  readonly timeout: number;
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

/** A caller that waits. */
interface Waiting {
  /** Answers whether it could be served. */
  readonly serve: () => boolean;
  readonly refuse: (error: ZmqError) => void;
}

/** Callers that wait for their turn, in order, each with its time limit and its AbortSignal: as at a real socket. */
export class WaitingLine {
  private readonly callers: Set<Waiting> = new Set();

  public constructor(private readonly clock: IClock) {}

  public get length(): number {
    return this.callers.size;
  }

  /** Answers what `attempt` answers: now, or when `serve` finds that it does. `undefined` means: not yet. */
  public async take<T>(attempt: () => T | undefined, { timeout, what, signal }: Patience): Promise<T> {
    if (signal?.aborted === true) throw aborted(what, signal);
    const now = this.callers.size === 0 ? attempt() : undefined;
    if (now !== undefined) return now;
    if (timeout === 0) throw new ZmqError('ResourceLimitReached', `Cannot ${what} now, and the time limit is 0.`);
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.callers.delete(caller);
        timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      const caller: Waiting = {
        serve: () => {
          try {
            const value = attempt();
            if (value === undefined) return false;
            leave();
            resolve(value);
          } catch (error) {
            caller.refuse(error as ZmqError);
          }
          return true;
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void => caller.refuse(aborted(what, signal as AbortSignal));
      signal?.addEventListener('abort', onAbort);
      this.callers.add(caller);
      const late = (): void => caller.refuse(new ZmqError('Timeout', `Could not ${what} within ${timeout} ms.`));
      const timer: ITimer | undefined = timeout < 0 ? undefined : this.clock.after(timeout, late);
    });
  }

  /** Something has changed: those in front who can be served are. */
  public serve(): void {
    for (const caller of this.callers) if (!caller.serve()) return;
  }

  public refuseAll(error: ZmqError): void {
    for (const caller of [...this.callers]) caller.refuse(error);
  }
}

function aborted(what: string, signal: AbortSignal): ZmqError {
  return new ZmqError('Aborted', `To ${what} was given up by its AbortSignal.`, { cause: signal.reason });
}
