import { type NetConnectOpts, type OnReadOpts, Socket } from 'node:net';
import type { IClock } from '../../core/contracts/clock.js';
import type { IHandles } from '../../core/contracts/transport.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';

/** What ends an attempt to connect before it succeeds or fails by itself. */
export interface DialLimits {
  readonly signal: AbortSignal;
  readonly clock: IClock;
  /** Milliseconds; 0: as long as the operating system tries. */
  readonly timeout: number;
  /** Shows what keeps the process alive meanwhile. */
  readonly handles?: IHandles | undefined;
  /** What will read the socket. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * One attempt to connect. Resolves with a socket that is paused and has read nothing, so that no byte can be lost
 * before somebody reads. Rejects when it fails, when the time is over, or when it is aborted; then nothing is left.
 */
export function dial(target: NetConnectOpts, endpoint: string, limits: DialLimits): Promise<Socket> {
  const { signal, clock, timeout, handles, onread } = limits;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted(endpoint));
      return;
    }
    const socket = new Socket({ allowHalfOpen: false, ...(onread === undefined ? {} : { onread }) });
    const settle = (): void => {
      timer?.cancel();
      handles?.delete(socket);
      signal.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect);
      socket.off('close', onClose);
    };
    const fail = (error: ZmqError): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onConnect = (): void => {
      settle();
      socket.off('error', onError);
      resolve(socket);
    };
    const onError = (error: unknown): void => fail(fromNodeError(error, `Cannot connect to ${endpoint}`, endpoint));
    const onClose = (): void => onError(new Error('the socket was closed'));
    const onAbort = (): void => fail(aborted(endpoint));
    const timer = timeout > 0 ? clock.after(timeout, () => fail(timedOut(endpoint, timeout))) : undefined;
    timer?.unref?.(); // It is the socket that keeps the process alive.

    // Stays on for good: an error that comes between this and the next owner's listener must not be thrown.
    socket.on('error', ignore);
    socket.on('error', onError);
    socket.on('connect', onConnect);
    socket.on('close', onClose);
    signal.addEventListener('abort', onAbort);
    try {
      socket.pause();
      socket.connect(target);
      // Not before: only now it has a handle.
      handles?.add(socket);
    } catch (error) {
      onError(error);
    }
  });
}

/** The error of an attempt that its caller has given up. */
export function aborted(endpoint: string): ZmqError {
  return new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint });
}

/** The error of an attempt for which the time is over. */
export function timedOut(endpoint: string, timeout: number): ZmqError {
  return new ZmqError('Timeout', `Cannot connect to ${endpoint}: no answer within ${timeout} ms (connectTimeout).`, {
    endpoint,
    errno: 'ETIMEDOUT',
  });
}

function ignore(): void {
  // An 'error' event without a listener ends the process.
}
