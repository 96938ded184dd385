import type { ICipher, ICipherSession } from '../../core/contracts/cipher.js';
import type { ITrafficCipher } from '../../core/contracts/mechanism.js';
import { ZmqError } from '../../core/errors.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { violation } from './failures.js';

/** A MESSAGE: its name with the length before it, nonce, tag, flags, content. */
const NONCE_AT = 8;
const TAG_AT = 16;
const FLAGS_AT = 32;
const OVERHEAD = 33;

/** `07` "MES" and "SAGE", as big-endian numbers. */
const NAME_HEAD = 0x074d4553;
const NAME_TAIL = 0x53414745;

/** The flags of the content, which differ from those of a frame in the bit for a command. */
const MORE = 1;
const INNER_COMMAND = 2;
const FRAME_COMMAND = 4;

const LAST_NUMBER = 0xffffffff;

/** What the two directions of a connection need. */
export interface CurveTrafficKeys {
  /** The key that both sides share for this connection; not kept. */
  readonly key: Buffer;
  readonly sendPrefix: Buffer;
  readonly receivePrefix: Buffer;
  /** The last number that we have used up. */
  readonly sent: number;
  /** The last nonce of the peer's. */
  readonly received: Buffer;
}

/**
 * The traffic of CURVE: each frame is a MESSAGE, numbered one after the other in each direction. A number that does not grow
 * is an old or a stolen message, and ends the connection as a forged one does.
 */
export class CurveTraffic implements ITrafficCipher {
  public readonly overhead: number = OVERHEAD;
  public refusal: ZmqError | undefined = undefined;
  private readonly sending: ICipherSession;
  private readonly receiving: ICipherSession;
  /** 64 bits are two numbers: a double counts to 2^53 only. */
  private sentHigh = 0;
  private sentLow: number;
  private receivedHigh: number;
  private receivedLow: number;

  public constructor(cipher: ICipher, { key, sendPrefix, receivePrefix, sent, received }: CurveTrafficKeys) {
    this.sending = cipher.session(key, sendPrefix);
    this.receiving = cipher.session(key, receivePrefix);
    this.sentLow = sent;
    this.receivedHigh = received.readUInt32BE(0);
    this.receivedLow = received.readUInt32BE(4);
  }

  public seal(flags: number, buffer: Buffer, offset: number, size: number): void {
    if (this.sentLow === LAST_NUMBER) this.carry();
    else this.sentLow++;
    const high = this.sentHigh;
    const low = this.sentLow;
    putNumber(buffer, offset, NAME_HEAD);
    putNumber(buffer, offset + 4, NAME_TAIL);
    putNumber(buffer, offset + NONCE_AT, high);
    putNumber(buffer, offset + NONCE_AT + 4, low);
    buffer[offset + FLAGS_AT] = (flags & MORE) | ((flags & FRAME_COMMAND) >>> 1);
    this.sending.seal(high, low, buffer, offset + TAG_AT, size + 1);
  }

  public open(buffer: Buffer, offset: number, size: number): number {
    if (size < OVERHEAD || getNumber(buffer, offset) !== NAME_HEAD || getNumber(buffer, offset + 4) !== NAME_TAIL) {
      return this.refuse(
        size < OVERHEAD ? 'a message is too short to be one of CURVE' : 'something else came where MESSAGE was due',
        size < OVERHEAD ? ProtocolError.ZMTP_MALFORMED_COMMAND_MESSAGE : ProtocolError.ZMTP_UNEXPECTED_COMMAND,
      );
    }
    const high = getNumber(buffer, offset + NONCE_AT);
    const low = getNumber(buffer, offset + NONCE_AT + 4);
    if (high < this.receivedHigh || (high === this.receivedHigh && low <= this.receivedLow)) {
      return this.refuse('a message has an old number', ProtocolError.ZMTP_INVALID_SEQUENCE);
    }
    if (!this.receiving.open(high, low, buffer, offset + TAG_AT, size - FLAGS_AT)) {
      return this.refuse('a message is not genuine', ProtocolError.ZMTP_CRYPTOGRAPHIC);
    }
    this.receivedHigh = high;
    this.receivedLow = low;
    const flags = buffer[offset + FLAGS_AT]!;
    return (flags & MORE) | ((flags & INNER_COMMAND) << 1);
  }

  /** Wipes the keys. */
  public close(): void {
    this.sending.close();
    this.receiving.close();
  }

  private carry(): void {
    if (this.sentHigh === LAST_NUMBER) {
      throw new ZmqError('EncryptionError', 'All numbers of the connection are used up: it has to be made again.');
    }
    this.sentHigh++;
    this.sentLow = 0;
  }

  private refuse(what: string, detail: number): -1 {
    this.refusal = violation(what, detail);
    return -1;
  }
}

function getNumber(buffer: Buffer, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
}

function putNumber(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}
