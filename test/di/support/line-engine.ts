import {
  type EngineConfig,
  type IConnection,
  type IConnectionSink,
  type IDirectConnection,
  type IEngine,
  type IEngineHost,
  Metadata,
  Msg,
  type OutMessage,
  type Pipe,
  type ZmqError,
} from 'rzmq/plugin';

const LINE_END = 10;

/** A protocol of one line for each message of one frame; the first line says the socket type. As small as an engine can be. */
export class LineEngine implements IEngine, IConnectionSink {
  public ready = false;
  public unsent = 0;
  private readonly connection: IConnection;
  private host: IEngineHost | null = null;
  private pipe: Pipe | undefined;
  private received = Buffer.alloc(0);
  private finishing = false;
  private verdict: ZmqError | undefined;

  public constructor(
    connection: IConnection | IDirectConnection,
    private readonly config: EngineConfig,
  ) {
    if (connection.kind !== 'stream') throw new Error('Lines need a stream.');
    this.connection = connection;
  }

  public start(host: IEngineHost): void {
    this.host = host;
    this.connection.start(this);
    this.write(this.config.socketType);
  }

  public send(message: OutMessage): void {
    const frame = Array.isArray(message) ? (message[0] as Msg) : message;
    this.write(frame instanceof Uint8Array ? Buffer.from(frame).toString() : String(frame));
  }

  public flush(): void {}

  public resume(): void {
    setImmediate(() => {
      if (this.deliver()) this.connection.resume();
    });
  }

  public fail(error: ZmqError): void {
    this.verdict ??= error;
    this.destroy();
  }

  public finish(): void {
    this.finishing = true;
    this.closeWhenEmpty();
  }

  public destroy(): void {
    this.ready = false;
    this.connection.destroy();
  }

  public readBuffer(): Buffer {
    return Buffer.alloc(4096);
  }

  public onRead(): boolean {
    throw new Error('The transport of this engine has chunks of its own.');
  }

  public onChunk(bytes: Uint8Array): boolean {
    this.received = Buffer.concat([this.received, bytes]);
    return this.deliver();
  }

  public onDrained(): void {
    this.unsent = 0;
    this.ready = true;
    this.pipe?.drain();
    this.closeWhenEmpty();
  }

  public onClosed(error: ZmqError | undefined): void {
    this.ready = false;
    this.host?.onEnded(this.verdict ?? error);
    this.host = null;
  }

  private deliver(): boolean {
    for (let end = this.received.indexOf(LINE_END); end !== -1; end = this.received.indexOf(LINE_END)) {
      const line = this.received.subarray(0, end);
      this.received = this.received.subarray(end + 1);
      if (this.pipe === undefined) this.join(line);
      else if (!this.pipe.deliver([new Msg(line)])) return false;
    }
    return true;
  }

  private join(line: Buffer): void {
    const peer = new Metadata(this.connection.remoteAddress, new Map([['socket-type', line]]));
    this.pipe = this.host?.onPeer(peer);
    if (this.pipe === undefined) {
      this.destroy();
      return;
    }
    this.ready = true;
    this.pipe.connect(this, peer);
  }

  private write(line: string): void {
    if (this.connection.write([Buffer.from(`${line}\n`)])) return;
    this.unsent++;
    this.ready = false;
  }

  private closeWhenEmpty(): void {
    if (this.finishing && (this.pipe?.pending ?? 0) === 0) this.connection.close();
  }
}
