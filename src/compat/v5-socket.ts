import { EventEmitter } from 'node:events';
import { findOptionById } from '../plugin.js';
import type { MessageLike } from './messages.js';
import type { Event } from './observer.js';
import { Socket as BaseSocket, type Observer } from './socket.js';
import * as sockets from './sockets.js';
import * as constants from './v5-constants.js';
import { type ShortOption, shortOptions, type V5Properties } from './v5-options.js';

/** The names of the socket types. */
export type SocketType =
  | 'pair'
  | 'req'
  | 'rep'
  | 'pub'
  | 'sub'
  | 'dealer'
  | 'xreq'
  | 'router'
  | 'xrep'
  | 'pull'
  | 'push'
  | 'xpub'
  | 'xsub'
  | 'stream';

/** Called when it is done, or with what went wrong. */
export type Callback = (error?: Error) => void;

type Message = MessageLike | readonly MessageLike[];

/** What can be done with the socket beneath; not every type can do all of it. */
type Any = BaseSocket &
  Partial<Pick<sockets.Dealer, 'send' | 'receive'> & Pick<sockets.Subscriber, 'subscribe' | 'unsubscribe'>>;

const CLASSES: Readonly<Record<SocketType, new () => BaseSocket>> = {
  pair: sockets.Pair,
  req: sockets.Request,
  rep: sockets.Reply,
  pub: sockets.Publisher,
  sub: sockets.Subscriber,
  dealer: sockets.Dealer,
  xreq: sockets.Dealer,
  router: sockets.Router,
  xrep: sockets.Router,
  pull: sockets.Pull,
  push: sockets.Push,
  xpub: sockets.XPublisher,
  xsub: sockets.XSubscriber,
  stream: sockets.Stream,
};

/** The events that had another name. */
const RENAMED: Readonly<Record<string, string>> = {
  'connect:delay': 'connect_delay',
  'connect:retry': 'connect_retry',
  bind: 'listen',
  'bind:error': 'bind_error',
  'accept:error': 'accept_error',
  'close:error': 'close_error',
};
const SAME: readonly string[] = ['connect', 'accept', 'close', 'disconnect'];

/**
 * A socket as versions 4 and 5 had it: messages come as events (`message`, with the frames as arguments), and calls take
 * callbacks. An error that no callback takes is the event `error`.
 */
export class Socket extends EventEmitter {
  public readonly type: SocketType;
  readonly #inner: Any;
  #parts: MessageLike[] = [];
  readonly #outgoing: { readonly message: MessageLike[]; readonly done: Callback | undefined }[] = [];
  readonly #incoming: Buffer[][] = [];
  #paused = false;
  #sending = false;

  public constructor(type: SocketType) {
    super();
    if (!Object.hasOwn(CLASSES, type)) throw new Error(`There is no socket type ${type}.`);
    this.type = type;
    this.#inner = new CLASSES[type]();
    void this.#receiveAll();
  }

  public get closed(): boolean {
    return this.#inner.closed;
  }

  public bind(address: string, done?: Callback): this {
    return this.#report('bind', address, this.#inner.bind(address), done);
  }

  public unbind(address: string, done?: Callback): this {
    return this.#report('unbind', address, this.#inner.unbind(address), done);
  }

  public bindSync(address: string): void {
    this.#inner.bindSync(address);
  }

  public unbindSync(address: string): void {
    this.#inner.unbindSync(address);
  }

  public connect(address: string): this {
    this.#inner.connect(address);
    return this;
  }

  public disconnect(address: string): this {
    this.#inner.disconnect(address);
    return this;
  }

  /** Queues a message, or with the flag ZMQ_SNDMORE the beginning of one. */
  public send(message: Message, flags?: number | null, done?: Callback): this {
    this.#parts.push(...(Array.isArray(message) ? (message as MessageLike[]) : [message as MessageLike]));
    if (((flags ?? 0) & constants.ZMQ_SNDMORE) !== 0) return this;
    this.#outgoing.push({ message: this.#parts, done });
    this.#parts = [];
    void this.#sendAll();
    return this;
  }

  /** There is no such call any more: listen to `message`. */
  public read(): void {
    throw new Error('read() is not possible: messages come as the event `message`.');
  }

  /** Sends nothing and tells no messages, until `resume`. */
  public pause(): void {
    this.#paused = true;
  }

