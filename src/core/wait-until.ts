import { aborted, listenToAbort } from './abort.js';
import type { IClock, ITimer } from './contracts/clock.js';
import type { WaitOptions } from './contracts/socket.js';
import { ZmqError } from './errors.js';
import type { Watchers } from './watchers.js';

/** What is waited for. */
export interface Awaited {
  /** For error messages: `a subscriber of "a"`. */
  readonly what: string;
  /** Whether it is so now. What it throws ends the wait, because waiting longer cannot help. */
  readonly holds: () => boolean;
}

/** Resolves when something holds: at once, or when it does after a change. It costs nothing between two changes. */
export function waitUntil(
  { what, holds }: Awaited,
  watchers: Watchers,
  clock: IClock,
  options: WaitOptions = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { signal, timeout } = checked(options);
    if (signal?.aborted === true) throw aborted('wait', signal);
    if (holds()) {
      resolve();
      return;
    }
    if (timeout === 0) throw timedOut(what, timeout);
    let timer: ITimer | undefined;
    const leave = (): void => {
      unwatch();
      timer?.cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      leave();
      reject(error);
    };
    const onAbort = (): void => fail(aborted('wait', signal as AbortSignal));
    const unwatch = watchers.add(() => {
      try {
        if (!holds()) return;
      } catch (error) {
        fail(error);
        return;
      }
      leave();
      resolve();
    });
    if (timeout > 0) timer = clock.after(timeout, () => fail(timedOut(what, timeout)));
    if (signal !== undefined) listenToAbort(signal, onAbort);
  });
}

function checked(options: WaitOptions): { signal: AbortSignal | undefined; timeout: number } {
  const { signal, timeout = -1 } = (options as WaitOptions | null) ?? {};
  if (options !== null && typeof options !== 'object') {
    throw new ZmqError('InvalidArgument', 'The options of waiting are an object such as { timeout: 1000 }.');
  }
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== 'function') {
    throw new ZmqError('InvalidArgument', 'The option `signal` has to be an AbortSignal.');
  }
  if (!(Number.isSafeInteger(timeout) && timeout >= -1)) {
    throw new ZmqError(
      'InvalidArgument',
      `The option \`timeout\` is a whole number of milliseconds, or -1 for no limit, not ${String(timeout)}.`,
    );
  }
  return { signal, timeout };
}

function timedOut(what: string, timeout: number): ZmqError {
  return new ZmqError('Timeout', `Waited ${timeout} ms for ${what}, in vain.`);
}
