import { inspect } from 'node:util';
import type { Address } from '../core/addressed-msg.js';
import { bindNow, connectNow, disconnectNow, unbindNow } from '../core/at-once.js';
import { deadlineOf } from '../core/close-ledger.js';
import { Contact } from '../core/contact.js';
import type { CloseOptions, CloseReport } from '../core/contracts/close-report.js';
import type { SocketEventIterator } from '../core/contracts/monitor.js';
import type {
  ConnectOptions,
  ISocket,
  OperationOptions,
  SendOptions,
  SocketEvents,
  WaitOptions,
} from '../core/contracts/socket.js';
import { ZmqError } from '../core/errors.js';
import type { InMessage, Msg, OutMessage } from '../core/msg.js';
import { SocketOption } from '../core/options/numbers.js';
import type { OptionInput, SocketOptions } from '../core/options/socket-options.js';
import type { TypedSocketOptions } from '../core/options/typed-options.js';
import { createTypedOptions } from '../core/options/typed-options.js';
import type { ReceiveQueue } from '../core/receive-queue.js';
import type { SendQueue } from '../core/send-queue.js';
import type { SocketCore } from '../core/socket-core.js';
import type { SocketTypeName } from '../core/socket-type.js';
import type { SocketStats } from '../core/stats.js';
import { trace } from './diagnostics.js';

/**
 * The public face of a socket. It adds nothing to a message's way: `send` and `recv` go straight to the queues of the
 * core. Made by `Context.socket`.
 */
export class Socket implements ISocket {
  public readonly type: SocketTypeName;
  public readonly options: TypedSocketOptions;
  private readonly sends: SendQueue;
  private readonly receives: ReceiveQueue;
  private readonly contact: Contact;

  /** @internal */
  public constructor(
    /** @internal What a proxy works on. */
    public readonly core: SocketCore,
    private readonly socketOptions: SocketOptions,
  ) {
    this.type = core.socketType;
    this.options = createTypedOptions(socketOptions);
    this.sends = core.sends;
    this.receives = core.receives;
    trace(this, core.monitor);
    this.contact = new Contact(core);
  }

  public get closed(): boolean {
    return this.core.closed;
  }

  public get lastEndpoint(): string {
    return this.core.lastEndpoint;
  }

  public get readable(): boolean {
    return this.core.readable;
  }

  public get writable(): boolean {
    return this.core.writable;
  }

  public get events(): SocketEvents {
    return this.core.monitor;
  }

  public bind(endpoint: string): Promise<string> {
    return this.core.commands.bind(endpoint);
  }

  public unbind(endpoint: string): Promise<void> {
    return this.core.commands.unbind(endpoint);
  }

  public async connect(endpoint: string, options?: ConnectOptions): Promise<void> {
    if (options?.routingId !== undefined) this.socketOptions.setByName('connectRoutingId', options.routingId);
    await this.core.commands.connect(endpoint);
  }

  public connectPeer(endpoint: string): Promise<number> {
    return this.core.addressing.connectPeer(endpoint);
  }

  public disconnectPeer(routingId: number | string | Uint8Array): void {
    this.core.addressing.disconnectPeer(routingId);
  }

  public disconnect(endpoint: string): Promise<void> {
    return this.core.commands.disconnect(endpoint);
  }

  /**
   * `bind` for those who cannot wait: it listens when it returns, or throws. For numbers and interfaces, not for names that
   * have to be looked up (UnsupportedFeature, ENOTSUP). Throws InvalidState from within a listener of this socket's events,
   * as the other three do.
   */
  public bindSync(endpoint: string): string {
    return bindNow(this.core, endpoint, this.socketOptions.snapshot());
  }

  /** `unbind`; the address is free when it returns. */
  public unbindSync(endpoint: string): void {
    unbindNow(this.core, endpoint);
  }

  /** `connect`: throws what `connect` rejects with. A `send` after it has a queue to go to. */
  public connectSync(endpoint: string, options?: ConnectOptions): void {
    if (options?.routingId !== undefined) this.socketOptions.setByName('connectRoutingId', options.routingId);
    const snapshot = this.socketOptions.snapshot();
    // It is for one connection, this one.
    this.socketOptions.values.connectRoutingId = null;
    connectNow(this.core, endpoint, snapshot);
  }

  /** `disconnect`: throws what `disconnect` rejects with. */
  public disconnectSync(endpoint: string): void {
    disconnectNow(this.core, endpoint);
  }

  public ready(options?: WaitOptions): Promise<void> {
    return this.contact.ready(options);
  }

  public waitForPeers(count: number, options?: WaitOptions): Promise<void> {
    return this.contact.peers(count, options);
  }

  public waitForSubscriber(topic: string | Uint8Array = '', options?: WaitOptions): Promise<void> {
    return this.contact.subscriber(topic, options);
  }

