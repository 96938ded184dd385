import { networkInterfaces } from 'node:os';
import type { IClock, IScheduler, ITimer } from '../../../src/core/contracts/clock.js';
import type { IRandom } from '../../../src/core/contracts/random.js';
import type {
  IConnection,
  IConnectionSink,
  IDirectConnection,
  IListener,
  IListenerEvents,
  ITransport,
} from '../../../src/core/contracts/transport.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { NodeRandom } from '../../../src/engines/services/node-services.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';

export const scheduler: IScheduler = {
  endOfTurn: (callback) => process.nextTick(callback),
  nextTurn: (callback) => void setImmediate(callback),
};

/** A clock that stands still until a test fires its timers. */
export class ManualClock implements IClock {
  public readonly timers: Set<{ delay: number; callback: () => void }> = new Set();

  public now(): number {
    return 0;
  }

  public after(delay: number, callback: () => void): ITimer {
    const timer = { delay, callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  }

  public fire(): void {
    for (const timer of [...this.timers]) {
      this.timers.delete(timer);
      timer.callback();
    }
  }
}

export function options(changes: Partial<SocketOptionValues> = {}): SocketOptionValues {
  return { ...defaultValues('DEALER'), ...changes };
}

/** A promise that is settled from outside. */
export class Signal<T = void> {
  public readonly promise: Promise<T>;
  public done = false;
  private settle!: (value: T) => void;

  public constructor() {
    this.promise = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  public set(value: T): void {
    this.done = true;
    this.settle(value);
  }
}

/** Lets all I/O that is ready happen, and what follows from it. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for something that will happen, turn by turn; gives up only so that a failing test ends. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 25_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not happen: ${String(condition)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface SinkHooks {
  /** Called with every piece that arrived; its answer is the sink's. */
  onBytes?: (bytes: Buffer) => boolean;
  bufferSize?: number;
}

/** A sink that keeps what it is told, and notices when it is told it from within one of the test's own calls. */
export class TestSink implements IConnectionSink {
  public readonly closed = new Signal<ZmqError | undefined>();
  public received = 0;
  public pieces: Buffer[] = [];
  public reads = 0;
  public chunks = 0;
  public drained = 0;
  public closedCount = 0;
  public calledInside = false;
  public calledAfterClosed = false;
  /** True while the test is inside start, write, close or destroy. */
  public inside = false;
  private last: Buffer = Buffer.alloc(0);
  private readonly hooks: SinkHooks;

  public constructor(hooks: SinkHooks = {}) {
    this.hooks = hooks;
  }

  public readBuffer(): Buffer {
    if (this.closed.done) this.calledAfterClosed = true;
    this.last = Buffer.alloc(this.hooks.bufferSize ?? 65536);
    return this.last;
  }

  public onRead(size: number): boolean {
    this.reads++;
    return this.take(this.last.subarray(0, size));
  }

  public onChunk(bytes: Uint8Array): boolean {
    this.chunks++;
    return this.take(Buffer.from(bytes));
  }

  public onDrained(): void {
    this.note();
    this.drained++;
  }

  public onClosed(error: ZmqError | undefined): void {
    this.note();
    this.closedCount++;
    this.closed.set(error);
  }

  public get text(): string {
    return Buffer.concat(this.pieces).toString('latin1');
  }

  public get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** Runs one call of the connection, during which the sink must not be called. */
  public during<T>(call: () => T): T {
    this.inside = true;
    try {
      return call();
    } finally {
      this.inside = false;
    }
  }

  private take(bytes: Buffer): boolean {
    this.note();
    this.received += bytes.length;
    if (this.hooks.onBytes !== undefined) return this.hooks.onBytes(bytes);
    this.pieces.push(Buffer.from(bytes));
    return true;
  }

  private note(): void {
    if (this.inside) this.calledInside = true;
    if (this.closed.done) this.calledAfterClosed = true;
  }
}

/** Collects what a listener tells; `next` waits for the next connection. */
export class TestEvents<C extends IConnection | IDirectConnection = IConnection> implements IListenerEvents {
  public readonly connections: C[] = [];
  public readonly failures: ZmqError[] = [];
  private taken = 0;

  public onConnection(connection: IConnection | IDirectConnection): void {
    this.connections.push(connection as C);
  }

  public onAcceptFailed(error: ZmqError): void {
    this.failures.push(error);
  }

  public async next(): Promise<C> {
    await until(() => this.connections.length > this.taken);
    return this.connections[this.taken++]!;
  }
}

/** Everything that a test opened, so that nothing outlives it. */
export class Opened {
  private readonly listeners: IListener[] = [];
  private readonly connections: (IConnection | IDirectConnection)[] = [];
  private readonly all: TestEvents[] = [];

  public async bind(
    transport: ITransport,
    endpoint: string,
    changes: Partial<SocketOptionValues> = {},
  ): Promise<{ listener: IListener; events: TestEvents }> {
    const events = new TestEvents();
    this.all.push(events);
    const listener = await transport.listen(parseEndpoint(endpoint), options(changes), events);
    this.listeners.push(listener);
    return { listener, events };
  }

  public async connect(
    transport: ITransport,
    endpoint: string,
    changes: Partial<SocketOptionValues> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<IConnection> {
    const connection = await transport.connect(parseEndpoint(endpoint), options(changes), signal);
    this.connections.push(connection);
    return connection as IConnection;
  }

  /** A connected pair: the connecting end, and the accepted end. */
  public async pair(transport: ITransport, endpoint: string): Promise<[IConnection, IConnection]> {
    const { listener, events } = await this.bind(transport, endpoint);
    const connected = await this.connect(transport, listener.endpoint);
    return [connected, await events.next()];
  }

  public async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    for (const { connections } of this.all) for (const connection of connections) connection.destroy();
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }
}

/** Bytes whose value says where in the stream they are: a piece that is lost, doubled or moved is noticed. */
export class Pattern {
  private static readonly cycle: Buffer = Pattern.make();
  private position = 0;

  private static make(): Buffer {
    // A prime length, so that it is in step with no buffer size.
    const cycle = Buffer.alloc(1_000_003);
    let x = 1;
    for (let i = 0; i < cycle.length; i++) {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
      cycle[i] = x >>> 24;
    }
    return cycle;
  }

  /** The next `size` bytes of the stream (fewer at the end of the cycle). */
  public next(size: number): Buffer {
    const at = this.position % Pattern.cycle.length;
    const piece = Pattern.cycle.subarray(at, at + size);
    this.position += piece.length;
    return piece;
  }

  /** True when `bytes` are the next ones of the stream. */
  public matches(bytes: Buffer): boolean {
    let rest = bytes;
    while (rest.length > 0) {
      const expected = this.next(rest.length);
      if (!expected.equals(rest.subarray(0, expected.length))) return false;
      rest = rest.subarray(expected.length);
    }
    return true;
  }
}

/** The error that `work` throws or rejects with. */
export async function failure(work: () => unknown): Promise<ZmqError> {
  try {
    await work();
  } catch (error) {
    return error as ZmqError;
  }
  throw new Error('it did not fail');
}

/** True when this machine has the IPv6 loopback address. */
export const hasIpv6: boolean = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);

/** Randomness of the real kind: nothing here depends on it. */
export const random: IRandom = new NodeRandom();
