import { isIPv4, isIPv6 } from 'node:net';
import type { ParsedEndpoint } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { invalidEndpoint } from './endpoint.js';
import type { HostNames } from './host-names.js';
import { isLiteral, needsIpv6, type TcpBindAddress, type TcpConnectAddress } from './tcp-address.js';

/**
 * The address to listen on. With `ipv6` it is always an IPv6 one, so that one socket serves both families:
 * `*` becomes `::`, and 127.0.0.1 becomes ::ffff:127.0.0.1, which only IPv4 peers can reach.
 */
export async function resolveBind(
  endpoint: ParsedEndpoint,
  { host }: TcpBindAddress,
  ipv6: boolean,
  names: HostNames,
): Promise<string> {
  if (host === '*') return anyAddress(ipv6);
  const address = resolveLocal(endpoint, host, ipv6, names) ?? (await lookUpLocal(endpoint, host, ipv6, names));
  return ofFamily(address, ipv6);
}

/** The same without waiting: for numbers, interfaces and localhost. Throws UnsupportedFeature for other names. */
export function resolveBindNow(
  endpoint: ParsedEndpoint,
  { host }: TcpBindAddress,
  ipv6: boolean,
  names: HostNames,
): string {
  if (host === '*') return anyAddress(ipv6);
  const address = resolveLocal(endpoint, host, ipv6, names) ?? (host === 'localhost' ? '127.0.0.1' : undefined);
  if (address !== undefined) return ofFamily(address, ipv6);
  throw new ZmqError(
    'UnsupportedFeature',
    `Cannot bind ${endpoint.endpoint} at once: the name has to be looked up. Give an address, or await bind().`,
    { endpoint: endpoint.endpoint },
  );
}

function anyAddress(ipv6: boolean): string {
  return ipv6 ? '::' : '0.0.0.0';
}

function ofFamily(address: string, ipv6: boolean): string {
  return ipv6 && isIPv4(address) ? `::ffff:${address}` : address;
}

/** The address to connect from: literal or the name of an interface, never a host name. */
export function resolveSource(
  endpoint: ParsedEndpoint,
  { host }: TcpBindAddress,
  ipv6: boolean,
  names: HostNames,
): string {
  const address = resolveLocal(endpoint, host, ipv6, names);
  if (address !== undefined) return address;
  throw unresolved(endpoint, `${JSON.stringify(host)} is no address and no network interface of this machine`);
}

/** The addresses to try, one after the other. Rejects when the name has none, as the next attempt may not. */
export async function resolveConnect(
  endpoint: ParsedEndpoint,
  { host }: TcpConnectAddress,
  ipv6: boolean,
  names: HostNames,
): Promise<readonly string[]> {
  if (isIPv6(host) && !ipv6) throw needsIpv6(endpoint);
  if (isLiteral(host)) return [withScopeName(endpoint, host, names)];
  if (host === '') throw unresolved(endpoint, 'it names no host', undefined, true);
  try {
    return await names.lookup(host, ipv6);
  } catch (error) {
    throw new ZmqError('DnsResolutionFailed', `Cannot connect to ${endpoint.endpoint}: the name does not resolve.`, {
      endpoint: endpoint.endpoint,
      errno: errnoOf(error),
      cause: error,
    });
  }
}

/** A literal address, or the address of the interface of that name; `undefined` for any other name. */
function resolveLocal(endpoint: ParsedEndpoint, host: string, ipv6: boolean, names: HostNames): string | undefined {
  if (isLiteral(host)) return withScopeName(endpoint, host, names);
  const interfaces = names.interfaces();
  const addresses = Object.hasOwn(interfaces, host) ? interfaces[host] : undefined;
  if (addresses === undefined) return undefined;
  const wanted =
    addresses.find(({ family }) => family === (ipv6 ? 'IPv6' : 'IPv4')) ?? (ipv6 ? addresses[0] : undefined);
  if (wanted === undefined) throw unresolved(endpoint, `the interface ${host} has no ${ipv6 ? '' : 'IPv4 '}address`);
  return wanted.family === 'IPv6' && wanted.scopeid !== 0 ? `${wanted.address}%${host}` : wanted.address;
}

async function lookUpLocal(endpoint: ParsedEndpoint, host: string, ipv6: boolean, names: HostNames): Promise<string> {
  const problem = `${JSON.stringify(host)} is no network interface and no host name`;
  if (/[^\w.-]/.test(host)) throw unresolved(endpoint, problem);
  try {
    const addresses = await names.lookup(host, ipv6);
    const best = (ipv6 ? addresses.find((address) => isIPv6(address)) : undefined) ?? addresses[0];
    if (best !== undefined) return best;
  } catch (error) {
    throw unresolved(endpoint, problem, error);
  }
  throw unresolved(endpoint, problem);
}

/** Node knows scopes by name only (`fe80::1%eth0`); a number is translated. Any that this machine lacks is refused. */
function withScopeName(endpoint: ParsedEndpoint, address: string, names: HostNames): string {
  const [bare = '', scope] = address.split('%');
  if (scope === undefined) return address;
  const interfaces = names.interfaces();
  if (Object.hasOwn(interfaces, scope)) return address;
  for (const [name, addresses] of Object.entries(interfaces)) {
    const found = addresses?.some((info) => info.family === 'IPv6' && info.scopeid === Number(scope));
    if (found === true) return `${bare}%${name}`;
  }
  throw invalidEndpoint(
    endpoint,
    `there is no interface ${scope} here; known are ${Object.keys(interfaces).join(', ')}.`,
  );
}

function unresolved({ endpoint }: ParsedEndpoint, problem: string, cause?: unknown, fatal?: boolean): ZmqError {
  return new ZmqError('EndpointResolutionFailed', `Cannot use ${JSON.stringify(endpoint)}: ${problem}.`, {
    endpoint,
    cause,
    fatal,
  });
}

function errnoOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
