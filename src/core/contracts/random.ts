import { type Token, token } from './token.js';

/** Randomness, so that a test can replay it: reconnection jitter, routing ids, request ids. */
export interface IRandom {
  /** A whole number, 0 ≤ n < bound ≤ 2^32. */
  below(bound: number): number;
  /** Unpredictable bytes, fit for keys. */
  bytes(size: number): Buffer;
}

/** Rebind it to make a run repeatable. */
export const IRandom: Token<IRandom> = token('IRandom');
