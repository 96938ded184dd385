import { MAX_PROPERTIES } from './budgets.js';
import type { Properties } from './contracts/mechanism.js';

/** The properties of READY and INITIATE (RFC 37, "Metadata"): name-size(1) name value-size(4) value, again and again. */

/**
 * Encodes properties in the order given, as a handshake sends them. A name has 1 to 255 characters of latin1; libzmq compares
 * the spelling of `Socket-Type` and `Identity` to the letter.
 */
export function encodeProperties(properties: readonly (readonly [name: string, value: Uint8Array])[]): Buffer {
  let size = 0;
  for (const [name, value] of properties) size += 5 + name.length + value.length;
  const encoded = Buffer.allocUnsafe(size);
  let at = 0;
  for (const [name, value] of properties) {
    encoded[at] = name.length;
    encoded.write(name, at + 1, 'latin1');
    at += 1 + name.length;
    encoded.writeUInt32BE(value.length, at);
    encoded.set(value, at + 4);
    at += 4 + value.length;
  }
  return encoded;
}

/**
 * Decodes the properties that came in a handshake into copies, by lower-case name. The first of two with the same name is kept, as libzmq does.
 * Answers `undefined` for bytes that do not add up, and for more than MAX_PROPERTIES (1024): then the handshake has to fail.
 */
export function decodeProperties(data: Buffer): Map<string, Buffer> | undefined {
  const properties = new Map<string, Buffer>();
  let at = 0;
  for (let count = 1; at < data.length; count++) {
    if (count > MAX_PROPERTIES) return undefined;
    const valueAt = at + 1 + (data[at] as number) + 4;
    if (valueAt > data.length) return undefined;
    const end = valueAt + data.readUInt32BE(valueAt - 4);
    if (end > data.length) return undefined;
    const name = data.toString('latin1', at + 1, valueAt - 4).toLowerCase();
    if (!properties.has(name)) properties.set(name, Buffer.from(data.subarray(valueAt, end)));
    at = end;
  }
  return properties;
}

/**
 * What the transport and the mechanism have verified of a peer. Where both know something the mechanism goes first, as it is
 * the nearer one; an empty user id, which ZAP answers for a peer that it lets in without a name, is none.
 */
export function verifiedTogether(
  transport: Properties | undefined,
  mechanism: Properties | undefined,
): Properties | undefined {
  if (transport === undefined || mechanism === undefined) return mechanism ?? transport;
  const verified = new Map([...transport, ...mechanism]);
  const user = transport.get('user-id');
  if (user !== undefined && (mechanism.get('user-id')?.length ?? 0) === 0) verified.set('user-id', user);
  return verified;
}
