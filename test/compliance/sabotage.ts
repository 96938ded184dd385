import type {
  IConnection,
  IConnectionSink,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
  SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import type { Clause, Simulation } from 'rzmq/testing';

/** The title of the first clause that does not hold. */
export async function firstFailure(clauses: readonly Clause[]): Promise<string | undefined> {
  for (const { title, run } of clauses) {
    try {
      await run();
    } catch {
      return title;
    }
  }
  return undefined;
}

/** A connection that passes everything on: the base of those that do one thing wrong. */
export class Through implements IConnection, IConnectionSink {
  public readonly kind = 'stream';
  protected sink!: IConnectionSink;

  public constructor(
    protected readonly inner: IConnection,
    protected readonly world: Simulation,
  ) {}

  public get localAddress(): string {
    return this.inner.localAddress;
  }

  public get remoteAddress(): string {
    return this.inner.remoteAddress;
  }

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    this.inner.start(this);
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    return this.inner.write(chunks);
  }

  public pause(): void {
    this.inner.pause();
  }

  public resume(): void {
    this.inner.resume();
  }

  public close(): void {
    this.inner.close();
  }

  public destroy(): void {
    this.inner.destroy();
  }

  public readBuffer(): Buffer {
    return this.sink.readBuffer();
  }

  public onRead(size: number): boolean {
    return this.sink.onRead(size);
  }

  public onChunk(bytes: Uint8Array): boolean {
    return this.sink.onChunk(bytes);
  }

  public onDrained(): void {
    this.sink.onDrained();
  }

  public onClosed(error: ZmqError | undefined): void {
    this.sink.onClosed(error);
  }
}

/** What comes, all of it as chunks: for those who look at the bytes. */
export class Chunks extends Through {
  private readonly memory = Buffer.alloc(65_536);

  public override readBuffer(): Buffer {
    return this.memory;
  }

  public override onRead(size: number): boolean {
    return this.onChunk(this.memory.subarray(0, size));
  }
}

type Options = Readonly<SocketOptionValues>;
type Make = new (inner: IConnection, world: Simulation) => IConnection;

/** A transport that passes everything on: the base of those that do one thing wrong. */
export class ThroughTransport implements ITransport {
  public constructor(
    protected readonly inner: ITransport,
    protected readonly world: Simulation,
    private readonly make: Make = Through,
  ) {}

  public get schemes(): readonly string[] {
    return this.inner.schemes;
  }

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    this.inner.check(endpoint, role, options);
  }

  public listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    return this.inner.listen(endpoint, options, {
      onConnection: (connection) => events.onConnection(this.wrap(connection as IConnection)),
      onAcceptFailed: (error) => events.onAcceptFailed(error),
    });
  }

  public async connect(endpoint: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
    return this.wrap((await this.inner.connect(endpoint, options, signal)) as IConnection);
  }

  protected wrap(connection: IConnection): IConnection {
    return new this.make(connection, this.world);
  }
}
