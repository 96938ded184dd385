import type { IncomingMessage, Server } from 'node:http';
import { ZmqError } from '../../plugin.js';
import { requireSettings, requireTlsSettings } from '../shared/known-settings.js';
import type { TlsSettings } from '../shared/secure.js';

/** What `websocket` can be told. */
export interface WebSocketSettings {
  /**
   * Servers of the application: a bind to a port that one of them listens on shares it, and takes the upgrades to its path.
   * Everything else that comes to the server is the application's, and so is closing it. `ws://` for a server of node:http,
   * `wss://` for one of node:https.
   */
  readonly servers?: readonly Server[] | undefined;
  /** Keys and certificates for `wss://`. */
  readonly tls?: TlsSettings | undefined;
  /** Further headers of the requests of those who connect. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Says for each request whether it may become a connection, by its `Origin`, cookies, or path. A browser lets any page
   * connect to any server: where pages can reach a socket, look at `Origin`, or use CURVE or PLAIN. Default: all may.
   */
  readonly admits?: ((request: IncomingMessage) => boolean) | undefined;
}

/** Throws InvalidArgument for what are no settings. */
export function requireWebSocketSettings(settings: WebSocketSettings): void {
  requireSettings(settings, 'websocket()', ['servers', 'tls', 'headers', 'admits']);
  const { servers, tls, admits } = settings;
  if (tls !== undefined) requireTlsSettings(tls, '`tls` of websocket()');
  if (servers !== undefined && !Array.isArray(servers)) {
    throw new ZmqError(
      'InvalidArgument',
      'The `servers` of websocket() are an array of servers of node:http or node:https.',
    );
  }
  if (admits !== undefined && typeof admits !== 'function') {
    throw new ZmqError('InvalidArgument', '`admits` of websocket() is a function that answers true or false.');
  }
}
