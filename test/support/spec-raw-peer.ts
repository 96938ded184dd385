import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Bytes from hexadecimal text, in which blanks mean nothing, and from text after a `'`: `hex("04 '", 'READY')`. */
export function hex(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part)),
  );
}

/** A frame with a short size: flags (1 more, 4 command), then the body. */
export function frame(flags: number, body: string | Uint8Array): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from([flags, bytes.length]), bytes]);
}

/** A command frame: the name, then what belongs to it. */
export function command(name: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  return frame(4, Buffer.concat([Buffer.from([name.length]), Buffer.from(name), data]));
}

/** A metadata property of READY. */
export function property(name: string, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, bytes]);
}

/** The greeting of a peer of that version, with that mechanism. */
export function greeting(minor = 1, mechanism = 'NULL', major = 3): Buffer {
  const bytes = Buffer.alloc(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = major;
  bytes[11] = minor;
  bytes.write(mechanism, 12, 'latin1');
  return bytes;
}

/** READY of a peer of that type. */
export function ready(socketType: string, ...more: readonly Uint8Array[]): Buffer {
  return command('READY', Buffer.concat([property('Socket-Type', socketType), ...more]));
}

const IPC = 'ipc://';

/** A peer that speaks bytes, so that a test decides about each of them. */
export class RawPeer {
  /** What came and was not read, in the pieces that it came in. */
  private arrived: Buffer[] = [];
  private size = 0;
  private ended = false;
  private onChange: (() => void) | null = null;

  public constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.arrived.push(bytes);
      this.size += bytes.length;
      this.onChange?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.onChange?.();
    });
  }

  public send(...parts: readonly (string | Uint8Array)[]): void {
    this.socket.write(hex(...parts));
  }

  /** The next bytes; rejects when the connection ends before they have come. */
  public async read(size: number): Promise<Buffer> {
    while (this.size < size) {
      if (this.ended) throw new Error(`the connection was closed; ${this.size} of ${size} bytes had come`);
      await this.changed();
    }
    const all = this.takeAll();
    this.arrived.push(all.subarray(size));
    this.size = all.length - size;
    return all.subarray(0, size);
  }

  /** The next frame with its head, as hexadecimal text. */
  public async readFrame(): Promise<{ readonly flags: number; readonly body: Buffer }> {
    const flags = (await this.read(1))[0] ?? 0;
    const size = (flags & 2) === 0 ? ((await this.read(1))[0] ?? 0) : Number((await this.read(8)).readBigUInt64BE());
    return { flags, body: Buffer.from(await this.read(size)) };
  }

  /** Exchanges greetings and READY commands; answers the other side's READY. */
  public async shake(socketType: string, minor = 1): Promise<Buffer> {
    this.send(greeting(minor), ready(socketType));
    await this.read(64);
    return (await this.readFrame()).body;
  }

  /** Resolves, with what was not read, when the other side has closed the connection. */
  public async closed(): Promise<Buffer> {
    while (!this.ended) await this.changed();
    return this.takeAll();
  }

  /** Reads no more, so that what is sent to it piles up. */
  public pause(): void {
    this.socket.pause();
  }

  public resume(): void {
    this.socket.resume();
  }

  public destroy(): void {
    this.socket.destroy();
  }

  private takeAll(): Buffer {
    const all = Buffer.concat(this.arrived);
    this.arrived = [];
    this.size = 0;
    return all;
  }

  private changed(): Promise<void> {
    return new Promise((resolve) => {
      this.onChange = () => {
        this.onChange = null;
        resolve();
      };
    });
  }
}

/** Bare peers of one test, and what has to be closed after it. */
export class RawPeers {
  private readonly sockets: Set<Socket> = new Set();
  private readonly servers: Set<Server> = new Set();

  /** Connects to a tcp or ipc endpoint. */
  public async connect(endpoint: string): Promise<RawPeer> {
    const [, host = '', port] = /\/\/(.*):(\d+)/.exec(endpoint) ?? [];
    const socket = connect(
      endpoint.startsWith(IPC) ? { path: endpoint.slice(IPC.length) } : { host, port: Number(port) },
    );
    this.sockets.add(socket);
    const peer = new RawPeer(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    return peer;
  }

  /** Listens, on any tcp port or at an ipc endpoint; answers it, and a function that waits for the next connection. */
  public async listen(at = '', host = '127.0.0.1'): Promise<{ readonly endpoint: string; accept(): Promise<RawPeer> }> {
    const accepted: RawPeer[] = [];
    const waiting: ((peer: RawPeer) => void)[] = [];
    const server = createServer((socket) => {
      this.sockets.add(socket);
      const peer = new RawPeer(socket);
      const waiter = waiting.shift();
      if (waiter === undefined) accepted.push(peer);
      else waiter(peer);
    });
    this.servers.add(server);
    const where = at.startsWith(IPC) ? { path: at.slice(IPC.length) } : { host, port: 0 };
    await new Promise<void>((resolve) => server.listen(where, resolve));
    return {
      endpoint: at.startsWith(IPC) ? at : `tcp://${host}:${(server.address() as AddressInfo).port}`,
      accept: () =>
        new Promise((resolve) => {
          const peer = accepted.shift();
          if (peer === undefined) waiting.push(resolve);
          else resolve(peer);
        }),
    };
  }

  public close(): void {
    for (const socket of this.sockets) socket.destroy();
    for (const server of this.servers) server.close();
    this.sockets.clear();
    this.servers.clear();
  }
}
