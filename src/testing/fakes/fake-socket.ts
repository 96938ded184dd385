import { EventEmitter } from 'node:events';
import type {
  CloseReport,
  ConnectOptions,
  MonitorEventName,
  OperationOptions,
  OptionInput,
  SendOptions,
  SocketEvent,
  SocketEventIterator,
  SocketEvents,
  SocketStats,
  TypedSocketOptions,
  WaitOptions,
} from '../../index.js';
import {
  type Address,
  createTypedOptions,
  type IClock,
  type InMessage,
  type ISocket,
  type Msg,
  type OutMessage,
  SocketOptions,
  type SocketOptionsInit,
  ZmqError,
  type ZmqErrorCode,
} from '../../plugin.js';
import { FakeEvents } from './fake-events.js';
import { framesOf, type SentMessage } from './fake-messages.js';
import { FakeTraffic, unable } from './fake-traffic.js';
import { signalOf } from './operation-signal.js';
import { type FakeOperation, PlannedFailures } from './planned-failures.js';
import { realClock } from './real-clock.js';
import { WaitingLine } from './waiting-line.js';

/** What a fake can be told. */
export interface FakeSocketOptions {
  /** The time of its limits (ZMQ_SNDTIMEO, ZMQ_RCVTIMEO, `timeout`). Default: the real one. */
  readonly clock?: IClock;
}

/**
 * A socket without a network, which a test scripts: it keeps what was sent, receives what it is told to, and fails when it
 * is told to. Whoever uses it cannot tell it from a real one by its options, errors, time limits, signals and turns: a REQ
 * that sends twice is refused (EFSM), a PULL cannot send (ENOTSUP), a full one holds its senders back (EAGAIN).
 */
export class FakeSocket implements ISocket {
  /** What was sent, in order. */
  public readonly sent: SentMessage[];
  /** The endpoints that it is bound and connected to. */
  public readonly bound: Set<string> = new Set();
  public readonly connected: Set<string> = new Set();
  /** The routing ids that `disconnectPeer` was called with. */
  public readonly disconnectedPeers: (number | string | Uint8Array)[] = [];
  /** The topics that it has subscribed to, or the groups that it has joined. */
  public readonly topics: string[] = [];
  /** How often `close` was called. */
  public closes = 0;
  public readonly options: TypedSocketOptions;
  public readonly events: SocketEvents = new EventEmitter();
  public lastEndpoint = '';

  private readonly values: SocketOptions;
  private readonly traffic: FakeTraffic;
  private readonly senders: WaitingLine;
  private readonly receivers: WaitingLine;
  private readonly waiters: WaitingLine;
  private readonly monitors: FakeEvents = new FakeEvents();
  private readonly failures: PlannedFailures = new PlannedFailures();
  private ports = 49_151;
  private closing: Promise<CloseReport> | null = null;

  public constructor(
    public readonly type: string,
    init: SocketOptionsInit = {},
    { clock = realClock }: FakeSocketOptions = {},
  ) {
    this.values = new SocketOptions(type, {}, init);
    this.options = createTypedOptions(this.values);
    this.senders = new WaitingLine(clock);
    this.receivers = new WaitingLine(clock);
    this.waiters = new WaitingLine(clock);
    this.traffic = new FakeTraffic(type, this.options, this.failures);
    this.sent = this.traffic.sent;
  }

  // --- the test's side ---------------------------------------------------------------------------------------

  /** Messages come in, in this order. A frame is text or bytes, a message of several frames an array of them. */
  public receives(...messages: readonly OutMessage[]): this {
    this.traffic.arrive(messages);
    this.receivers.serve();
    return this;
  }

  /** The next call of an operation (or the one that waits) fails: with an error, or one of that code. */
  public fails(operation: FakeOperation, error: ZmqError | ZmqErrorCode): this {
    this.failures.plan(operation, error);
    if (operation === 'send') this.senders.serve();
    else if (operation === 'recv') this.receivers.serve();
    else this.waiters.serve();
    return this;
  }

  /** The peer takes so many messages more; then `send` waits (ZMQ_SNDTIMEO), and `trySend` answers false. */
  public takes(messages: number): this {
    this.traffic.room = messages;
    this.senders.serve();
    return this;
  }

  /** Something happens to the socket or to a connection: listeners and monitors hear of it. */
  public emits(type: MonitorEventName, facts: Partial<SocketEvent> = {}): this {
    const event = { event: 0, value: 0, endpoint: this.lastEndpoint, ...facts, type } as SocketEvent;
    const emitter: EventEmitter = this.events;
    emitter.emit(type, event);
    emitter.emit('event', event);
    this.monitors.offer(event);
    return this;
  }

