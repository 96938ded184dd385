import type { IClock } from '../../plugin.js';

/** The time as it passes. Its timers do not keep a process alive: who waits on a fake waits for its test. */
export const realClock: IClock = {
  now: () => performance.now(),
  after: (delay, callback) => {
    const timer = setTimeout(callback, delay);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
