import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

type Heard = Record<'client' | 'server', Buffer>;

function nothing(): Heard {
  return { client: Buffer.alloc(0), server: Buffer.alloc(0) };
}

/** A tcp relay between two sockets that looks at the bytes, and can fall silent as a dead network does. */
export class WireTap {
  /** Of the newest connection. */
  private heard: Heard = nothing();
  private readonly sockets = new Set<Socket>();
  private readonly waiters = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly host: string,
    private readonly port: number,
  ) {
    server.on('connection', (client) => this.relay(client));
  }

  /** A relay in front of a tcp endpoint on this machine. */
  static async before(endpoint: string): Promise<WireTap> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { hostname, port } = new URL(endpoint);
    return new WireTap(server, hostname, Number(port));
  }

  get endpoint(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when one side has said these bytes so often, in one connection. `client` is the side that connects. */
  async heardFrom(side: 'client' | 'server', bytes: Buffer, times: number): Promise<void> {
    while (this.count(side, bytes) < times) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  /** Holds the connections that are there, and passes nothing on. Later ones are relayed. */
  freeze(): void {
    for (const socket of this.sockets) socket.pause().removeAllListeners('data');
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(client: Socket): void {
    const heard = nothing();
    this.heard = heard;
    const server = dial(this.port, this.host);
    this.pass('client', client, server, heard);
    this.pass('server', server, client, heard);
  }

  private pass(side: 'client' | 'server', from: Socket, to: Socket, heard: Heard): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      heard[side] = Buffer.concat([heard[side], chunk]);
      to.write(chunk);
      const waiting = [...this.waiters];
      this.waiters.clear();
      for (const wake of waiting) wake();
    });
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    from.on('error', () => {});
  }

  private count(side: 'client' | 'server', bytes: Buffer): number {
    let found = 0;
    for (let at = this.heard[side].indexOf(bytes); at >= 0; at = this.heard[side].indexOf(bytes, at + 1)) found++;
    return found;
  }
}