  /** Resolves with the message that is sent next, or with the one of that number. */
  public async nextSent(number: number = this.sent.length, options: WaitOptions = {}): Promise<SentMessage> {
    return this.wait(`wait for message ${number}`, () => this.sent[number], options);
  }

  // --- endpoints ---------------------------------------------------------------------------------------------

  public get closed(): boolean {
    return this.closing !== null;
  }

  public bind(endpoint: string): Promise<string> {
    return settle(() => {
      this.begin('bind');
      const real = endpoint.replace(/:(\*|0)$/, () => `:${++this.ports}`);
      if (this.bound.has(real)) throw new ZmqError('AddrInUse', `${real} is in use.`, { endpoint: real });
      this.bound.add(real);
      this.lastEndpoint = real;
      this.emits('bind', { endpoint: real });
      this.waiters.serve();
      return real;
    });
  }

  public unbind(endpoint: string): Promise<void> {
    return settle(() => {
      this.begin('unbind');
      if (!this.bound.delete(endpoint)) throw notFound(endpoint);
    });
  }

  public connect(endpoint: string, _options?: ConnectOptions): Promise<void> {
    return settle(() => {
      this.begin('connect');
      this.connected.add(endpoint);
      this.lastEndpoint = endpoint;
      this.emits('connect', { endpoint });
      this.waiters.serve();
    });
  }

  public async connectPeer(endpoint: string): Promise<number> {
    await this.connect(endpoint);
    return this.connected.size;
  }

  public disconnectPeer(routingId: number | string | Uint8Array): void {
    this.begin('disconnect');
    this.disconnectedPeers.push(routingId);
  }

  public disconnect(endpoint: string): Promise<void> {
    return settle(() => {
      this.begin('disconnect');
      if (!this.connected.delete(endpoint)) throw notFound(endpoint);
      this.emits('disconnect', { endpoint });
    });
  }

  public async ready(options: WaitOptions = {}): Promise<void> {
    const ready = (): true | undefined => {
      this.failures.meet('ready');
      return this.bound.size + this.connected.size > 0 ? true : undefined;
    };
    await this.wait('wait until it is ready', ready, options);
  }

  /** Everything that it is connected to is a peer; who connects to it is nobody, unless a test says more. */
  public async waitForPeers(count: number, options: WaitOptions = {}): Promise<void> {
    const there = (): true | undefined => (this.connected.size + this.bound.size >= count ? true : undefined);
    await this.wait(`wait for ${count} peers`, there, options);
  }

  public async waitForSubscriber(_topic?: string | Uint8Array, options: WaitOptions = {}): Promise<void> {
    await this.waitForPeers(1, options);
  }

  // --- messages ----------------------------------------------------------------------------------------------

  public get writable(): boolean {
    return !this.closed && this.traffic.writable;
  }

  public get readable(): boolean {
    return this.traffic.readable;
  }

  public async send(message: OutMessage, options: SendOptions = {}): Promise<void> {
    const frames = framesOf(message);
    const signal = signalOf(options);
    await this.senders.take(() => this.take(frames, options), {
      timeout: this.options.sendTimeout,
      what: 'send',
      signal,
    });
  }

  public async sendMultipart(
    frames: readonly (Msg | string | Uint8Array)[],
    options: OperationOptions = {},
  ): Promise<void> {
    if (!Array.isArray(frames)) throw new ZmqError('InvalidMessage', 'sendMultipart takes an array of frames.');
    await this.send(frames as readonly Msg[], options);
  }

  public trySend(message: OutMessage, address: Address = {}): boolean {
    return this.senders.length === 0 && this.take(framesOf(message), address) === true;
  }

  public async recv(options: OperationOptions = {}): Promise<Msg> {
    return this.receive(() => {
      this.check();
      return this.traffic.nextFrame();
    }, options);
  }

  public recvMultipart(options: OperationOptions = {}): Promise<InMessage> {
    return this.receive(() => this.next(), options);
  }

  public recvMany(max: number, options: OperationOptions = {}): Promise<InMessage[]> {
    return this.receive(() => {
      const messages: InMessage[] = [];
      for (let message = this.next(); message !== undefined; message = this.next()) {
        if (messages.push(message) === max || this.traffic.toSend) break;
      }
      return messages.length === 0 ? undefined : messages;
    }, options);
  }

