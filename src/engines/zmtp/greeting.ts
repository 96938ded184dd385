/** RFC 37, "Greeting": the first 64 bytes of each side. */
export const GREETING_SIZE = 64;
/** Of ZMTP 2.0: the signature, the revision, and the type of the socket (RFC 15). */
export const OLD_GREETING_SIZE = 12;
/** The part that is sent before anything is known of the peer. */
export const SIGNATURE_SIZE = 10;

const MECHANISM_OFFSET = 12;
const MECHANISM_SIZE = 20;

/** What a peer's greeting says, as far as it has arrived. */
export interface PeerGreeting {
  readonly major: number;
  readonly minor: number;
  /** The mechanism field as it stands, without the zero padding. */
  readonly mechanism: string;
}

/**
 * The greeting of our side. The padding carries the length of the routing id plus one, as libzmq sends it: a peer of
 * version 1.0 reads the signature as the head of an identity frame.
 */
export function encodeGreeting(mechanism: string, routingIdSize: number): Buffer {
  const greeting = Buffer.alloc(GREETING_SIZE);
  greeting[0] = 0xff;
  greeting.writeUInt32BE(routingIdSize + 1, 5);
  greeting[9] = 0x7f;
  greeting[10] = 3;
  greeting[11] = 1;
  greeting.write(mechanism, MECHANISM_OFFSET, MECHANISM_SIZE, 'latin1');
  return greeting;
}

/**
 * What the first bytes of a peer are: `more` when that cannot be told yet, `unversioned` for version 1.0 (or for
 * something that is not ZMTP at all), `versioned` for everything that carries a version number.
 */
export function detectSignature(bytes: Buffer): 'more' | 'unversioned' | 'versioned' {
  if (bytes.length === 0) return 'more';
  if (bytes[0] !== 0xff) return 'unversioned';
  if (bytes.length < SIGNATURE_SIZE) return 'more';
  return ((bytes[9] as number) & 1) === 0 ? 'unversioned' : 'versioned';
}

/** Reads a whole greeting. Padding, as-server and filler are not looked at: libzmq does not, and peers differ. */
export function decodeGreeting(bytes: Buffer): PeerGreeting {
  const field = bytes.toString('latin1', MECHANISM_OFFSET, MECHANISM_OFFSET + MECHANISM_SIZE);
  const end = field.indexOf('\0');
  const padding = end === -1 ? '' : field.slice(end);
  return {
    major: bytes[10] as number,
    minor: bytes[11] as number,
    // A name followed by anything but zeros is another name: libzmq compares all twenty bytes.
    mechanism: /^\0*$/.test(padding) ? field.slice(0, end === -1 ? field.length : end) : field,
  };
}