  public resume(): void {
    this.#paused = false;
    for (const frames of this.#incoming.splice(0)) this.#tell(frames);
    void this.#sendAll();
  }

  public close(): this {
    this.#inner.close();
    return this;
  }

  /** Tells what happens to the socket as events: `connect`, `listen`, `accept`, `disconnect`, … (value, endpoint, error) */
  public monitor(): this {
    void this.#watch(this.#inner.events);
    return this;
  }

  public unmonitor(): this {
    this.#inner.events.close();
    return this;
  }

  public subscribe(filter: string | Buffer): this {
    if (this.#inner.subscribe === undefined) throw new Error('Only a sub can subscribe.');
    this.#inner.subscribe(filter);
    return this;
  }

  public unsubscribe(filter: string | Buffer): this {
    if (this.#inner.unsubscribe === undefined) throw new Error('Only a sub can unsubscribe.');
    this.#inner.unsubscribe(filter);
    return this;
  }

  /** Sets an option by its number, or its short name. */
  public setsockopt(option: number | ShortOption, value: unknown): this {
    const id = numberOf(option);
    const { kind } = findOptionById(id)!;
    const { options } = BaseSocket.stateOf(this.#inner);
    if (kind === 'bool') options.setById(id, 'Bool', Boolean(value));
    else options.setById(id, kind === 'string' || kind === 'bytes' ? 'String' : 'Int64', value);
    return this;
  }

  /** Reads an option by its number, or its short name. */
  public getsockopt(option: number | ShortOption): string | number | boolean | null {
    const id = numberOf(option);
    const { readable, writable } = this.#inner;
    if (id === constants.ZMQ_EVENTS) {
      return (readable ? constants.ZMQ_POLLIN : 0) | (writable ? constants.ZMQ_POLLOUT : 0);
    }
    const { kind } = findOptionById(id)!;
    const { options } = BaseSocket.stateOf(this.#inner);
    if (id === constants.ZMQ_IPV4ONLY) return options.getById(id, 'Bool');
    return options.getById(id, kind === 'string' || kind === 'bytes' ? 'String' : 'Int64');
  }

  #report(event: string, address: string, work: Promise<void>, done: Callback | undefined): this {
    work.then(
      () =>
        process.nextTick(() => {
          this.emit(event, address);
          done?.();
        }),
      (error: unknown) => process.nextTick(() => this.#failed(error, done)),
    );
    return this;
  }

  #failed(error: unknown, done: Callback | undefined): void {
    if (done === undefined) this.emit('error', error);
    else done(error as Error);
  }

  #tell(frames: Buffer[]): void {
    process.nextTick(() => this.emit('message', ...frames));
  }

  async #receiveAll(): Promise<void> {
    if (this.#inner.receive === undefined) return;
    while (!this.#inner.closed) {
      try {
        const frames = await this.#inner.receive();
        if (this.#paused) this.#incoming.push(frames);
        else this.#tell(frames);
      } catch (error) {
        if (!this.#inner.closed) process.nextTick(() => this.emit('error', error));
      }
    }
  }

  /** One after the other; the first goes at once. */
  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (!this.#inner.closed && !this.#paused) {
      const next = this.#outgoing.shift();
      if (next === undefined) break;
      try {
        if (this.#inner.send === undefined) throw new Error(`A ${this.type} cannot send.`);
        await this.#inner.send(next.message);
        next.done?.();
      } catch (error) {
        this.#failed(error, next.done);
      }
    }
    this.#sending = false;
  }

  async #watch(observer: Observer): Promise<void> {
    for await (const event of observer) {
      const { type, interval, address, error } = event as Event & {
        interval?: number;
        address?: string;
        error?: Error & { errno?: number };
      };
      const name = RENAMED[type] ?? (SAME.includes(type) ? type : undefined);
      if (name !== undefined) this.emit(name, interval ?? error?.errno, address, error);
    }
  }
}

/** The options by their short names, as properties. */
export interface Socket extends V5Properties {}

for (const name of Object.keys(shortOptions) as ShortOption[]) {
  Object.defineProperty(Socket.prototype, name, {
    get(this: Socket): unknown {
      return this.getsockopt(name);
    },
    set(this: Socket, value: unknown) {
      this.setsockopt(name, value);
    },
  });
}

function numberOf(option: number | ShortOption): number {
  const id = typeof option === 'number' ? option : shortOptions[option];
  if (id === constants.ZMQ_FD || id === constants.ZMQ_RCVMORE || findOptionById(id) === undefined) {
    throw new Error(`The option ${option} is not known, or not possible here.`);
  }
  return id;
}
