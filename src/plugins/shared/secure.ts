import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket, type TlsOptions } from 'node:tls';
import {
  type DialledSocket,
  fromNodeError,
  type IClock,
  type IHandles,
  type ParsedEndpoint,
  type Properties,
  ZmqError,
} from '../../plugin.js';

/** Keys, certificates and whom to trust, as node:tls takes them. */
export interface TlsSettings {
  /**
   * For those who bind: `key` and `cert`; for mutual TLS also `ca` and `requestCert: true`, with which a peer without a
   * certificate of these authorities does not get in.
   */
  readonly server?: TlsOptions | undefined;
  /**
   * For those who connect: `ca` if the server's is no public authority; `key` and `cert` for mutual TLS. The name that the
   * server's certificate must have is the host of the endpoint, or `servername`.
   */
  readonly client?: ConnectionOptions | undefined;
}

/** What ends the opening of TLS before it succeeds or fails by itself. */
export interface OpeningLimits {
  readonly signal: AbortSignal;
  readonly clock: IClock;
  /** Milliseconds; 0: none. */
  readonly timeout: number;
  readonly handles: IHandles | undefined;
}

/** Puts TLS on a connected socket, as the client. Rejects when the server is not trusted; then nothing is left. */
export function secure(
  { socket }: DialledSocket,
  { address, endpoint }: ParsedEndpoint,
  settings: ConnectionOptions,
  { signal, clock, timeout, handles }: OpeningLimits,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = hostOf(address);
    const tls = connect({ servername: isIP(host) === 0 ? host : '', host, ...settings, socket });
    const settle = (): void => {
      timer?.cancel();
      handles?.delete(socket);
      signal.removeEventListener('abort', onAbort);
      tls.off('secureConnect', onSecure);
      tls.off('close', onClose);
    };
    const fail = (error: ZmqError): void => {
      settle();
      tls.destroy();
      socket.destroy();
      reject(error);
    };
    const onSecure = (): void => {
      settle();
      tls.pause();
      resolve(tls);
    };
    const onError = (error: unknown): void => fail(openingError(error, `Cannot connect to ${endpoint}`, endpoint));
    const onClose = (): void => onError(new Error('the server closed the connection in the opening of TLS'));
    const onAbort = (): void => fail(new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint }));
    const late = `Cannot connect to ${endpoint}: TLS was not open within ${timeout} ms (handshakeInterval).`;
    const timer =
      timeout > 0
        ? clock.after(timeout, () => fail(new ZmqError('Timeout', late, { endpoint, errno: 'ETIMEDOUT' })))
        : undefined;
    timer?.unref?.();
    // Stays on: an error that comes before the next owner's listener must not be thrown.
    tls.on('error', onError);
    tls.on('secureConnect', onSecure);
    tls.on('close', onClose);
    signal.addEventListener('abort', onAbort);
    handles?.add(socket);
    if (signal.aborted) onAbort();
  });
}

/** Makes a server of keys and certificates. Throws InvalidArgument when they cannot be used. */
export function certified<T>({ endpoint }: ParsedEndpoint, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    const what = `Cannot bind ${endpoint}: the key or the certificate cannot be used: ${String(cause)}`;
    throw new ZmqError('InvalidArgument', what, { endpoint, cause });
  }
}

/** What TLS has verified of the peer; `undefined` when it has shown no certificate, or one that is not trusted. */
export function identityOf(socket: TLSSocket): Properties | undefined {
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined) return undefined;
  const { subject: fields } = certificate.toLegacyObject() as { readonly subject?: { readonly CN?: unknown } };
  const name = fields?.CN;
  // One field in a line, in which a comma is written as "\,".
  const subject = certificate.subject.split('\n').join(',');
  const identity: readonly (readonly [string, string])[] = [
    ['user-id', typeof name === 'string' && name !== '' ? name : subject],
    ['tls-subject', subject],
    ['tls-fingerprint', certificate.fingerprint256],
  ];
  return new Map(identity.map(([key, value]) => [key, Buffer.from(value, 'utf8')]));
}

/** The error of an opening that failed: of the network, or because one side does not trust the other. */
export function openingError(error: unknown, doing: string, endpoint: string): ZmqError {
  const known = fromNodeError(error, doing, endpoint);
  const { errno } = known;
  if (known.code !== 'IoError' || errno === 'EIO') return known;
  // What is left has the name of what is wrong with a certificate, but for what is about the protocol.
  const code = errno === 'EPROTO' || errno.startsWith('HPE_') ? 'ProtocolViolation' : 'AuthenticationFailure';
  return new ZmqError(code, known.message.trimEnd(), { endpoint, errno, cause: error });
}

/** Why a client did not get in. */
export function clientError(error: Error, socket: TLSSocket, endpoint: string): ZmqError {
  const doing = `A connection to ${endpoint} was closed in the opening of TLS`;
  // A certificate that is missing or not trusted shows here only: the error is that of the socket that was closed for it.
  // By its type an Error; it is the text of its code.
  const reason = socket.authorizationError as unknown;
  if (typeof reason !== 'string') return openingError(error, doing, endpoint);
  return new ZmqError('AuthenticationFailure', `${doing}: ${reason}`, { endpoint, cause: error });
}

/** The host of `host:port`, or of `source:port;host:port`, without brackets and scope. */
export function hostOf(address: string): string {
  const target = address.slice(address.indexOf(';') + 1);
  const host = target.slice(0, target.lastIndexOf(':'));
  return host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
}
