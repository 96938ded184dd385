import type { ParsedEndpoint } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { invalidEndpoint } from './endpoint.js';

/** The longest path in bytes: `sun_path` less its end mark. */
function longestPath(platform: NodeJS.Platform): number {
  return platform === 'linux' ? 107 : 103;
}

/**
 * The path of an ipc endpoint as node:net takes it: `@name` (Linux) becomes an abstract one. Throws InvalidEndpoint,
 * or UnsupportedTransport where there are no UNIX domain sockets.
 */
export function parseIpc(endpoint: ParsedEndpoint, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    throw new ZmqError(
      'UnsupportedTransport',
      `Cannot use ${JSON.stringify(endpoint.endpoint)}: there is no ipc on Windows; use tcp://127.0.0.1:port.`,
      { endpoint: endpoint.endpoint, fatal: true },
    );
  }
  const path = endpoint.address;
  const bytes = Buffer.byteLength(path);
  const longest = longestPath(platform);
  if (bytes > longest) {
    throw invalidEndpoint(
      endpoint,
      `the path has ${bytes} bytes, and at most ${longest} are possible.`,
      'ENAMETOOLONG',
    );
  }
  if (path.includes('\0')) throw invalidEndpoint(endpoint, 'a path cannot contain a zero byte.');
  if (!isAbstract(path)) return path;
  if (platform !== 'linux') throw invalidEndpoint(endpoint, 'abstract names (@name) exist on Linux only; use a path.');
  if (path === '@') throw invalidEndpoint(endpoint, 'an abstract name needs a name after "@".');
  return `\0${path.slice(1)}`;
}

/** True for `@name`: a name that is no file. */
export function isAbstract(address: string): boolean {
  return address.startsWith('@');
}
