import { isIPv4, isIPv6 } from 'node:net';
import type { ParsedEndpoint } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { invalidEndpoint } from './endpoint.js';

/** Where to listen, or where to connect from. */
export interface TcpBindAddress {
  /** `*`, an IPv4 or IPv6 address (no brackets), the name of a network interface, or a host name. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** Where to connect to. */
export interface TcpConnectAddress {
  /** An IPv4 or IPv6 address (no brackets), or a host name. Empty is legal, and never resolves. */
  readonly host: string;
  readonly port: number;
  /** The local address to connect from, if one is asked for. */
  readonly source: TcpBindAddress | undefined;
}

const MAX_PORT = 65535;
const EXAMPLE_BIND = 'write host:port, such as 127.0.0.1:5555, [::1]:5555, eth0:* or *:0';
const EXAMPLE_CONNECT = 'write host:port, such as 127.0.0.1:5555, [::1]:5555 or server.example:5555';

/** Looks at an address without touching the network. Throws as the two below do. */
export function checkTcp(endpoint: ParsedEndpoint, role: 'bind' | 'connect', ipv6: boolean): void {
  if (role === 'bind') parseTcpBind(endpoint, ipv6);
  else parseTcpConnect(endpoint, ipv6);
}

/** Reads `host:port` of a bind. Throws InvalidEndpoint, or EndpointResolutionFailed for an address that cannot be. */
export function parseTcpBind(endpoint: ParsedEndpoint, ipv6: boolean): TcpBindAddress {
  if (/[\s/;]/.test(endpoint.address))
    throw invalidEndpoint(endpoint, `it has characters of no address: ${EXAMPLE_BIND}.`);
  return parseLocal(endpoint, endpoint.address, ipv6);
}

/**
 * Reads `host:port` or `source:port;host:port` of a connect. Throws InvalidEndpoint.
 * A host that does not exist is no error here: it may exist when the next attempt is made.
 */
export function parseTcpConnect(endpoint: ParsedEndpoint, ipv6: boolean): TcpConnectAddress {
  const { address } = endpoint;
  if (!/^[A-Za-z0-9[:][\w.\-:%;[\]*]*$/.test(address)) {
    throw invalidEndpoint(endpoint, `this is no address to connect to: ${EXAMPLE_CONNECT}.`);
  }
  const parts = address.split(';');
  if (parts.length > 2) throw invalidEndpoint(endpoint, 'it has more than one ";": write source:port;host:port.');
  const [host, portText] = splitPort(endpoint, parts.at(-1) ?? '', EXAMPLE_CONNECT);
  if (host === '*' || portText === '*') {
    throw invalidEndpoint(
      endpoint,
      `"*" is for binding; a connection needs one host and one port: ${EXAMPLE_CONNECT}.`,
    );
  }
  const port = parsePort(endpoint, portText);
  if (port === 0) throw invalidEndpoint(endpoint, 'nobody listens on port 0: use the port of the bound socket.');
  if (host.includes(':') && !isIPv6(host))
    throw invalidEndpoint(endpoint, `the host is no IPv6 address: ${EXAMPLE_CONNECT}.`);
  const source = parts.length === 2 ? parseLocal(endpoint, parts[0] ?? '', ipv6) : undefined;
  if (source !== undefined && isLiteral(source.host) && isLiteral(host) && isIPv4(source.host) !== isIPv4(host)) {
    throw invalidEndpoint(endpoint, 'the source and the host are not of the same family: use IPv4 for both, or IPv6.');
  }
  return { host, port, source };
}

/** `host:port` as it stands in an endpoint: IPv6 in brackets. */
export function formatAddress(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** True for an address that needs no resolving. */
export function isLiteral(host: string): boolean {
  return isIPv4(host) || isIPv6(host);
}

/** The error for an IPv6 address while ZMQ_IPV6 is off. Trying again does not help. */
export function needsIpv6({ endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError(
    'EndpointResolutionFailed',
    `Cannot use ${JSON.stringify(endpoint)}: it has an IPv6 address, and the option ipv6 (ZMQ_IPV6) is off.`,
    { endpoint, fatal: true },
  );
}

function parseLocal(endpoint: ParsedEndpoint, text: string, ipv6: boolean): TcpBindAddress {
  const [host, portText] = splitPort(endpoint, text, EXAMPLE_BIND);
  const port = portText === '*' ? 0 : parsePort(endpoint, portText);
  if (host === '') {
    throw new ZmqError(
      'EndpointResolutionFailed',
      `Cannot use ${JSON.stringify(endpoint.endpoint)}: it has no host; "*" stands for all local addresses.`,
      { endpoint: endpoint.endpoint, fatal: true },
    );
  }
  if (isIPv6(host) && !ipv6) throw needsIpv6(endpoint);
  return { host, port };
}

/** The last `:` separates the port; brackets around an IPv6 address are taken off. */
function splitPort(endpoint: ParsedEndpoint, text: string, example: string): [host: string, port: string] {
  const at = text.lastIndexOf(':');
  if (at < 0 || text.endsWith(']')) throw invalidEndpoint(endpoint, `it has no port: ${example}.`);
  let host = text.slice(0, at);
  if (/[[\]]/.test(host)) {
    const inner = /^\[([^[\]]*)\]$/.exec(host)?.[1];
    if (inner === undefined || !isIPv6(inner)) {
      throw invalidEndpoint(endpoint, `only an IPv6 address stands in brackets: ${example}.`);
    }
    host = inner;
  }
  if (host.includes('%')) checkScope(endpoint, host);
  return [host, text.slice(at + 1)];
}

function parsePort(endpoint: ParsedEndpoint, text: string): number {
  if (!/^\d+$/.test(text)) {
    throw invalidEndpoint(endpoint, `the port ${JSON.stringify(text)} is no number: use 1 to ${MAX_PORT}.`);
  }
  const port = Number(text);
  if (port > MAX_PORT) throw invalidEndpoint(endpoint, `the port ${text} is too large: use 1 to ${MAX_PORT}.`);
  return port;
}

function checkScope(endpoint: ParsedEndpoint, host: string): void {
  if (isIPv6(host) && !/%0*$/.test(host)) return;
  throw invalidEndpoint(
    endpoint,
    'after "%" comes the interface of an IPv6 address: its name, or its number from 1 up.',
  );
}
