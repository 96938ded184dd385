import { fromNodeError } from '../../core/errors.js';
import { aborted, type DialLimits, timedOut } from '../transports/dial.js';
import type { ConnectSpec } from './addon.js';
import { systemError } from './system-error.js';
import type { ISlotOwner, UringRing } from './uring-ring.js';

/**
 * One attempt to connect on the ring. Resolves with what `make` makes of the connected slot, at once, so that it hears of
 * everything. Rejects when it fails, when the time is over, or when it is aborted; then nothing is left.
 */
export function dialOnRing<T>(
  ring: UringRing,
  spec: ConnectSpec,
  endpoint: string,
  limits: DialLimits,
  make: (slot: number) => T,
): Promise<T> {
  const { signal, clock, timeout, handles } = limits;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted(endpoint));
      return;
    }
    let settled = false;
    const settle = (): void => {
      settled = true;
      timer?.cancel();
      handles?.delete(handle);
      signal.removeEventListener('abort', onAbort);
    };
    const giveUp = (error: Error): void => {
      if (settled) return;
      settle();
      ring.close(slot);
      reject(error);
    };
    const failed = (error: unknown): Error => fromNodeError(error, `Cannot connect to ${endpoint}`, endpoint);
    const onAbort = (): void => giveUp(aborted(endpoint));
    const owner: ISlotOwner = {
      onConnected: (errno) => {
        if (errno !== 0) giveUp(failed(systemError(errno, 'connect')));
        else if (!settled) {
          settle();
          resolve(make(slot));
        }
      },
      onLost: (error) => {
        if (settled) return;
        settle();
        reject(failed(error));
      },
      onClosed: () => undefined,
    };
    const slot = ring.connect(spec, owner);
    const handle = { ref: () => ring.keepAlive(slot, true), unref: () => ring.keepAlive(slot, false) };
    if (slot < 0) {
      reject(failed(systemError(slot, 'connect')));
      return;
    }
    const timer = timeout > 0 ? clock.after(timeout, () => giveUp(timedOut(endpoint, timeout))) : undefined;
    timer?.unref?.();
    signal.addEventListener('abort', onAbort);
    handles?.add(handle);
  });
}
