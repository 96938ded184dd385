const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** The bytes of a key in Z85 (RFC 32), for programs that have nothing but JavaScript. */
export function z85(text) {
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let at = 0; at < text.length; at += 5) {
    const group = [...text.slice(at, at + 5)].reduce((sum, letter) => sum * 85 + ALPHABET.indexOf(letter), 0);
    bytes.writeUInt32BE(group, (at / 5) * 4);
  }
  return bytes;
}
