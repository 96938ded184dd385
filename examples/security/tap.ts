// A wire with somebody at it who listens: a relay in front of a server that keeps all that passes. The programs
// security-1 to security-5 let their clients connect through it, to see what it gets to know.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** What somebody on the way knows, and how to get to the server through them. */
export interface Tap {
  readonly endpoint: string;
  /** True when that text has passed where it can be read. */
  heard(text: string): boolean;
  close(): Promise<void>;
}

/** Listens in front of a tcp endpoint. */
export async function tap(endpoint: string): Promise<Tap> {
  const { hostname, port } = new URL(endpoint);
  const passed: Buffer[] = [];
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (bytes: Buffer) => passed.push(bytes));
      from.on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `tcp://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    heard: (text) => Buffer.concat(passed).includes(text),
    close: async () => {
      relay.close();
      await once(relay, 'close');
    },
  };
}
