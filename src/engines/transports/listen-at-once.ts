import * as net from 'node:net';
import { getSystemErrorName } from 'node:util';
import { fromNodeError, ZmqError } from '../../core/errors.js';

/** Where to listen: an address in numbers and a port, or a path. */
export interface ListenPlace {
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly backlog: number;
}

/** A handle of Node's, before a server has it. */
interface Handle {
  listen(backlog: number): number;
  close(): void;
}

/**
 * What node:cluster makes its handles with: a handle, or the number of an error. Node has no documented call that binds
 * an address and says at once how that went; this one is in every version that the package runs on.
 */
type CreateHandle = (address: string, port: number, addressType: 4 | 6 | -1) => Handle | number;

/**
 * Starts to listen, and does when it returns. Throws the error of bind() or listen(), or UnsupportedFeature where the
 * runtime cannot do it (a worker of node:cluster, or another runtime than Node).
 */
export function listenAtOnce(server: net.Server, place: ListenPlace, endpoint: string): void {
  const create = (net as { readonly _createServerHandle?: CreateHandle })._createServerHandle;
  if (create === undefined) throw cannot(endpoint);
  const { host = '', port = -1, path, backlog } = place;
  const handle = path === undefined ? create(host, port, net.isIPv6(host) ? 6 : 4) : create(path, -1, -1);
  if (typeof handle === 'number') throw failure(handle, endpoint);
  const status = handle.listen(backlog);
  if (path !== undefined || status !== 0) handle.close();
  if (status !== 0) throw failure(status, endpoint);
  // What could not be is known by now; Node would say it once more, in its next tick.
  server.on('error', () => undefined);
  if (path === undefined) server.listen(handle, backlog);
  else server.listen({ path, backlog, exclusive: true });
  if (!server.listening) {
    server.close();
    throw cannot(endpoint);
  }
  server.removeAllListeners('error');
}

function failure(number: number, endpoint: string): ZmqError {
  const code = getSystemErrorName(number);
  return fromNodeError({ code, message: code }, `Cannot bind ${endpoint}`, endpoint);
}

function cannot(endpoint: string): ZmqError {
  return new ZmqError('UnsupportedFeature', `Cannot bind ${endpoint} at once in this process: await bind() instead.`, {
    endpoint,
  });
}
