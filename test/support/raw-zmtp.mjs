/** The bytes of ZMTP 3.1 with the NULL mechanism, for peers made by hand. */

export const greeting = Buffer.concat([
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1]),
  Buffer.from('NULL'.padEnd(20, '\0'), 'latin1'),
  Buffer.alloc(32),
]);

export function frame(body, { more = false, command = false } = {}) {
  const bytes = Buffer.from(body);
  const flags = (more ? 1 : 0) | (command ? 4 : 0);
  if (bytes.length < 256) return Buffer.concat([Buffer.from([flags, bytes.length]), bytes]);
  const head = Buffer.alloc(9);
  head[0] = flags | 2;
  head.writeUInt32BE(bytes.length, 5);
  return Buffer.concat([head, bytes]);
}

export function ready(socketType) {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(socketType.length);
  const property = Buffer.concat([Buffer.from('\x0bSocket-Type'), size, Buffer.from(socketType)]);
  return frame(Buffer.concat([Buffer.from('\x05READY'), property]), { command: true });
}
