import { type ParsedEndpoint, ZmqError } from '../../plugin.js';

/** A place on the network: a host by name or address, and one of its ports. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

const HOST = /^(?:\*|[\w.-]+|\[[\da-f:.]+\])$/i;

/** Reads `host:port`; a source address in front of it (`source;host:port`) is left out. */
export function parsePlace({ address, endpoint }: ParsedEndpoint, role: 'bind' | 'connect'): Place {
  const text = role === 'connect' ? address.slice(address.indexOf(';') + 1) : address;
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, Math.max(0, colon));
  const digits = text.slice(colon + 1);
  const port = role === 'bind' && digits === '*' ? 0 : /^\d{1,5}$/.test(digits) ? Number(digits) : -1;
  const right =
    port >= (role === 'bind' ? 0 : 1) && port <= 65_535 && HOST.test(host) && (role === 'bind' || host !== '*');
  if (right) return { host, port };
  const what = role === 'bind' ? '"tcp://*:5555" or "tcp://server:0"' : '"tcp://server:5555"';
  throw new ZmqError(
    'InvalidEndpoint',
    `Cannot use ${JSON.stringify(endpoint)}: expected an endpoint such as ${what}.`,
    {
      endpoint,
    },
  );
}

/** The names that every host has for itself. */
export function isOwnName(host: string): boolean {
  return (
    host === '*' ||
    host === 'localhost' ||
    host === '0.0.0.0' ||
    host === '[::]' ||
    host === '[::1]' ||
    host.startsWith('127.')
  );
}
