/**
 * ZMTP 3.1 framing written as plainly as possible, from the RFC and from nothing of ours: what the code is compared with,
 * and what plays the peer. Only for tests: it is slow, and checks little.
 */

/** A frame on the wire. */
export interface WireFrame {
  readonly flags: number;
  readonly body: Buffer;
}

/** A message: its frames. */
export type Frames = readonly Buffer[];

export const MORE = 1;
export const LONG = 2;
export const COMMAND = 4;

/** How a peer greets that says nothing special. */
export interface GreetingFields {
  major?: number;
  minor?: number;
  mechanism?: string;
}

export function greeting({ major = 3, minor = 1, mechanism = 'NULL' }: GreetingFields = {}): Buffer {
  const name = Buffer.alloc(20);
  name.write(mechanism, 'latin1');
  return Buffer.concat([
    Buffer.from('ff00000000000000017f', 'hex'),
    Buffer.from([major, minor]),
    name,
    Buffer.alloc(1 + 31),
  ]);
}

/** One frame; `long` asks for eight octets of length although one would do. */
export function frame(flags: number, body: Uint8Array, long: boolean = body.length > 255): Buffer {
  if (!long) return Buffer.concat([Buffer.from([flags, body.length]), body]);
  return Buffer.concat([longHeader(flags, BigInt(body.length)), body]);
}

/** A header that declares `size` octets, whatever comes after it. */
export function longHeader(flags: number, size: bigint): Buffer {
  const header = Buffer.alloc(9);
  header[0] = flags | LONG;
  header.writeBigUInt64BE(size, 1);
  return header;
}

export function message(...frames: (string | Uint8Array)[]): Buffer {
  const bodies = frames.map((body) => Buffer.from(body as string));
  return Buffer.concat(bodies.map((body, i) => frame(i < bodies.length - 1 ? MORE : 0, body)));
}

export function commandBody(name: string, data: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1'), Buffer.from(data as string)]);
}

export function command(name: string, data: string | Uint8Array = ''): Buffer {
  return frame(COMMAND, commandBody(name, data));
}

export function property(name: string, value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as string);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1'), size, bytes]);
}

/** READY of a peer of that type. */
export function ready(socketType: string, identity?: string | Uint8Array): Buffer {
  const properties = [property('Socket-Type', socketType)];
  if (identity !== undefined) properties.push(property('Identity', identity));
  return command('READY', Buffer.concat(properties));
}

export function ping(tenths: number, context: string | Uint8Array = ''): Buffer {
  return command('PING', Buffer.concat([Buffer.from([tenths >>> 8, tenths & 255]), Buffer.from(context as string)]));
}

export function pong(context: string | Uint8Array = ''): Buffer {
  return command('PONG', context);
}

/** The frames in some bytes. Throws when the last one is not whole, or a length is not in its shortest form. */
export function parseFrames(bytes: Buffer): WireFrame[] {
  const frames: WireFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const flags = bytes.readUInt8(at);
    const long = (flags & LONG) !== 0;
    const size = long ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUInt8(at + 1);
    if (long !== size > 255) throw new Error(`a frame of ${size} octets has the flags ${flags}`);
    const bodyAt = at + (long ? 9 : 2);
    if (bodyAt + size > bytes.length) throw new Error(`a frame of ${size} octets is cut off`);
    frames.push({ flags, body: bytes.subarray(bodyAt, bodyAt + size) });
    at = bodyAt + size;
  }
  return frames;
}

/** The name and the data of a command. */
export function parseCommand(body: Buffer): { name: string; data: Buffer } {
  const end = 1 + body.readUInt8(0);
  return { name: body.toString('latin1', 1, end), data: body.subarray(end) };
}

/** The messages in some frames; a subscription command is the message 01 or 00 with its topic, other commands are left out. */
export function messagesOf(frames: readonly WireFrame[]): Frames[] {
  const messages: Frames[] = [];
  let parts: Buffer[] = [];
  for (const { flags, body } of frames) {
    if ((flags & COMMAND) !== 0) {
      const { name, data } = parseCommand(body);
      if (name === 'SUBSCRIBE') messages.push([Buffer.concat([Buffer.from([1]), data])]);
      if (name === 'CANCEL') messages.push([Buffer.concat([Buffer.from([0]), data])]);
      continue;
    }
    parts.push(body);
    if ((flags & MORE) !== 0) continue;
    messages.push(parts);
    parts = [];
  }
  return messages;
}

// --- ZMTP 2.0 (RFC 15) and 1.0 (RFC 13) -----------------------------------------------------------------------

/** The greeting of a peer of 2.0 (revision 1), or of 1.0 with a version octet (revision 0). */
export function oldGreeting(revision: 0 | 1, socketType: number): Buffer {
  return Buffer.concat([Buffer.from('ff00000000000000017f', 'hex'), Buffer.from([revision, socketType])]);
}

/** One frame of ZMTP 1.0: length, which counts the flags, flags, body. */
export function oldFrame(flags: number, body: Uint8Array, long: boolean = body.length + 1 >= 255): Buffer {
  if (!long) return Buffer.concat([Buffer.from([body.length + 1, flags]), body]);
  return Buffer.concat([oldLongHeader(flags, BigInt(body.length + 1)), body]);
}

/** A header of ZMTP 1.0 that declares a length, whatever comes after it. */
export function oldLongHeader(flags: number, length: bigint): Buffer {
  const header = Buffer.alloc(10, 0xff);
  header.writeBigUInt64BE(length, 1);
  header[9] = flags;
  return header;
}

export function oldMessage(...frames: (string | Uint8Array)[]): Buffer {
  const bodies = frames.map((body) => Buffer.from(body as string));
  return Buffer.concat(bodies.map((body, i) => oldFrame(i < bodies.length - 1 ? MORE : 0, body)));
}

/** The frames of ZMTP 1.0 in some bytes. Throws as `parseFrames` does. */
export function parseOldFrames(bytes: Buffer): WireFrame[] {
  const frames: WireFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const long = bytes.readUInt8(at) === 0xff;
    const length = long ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUInt8(at);
    if (length === 0 || long !== length >= 255) throw new Error(`a frame of length ${length} in the wrong form`);
    const bodyAt = at + (long ? 10 : 2);
    const end = bodyAt + length - 1;
    if (end > bytes.length) throw new Error(`a frame of length ${length} is cut off`);
    frames.push({ flags: bytes.readUInt8(bodyAt - 1), body: bytes.subarray(bodyAt, end) });
    at = end;
  }
  return frames;
}
