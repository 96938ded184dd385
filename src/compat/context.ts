import { Context as Inner, Socket as InnerSocket, type SocketOptionsInit } from '../index.js';
import { errnoError } from './errors.js';
import { KeepAlive } from './keep-alive.js';
import type { Options } from './types.js';

/** What is kept for one of libzmq's numbers of a context option. */
interface Setting {
  value: number;
  readonly min: number;
  readonly max: number;
}

const INT_MAX = 0x7fffffff;
const MAX_SOCKETS_LIMIT = 65535;

const IO_THREADS = 1;
const MAX_SOCKETS = 2;
/** Read: ZMQ_SOCKET_LIMIT. Set: ZMQ_THREAD_PRIORITY. */
const SOCKET_LIMIT = 3;
const THREAD_SCHED_POLICY = 4;
const MAX_MSGSZ = 5;
const IPV6 = 42;
const BLOCKY = 70;

/**
 * What sockets belong to: they share its inproc names. Usually none has to be made, because sockets that are given none
 * belong to the global `context`.
 *
 * Not in zeromq.js: `strict`.
 */
export class Context {
  /** Made with the first socket. */
  #inner: Inner | null = null;
  #sockets = 0;
  #strict = false;
  readonly #keepAlive: KeepAlive = new KeepAlive();
  readonly #warned: Set<string> = new Set();
  readonly #settings: ReadonlyMap<number, Setting> = new Map([
    [IO_THREADS, { value: 1, min: 0, max: INT_MAX }],
    [MAX_SOCKETS, { value: 1023, min: 1, max: INT_MAX }],
    [THREAD_SCHED_POLICY, { value: -1, min: 0, max: INT_MAX }],
    [MAX_MSGSZ, { value: INT_MAX, min: 0, max: INT_MAX }],
    [IPV6, { value: 0, min: 0, max: INT_MAX }],
    [BLOCKY, { value: 1, min: 0, max: INT_MAX }],
  ]);

  public constructor(options?: Options<Context>) {
    if (options !== undefined && (typeof options !== 'object' || options === null)) {
      throw new TypeError('The options of a Context are an object.');
    }
    // A name that does not exist cannot be assigned: it would be ignored, and nobody would know.
    Object.seal(this);
    Object.assign(this, options);
  }

  /** ZMQ_IO_THREADS. Kept, without a meaning: there are no threads. Default 1. */
  public get ioThreads(): number {
    return this.getInt32Option(IO_THREADS);
  }
  public set ioThreads(value: number) {
    this.setInt32Option(IO_THREADS, value);
  }

  /** ZMQ_MAX_SOCKETS: how many sockets may be open; one more throws EMFILE. Default 1023. */
  public get maxSockets(): number {
    return this.getInt32Option(MAX_SOCKETS);
  }
  public set maxSockets(value: number) {
    this.setInt32Option(MAX_SOCKETS, value);
  }

  /** ZMQ_SOCKET_LIMIT: the largest `maxSockets` that makes sense. */
  public get maxSocketsLimit(): number {
    return this.getInt32Option(SOCKET_LIMIT);
  }

  /** ZMQ_MAX_MSGSZ. Kept, without a meaning, as in libzmq; use the `maxMessageSize` of a socket. */
  public get maxMessageSize(): number {
    return this.getInt32Option(MAX_MSGSZ);
  }
  public set maxMessageSize(value: number) {
    this.setInt32Option(MAX_MSGSZ, value);
  }

  /** ZMQ_IPV6: what new sockets have as `ipv6`. Default false. */
  public get ipv6(): boolean {
    return this.getBoolOption(IPV6);
  }
  public set ipv6(value: boolean) {
    this.setBoolOption(IPV6, value);
  }

  /** ZMQ_BLOCKY: false makes 0 the `linger` of new sockets. Default true. */
  public get blocky(): boolean {
    return this.getBoolOption(BLOCKY);
  }
  public set blocky(value: boolean) {
    this.setBoolOption(BLOCKY, value);
  }

  /** ZMQ_THREAD_PRIORITY. Can be set, without a meaning: there are no threads. */
  public set threadPriority(value: number) {
    this.setInt32Option(SOCKET_LIMIT, value);
  }

  /** ZMQ_THREAD_SCHED_POLICY. Can be set, without a meaning: there are no threads. */
  public set threadSchedulingPolicy(value: number) {
    this.setInt32Option(THREAD_SCHED_POLICY, value);
  }

  /**
   * Not in zeromq.js: true makes sockets refuse what zeromq.js refuses, with EBUSY: a second `send` or `receive` while one
   * waits, and anything during `bind` and `unbind`. Default false: they wait, and are served in order.
   */
  public get strict(): boolean {
    return this.#strict;
  }
  public set strict(value: boolean) {
    requireType(value, 'boolean');
    this.#strict = value;
  }

  protected getBoolOption(option: number): boolean {
    return this.getInt32Option(option) !== 0;
  }

  protected setBoolOption(option: number, value: boolean): void {
    requireType(value, 'boolean');
    this.setInt32Option(option, Number(value));
  }

  protected getInt32Option(option: number): number {
    requireType(option, 'number');
    if (option === SOCKET_LIMIT) return MAX_SOCKETS_LIMIT;
    const setting = this.#settings.get(option);
    if (setting === undefined || option === THREAD_SCHED_POLICY) throw invalid(option);
    return setting.value;
  }

  protected setInt32Option(option: number, value: number): void {
    requireType(option, 'number');
    requireType(value, 'number');
    // ZMQ_THREAD_PRIORITY: there are no threads.
    if (option === SOCKET_LIMIT && value >= 0) return;
    const setting = this.#settings.get(option);
    const number = value | 0;
    if (setting === undefined || number < setting.min || number > setting.max) throw invalid(option);
    setting.value = number;
  }

  /** @internal What keeps the process alive for the operations of its sockets. */
  public static keepAliveOf(context: Context): KeepAlive {
    return context.#keepAlive;
  }

  /** @internal True for an object that this class has made. */
  public static is(value: unknown): value is Context {
    return typeof value === 'object' && value !== null && #settings in value;
  }

  /** @internal A socket of ours beneath one of theirs. `socketClosed` is called when that one is closed. */
  public static makeSocket(context: Context, type: string): InnerSocket {
    if (context.#sockets >= context.maxSockets) {
      throw errnoError('EMFILE', `The Context has ${context.#sockets} sockets: close some, or raise maxSockets.`);
    }
    context.#inner ??= silent();
    const options: SocketOptionsInit = {
      ...(context.ipv6 ? { ipv6: true } : {}),
      ...(context.blocky ? {} : { linger: 0 }),
    };
    const socket = context.#inner.socket(type, options);
    if (!(socket instanceof InnerSocket)) throw new TypeError('The Context has made a socket of another kind.');
    context.#sockets++;
    return socket;
  }

  /** @internal */
  public static socketClosed(context: Context): void {
    context.#sockets--;
  }

  /** @internal Says that an option does nothing here: once for each. */
  public static warn(context: Context, property: string, text: string): void {
    if (context.#warned.has(property)) return;
    context.#warned.add(property);
    process.emitWarning(text, { code: 'RZMQ_NO_EFFECT' });
  }
}

/** It keeps no process alive: only operations that wait do. */
function silent(): Inner {
  const inner = new Inner();
  inner.unref();
  return inner;
}

function requireType(value: unknown, type: 'number' | 'boolean'): void {
  const kind = typeof value;
  if (kind !== type) throw new TypeError(`This has to be a ${type}, not ${kind}.`);
}

function invalid(option: number): Error {
  return errnoError('EINVAL', `The context option ${option} does not exist, cannot be read, or not be set to this.`);
}
