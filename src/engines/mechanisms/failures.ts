import { ZmqError } from '../../core/errors.js';
import { ProtocolError } from '../../core/protocol-error.js';

/** The reasons of an ERROR command that mean a refused authentication (ZAP status codes). */
const AUTHENTICATION_STATUS = /^[345]00$/;

/** The peer broke the protocol. @param detail libzmq's number, of `ProtocolError`. */
export function violation(what: string, detail: number): ZmqError {
  return new ZmqError('ProtocolViolation', what, { fatal: true, detail });
}

/** A command that was not due. The name is the peer's: it is shown with care. */
export function unexpected(name: string, due: string): ZmqError {
  const shown = JSON.stringify(name.length > 32 ? `${name.slice(0, 32)}…` : name);
  return violation(`${shown} came where ${due} was due`, ProtocolError.ZMTP_UNEXPECTED_COMMAND);
}

/** Metadata that does not add up. */
export function badMetadata(command: string): ZmqError {
  return violation(`the metadata of ${command} is malformed`, ProtocolError.ZMTP_INVALID_METADATA);
}

/** What an ERROR command means: a length octet, then the reason as text. */
export function errorCommand(data: Buffer): ZmqError {
  if (data.length === 0 || data[0] !== data.length - 1) {
    return violation('a malformed ERROR command came', ProtocolError.ZMTP_MALFORMED_COMMAND_ERROR);
  }
  const reason = data.toString('latin1', 1);
  const shown = JSON.stringify(reason);
  if (!AUTHENTICATION_STATUS.test(reason)) {
    return new ZmqError('ConnectionClosed', `the peer ended the handshake with ERROR ${shown}`, { fatal: true });
  }
  return new ZmqError('AuthenticationFailure', `the peer refused to authenticate us with status ${shown}`, {
    fatal: true,
    detail: Number(reason),
  });
}

/** The data of an ERROR command that tells a status. */
export function errorData(status: number): Buffer {
  return Buffer.from(`\x03${status}`, 'latin1');
}
