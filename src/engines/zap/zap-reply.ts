import type { AuthenticationReply } from '../../core/contracts/authentication.js';
import { ZmqError } from '../../core/errors.js';
import type { InMessage, Msg } from '../../core/msg.js';
import { decodeProperties } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';

/** Where the handler of a Context is bound (RFC 27). */
export const ZAP_NAME = 'zeromq.zap.01';
export const ZAP_ENDPOINT: string = `inproc://${ZAP_NAME}`;
export const ZAP_VERSION = '1.0';

/** Every request has the same id: each has a pipe of its own, as with libzmq. */
export const REQUEST_ID = '1';

/** The empty delimiter, version, request id, status, text, user id and metadata. */
const REPLY_FRAMES = 7;

const STATUS: ReadonlyMap<string, AuthenticationReply['status']> = new Map([
  ['200', 200],
  ['300', 300],
  ['400', 400],
  ['500', 500],
]);

/**
 * Reads the handler's reply, in libzmq's order, so that the same malformed reply has the same number (`detail`).
 */
export function readReply(message: InMessage): AuthenticationReply | ZmqError {
  if (message.length !== REPLY_FRAMES) {
    return malformed(
      ProtocolError.ZAP_MALFORMED_REPLY,
      `it has ${message.length} frames, and should have ${REPLY_FRAMES} with the empty one at its head`,
    );
  }
  const [delimiter, version, requestId, status, text, userId, metadata] = message as [
    Msg,
    Msg,
    Msg,
    Msg,
    Msg,
    Msg,
    Msg,
  ];
  if (delimiter.size !== 0) return malformed(ProtocolError.ZAP_UNSPECIFIED, 'its first frame is not empty');
  if (!version.equals(ZAP_VERSION))
    return malformed(ProtocolError.ZAP_BAD_VERSION, `its version is not ${ZAP_VERSION}`);
  if (!requestId.equals(REQUEST_ID)) {
    return malformed(ProtocolError.ZAP_BAD_REQUEST_ID, 'its request id is not that of the request');
  }
  const number = STATUS.get(status.toString('latin1'));
  if (number === undefined) {
    return malformed(ProtocolError.ZAP_INVALID_STATUS_CODE, 'its status is none of 200, 300, 400 and 500');
  }
  const properties = decodeProperties(metadata.data);
  if (properties === undefined)
    return malformed(ProtocolError.ZAP_INVALID_METADATA, 'its metadata is no list of properties');
  return { status: number, text: text.toString(), userId: userId.toString(), metadata: properties };
}

function malformed(detail: number, what: string): ZmqError {
  return new ZmqError('ProtocolViolation', `the reply of the ZAP handler at ${ZAP_ENDPOINT} is malformed: ${what}`, {
    detail,
    fatal: true,
  });
}
