import type { OperationOptions, WaitOptions } from '../../index.js';
import { ZmqError } from '../../plugin.js';

/** The signal of an operation. Throws InvalidArgument for options that a real socket would not take. */
export function signalOf(options: OperationOptions | null): AbortSignal | undefined {
  if (options === null) return undefined;
  const { signal, timeout } = options as WaitOptions;
  const bare = typeof options !== 'object' || isSignal(options);
  if (!bare && timeout === undefined && (signal === undefined || isSignal(signal))) return signal;
  throw new ZmqError(
    'InvalidArgument',
    'The options of an operation are an object such as { signal }, without a timeout.',
  );
}

function isSignal(value: unknown): value is AbortSignal {
  return typeof (value as Partial<AbortSignal> | null)?.addEventListener === 'function';
}
