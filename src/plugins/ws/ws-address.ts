import { type ParsedEndpoint, ZmqError } from '../../plugin.js';

/** `host:port/path`, in two parts. */
export interface WsAddress {
  /** The endpoint as tcp has it: its address is `host:port`. */
  readonly tcp: ParsedEndpoint;
  /** Begins with `/`. */
  readonly path: string;
  /** NaN where it is none. */
  readonly port: number;
}

/** Splits the address of an endpoint. Throws InvalidEndpoint for a path that cannot stand in a request. */
export function parseWs(endpoint: ParsedEndpoint, role: 'bind' | 'connect'): WsAddress {
  const at = endpoint.address.indexOf('/');
  const address = at < 0 ? endpoint.address : endpoint.address.slice(0, at);
  const path = at < 0 ? '/' : endpoint.address.slice(at);
  if (!/^[\x21-\x7e]*$/.test(path) || path.includes('#') || (role === 'bind' && path.includes('?'))) {
    const example = 'write host:port/path, such as 127.0.0.1:8080/feed';
    throw new ZmqError(
      'InvalidEndpoint',
      `Cannot use ${JSON.stringify(endpoint.endpoint)}: its path is none: ${example}.`,
      {
        endpoint: endpoint.endpoint,
      },
    );
  }
  return { tcp: { ...endpoint, address }, path, port: Number(address.slice(address.lastIndexOf(':') + 1)) };
}

/** Whether a request goes to a bound path: `/` takes every path. */
export function goesTo(url: string | undefined, path: string): boolean {
  return path === '/' || (url ?? '').split('?')[0] === path;
}
