import { expect } from '@jest/globals';
import { ZmqError, type ZmqErrorCode } from 'rzmq';

/** Checks an error of the library: its class, its code, libzmq's name, and that it says something. */
export function checkError(error: unknown, code: ZmqErrorCode, errno: string, endpoint?: string): ZmqError {
  expect(error).toBeInstanceOf(ZmqError);
  const found = error as ZmqError;
  expect([found.code, found.errno]).toEqual([code, errno]);
  expect(found.message.length).toBeGreaterThan(10);
  if (endpoint !== undefined) {
    expect(found.endpoint).toBe(endpoint);
    expect(found.message).toContain(endpoint);
  }
  return found;
}

/** Waits for a promise to be rejected with such an error. */
export async function rejected(
  promise: Promise<unknown>,
  code: ZmqErrorCode,
  errno: string,
  endpoint?: string,
): Promise<ZmqError> {
  const outcome = await promise.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`resolved with ${String(outcome.value)} instead of ${code} (${errno})`);
  return checkError(outcome.error, code, errno, endpoint);
}

/** Calls something that has to throw such an error. */
export function thrown(call: () => unknown, code: ZmqErrorCode, errno: string, endpoint?: string): ZmqError {
  let value: unknown;
  try {
    value = call();
  } catch (error) {
    return checkError(error, code, errno, endpoint);
  }
  throw new Error(`returned ${String(value)} instead of throwing ${code} (${errno})`);
}
