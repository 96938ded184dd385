import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { ZmqError } from '../../plugin.js';
import { hostOf, type OpeningLimits, openingError } from '../shared/secure.js';
import type { WsPackage } from './package.js';
import { webSocketOptions } from './package.js';
import type { WsAddress } from './ws-address.js';

const PROTOCOL = 'sec-websocket-protocol';

/** One that is open, and paused. */
export interface OpenWebSocket {
  readonly ws: WebSocket;
  readonly subprotocol: string;
}

/** What a client says in its request. */
export interface WsRequest {
  readonly address: WsAddress;
  readonly offered: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly options: Parameters<typeof webSocketOptions>[0];
}

/**
 * Makes a WebSocket on a connected socket, as the client. Resolves with one that is open and paused. Rejects when the server
 * does not agree; then nothing is left.
 */
export function upgrade(
  { WebSocket }: WsPackage,
  socket: Socket,
  { address, offered, headers, options }: WsRequest,
  { signal, clock, timeout, handles }: OpeningLimits,
): Promise<OpenWebSocket> {
  const { endpoint } = address.tcp;
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(urlOf(address), {
      ...webSocketOptions(options),
      // To `ws` a name with a slash is none, so this header is kept from it, in both directions.
      headers: { ...headers, [PROTOCOL]: offered.join(',') },
      followRedirects: false,
      createConnection: () => socket.resume(),
    });
    const settle = (): void => {
      timer?.cancel();
      handles?.delete(socket);
      signal.removeEventListener('abort', onAbort);
      ws.off('close', onClose);
      ws.off('error', onError);
    };
    const fail = (error: ZmqError): void => {
      settle();
      ws.terminate();
      socket.destroy();
      reject(error);
    };
    const onError = (error: unknown): void => fail(openingError(error, `Cannot connect to ${endpoint}`, endpoint));
    const onClose = (): void => onError(new Error('the server closed the connection in the opening of the WebSocket'));
    const onAbort = (): void => fail(new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint }));
    const late = `Cannot connect to ${endpoint}: the WebSocket was not open within ${timeout} ms (handshakeInterval).`;
    const timer =
      timeout > 0
        ? clock.after(timeout, () => fail(new ZmqError('Timeout', late, { endpoint, errno: 'ETIMEDOUT' })))
        : undefined;
    timer?.unref?.();
    // Stays on: an error that comes before the next owner's listener must not be thrown.
    ws.on('error', () => undefined);
    ws.on('error', onError);
    ws.on('close', onClose);
    ws.on('unexpected-response', (_request, { statusCode, statusMessage }) => {
      const what = `the server answers ${statusCode ?? '?'} ${statusMessage ?? ''}`.trimEnd();
      fail(new ZmqError('ConnectionRefused', `Cannot connect to ${endpoint}: ${what}.`, { endpoint }));
    });
    let subprotocol = '';
    ws.on('upgrade', (response) => {
      subprotocol = response.headers[PROTOCOL] ?? '';
      Reflect.deleteProperty(response.headers, PROTOCOL);
    });
    ws.on('open', () => {
      ws.pause();
      if (!offered.includes(subprotocol)) {
        const what = `the server speaks ${JSON.stringify(subprotocol)}, and was offered ${offered.join(', ')}`;
        fail(new ZmqError('ProtocolViolation', `Cannot connect to ${endpoint}: ${what}.`, { endpoint, fatal: true }));
        return;
      }
      settle();
      resolve({ ws, subprotocol });
    });
    signal.addEventListener('abort', onAbort);
    handles?.add(socket);
    if (signal.aborted) onAbort();
  });
}

/** For the Host header and the path; TLS, if any, is on the socket already. */
function urlOf({ tcp, path, port }: WsAddress): string {
  const host = hostOf(tcp.address);
  return `ws://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;
}
