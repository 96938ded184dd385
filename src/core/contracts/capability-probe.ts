import { type Token, token } from './token.js';

/** Whether this machine can do something, and why or why not, in words. */
export interface Capability {
  readonly available: boolean;
  readonly reason: string;
}

/** What the probe looks for. */
export type CapabilityName = 'io_uring' | 'io_uring.multishot_recv' | 'io_uring.buffer_ring' | 'io_uring.send_zc';

/** One answer per feature. */
export type CapabilityReport = Readonly<Record<CapabilityName, Capability>>;

/** Finds out what the platform offers. Never throws; asks the platform once per Context and remembers. */
export interface ICapabilityProbe {
  probe(): CapabilityReport;
}

/** Rebind it to say otherwise what the platform offers. */
export const ICapabilityProbe: Token<ICapabilityProbe> = token('ICapabilityProbe');
