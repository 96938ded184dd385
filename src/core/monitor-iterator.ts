import type { SocketEvent, SocketEventIterator } from './contracts/monitor.js';

/** Events that an iterator keeps for a reader that is slower than they come; then the oldest goes. */
const CAPACITY = 100;

/** One observer of a socket, with a queue of its own. Made by the bus, which offers it events until it has finished. */
export class MonitorIterator implements SocketEventIterator {
  public missed = 0;
  private readonly events: SocketEvent[] = [];
  private readonly waiting: ((result: IteratorResult<SocketEvent, undefined>) => void)[] = [];
  private finished = false;

  /** @param mask the numbers of the events that are wanted; 0: all of them */
  public constructor(
    private readonly mask: number,
    private readonly onFinished: (iterator: MonitorIterator) => void,
  ) {}

  public offer(event: SocketEvent): void {
    if (this.mask !== 0 && (this.mask & event.event) === 0) return;
    const waiter = this.waiting.shift();
    if (waiter !== undefined) {
      waiter({ value: event, done: false });
      return;
    }
    if (this.events.length === CAPACITY) {
      this.events.shift();
      this.missed++;
    }
    this.events.push(event);
  }

  /** Nothing more comes. What is there can still be read. */
  public finish(): void {
    this.finished = true;
    this.onFinished(this);
    for (const waiter of this.waiting.splice(0)) waiter({ value: undefined, done: true });
  }

  public next(): Promise<IteratorResult<SocketEvent, undefined>> {
    const event = this.events.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.finished) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  public return(): Promise<IteratorResult<SocketEvent, undefined>> {
    this.events.length = 0;
    this.finish();
    return Promise.resolve({ value: undefined, done: true });
  }

  public [Symbol.asyncIterator](): this {
    return this;
  }
}
