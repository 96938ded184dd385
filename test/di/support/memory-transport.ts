import {
  type IConnection,
  type IConnectionSink,
  type IListener,
  type IListenerEvents,
  type ITransport,
  type ParsedEndpoint,
  ZmqError,
} from 'rzmq/plugin';

/** Streams of bytes inside the process, under any scheme: no network, no handle, no port. */
export class MemoryTransport implements ITransport {
  public readonly schemes: readonly string[];
  /** What was asked of it, in order. */
  public readonly calls: string[] = [];
  private readonly bound: Map<string, IListenerEvents> = new Map();
  private readonly connections: MemoryConnection[] = [];

  public constructor(...schemes: string[]) {
    this.schemes = schemes;
  }

  public check({ address, endpoint }: ParsedEndpoint): void {
    if (address.includes(' ')) throw new ZmqError('InvalidEndpoint', `${endpoint} has a space in it.`, { endpoint });
  }

  public async listen(
    { address, endpoint }: ParsedEndpoint,
    _options: unknown,
    events: IListenerEvents,
  ): Promise<IListener> {
    this.calls.push(`listen ${endpoint}`);
    if (this.bound.has(address)) throw new ZmqError('AddrInUse', `${endpoint} is in use.`, { endpoint });
    this.bound.set(address, events);
    return {
      endpoint,
      close: async () => {
        if (this.bound.get(address) === events) this.bound.delete(address);
      },
    };
  }

  public async connect({ address, endpoint }: ParsedEndpoint): Promise<IConnection> {
    this.calls.push(`connect ${endpoint}`);
    const events = this.bound.get(address);
    if (events === undefined) {
      throw new ZmqError('ConnectionRefused', `Nobody has bound ${endpoint}.`, { endpoint });
    }
    const [near, far] = memoryPair(address);
    this.connections.push(near, far);
    setImmediate(() => events.onConnection(far));
    return near;
  }

  /** The network is cut: what is written from now on arrives nowhere, and nobody hears of it. */
  public freeze(): void {
    for (const connection of this.connections) connection.frozen = true;
  }
}

/** Both ends of a stream. */
export function memoryPair(name: string): [MemoryConnection, MemoryConnection] {
  const near = new MemoryConnection(`${name}:near`, `${name}:far`);
  const far = new MemoryConnection(`${name}:far`, `${name}:near`);
  near.other = far;
  far.other = near;
  return [near, far];
}

/** One end of a stream. What is written arrives in a later turn, as the contract wants it. */
export class MemoryConnection implements IConnection {
  public readonly kind = 'stream';
  public other!: MemoryConnection;
  public frozen = false;
  private sink: IConnectionSink | null = null;
  private readonly arrived: Uint8Array[] = [];
  private paused = false;
  private over = false;
  private told = false;

  public constructor(
    public readonly localAddress: string,
    public readonly remoteAddress: string,
  ) {}

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    this.later();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    if (this.over) return false;
    if (this.frozen) return true;
    // Copies, because the memory is the caller's again.
    for (const chunk of chunks) this.other.arrived.push(Uint8Array.from(chunk));
    this.other.later();
    return true;
  }

  public pause(): void {
    this.paused = true;
  }

  public resume(): void {
    this.paused = false;
    this.later();
  }

  public close(): void {
    this.destroy();
  }

  public destroy(): void {
    for (const end of [this, this.other]) {
      end.over = true;
      end.later();
    }
  }

  private later(): void {
    setImmediate(() => this.deliver());
  }

  private deliver(): void {
    const sink = this.sink;
    if (sink === null || this.told) return;
    while (!this.paused && this.arrived.length > 0) {
      if (!sink.onChunk(this.arrived.shift()!)) this.paused = true;
    }
    if (!this.over || (this.arrived.length > 0 && !this.paused)) return;
    this.told = true;
    sink.onClosed(undefined);
  }
}
