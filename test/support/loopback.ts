import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Linux has all of 127.0.0.0/8 on its loopback interface; others have one address of it. */
const MANY =
  process.platform === 'linux' && (networkInterfaces()['lo'] ?? []).some(({ cidr }) => cidr === '127.0.0.1/8');

/** Ports that a system gives to nobody by itself, unless it is told to. */
const [FIRST, END] = [20_000, 32_000];

let given = 0;

/**
 * An address of this machine to bind to, where nobody else does: a port that was given back there, to be bound to later or
 * again, is not taken meanwhile, neither by another socket nor for the near end of a connection.
 */
export function ownAddress(): string {
  if (!MANY) return '127.0.0.1';
  return `127.${(process.pid >> 8) & 255}.${process.pid & 255}.${2 + (given++ % 250)}`;
}

/** A port of 127.0.0.1 that nobody listens on, and that nobody gets who asks for any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, END);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
