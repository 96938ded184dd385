// An engine of your own. This one reads lines in the place of ZMTP: a PULL socket takes log lines of whoever can open a TCP
// connection. Patterns, high-water marks, monitoring and reconnection stay what they are.
import { connect } from 'node:net';
import { Context, SocketType } from 'rzmq';
import {
  contextModule,
  type IConnection,
  type IConnectionSink,
  type IDirectConnection,
  type IEngine,
  IEngineFactory,
  type IEngineHost,
  IScheduler,
  Metadata,
  Msg,
  type Pipe,
  ZmqError,
} from 'rzmq/plugin';

const LINE_END = 10;
const LONGEST_LINE = 65_536;

/** Between one connection and one pipe. */
class LineEngine implements IEngine, IConnectionSink {
  /** Nothing is ever sent. */
  public readonly ready = false;
  public readonly unsent = 0;
  private host: IEngineHost | null = null;
  private pipe: Pipe | undefined;
  private peer: Metadata | undefined;
  private room = Buffer.alloc(4096);
  /** What came and is no whole line yet, and what the reader had no room for. */
  private rest = Buffer.alloc(0);
  private verdict: ZmqError | undefined;

  public constructor(
    private readonly connection: IConnection,
    private readonly endpoint: string,
    private readonly scheduler: IScheduler,
  ) {}

  // --- what the session asks for ---
  public start(host: IEngineHost): void {
    this.host = host;
    this.connection.start(this);
    // There is no handshake: the peer is known as soon as it is there. Not from within `start`.
    this.scheduler.endOfTurn(() => {
      this.peer = new Metadata(this.connection.remoteAddress, new Map());
      this.pipe = this.host?.onPeer(this.peer);
      if (this.pipe === undefined) this.connection.destroy();
      else this.pipe.connect(this, this.peer);
    });
  }
  public finish(): void {
    this.connection.close();
  }
  public destroy(): void {
    this.connection.destroy();
  }

  // --- what the pipe asks for ---
  public send(): void {}
  public flush(): void {}
  public resume(): void {
    this.scheduler.endOfTurn(() => {
      if (this.deliver()) this.connection.resume();
    });
  }
  public fail(error: ZmqError): void {
    this.verdict ??= error;
    this.connection.destroy();
  }

  // --- what the connection tells ---
  public readBuffer(): Buffer {
    // A line is a window on this memory, so it is never read into twice.
    this.room = Buffer.alloc(4096);
    return this.room;
  }
  public onRead(size: number): boolean {
    return this.onChunk(this.room.subarray(0, size));
  }
  public onChunk(bytes: Uint8Array): boolean {
    this.rest = Buffer.concat([this.rest, bytes]);
    return this.deliver();
  }
  public onDrained(): void {}
  public onClosed(error: ZmqError | undefined): void {
    // What has come is received, also when the connection broke behind it.
    if (this.verdict === undefined) this.deliver(true);
    this.host?.onEnded(this.verdict ?? error);
    this.host = null;
  }

  /** Hands over whole lines, while the reader has room; or all of them. */
  private deliver(all = false): boolean {
    const { pipe } = this;
    if (pipe === undefined) return true;
    for (let end = this.rest.indexOf(LINE_END); end >= 0; end = this.rest.indexOf(LINE_END)) {
      const line = new Msg(this.rest, 0, 0, end, this.peer);
      this.rest = this.rest.subarray(end + 1);
      if (!pipe.deliver([line]) && !all) return false;
    }
    if (this.rest.length > LONGEST_LINE) {
      this.fail(new ZmqError('ProtocolViolation', `${this.endpoint}: a line without end.`, { fatal: true }));
    }
    return true;
  }
}

/** Serves tcp:// with a rank above that of the standard engine (0). `ipc://` and `inproc://` stay as they are. */
const lines = contextModule(({ bind }) => {
  bind(IEngineFactory)
    .toResolvedValue(
      (scheduler: IScheduler): IEngineFactory => ({
        name: 'lines',
        offer: (scheme) => ({ serves: scheme === 'tcp', rank: 10, reason: 'whoever writes logs speaks in lines' }),
        create(connection: IConnection | IDirectConnection, { endpoint }) {
          if (connection.kind !== 'stream') throw new ZmqError('Internal', 'Lines need a stream of bytes.');
          return new LineEngine(connection, endpoint, scheduler);
        },
      }),
      [IScheduler],
    )
    .inSingletonScope();
});

const context = new Context({ modules: [lines] });
const pull = context.socket(SocketType.Pull);
const endpoint = await pull.bind('tcp://127.0.0.1:0');
console.log(`${endpoint} is served by the engine ${context.inspect().sockets[0]?.endpoints[0]?.engine ?? '?'}`);

// Anything that can open a connection will do: here a socket of Node, elsewhere netcat or a syslog daemon.
const logger = connect(Number(endpoint.split(':').at(-1)));
logger.end('disk is full\nfan has stopped\n');
for (let i = 0; i < 2; i++) {
  const line = await pull.recv();
  console.log(`from ${line.peer?.address.replace(/:\d+$/, '') ?? '?'}: ${String(line)}`);
}
await context.term();
