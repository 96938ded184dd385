import type { Properties } from '../../core/contracts/mechanism.js';
import type { Agreement } from '../../core/contracts/transport.js';
import { ZmqError, type ZmqErrorDetails } from '../../core/errors.js';
import type { Metadata } from '../../core/metadata.js';
import type { InMessage } from '../../core/msg.js';
import type { SocketTypeName } from '../../core/socket-type.js';
import type { HeartbeatConfig } from './heartbeat.js';

/** What a machine asks for. None of it calls back into the machine before it has returned. */
export interface IMachineSink {
  /** Sends bytes. True: accepted below, the memory is free again; false: `written` is owed. */
  write(chunks: readonly Uint8Array[]): boolean;
  /** The machine holds bytes: `flushDue` is expected at the end of this turn. Not repeated until then. */
  flushSoon(): void;
  /** The handshake is complete and the peer may talk to us. False: nobody wants it, the connection closes. */
  peerReady(peer: Metadata): boolean;
  /** A whole message came. False: take no more until `resume`. */
  message(message: InMessage): boolean;
  /**
   * The protocol is at its end: close the connection. Said once, and nothing is said after it.
   *
   * @param speaking what was written last is for the peer to read: let it go out.
   */
  failed(error: ZmqError, speaking: boolean): void;
  /** `nextDeadline` has changed. */
  deadlineChanged(): void;
  /** The peer has said enough for this turn: call `resume` in the next one. As after `message` that answered false. */
  rest(): void;
  /** The largest frame that is accepted from now on; -1 for no limit. */
  limitFrames?(frameSize: number): void;
  /** A PING is due. True: it was sent by other means than a command. */
  ping?(): boolean;
}

/** What a machine must know of the socket and the connection. */
export interface MachineConfig {
  readonly socketType: SocketTypeName;
  /** The routing id of our socket: its length is part of the greeting, and a peer of before ZMTP 3 is sent it in a frame. */
  readonly routingId: Uint8Array;
  readonly mechanism: string;
  /** ZMQ_MAXMSGSIZE: the largest frame accepted, handshake commands included; -1 for no limit. */
  readonly maxMessageSize: number;
  /** MAX_HANDSHAKE_SIZE: the largest frame accepted during the handshake; -1 for no limit. */
  readonly maxHandshakeSize: number;
  /** MAX_COMMAND_SIZE: the largest command accepted after it; -1 for no limit. */
  readonly maxCommandSize: number;
  /** Why peers of ZMTP 2.0 and 1.0 are refused, in words; `undefined`: they are not. */
  readonly oldPeersRefused: string | undefined;
  /** ZMQ_HANDSHAKE_IVL in ms; 0 for no limit. */
  readonly handshakeInterval: number;
  readonly heartbeat: HeartbeatConfig;
  readonly remoteAddress: string;
  readonly endpoint: string;
  /** There is no greeting: this was agreed in its place. */
  readonly agreed?: Agreement | undefined;
  /** What the transport has verified of the peer. */
  readonly verified?: Properties | undefined;
}

/** The error that a connection ends with: whose it is, and when that was. */
export function connectionProblem(
  { endpoint, remoteAddress }: MachineConfig,
  state: string,
  code: ZmqError['code'],
  what: string,
  details: ZmqErrorDetails,
): ZmqError {
  const who = remoteAddress === '' ? '' : ` (peer ${remoteAddress})`;
  return new ZmqError(code, `Connection of ${endpoint}${who} closed during ${state}: ${what}.`, {
    endpoint,
    ...details,
  });
}

/** The same, of a peer that breaks the protocol. */
export function protocolViolation(
  config: MachineConfig,
  state: string,
  what: string,
  errno = 'EPROTO',
  detail?: number,
): ZmqError {
  return connectionProblem(config, state, 'ProtocolViolation', what, { errno, fatal: true, detail });
}

/** The same, for what a mechanism, or its cipher, gives as the reason. */
export function mechanismProblem(config: MachineConfig, state: string, reason: ZmqError): ZmqError {
  const { code, errno, fatal, detail } = reason;
  const details = { errno, fatal, detail, cause: reason };
  return connectionProblem(config, state, code, reason.message.replace(/\.$/, ''), details);
}
