/** What went wrong, in one word. The names are the variants of the rzmq specification, followed by our own. */
export type ZmqErrorCode =
  | 'IoError'
  | 'InvalidArgument'
  | 'Timeout'
  | 'AddrInUse'
  | 'AddrNotAvailable'
  | 'ConnectionRefused'
  | 'HostUnreachable'
  | 'NetworkUnreachable'
  | 'ConnectionClosed'
  | 'PermissionDenied'
  | 'InvalidEndpoint'
  | 'EndpointResolutionFailed'
  | 'DnsResolutionFailed'
  | 'InvalidOption'
  | 'InvalidOptionValue'
  | 'InvalidSocketType'
  | 'InvalidState'
  | 'ProtocolViolation'
  | 'InvalidMessage'
  | 'SecurityError'
  | 'InvalidCurveKey'
  | 'AuthenticationFailure'
  | 'EncryptionError'
  | 'ResourceLimitReached'
  | 'UnsupportedTransport'
  | 'UnsupportedOption'
  | 'UnsupportedFeature'
  | 'Internal'
  | 'SocketClosed'
  | 'ContextTerminated'
  | 'EndpointNotFound'
  | 'IncompatibleTransport'
  | 'Aborted';

/** The errno name that libzmq gives for each code where it has one, else the closest POSIX name. */
export const ERRNO_OF_CODE: Readonly<Record<ZmqErrorCode, string>> = {
  IoError: 'EIO',
  InvalidArgument: 'EINVAL',
  Timeout: 'EAGAIN',
  AddrInUse: 'EADDRINUSE',
  AddrNotAvailable: 'EADDRNOTAVAIL',
  ConnectionRefused: 'ECONNREFUSED',
  HostUnreachable: 'EHOSTUNREACH',
  NetworkUnreachable: 'ENETUNREACH',
  ConnectionClosed: 'EPIPE',
  PermissionDenied: 'EACCES',
  InvalidEndpoint: 'EINVAL',
  EndpointResolutionFailed: 'ENODEV',
  DnsResolutionFailed: 'ENOTFOUND',
  InvalidOption: 'EINVAL',
  InvalidOptionValue: 'EINVAL',
  InvalidSocketType: 'ENOTSUP',
  InvalidState: 'EFSM',
  ProtocolViolation: 'EPROTO',
  InvalidMessage: 'EINVAL',
  SecurityError: 'EFAULT',
  InvalidCurveKey: 'EINVAL',
  AuthenticationFailure: 'EACCES',
  EncryptionError: 'EPROTO',
  ResourceLimitReached: 'EAGAIN',
  UnsupportedTransport: 'EPROTONOSUPPORT',
  UnsupportedOption: 'ENOTSUP',
  UnsupportedFeature: 'ENOTSUP',
  Internal: 'EFAULT',
  SocketClosed: 'ENOTSOCK',
  ContextTerminated: 'ETERM',
  EndpointNotFound: 'ENOENT',
  IncompatibleTransport: 'ENOCOMPATPROTO',
  Aborted: 'ECANCELED',
};

/** The optional facts of a {@link ZmqError}. */
export interface ZmqErrorDetails {
  /** The endpoint that the operation was about. */
  readonly endpoint?: string | undefined;
  /** The errno name, when it is more precise than the one of the code. */
  readonly errno?: string | undefined;
  /** What caused it: an error of Node, or of a plugin. */
  readonly cause?: unknown;
  /** True when trying again cannot help: the peer or the configuration must change first. */
  readonly fatal?: boolean | undefined;
  /** libzmq's number for what was wrong in a handshake: a `ProtocolError`, or the status of ZAP. */
  readonly detail?: number | undefined;
}

const BRAND: unique symbol = Symbol.for('rzmq.ZmqError');

/**
 * The one error class of rzmq. Test `error.code` (or `error.errno`, libzmq's name), never the text.
 * `instanceof` also holds for errors of another installed copy of the package.
 */
export class ZmqError extends Error {
  public readonly code: ZmqErrorCode;
  /** libzmq's name of the error: `EAGAIN`, `EFSM`, `ETERM`, … */
  public readonly errno: string;
  /** The endpoint that the operation was about, where there is one. */
  public readonly endpoint: string | undefined;
  /** True when trying again cannot help. */
  public readonly fatal: boolean;
  /** libzmq's number for what was wrong in a handshake: a `ProtocolError`, or the status of ZAP (300, 400, 500). */
  public readonly detail: number | undefined;

  public constructor(code: ZmqErrorCode, message: string, details: ZmqErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = code === 'Aborted' ? 'AbortError' : 'ZmqError';
    this.code = code;
    this.errno = details.errno ?? ERRNO_OF_CODE[code];
    this.endpoint = details.endpoint;
    this.fatal = details.fatal ?? false;
    this.detail = details.detail;
    Object.defineProperty(this, BRAND, { value: true });
  }

  public static override [Symbol.hasInstance](value: unknown): boolean {
    const branded = typeof value === 'object' && value !== null && BRAND in value;
    // A subclass of the user's is told by its prototype, as always.
    // biome-ignore lint/complexity/noThisInStatic: here it is the class to the right of `instanceof`, which may be a subclass.
    return branded && (this === ZmqError || Object.prototype.isPrototypeOf.call(this.prototype, value));
  }
}

const CODE_OF_ERRNO: Readonly<Record<string, ZmqErrorCode>> = {
  EADDRINUSE: 'AddrInUse',
  EADDRNOTAVAIL: 'AddrNotAvailable',
  ECONNREFUSED: 'ConnectionRefused',
  EHOSTUNREACH: 'HostUnreachable',
  ENETUNREACH: 'NetworkUnreachable',
  EPIPE: 'ConnectionClosed',
  ECONNRESET: 'ConnectionClosed',
  ECONNABORTED: 'ConnectionClosed',
  ETIMEDOUT: 'Timeout',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'Timeout',
  EACCES: 'PermissionDenied',
  EPERM: 'PermissionDenied',
  ENOTFOUND: 'DnsResolutionFailed',
  EAI_AGAIN: 'DnsResolutionFailed',
  ENODEV: 'EndpointResolutionFailed',
};

/** True when the name of a host or interface was not found, so that nothing was opened yet. */
export function isUnresolved(error: ZmqError): boolean {
  return error.code === 'DnsResolutionFailed' || error.code === 'EndpointResolutionFailed';
}

/** What OpenSSL says of TLS itself; of certificates, where one side does not trust the other. */
const OF_OPENSSL = /^ERR_SSL_/;
const OF_CERTIFICATES = /CERT|_CA\b/;

/** The one place where an error of Node's net, tls, fs or dns becomes a {@link ZmqError}. */
export function fromNodeError(error: unknown, doing: string, endpoint?: string): ZmqError {
  if (error instanceof ZmqError) return error;
  const { code, message, reason } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    message?: unknown;
    reason?: unknown;
  };
  const errno = typeof code === 'string' ? code : undefined;
  // The message of OpenSSL is about its own sources.
  const said = errno !== undefined && OF_OPENSSL.test(errno) ? (reason ?? message) : message;
  const text = typeof said === 'string' ? said : String(error);
  return new ZmqError(errno === undefined ? 'IoError' : codeOf(errno), `${doing}: ${text}`, {
    endpoint,
    errno,
    cause: error,
  });
}

function codeOf(errno: string): ZmqErrorCode {
  const known = CODE_OF_ERRNO[errno];
  if (known !== undefined || !OF_OPENSSL.test(errno)) return known ?? 'IoError';
  return OF_CERTIFICATES.test(errno) ? 'AuthenticationFailure' : 'ProtocolViolation';
}
