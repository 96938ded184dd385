import { ZmqError } from '../errors.js';

/**
 * How a Context uses io_uring, for those of its sockets that ask for it (`ioUringSessionEnabled`). There is one ring per
 * Node environment (the main thread, each worker): the first Context that opens it decides about its sizes.
 */
export interface UringOptions {
  /** Requests that are handed to the kernel in one go; a power of two from 8 to 32768. Default 1024. */
  readonly entries?: number;
  /** The buffers that all connections receive into; a power of two from 8 to 32768. Default 512. */
  readonly bufferCount?: number;
  /**
   * The size of each, in bytes: 1024 to 1048576. Default 8192. All of them together are what a peer can fill while the process does
   * something else, and what its connection then keeps when the reader has no room.
   */
  readonly bufferSize?: number;
  /** The memory that small writes of the Context are copied to, in bytes: 262144 to 268435456. Default 4194304. */
  readonly sendMemory?: number;
  /**
   * How long the process may look out for the next completion before it sleeps, in microseconds: 0 (never) to 1000. It does so only
   * while completions come that soon, few at a time and of few sockets, and lets others have the processor. Default 50.
   */
  readonly spin?: number;
  /** Large frames are sent without a copy: the default of `ioUringSendZeroCopy` for the sockets of the Context. Default false. */
  readonly zeroCopy?: boolean;
}

/** The same, with nothing left out. */
export type UringConfig = Required<UringOptions>;

export const URING_DEFAULTS: UringConfig = {
  entries: 1024,
  bufferCount: 512,
  bufferSize: 8192,
  sendMemory: 4194304,
  spin: 50,
  zeroCopy: false,
};

const RANGES: Readonly<Record<Exclude<keyof UringOptions, 'zeroCopy'>, readonly [number, number, 'power of two'?]>> = {
  entries: [8, 32768, 'power of two'],
  bufferCount: [8, 32768, 'power of two'],
  bufferSize: [1024, 1048576],
  sendMemory: [262144, 268435456],
  spin: [0, 1000],
};

/** Fills up with the defaults. Throws InvalidArgument for what makes no sense. */
export function uringConfig(options: UringOptions): UringConfig {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (name === 'zeroCopy') {
      if (typeof value !== 'boolean') throw wrong(name, 'true or false', value);
      continue;
    }
    if (!Object.hasOwn(RANGES, name)) {
      throw new ZmqError(
        'InvalidArgument',
        `The option uring has no ${name}: it has ${Object.keys(URING_DEFAULTS).join(', ')}.`,
      );
    }
    const [min, max, power] = RANGES[name as keyof typeof RANGES];
    const whole = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    if (!whole || (power !== undefined && !Number.isInteger(Math.log2(value as number)))) {
      throw wrong(name, `a ${power ?? 'whole number'} from ${min} to ${max}`, value);
    }
  }
  const config = { ...URING_DEFAULTS, ...Object.fromEntries(given) };
  if (config.bufferCount * config.bufferSize > 0x7fffffff) {
    throw new ZmqError('InvalidArgument', 'uring.bufferCount times uring.bufferSize is more than 2 GB.');
  }
  return config;
}

function wrong(name: string, allowed: string, value: unknown): ZmqError {
  return new ZmqError('InvalidArgument', `uring.${name} is ${allowed}, not ${String(value)}.`);
}
