import { EventEmitter } from 'node:events';
import type { IScheduler } from './contracts/clock.js';
import {
  MONITOR_EVENT_NUMBER,
  type MonitorEventName,
  type MonitorEvents,
  type SocketEvent,
  type SocketEventFacts,
  type SocketEventIterator,
} from './contracts/monitor.js';
import { ZmqError } from './errors.js';
import { MonitorIterator } from './monitor-iterator.js';
import { monitorValue } from './monitor-value.js';

/**
 * Tells the events of one socket to everybody who listens (`socket.events`, ZMQ_EVENT_*). Listeners and iterators do
 * not disturb one another. Ends with the `end` event when the socket has closed.
 */
export class MonitorBus extends EventEmitter<MonitorEvents> {
  /** @internal Hears of every event before the others: whoever makes the socket known outside. Must not throw. */
  public observer: ((event: SocketEvent) => void) | null = null;
  private ended = false;
  private readonly iterators: Set<MonitorIterator> = new Set();

  public constructor(private readonly scheduler: IScheduler) {
    super();
  }

  /** @internal Says that something happened. A listener that throws cannot harm the socket. */
  public publish(type: MonitorEventName, endpoint: string, facts: SocketEventFacts = {}): void {
    if (this.ended) return;
    const value = monitorValue(type, facts);
    const event = { type, event: MONITOR_EVENT_NUMBER[type], value, endpoint, ...facts } as SocketEvent;
    this.ended = type === 'end';
    this.observer?.(event);
    for (const iterator of this.iterators) iterator.offer(event);
    this.tell(type, event);
    this.tell('event', event);
    if (this.ended) for (const iterator of this.iterators) iterator.finish();
  }

  /**
   * An iterator over all events from now on, or over those whose number is in `mask`. Ends when the socket has closed,
   * or with `return`.
   */
  public iterate(mask = 0): SocketEventIterator {
    if (!Number.isSafeInteger(mask)) {
      throw new ZmqError('InvalidArgument', 'The events of a monitor are numbers of MonitorEvent, ored.');
    }
    const iterator = new MonitorIterator(mask, (finished) => this.iterators.delete(finished));
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