  public send(message: OutMessage, options?: SendOptions): Promise<void> {
    if (options === undefined) return this.sends.send(message);
    const signal = signalOf(options);
    if (signal === null) return refuseOptions(options);
    try {
      return this.sends.send(this.core.addressing.addressed(message, options ?? {}), signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  public sendMultipart(frames: readonly (Msg | string | Uint8Array)[], options?: OperationOptions): Promise<void> {
    if (Array.isArray(frames)) return this.send(frames as readonly Msg[], options);
    return Promise.reject(
      new ZmqError('InvalidMessage', 'sendMultipart takes an array of frames; send takes a single one.'),
    );
  }

  public trySend(message: OutMessage, address?: Address): boolean {
    return this.sends.trySend(address === undefined ? message : this.core.addressing.addressed(message, address));
  }

  public recv(options?: OperationOptions): Promise<Msg> {
    if (options === undefined) return this.receives.receiveFrame();
    const signal = signalOf(options);
    return signal === null ? refuseOptions(options) : this.receives.receiveFrame(signal);
  }

  public recvMultipart(options?: OperationOptions): Promise<InMessage> {
    if (options === undefined) return this.receives.receive();
    const signal = signalOf(options);
    return signal === null ? refuseOptions(options) : this.receives.receive(signal);
  }

  public recvMany(max: number, options?: OperationOptions): Promise<InMessage[]> {
    if (options === undefined) return this.receives.receiveMany(max);
    const signal = signalOf(options);
    return signal === null ? refuseOptions(options) : this.receives.receiveMany(max, signal);
  }

  public tryRecv(): InMessage | undefined {
    return this.receives.tryReceive();
  }

  public subscribe(...topics: (string | Uint8Array)[]): void {
    for (const topic of topics.length === 0 ? [''] : topics) this.socketOptions.set(SocketOption.SUBSCRIBE, topic);
  }

  public unsubscribe(...topics: (string | Uint8Array)[]): void {
    for (const topic of topics.length === 0 ? [''] : topics) this.socketOptions.set(SocketOption.UNSUBSCRIBE, topic);
  }

  public join(...groups: (string | Uint8Array)[]): void {
    for (const group of groups) this.core.addressing.join(group);
  }

  public leave(...groups: (string | Uint8Array)[]): void {
    for (const group of groups) this.core.addressing.leave(group);
  }

  public setOption(option: number, value: OptionInput): Promise<void> {
    return new Promise((resolve) => {
      this.core.assertOpen();
      this.socketOptions.set(option, value);
      resolve();
    });
  }

  public getOption(option: number): Promise<number | boolean | string | Buffer | null> {
    return new Promise((resolve) => {
      this.core.assertOpen();
      resolve(this.socketOptions.get(option));
    });
  }

  public monitor(events?: number): SocketEventIterator {
    return this.core.monitor.iterate(events);
  }

  public stats(): SocketStats {
    return this.core.stats;
  }

  public publishPipeStats(): void {
    this.core.publishPipeStats();
  }

  public unref(): void {
    this.core.handles.unref();
  }

  public ref(): void {
    this.core.handles.ref();
  }

  public async close(options?: CloseOptions): Promise<CloseReport> {
    const what = `This ${this.type} socket has been closed: make a new one with Context.socket().`;
    return this.core.close(new ZmqError('SocketClosed', what, { fatal: true }), deadlineOf(options));
  }

  public [Symbol.asyncIterator](): AsyncIterableIterator<InMessage, undefined> {
    return this.receives.iterate();
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

// What `util.inspect` and `console.log` show. `Context.inspect` tells more.
Object.defineProperty(Socket.prototype, inspect.custom, {
  value: function show(this: Socket): string {
    const { type, closed, lastEndpoint } = this;
    const { peers } = this.stats();
    const facts = [closed ? 'closed' : 'open', `${peers} peer${peers === 1 ? '' : 's'}`, lastEndpoint];
    return `Socket(${[type, ...facts].filter((fact) => fact !== '').join(', ')})`;
  },
});

// The same line in JSON: a socket that is part of what somebody logs must not bring all of its parts, which are circular.
Object.defineProperty(Socket.prototype, 'toJSON', {
  value: function toJSON(this: Socket): string {
    return inspect(this);
  },
});

/**
 * The signal of an operation, or `null` when its options are none. A function that takes the operation as an arrow would
 * be shorter, and make V8 put the arguments of every `send` on the heap.
 */
function signalOf(options: OperationOptions | null): AbortSignal | undefined | null {
  if (options === null) return undefined;
  const { signal, timeout } = options as WaitOptions;
  if (timeout !== undefined) return null;
  if (signal === undefined) return typeof options === 'object' && !isSignal(options) ? undefined : null;
  return isSignal(signal) ? signal : null;
}

function isSignal(value: unknown): value is AbortSignal {
  const { addEventListener, removeEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof addEventListener === 'function' && typeof removeEventListener === 'function';
}

/** Says what is wrong with the options that {@link signalOf} would not take: each would be waiting without end. */
function refuseOptions(options: unknown): Promise<never> {
  const { timeout } = options as WaitOptions;
  const wrong =
    typeof options !== 'object' || isSignal(options)
      ? 'The options of an operation are an object such as { signal }.'
      : timeout !== undefined
        ? 'send and receive have no option `timeout`: pass { signal: AbortSignal.timeout(ms) }, or set sendTimeout or receiveTimeout.'
        : 'The option `signal` has to be an AbortSignal.';
  return Promise.reject(new ZmqError('InvalidArgument', wrong));
}
