import type { Agreement, IMechanismFactory, SocketOptionValues } from '../../plugin.js';

/** The sub-protocol without a security mechanism (RFC 45), and what comes before the name of one. */
const PLAIN_NAME = 'ZWS2.0';
const PREFIX: string = `${PLAIN_NAME}/`;

/** The first octet of a message of ZWS. Every other bit is reserved. */
const MORE = 1;
const COMMAND = 2;

/** The flags of a ZMTP frame (RFC 37). One of the bits that are reserved there stands for all that are reserved here. */
const ZMTP_MORE = 1;
const ZMTP_LONG = 2;
const ZMTP_COMMAND = 4;
const ZMTP_RESERVED = 8;

const SHORT_HEADER = 2;
const LONG_HEADER = 9;
const SHORT_BODY = 255;

/**
 * The sub-protocols that a socket speaks, the best first. Peers without a mechanism are for sockets without security: a
 * mechanism, a ZAP domain, or `allowZmtp2` off refuses them, as it does with peers of ZMTP 2.0.
 */
export function subprotocols(mechanism: IMechanismFactory, options: Readonly<SocketOptionValues>): readonly string[] {
  const named = PREFIX + mechanism.name;
  const open = mechanism.name === 'NULL' && options.zapDomain === '' && options.allowZmtp2;
  return open ? [named, PLAIN_NAME] : [named];
}

/** The first sub-protocol that a client offers and the socket speaks. */
export function choose(offered: string | undefined, spoken: readonly string[]): string | undefined {
  return (offered ?? '')
    .split(',')
    .map((name) => name.trim())
    .find((name) => spoken.includes(name));
}

/** What is agreed with a sub-protocol. */
export function agreement(subprotocol: string): Agreement {
  const mechanism = subprotocol === PLAIN_NAME ? undefined : subprotocol.slice(PREFIX.length);
  return { mechanism, subscriptions: 'messages' };
}

/** The header of the ZMTP frame that a message of ZWS is: the message is an octet of flags, and the body. */
export function header(message: Buffer): Buffer {
  const flags = message[0] as number;
  const size = message.length - 1;
  const zmtp =
    ((flags & MORE) === 0 ? 0 : ZMTP_MORE) |
    ((flags & COMMAND) === 0 ? 0 : ZMTP_COMMAND) |
    ((flags & ~(MORE | COMMAND)) === 0 ? 0 : ZMTP_RESERVED);
  if (size <= SHORT_BODY) return Buffer.of(zmtp, size);
  const long = Buffer.allocUnsafe(LONG_HEADER);
  long[0] = zmtp | ZMTP_LONG;
  long.writeUInt32BE(Math.floor(size / 0x100000000), 1);
  long.writeUInt32BE(size >>> 0, 5);
  return long;
}

/** Makes messages of ZWS of the frames of ZMTP that an engine writes, wherever the pieces of those begin and end. */
export class FrameSplitter {
  private readonly header: Buffer = Buffer.alloc(LONG_HEADER);
  private headerFilled = 0;
  private message: Buffer | null = null;
  private filled = 0;

  /** @param emit takes each message; its memory is nobody else's. */
  public constructor(private readonly emit: (message: Buffer) => void) {}

  public push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.message === null) {
        this.header[this.headerFilled++] = bytes[at++] as number;
        const long = ((this.header[0] as number) & ZMTP_LONG) !== 0;
        if (this.headerFilled < (long ? LONG_HEADER : SHORT_HEADER)) continue;
        this.begin(long);
      }
      const message = this.message as unknown as Buffer;
      const take = Math.min(message.length - this.filled, bytes.length - at);
      message.set(take === bytes.length ? bytes : bytes.subarray(at, at + take), this.filled);
      at += take;
      this.filled += take;
      if (this.filled < message.length) continue;
      this.message = null;
      this.emit(message);
    }
  }

  private begin(long: boolean): void {
    const { header } = this;
    const flags = header[0] as number;
    const size = long ? header.readUInt32BE(1) * 0x100000000 + header.readUInt32BE(5) : (header[1] as number);
    this.headerFilled = 0;
    this.message = Buffer.allocUnsafe(1 + size);
    this.message[0] = ((flags & ZMTP_MORE) === 0 ? 0 : MORE) | ((flags & ZMTP_COMMAND) === 0 ? 0 : COMMAND);
    this.filled = 1;
  }
}
