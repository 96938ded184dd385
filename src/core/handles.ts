import type { IClock, ITimer } from './contracts/clock.js';
import type { IHandle } from './contracts/handle.js';
import type { IHandles } from './contracts/transport.js';

/** What one socket has of the operating system's, so that `ref` and `unref` reach all of it, and what comes later. */
export class Handles implements IHandles {
  private readonly all: Set<IHandle> = new Set();
  private held = true;

  public add(handle: IHandle): void {
    this.all.add(handle);
    if (!this.held) handle.unref?.();
  }

  public delete(handle: IHandle): void {
    this.all.delete(handle);
  }

  /** Each of them keeps the process alive; so it is at first. */
  public ref(): void {
    if (this.held) return;
    this.held = true;
    for (const handle of this.all) handle.ref?.();
  }

  /** None of them keeps the process alive, now and later. */
  public unref(): void {
    if (!this.held) return;
    this.held = false;
    for (const handle of this.all) handle.unref?.();
  }
}

/** A clock whose timers are among the handles of a socket. */
export class HandleClock implements IClock {
  public constructor(
    private readonly clock: IClock,
    private readonly handles: Handles,
  ) {}

  public now(): number {
    return this.clock.now();
  }

  public after(delay: number, callback: () => void): ITimer {
    const { clock, handles } = this;
    const timer = clock.after(delay, () => {
      handles.delete(timer);
      callback();
    });
    handles.add(timer);
    const cancel = (): void => {
      handles.delete(timer);
      timer.cancel();
    };
    return { cancel };
  }
}
