import { EventEmitter } from 'node:events';
import type { IScheduler } from './contracts/clock.js';
import { MONITOR_EVENT_NUMBER, type MonitorEventName, type SocketEvent } from './contracts/monitor.js';

/** The events of a socket, each by its name, and all of them as `event`. */
export type MonitorEvents = { [Name in MonitorEventName]: [SocketEvent] } & { event: [SocketEvent] };

/** Events that an iterator keeps for a reader that is slower than they come; then the oldest goes. */
const ITERATOR_CAPACITY = 100;

/**
 * Tells the events of one socket to everybody who listens (`socket.events`, ZMQ_EVENT_*). Listeners and iterators do
 * not disturb one another. Ends with the `end` event when the socket has closed.
 */
export class MonitorBus extends EventEmitter<MonitorEvents> {
  private ended = false;
  private readonly iterators: Set<MonitorIterator> = new Set();

  public constructor(private readonly scheduler: IScheduler) {
    super();
  }

  /** @internal Says that something happened. A listener that throws cannot harm the socket. */
  public publish(type: MonitorEventName, endpoint: string, facts: Partial<SocketEvent> = {}): void {
    if (this.ended) return;
    const event: SocketEvent = { type, event: MONITOR_EVENT_NUMBER[type], endpoint, ...facts };
    this.ended = type === 'end';
    for (const iterator of this.iterators) iterator.offer(event);
    this.tell(type, event);
    this.tell('event', event);
    if (this.ended) for (const iterator of this.iterators) iterator.finish();
  }

  /** An iterator over all events from now on. Ends when the socket has closed, or with `return`. */
  public iterate(): AsyncIterableIterator<SocketEvent> {
    const iterator = new MonitorIterator(() => this.iterators.delete(iterator));
    if (this.ended) iterator.finish();
    else this.iterators.add(iterator);
    return iterator;
  }

  private tell(name: keyof MonitorEvents, event: SocketEvent): void {
    // One by one: a listener that throws must not keep the event from the others. (The raw ones take themselves off
    // after a `once`.)
    for (const listener of this.rawListeners(name)) {
      try {
        Reflect.apply(listener, this, [event]);
      } catch (error) {
        // It belongs to the user: let it surface as uncaught, in a turn of its own and not inside the socket.
        this.scheduler.nextTurn(() => {
          throw error;
        });
      }
    }
  }
}

class MonitorIterator implements AsyncIterableIterator<SocketEvent> {
  private readonly events: SocketEvent[] = [];
  private readonly waiting: ((result: IteratorResult<SocketEvent>) => void)[] = [];
  private finished = false;

  public constructor(private readonly onFinished: () => void) {}

  public offer(event: SocketEvent): void {
    const waiter = this.waiting.shift();
    if (waiter !== undefined) {
      waiter({ value: event, done: false });
      return;
    }
    if (this.events.length === ITERATOR_CAPACITY) this.events.shift();
    this.events.push(event);
  }

  public finish(): void {
    this.finished = true;
    this.onFinished();
    for (const waiter of this.waiting.splice(0)) waiter({ value: undefined, done: true });
  }

  public next(): Promise<IteratorResult<SocketEvent>> {
    const event = this.events.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.finished) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  public return(): Promise<IteratorResult<SocketEvent>> {
    this.events.length = 0;
    this.finish();
    return Promise.resolve({ value: undefined, done: true });
  }

  public [Symbol.asyncIterator](): this {
    return this;
  }
}