  public tryRecv(): InMessage | undefined {
    return this.receivers.length === 0 ? this.next() : undefined;
  }

  public async *[Symbol.asyncIterator](): AsyncIterator<InMessage, undefined> {
    while (!this.closed) {
      try {
        yield await this.receive(() => this.next(), {}, -1);
      } catch (error) {
        if ((error as ZmqError).code === 'SocketClosed') return undefined;
        throw error;
      }
    }
    return undefined;
  }

  // --- what it is set to -------------------------------------------------------------------------------------

  public subscribe(...topics: (string | Uint8Array)[]): void {
    this.only('SUB', 'XSUB');
    this.topics.push(...(topics.length === 0 ? [''] : topics.map(text)));
  }

  public unsubscribe(...topics: (string | Uint8Array)[]): void {
    this.only('SUB', 'XSUB');
    for (const topic of topics.length === 0 ? [''] : topics.map(text)) remove(this.topics, topic);
  }

  public join(...groups: (string | Uint8Array)[]): void {
    this.only('DISH');
    this.topics.push(...groups.map(text));
  }

  public leave(...groups: (string | Uint8Array)[]): void {
    this.only('DISH');
    for (const group of groups.map(text)) {
      if (!remove(this.topics, group)) throw new ZmqError('InvalidArgument', `It is not in the group ${group}.`);
    }
  }

  public setOption(option: number, value: OptionInput): Promise<void> {
    return settle(() => {
      this.begin('setOption');
      this.values.set(option, value);
    });
  }

  public getOption(option: number): Promise<number | boolean | string | Buffer | null> {
    return settle(() => {
      this.check();
      return this.values.get(option);
    });
  }

  public monitor(events = 0): SocketEventIterator {
    return this.monitors.iterate(events);
  }

  public publishPipeStats(): void {
    this.check();
  }

  public stats(): SocketStats {
    return {
      messagesIn: this.traffic.received,
      messagesOut: this.sent.length,
      bytesIn: 0,
      bytesOut: 0,
      queuedIn: this.traffic.waiting,
      queuedOut: 0,
      queuedBytesIn: 0,
      queuedBytesOut: 0,
      dropped: {},
      peers: this.connected.size,
      pipes: [],
    };
  }

  public ref(): void {
    // It keeps nothing alive.
  }

  public unref(): void {
    // As above.
  }

  public close(): Promise<CloseReport> {
    this.closes++;
    this.closing ??= Promise.resolve({
      type: this.type,
      sent: this.sent.length,
      dropped: this.traffic.waiting === 0 ? {} : { unread: this.traffic.waiting },
      endpoints: [],
    });
    for (const line of [this.senders, this.receivers, this.waiters]) line.refuseAll(closed());
    if (this.closes === 1) {
      this.emits('end');
      this.monitors.finish();
    }
    return this.closing;
  }

  public async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private take(frames: readonly (Msg | string | Uint8Array)[], address: Address): true | undefined {
    this.check();
    const taken = this.traffic.take(frames, address);
    if (taken === true) {
      this.waiters.serve();
      this.receivers.serve();
    }
    return taken;
  }

  private next(): InMessage | undefined {
    this.check();
    return this.traffic.next();
  }

  private async receive<T>(
    attempt: () => T | undefined,
    options: OperationOptions,
    timeout: number = this.options.receiveTimeout,
  ): Promise<T> {
    return this.receivers.take(attempt, { timeout, what: 'receive', signal: signalOf(options) });
  }

  private wait<T>(what: string, attempt: () => T | undefined, { timeout = -1, signal }: WaitOptions): Promise<T> {
    const checked = (): T | undefined => {
      this.check();
      return attempt();
    };
    return this.waiters.take(checked, { timeout, what, signal });
  }

  private begin(operation: FakeOperation): void {
    this.check();
    this.failures.meet(operation);
  }

  private check(): void {
    if (this.closed) throw closed();
  }

  private only(...types: readonly string[]): void {
    this.check();
    if (!types.includes(this.type)) throw unable(this.type, 'do that');
  }
}

function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

function text(value: string | Uint8Array): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString();
}

function remove(list: string[], item: string): boolean {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}

function closed(): ZmqError {
  return new ZmqError('SocketClosed', 'The socket was closed.');
}

function notFound(endpoint: string): ZmqError {
  return new ZmqError('EndpointNotFound', `It is not bound or connected to ${endpoint}.`, { endpoint });
}
