import { ZmqError } from './errors.js';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** The largest number that a group of five characters may stand for. */
const LARGEST = 0xffff_ffff;

/**
 * Bytes as Z85 text (RFC 32): five characters for each four bytes, 40 for a CURVE key. Throws InvalidArgument (EINVAL) when
 * their number is no multiple of 4. (zmq_z85_encode)
 */
export function z85Encode(bytes: Uint8Array): string {
  if (!(bytes instanceof Uint8Array)) {
    throw new ZmqError('InvalidArgument', `Z85 encodes bytes: pass a Uint8Array, not ${typeof bytes}.`);
  }
  if (bytes.length % 4 !== 0) {
    throw new ZmqError(
      'InvalidArgument',
      `Z85 encodes groups of four bytes: pad the ${bytes.length} bytes to a multiple of 4.`,
    );
  }
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let group =
      (bytes[at] as number) * 0x100_0000 +
      (bytes[at + 1] as number) * 0x1_0000 +
      (bytes[at + 2] as number) * 0x100 +
      (bytes[at + 3] as number);
    let characters = '';
    for (let i = 0; i < 5; i++) {
      characters = ALPHABET.charAt(group % 85) + characters;
      group = Math.floor(group / 85);
    }
    text += characters;
  }
  return text;
}

/**
 * The bytes that Z85 text stands for. Throws InvalidArgument (EINVAL) for text that is no multiple of 5 long, or empty, for a
 * character that is not of Z85, and for five characters beyond `%nSc0`. The error never shows the text, which may be a
 * secret key. (zmq_z85_decode)
 */
export function z85Decode(text: string): Buffer {
  if (typeof text !== 'string') {
    throw new ZmqError('InvalidArgument', `Z85 is text: pass a string, not ${typeof text}.`);
  }
  if (text.length === 0 || text.length % 5 !== 0) {
    throw new ZmqError(
      'InvalidArgument',
      `Z85 text has five characters for each four bytes: ${text.length} is no such length (a key has 40).`,
    );
  }
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    let group = 0;
    for (let i = at; i < at + 5; i++) {
      const value = ALPHABET.indexOf(text.charAt(i));
      if (value === -1) {
        throw new ZmqError('InvalidArgument', `Character ${i + 1} of the text is none that Z85 has.`);
      }
      group = group * 85 + value;
    }
    if (group > LARGEST) {
      throw new ZmqError(
        'InvalidArgument',
        `Characters ${at + 1} to ${at + 5} stand for more than four bytes can hold.`,
      );
    }
    bytes.writeUInt32BE(group, (at / 5) * 4);
  }
  return bytes;
}
