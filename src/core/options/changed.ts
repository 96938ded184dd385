import { readable } from '../metadata.js';
import { Secret } from '../secret.js';
import type { SocketTypeName } from '../socket-type.js';
import { defaultValues } from './defaults.js';
import { describeInput } from './describe.js';
import type { SocketOptionValues } from './values.js';

/** Text and bytes that are no secret. Of any other, and of those that will be added one day, only the size is shown. */
const SHOWN: ReadonlySet<string> = new Set(['routingId', 'connectRoutingId', 'tcpAcceptFilter', 'interface']);

/**
 * The options that differ from what a new socket of that type has, as plain data that may be logged. ZMQ_METADATA is shown
 * by the names of its properties.
 */
export function changedOptions(
  values: Readonly<SocketOptionValues>,
  type: SocketTypeName,
): Readonly<Record<string, unknown>> {
  const defaults: Readonly<Record<string, unknown>> = { ...defaultValues(type) };
  const changed: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(values)) {
    if (!isSame(value, defaults[property])) changed[property] = shown(property, value);
  }
  return changed;
}

function isSame(a: unknown, b: unknown): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((entry, i) => entry === b[i]);
  if (a instanceof Secret && b instanceof Secret) return a.reveal().equals(b.reveal());
  return a === b;
}

function shown(property: string, value: unknown): unknown {
  if (property === 'metadata') return (value as readonly string[]).map((entry) => entry.slice(0, entry.indexOf(':')));
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (value instanceof Secret) return String(value);
  if (!SHOWN.has(property)) return describeInput(value);
  return Buffer.isBuffer(value) ? readable(value) : value;
}
