import { Context } from './context.js';
import { errnoError } from './errors.js';
import { BaseObserver, type IObserved } from './observer.js';
import type { NativeKind, PropertyValue } from './option-face.js';
import { context as sharedContext } from './process-wide.js';
import { defineProperties, type IOptionOwner, OF_ALL } from './properties.js';
import type { SocketProperties } from './socket-properties.js';
import { SocketState } from './socket-state.js';
import type { Options } from './types.js';

/** What the constructor of a socket can be given: what can be set of it, and the Context that it belongs to. */
export type SocketOptions<S extends Socket> = Options<S, { context: Context }>;

/**
 * What all sockets have. Make one of its subclasses.
 *
 * A socket stays open until `close`, whether or not somebody refers to it. By itself it does not keep the process alive:
 * operations that wait do. What is queued is sent before the process ends by itself, as far as `linger` lets it.
 */
export abstract class Socket {
  readonly #state: SocketState;
  #observer: Observer | null = null;

  /** @param type libzmq's number of the socket type */
  protected constructor(type: number, options?: object) {
    if (typeof type !== 'number') throw new TypeError('The type of a socket is a number.');
    if (options !== undefined && (typeof options !== 'object' || options === null)) {
      throw new TypeError('The options of a socket are an object.');
    }
    const { context = sharedContext, ...settings } = (options ?? {}) as { readonly context?: unknown };
    if (!Context.is(context)) throw new TypeError('The `context` of a socket is a Context of this package.');
    this.#state = new SocketState(type, context);
    // A name that does not exist cannot be assigned: it would be ignored, and nobody would know.
    Object.seal(this);
    try {
      Object.assign(this, settings);
    } catch (error) {
      this.#state.close();
      throw error;
    }
  }

  /** What happens to the socket and its connections; the same observer every time. */
  public get events(): Observer {
    this.#observer ??= new Observer(this);
    return this.#observer;
  }

  /** The Context that it belongs to. */
  public get context(): Context {
    return this.#state.context;
  }

  /** True after `close`; when that is called during a `bind` or `unbind`, true after these. */
  public get closed(): boolean {
    return this.#state.closed;
  }

  /** True when a message is there to be received. */
  public get readable(): boolean {
    return !this.#state.closed && this.#state.inner.readable;
  }

  /** True when a message can be sent without waiting. */
  public get writable(): boolean {
    return !this.#state.closed && this.#state.inner.writable;
  }

  /**
   * Ends the socket. Operations that wait reject with EAGAIN, `for await` ends. What is queued is sent within `linger`, and
   * the process stays alive meanwhile. Twice is once.
   */
  public close(): void {
    this.#state.close();
  }

  /** Listens on an endpoint; port 0 or `*` is any free one, which `lastEndpoint` tells. EADDRINUSE, EADDRNOTAVAIL, … */
  public bind(address: string): Promise<void> {
    this.#check(address);
    return this.#state.bind(address);
  }

  /** `bind`, done when it returns. For addresses and interfaces: a host name is ENOTSUP, but for localhost. */
  public bindSync(address: string): void {
    this.#check(address);
    this.#state.bindSync(address);
  }

  /** Stops listening on an endpoint, as `lastEndpoint` told it. ENOENT when it is not bound to it. */
  public unbind(address: string): Promise<void> {
    this.#check(address);
    return this.#state.unbind(address);
  }

  /** `unbind`; the address is free when it returns. */
  public unbindSync(address: string): void {
    this.#check(address);
    this.#state.unbindSync(address);
  }

  /** Connects to an endpoint, in the background, and again whenever the connection is lost. */
  public connect(address: string): void {
    this.#check(address);
    this.#state.connect(address);
  }

  /** Takes an endpoint of `connect` away. ENOENT when it is not connected to it. */
  public disconnect(address: string): void {
    this.#check(address);
    this.#state.disconnect(address);
  }

  protected getBoolOption(option: number): boolean {
    return this.#get(option, 'Bool') as boolean;
  }
  protected setBoolOption(option: number, value: boolean): void {
    this.#set(option, 'Bool', value);
  }
  protected getInt32Option(option: number): number {
    return this.#get(option, 'Int32') as number;
  }
  protected setInt32Option(option: number, value: number): void {
    this.#set(option, 'Int32', value);
  }
  protected getUint32Option(option: number): number {
    return this.#get(option, 'Uint32') as number;
  }
  protected setUint32Option(option: number, value: number): void {
    this.#set(option, 'Uint32', value);
  }
  protected getInt64Option(option: number): number {
    return this.#get(option, 'Int64') as number;
  }
  protected setInt64Option(option: number, value: number): void {
    this.#set(option, 'Int64', value);
  }
  protected getUint64Option(option: number): number {
    return this.#get(option, 'Uint64') as number;
  }
  protected setUint64Option(option: number, value: number): void {
    this.#set(option, 'Uint64', value);
  }
  protected getStringOption(option: number): string | null {
    return this.#get(option, 'String') as string | null;
  }
  protected setStringOption(option: number, value: string | Buffer | null): void {
    this.#set(option, 'String', value);
  }

  /** @internal */
  public static stateOf(socket: unknown): SocketState {
    if (typeof socket === 'object' && socket !== null && #state in socket) return socket.#state;
    throw errnoError('EINVAL', 'This is no socket of this package.');
  }

  #get(option: number, kind: NativeKind): PropertyValue {
    return this.#state.options.getById(option, kind);
  }

  #set(option: number, kind: NativeKind, value: unknown): void {
    this.#state.options.setById(option, kind, value);
  }

  #check(address: unknown): void {
    if (typeof address !== 'string') throw new TypeError('The address has to be text.');
    this.#state.assertUsable();
  }
}

// zeromq.js tells these in an interface, too: a subclass may put accessors in their place.
export interface Socket extends SocketProperties {}

/** The events of one socket: see `Socket.events`. */
export class Observer extends BaseObserver {
  public constructor(socket: Socket) {
    super(observedOf(socket));
  }
}

function observedOf(socket: unknown): IObserved {
  if (typeof socket !== 'object' || socket === null) throw new TypeError('An observer needs a socket.');
  return Socket.stateOf(socket);
}

/** Reads and sets the properties of a socket. */
export const PROPERTY_OWNER: IOptionOwner<Socket> = {
  get: (socket, property) => Socket.stateOf(socket).options.get(property),
  set: (socket, property, value) => Socket.stateOf(socket).options.set(property, value),
};

defineProperties(Socket.prototype, PROPERTY_OWNER, OF_ALL);
