import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/** A tcp relay between two sockets that looks at the bytes, and can fall silent as a dead network does. */
export class WireTap {
  /** How many connections were relayed so far. */
  connections = 0;
  private readonly heard: Record<'client' | 'server', Buffer> = { client: Buffer.alloc(0), server: Buffer.alloc(0) };
  private readonly sockets = new Set<Socket>();
  private readonly waiters = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => this.relay(client));
  }

  /** A relay in front of a tcp endpoint on this machine. */
  static async before(endpoint: string): Promise<WireTap> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WireTap(server, Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)));
  }

  get endpoint(): string {
    return `tcp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Resolves when one side has said these bytes so often. `client` is the side that connects. */
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
    this.connections++;
    const server = dial(this.target, '127.0.0.1');
    this.pass('client', client, server);
    this.pass('server', server, client);
  }

  private pass(side: 'client' | 'server', from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      this.heard[side] = Buffer.concat([this.heard[side], chunk]);
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
