import type { OptionRule } from './definition.js';

/** A network: the peers whose first `prefix` bits are those of `address`. */
export interface Cidr {
  readonly family: 4 | 6;
  /** 4 or 16 bytes. */
  readonly address: readonly number[];
  readonly prefix: number;
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone, which is a network of one. Numbers only, no names.
 * Answers `undefined` for anything else.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const bits = address.length * 8;
  const family = address.length === 4 ? 4 : 6;
  if (slash === -1) return network(family, address, bits);
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > bits) return undefined;
  return network(family, address, Number(digits));
}

/** A network of mapped addresses is one of IPv4: a peer comes as either, by the family that its listener has. */
function network(family: 4 | 6, address: number[], prefix: number): Cidr {
  if (family === 4 || prefix < 96 || !isMappedIPv4(address)) return { family, address, prefix };
  return { family: 4, address: address.slice(12), prefix: prefix - 96 };
}

/** True for an address in numbers, with or without a `%zone`. */
export function isAddress(text: string): boolean {
  return parseAddress(text.split('%', 1)[0]!) !== undefined;
}

/**
 * True when a peer at `address` (numbers, as node:net gives it, with or without a `%zone`) is in the network.
 * A listener on both families sees IPv4 peers as `::ffff:10.0.0.1`: they belong to IPv4 networks.
 */
export function cidrContains(network: Cidr, address: string): boolean {
  let bytes = parseAddress(address.split('%', 1)[0]!);
  if (bytes === undefined) return false;
  if (network.family === 4 && isMappedIPv4(bytes)) bytes = bytes.slice(12);
  if (bytes.length !== network.address.length) return false;
  let bits = network.prefix;
  for (let i = 0; bits > 0; i++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if ((bytes[i]! & mask) !== (network.address[i]! & mask)) return false;
  }
  return true;
}

/** ZMQ_TCP_ACCEPT_FILTER: the rule that the table has for it. */
export const CIDR_LIST: OptionRule = {
  form: 'list',
  entry: 'an IPv4 or IPv6 network in numbers, such as 10.0.0.0/8, 2001:db8::/32 or 127.0.0.1',
  isEntry: (text) => parseCidr(text) !== undefined,
  clearable: true,
};

function isMappedIPv4(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
}

function parseAddress(text: string): number[] | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

function parseIPv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  // No leading zeros: some systems read them as octal.
  if (!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map(Number);
}

function parseIPv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  // "::" stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** The bytes of `a:b:c`; the last of all groups may be an IPv4 address (`::ffff:10.0.0.1`). */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >>> 8, value & 0xff);
      continue;
    }
    const embedded = last && i === groups.length - 1 ? parseIPv4(group) : undefined;
    if (embedded === undefined) return undefined;
    bytes.push(...embedded);
  }
  return bytes;
}
