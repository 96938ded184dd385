import { setMaxListeners } from 'node:events';
import { ZmqError } from './errors.js';

/** The error of an operation that an AbortSignal ended. */
export function aborted(operation: string, signal: AbortSignal): ZmqError {
  return new ZmqError('Aborted', `The ${operation} was aborted by its AbortSignal.`, { cause: signal.reason });
}

/**
 * Listens for the end of a signal. One signal for many operations is usual (a service that shuts down), so Node's warning
 * of a leak, which comes with the eleventh listener, is switched off for it. Whoever listens takes its listener off again.
 */
export function listenToAbort(signal: AbortSignal, onAbort: () => void): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // A signal of somebody's own making: it warns of nothing.
  }
  signal.addEventListener('abort', onAbort, { once: true });
}
