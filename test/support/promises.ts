import type { ZmqError } from '../../src/core/errors.js';

/** What has become of promises by now: `pending`, `done`, or the code and errno of the error. */
export async function outcomes(promises: readonly Promise<unknown>[]): Promise<string[]> {
  const states = promises.map(() => 'pending');
  promises.forEach((promise, i) => {
    promise.then(
      () => {
        states[i] = 'done';
      },
      (error: unknown) => {
        const { code, errno } = error as ZmqError;
        states[i] = `${code} ${errno}`;
      },
    );
  });
  // Everything that can happen without time and I/O happens before the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  return states;
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<ZmqError> {
  try {
    await promise;
  } catch (error) {
    return error as ZmqError;
  }
  throw new Error('it was not rejected');
}
