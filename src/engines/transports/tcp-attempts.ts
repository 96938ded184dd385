import { isIPv4 } from 'node:net';
import type { ParsedEndpoint } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { aborted } from './dial.js';
import type { HostNames } from './host-names.js';
import { formatAddress, isLiteral, parseTcpBind, parseTcpConnect } from './tcp-address.js';
import { resolveBind, resolveConnect, resolveSource } from './tcp-resolve.js';

type Options = Readonly<SocketOptionValues>;

/** One address to connect to, with the one to connect from, if that was asked for. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
  readonly localPort?: number;
}

/** What a connect is about. */
export interface TcpConnect {
  readonly endpoint: ParsedEndpoint;
  readonly options: Options;
  readonly names: HostNames;
  readonly signal: AbortSignal;
  readonly onDelayed: (() => void) | undefined;
}

/**
 * Resolves the endpoint of a connect and tries its addresses, one after the other: a name such as localhost may have
 * addresses of both families, and the peer may listen on one of them only. Rejects with the error of the last.
 */
export async function connectToFirst<T extends { readonly localAddress: string; destroy(): void }>(
  { endpoint, options, names, signal, onDelayed }: TcpConnect,
  connectTo: (target: TcpTarget) => Promise<T>,
): Promise<T> {
  const { host: name, port, source } = parseTcpConnect(endpoint, options.ipv6);
  const from = source && {
    localAddress: resolveSource(endpoint, source, options.ipv6, names),
    ...(source.port === 0 ? {} : { localPort: source.port }),
  };
  const hosts = await abortable(
    resolveConnect(endpoint, { host: name, port, source }, options.ipv6, names),
    endpoint,
    signal,
  );
  onDelayed?.();
  let failure: ZmqError | undefined;
  for (const host of hosts) {
    if (from !== undefined && isIPv4(from.localAddress) !== isIPv4(host)) continue;
    try {
      const connection = await connectTo({ host, port, ...from });
      if (connection.localAddress !== formatAddress(host, port)) return connection;
      connection.destroy();
      failure = metItself(endpoint);
    } catch (error) {
      failure = error as ZmqError;
      if (failure.code === 'Aborted') break;
    }
  }
  throw failure ?? noAddress(endpoint);
}

/**
 * Resolves the endpoint of a bind, and listens there. Without IPv6 in this kernel it goes on with IPv4, as libzmq does,
 * unless an IPv6 address was asked for.
 */
export async function listenAtFirst<T>(
  endpoint: ParsedEndpoint,
  options: Options,
  names: HostNames,
  listenAt: (host: string, port: number) => T | Promise<T>,
): Promise<T> {
  const address = parseTcpBind(endpoint, options.ipv6);
  try {
    return await listenAt(await resolveBind(endpoint, address, options.ipv6, names), address.port);
  } catch (error) {
    const { errno } = error as ZmqError;
    if (errno !== 'EAFNOSUPPORT' || !options.ipv6 || (isLiteral(address.host) && !isIPv4(address.host))) throw error;
    return await listenAt(await resolveBind(endpoint, address, false, names), address.port);
  }
}

/** Waits for `work` no longer than until `signal`: a name look-up cannot be stopped, but its answer can be ignored. */
function abortable<T>(work: Promise<T>, { endpoint }: ParsedEndpoint, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(aborted(endpoint));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function noAddress({ endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError(
    'DnsResolutionFailed',
    `Cannot connect to ${endpoint}: the name has no address of the family of the source.`,
    {
      endpoint,
    },
  );
}

/** On one machine a connect to a free port can meet itself (a simultaneous open), and would then hold that port. */
function metItself({ endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError('ConnectionRefused', `Cannot connect to ${endpoint}: nobody listens there.`, { endpoint });
}
