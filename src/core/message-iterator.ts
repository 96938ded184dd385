import type { InMessage } from './msg.js';
import type { ReceiveQueue, WaitingReceive } from './receive-queue.js';

const DONE: IteratorReturnResult<undefined> = { value: undefined, done: true };

/** What `for await` walks on. `next` may be called again before the one before has resolved. */
export class MessageIterator implements AsyncIterableIterator<InMessage, undefined> {
  private done = false;
  /** The steps that wait. */
  private readonly steps: Set<WaitingReceive> = new Set();

  public constructor(private readonly receives: ReceiveQueue) {}

  public next(): Promise<IteratorResult<InMessage, undefined>> {
    if (this.done || this.receives.closed) return Promise.resolve(DONE);
    try {
      const message = this.receives.tryReceive();
      if (message !== undefined) return Promise.resolve({ value: message, done: false });
    } catch (error) {
      return Promise.reject(error);
    }
    return this.wait();
  }

  /** Apart from `next`, whose every call would pay for the arrows in here. */
  private wait(): Promise<IteratorResult<InMessage, undefined>> {
    return new Promise((resolve, reject) => {
      const step: WaitingReceive = {
        serve: () => {
          const message = this.receives.take();
          if (message === undefined) return false;
          this.steps.delete(step);
          resolve({ value: message, done: false });
          return true;
        },
        reject: (error) => {
          this.steps.delete(step);
          reject(error);
        },
        finish: () => {
          this.steps.delete(step);
          resolve(DONE);
        },
        timer: null,
        signal: undefined,
        onAbort: null,
      };
      this.steps.add(step);
      this.receives.wait(step);
    });
  }

  public return(): Promise<IteratorResult<InMessage, undefined>> {
    this.done = true;
    for (const step of this.steps) {
      this.receives.leave(step);
      step.finish?.();
    }
    return Promise.resolve(DONE);
  }

  public [Symbol.asyncIterator](): this {
    return this;
  }
}
