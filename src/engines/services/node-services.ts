import { randomBytes, randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { IClock, IScheduler, ITimer } from '../../core/contracts/clock.js';
import type { ILogger } from '../../core/contracts/logger.js';
import type { IRandom } from '../../core/contracts/random.js';

/** The longest delay that Node's timers take; a longer one is as good as never for a socket. */
const LONGEST_DELAY = 0x7fffffff;

/** Node's monotonic clock and timers. */
export class NodeClock implements IClock {
  public now(): number {
    return performance.now();
  }

  public after(delay: number, callback: () => void): ITimer {
    return new NodeTimer(setTimeout(callback, Math.min(Math.ceil(delay), LONGEST_DELAY)));
  }
}

class NodeTimer implements ITimer {
  public constructor(private readonly timer: NodeJS.Timeout) {}

  public cancel(): void {
    clearTimeout(this.timer);
  }

  public ref(): void {
    this.timer.ref();
  }

  public unref(): void {
    this.timer.unref();
  }
}

/** Node's event loop. */
export class NodeScheduler implements IScheduler {
  public endOfTurn(callback: () => void): void {
    process.nextTick(callback);
  }

  public nextTurn(callback: () => void): void {
    setImmediate(callback);
  }
}

/** Node's random numbers. */
export class NodeRandom implements IRandom {
  public below(bound: number): number {
    return bound <= 1 ? 0 : randomInt(bound);
  }

  public bytes(size: number): Buffer {
    return randomBytes(size);
  }
}

/** Says nothing: a library is silent unless it is asked to speak. */
export class SilentLogger implements ILogger {
  public debug(): void {}
  public info(): void {}
  public warn(): void {}
  public error(): void {}
}
