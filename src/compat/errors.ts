import { constants } from 'node:os';
import { ProtocolError, ZmqError } from '../index.js';
import { ERROR_TEXTS, REFUSAL_TEXTS } from './error-texts.js';

/** An error with libzmq's name and number of what went wrong. */
export interface ErrnoError extends Error {
  /** `EAGAIN`, `EBUSY`, `EFSM`, … */
  code: string;
  /** The number of the platform for it, or libzmq's own. */
  errno: number;
  /** The endpoint that a bind, unbind, connect or disconnect was about. */
  address?: string;
}

/** A peer was refused by the ZAP handler. */
export interface AuthError extends Error {
  status: 300 | 400 | 500;
}

type Protocol = Exclude<keyof typeof ProtocolError, `WS_${string}`>;

/** A peer, or a ZAP handler, did not keep to the protocol. */
export interface ProtoError extends Error {
  code: `ERR_${Protocol}`;
}

/** ZMQ_HAUSNUMERO: where libzmq's own numbers begin. */
const OWN_NUMBERS = 156384712;
const NUMBERS: Readonly<Record<string, number>> = {
  ...constants.errno,
  EFSM: OWN_NUMBERS + 51,
  ENOCOMPATPROTO: OWN_NUMBERS + 52,
  ETERM: OWN_NUMBERS + 53,
  EMTHREAD: OWN_NUMBERS + 54,
};

/** Where zeromq.js has another name for an error than libzmq has. */
const RENAMED: Readonly<Record<string, string>> = {
  // A socket that is closed, and not something that is no socket.
  ENOTSOCK: 'EBADF',
  // A name that cannot be looked up is a device that is not there.
  ENOTFOUND: 'ENODEV',
};

/** Makes an error as zeromq.js has them. `detail` says more than the text that the code has there: it is the `cause`. */
export function errnoError(
  code: string,
  detail: string,
  more: { address?: string; cause?: unknown; text?: string } = {},
): ErrnoError {
  const { address, cause = new Error(detail), text = ERROR_TEXTS[code] ?? detail } = more;
  const error = new Error(text, { cause });
  return Object.assign(error, { errno: NUMBERS[code] ?? 0, code }, address === undefined ? {} : { address });
}

/** An error of ours as zeromq.js would give it; the original is its `cause`. Anything else stays as it is. */
export function compatible(error: unknown, address?: string): unknown {
  if (!(error instanceof ZmqError)) return error;
  const code = RENAMED[error.errno] ?? error.errno;
  return errnoError(code, error.message, { cause: error, ...(address === undefined ? {} : { address }) });
}

/** Calls, and throws what zeromq.js would. */
export function compatibly<T>(call: () => T, address?: string): T {
  try {
    return call();
  } catch (error) {
    throw compatible(error, address);
  }
}

/** What a waiting operation of a socket rejects with: that the socket was closed meanwhile is EAGAIN there. */
export function compatibleRefusal(error: unknown): unknown {
  if (!(error instanceof ZmqError) || error.code !== 'SocketClosed') return compatible(error);
  return errnoError('EAGAIN', 'The socket was closed before the operation was possible.', { cause: error });
}

/** The error of the events `handshake:error:…` and others. */
export function eventError(type: string, error: ZmqError): ErrnoError | AuthError | ProtoError {
  const { message, detail } = error;
  if (type === 'handshake:error:auth') {
    const status = detail as AuthError['status'];
    return Object.assign(new Error(REFUSAL_TEXTS[status] ?? message, { cause: error }), { status });
  }
  if (type === 'handshake:error:protocol') {
    const names = Object.keys(ProtocolError) as (keyof typeof ProtocolError)[];
    const name = names.find((each) => ProtocolError[each] === detail) ?? 'ZMTP_UNSPECIFIED';
    const code = `ERR_${name as Protocol}` as const;
    return Object.assign(new Error(`${name.slice(0, name.indexOf('_'))} protocol error`, { cause: error }), { code });
  }
  return compatible(error) as ErrnoError;
}
