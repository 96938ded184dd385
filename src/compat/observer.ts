import { EventEmitter } from 'node:events';
import type { Socket as Inner, SocketEvent } from '../index.js';
import { type AuthError, type ErrnoError, errnoError, eventError, type ProtoError } from './errors.js';
import type { KeepAlive } from './keep-alive.js';
import type { Expand } from './types.js';

/** Where it happened. */
export interface EventAddress {
  address: string;
}

/** How long until the next attempt, in milliseconds. */
export interface EventInterval {
  interval: number;
}

/** What went wrong. */
export interface EventError<E = ErrnoError> {
  error: E;
}

/** An event of one type, with its data. */
export type EventFor<T extends string, D = unknown> = Expand<{ type: T } & D>;

/** What can happen to a socket; `type` says which data an event has. */
export type Event =
  | EventFor<'accept', EventAddress>
  | EventFor<'accept:error', EventAddress & EventError>
  | EventFor<'bind', EventAddress>
  | EventFor<'bind:error', EventAddress & EventError>
  | EventFor<'connect', EventAddress>
  | EventFor<'connect:delay', EventAddress>
  | EventFor<'connect:retry', EventAddress & EventInterval>
  | EventFor<'close', EventAddress>
  | EventFor<'close:error', EventAddress & EventError>
  | EventFor<'disconnect', EventAddress>
  | EventFor<'end'>
  | EventFor<'handshake', EventAddress>
  | EventFor<'handshake:error:protocol', EventAddress & EventError<ProtoError>>
  | EventFor<'handshake:error:auth', EventAddress & EventError<AuthError>>
  | EventFor<'handshake:error:other', EventAddress & EventError>
  | EventFor<'unknown'>;

/** The names of all events. */
export type EventType = Event['type'];

/** The event of that name. */
export type EventOfType<E extends EventType = EventType> = Expand<Extract<Event, Event & EventFor<E>>>;

/** Events as an emitter tells them. */
export interface EventSubscriber {
  /** Calls the listener for each event of that type, from now on. After it, `receive` is not possible any more. */
  on<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber;
  /** Takes a listener away. */
  off<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber;
}

/** Events that are kept for a slow reader; then the newest are lost. As many as libzmq's queue has. */
const CAPACITY = 1000;

/** Events of ours that zeromq.js does not have. */
const OURS: readonly string[] = ['pipe:stats', 'dropped'];

/** The socket, as far as an observer needs it. */
export interface IObserved {
  readonly inner: Inner;
  readonly keepAlive: KeepAlive;
  readonly strict: boolean;
}

interface Waiting {
  resolve(event: Event): void;
  reject(error: Error): void;
}

/**
 * The events of one socket (`socket.events`): by `receive` and `for await`, or by `on`. What happens from its making on is
 * kept for the reader.
 */
export abstract class BaseObserver implements EventSubscriber {
  readonly #observed: IObserved;
  readonly #events: Event[] = [];
  readonly #waiting: Waiting[] = [];
  #emitter: EventEmitter | null = null;
  #closed = false;
  readonly #listener: (event: SocketEvent) => void;

  protected constructor(observed: IObserved) {
    this.#observed = observed;
    this.#listener = (event) => this.#take(event);
    observed.inner.events.on('event', this.#listener);
  }

  /** True after `close`, and after the event `end`. */
  public get closed(): boolean {
    return this.#closed;
  }

  /** No event comes any more. */
  public close(): void {
    if (this.#closed) return;
    this.#end();
    for (const waiter of this.#waiting.splice(0)) waiter.reject(errnoError('ENOTSOCK', 'The observer was closed.'));
  }

  /** The next event; waits for it. EBADF after the last one. */
  public receive(): Promise<Event> {
    if (this.#emitter !== null) {
      throw new Error('Events go to the listeners of on(): they cannot be received as well.');
    }
    return this.#next();
  }

  public on<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber {
    this.#emit().on(type, listener);
    return this;
  }

  public off<E extends EventType>(type: E, listener: (data: EventOfType<E>) => void): EventSubscriber {
    this.#emit().off(type, listener);
    return this;
  }

  /** All events until the socket has closed, or `close`. */
  public [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    return {
      next: async () => {
        if (this.#closed) return { done: true, value: undefined };
        try {
          return { done: false, value: await this.receive() };
        } catch (error) {
          if (this.#closed) return { done: true, value: undefined };
          throw error;
        }
      },
    };
  }

  #next(): Promise<Event> {
    if (this.#closed) throw errnoError('EBADF', 'The observer is closed.');
    const event = this.#events.shift();
    if (event !== undefined) {
      if (event.type === 'end') this.#end();
      return Promise.resolve(event);
    }
    if (this.#observed.strict && this.#waiting.length > 0) {
      throw errnoError('EBUSY', 'One receive of the observer waits already.');
    }
    return this.#observed.keepAlive.during(
      new Promise((resolve, reject) => {
        this.#waiting.push({ resolve, reject });
      }),
    );
  }

  /** From now on listeners are told. */
  #emit(): EventEmitter {
    if (this.#emitter !== null) return this.#emitter;
    const emitter = new EventEmitter();
    this.#emitter = emitter;
    const run = async (): Promise<void> => {
      try {
        while (!this.#closed) {
          const event = await this.#next();
          emitter.emit(event.type, event);
        }
      } catch (error) {
        // What a listener throws is the user's.
        if (!this.#closed) throw error;
      }
    };
    void run();
    return emitter;
  }

  #take(event: SocketEvent): void {
    // As in libzmq, nothing is told of inproc but the end.
    if (OURS.includes(event.type) || (event.endpoint.startsWith('inproc:') && event.type !== 'end')) return;
    const compatible = toEvent(event);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) {
      if (this.#events.length < CAPACITY) this.#events.push(compatible);
      return;
    }
    if (compatible.type === 'end') this.#end();
    waiter.resolve(compatible);
  }

  #end(): void {
    this.#closed = true;
    this.#observed.inner.events.off('event', this.#listener);
  }
}

function toEvent({ type, endpoint, interval, error }: SocketEvent): Event {
  return {
    type,
    ...(endpoint === '' || type === 'end' ? {} : { address: endpoint }),
    ...(type === 'connect:retry' ? { interval } : {}),
    ...(type.includes(':error') && error !== undefined ? { error: eventError(type, error) } : {}),
  } as Event;
}
