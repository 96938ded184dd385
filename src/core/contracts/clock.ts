import type { IHandle } from './handle.js';
import { type Token, token } from './token.js';

/** A running timer. One without `unref` keeps the process alive until it has fired. */
export interface ITimer extends IHandle {
  /** Stops it; after it fired, or twice, is harmless. */
  cancel(): void;
}

/** Time, so that a test can move it. All times are milliseconds. */
export interface IClock {
  /** Now, on a clock that never goes back; its zero means nothing. */
  now(): number;
  /** Calls `callback` once, `delay` ms from now. */
  after(delay: number, callback: () => void): ITimer;
}

/** Rebind it to own the time: every timer and time limit of a Context asks it. */
export const IClock: Token<IClock> = token('IClock');

/** The event loop, so that a simulation can own it. */
export interface IScheduler {
  /** Calls `callback` when the running piece of code is done, before any I/O. */
  endOfTurn(callback: () => void): void;
  /** Calls `callback` in the next turn of the event loop, after I/O had its chance. */
  nextTurn(callback: () => void): void;
}

/** Rebind it to own the event loop. */
export const IScheduler: Token<IScheduler> = token('IScheduler');
