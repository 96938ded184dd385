import type { Library } from './options.js';

/** What one run measured, by the clock of the process that received. Latencies are in microseconds. */
export interface Measured {
  readonly rate?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly mean?: number;
  /** Connections per second, from the first connect until each has had its first answer. */
  readonly setUpRate?: number;
  /** By how much one accepted connection makes its process larger, in bytes. */
  readonly bytesPerConnection?: number;
  /** From the start of a process to its end, in milliseconds. */
  readonly wallMs?: number;
  readonly cpuMs?: number;
  /** What was counted, and in how much time. */
  readonly messages: number;
  readonly seconds: number;
  readonly megabytesPerSecond?: number;
  readonly cpuMicrosecondsPerMessage?: number;
  /** Of the process that all are connected to. */
  readonly serverCpuPerMessage?: number;
}

/** One line of the table. */
export interface Metric {
  readonly value: keyof Measured;
  /** Follows the name of the row. */
  readonly label?: string;
  readonly unit: string;
  /** Which is better. The ratio is turned so that above 1 always means that rzmq is the better one. */
  readonly better: 'more' | 'less';
  /** The ratio that we want to reach. */
  readonly goal?: number;
}

/** What a row measures of each library, by round. */
export type Runs = Readonly<Record<Library, readonly Measured[]>>;
