import type { SocketTypeName } from '../socket-type.js';
import { SOCKET_TYPE_NUMBER } from '../socket-type.js';
import type { KeptValue, OptionDefinition } from './definition.js';
import { CONNECTIONS } from './table/connections.js';
import { LIMITS } from './table/limits.js';
import { PATTERNS } from './table/patterns.js';
import { RZMQ } from './table/rzmq.js';
import { SECURITY } from './table/security.js';
import { TRANSPORTS } from './table/transports.js';

/**
 * Every socket option: the one source for numbers, names, kinds, units, defaults, ranges, socket types, and when a
 * change takes effect. Validation, typed access and documentation are derived from it.
 */
export const OPTIONS: readonly OptionDefinition[] = [
  ...LIMITS,
  ...PATTERNS,
  ...CONNECTIONS,
  ...SECURITY,
  ...TRANSPORTS,
  ...RZMQ,
];

const BY_ID: ReadonlyMap<number, OptionDefinition> = new Map(OPTIONS.map((option) => [option.id, option]));
const BY_PROPERTY: ReadonlyMap<string, OptionDefinition> = new Map(OPTIONS.map((option) => [option.property, option]));
const BY_CONSTANT: ReadonlyMap<string, OptionDefinition> = new Map(
  OPTIONS.flatMap((option) => [option.name, ...option.aliases].map((name) => [name, option])),
);

/** The row of an option by libzmq's number. */
export function findOptionById(id: number): OptionDefinition | undefined {
  return BY_ID.get(id);
}

/** By the name in JavaScript (`sendHighWaterMark`). */
export function findOptionByProperty(property: string): OptionDefinition | undefined {
  return BY_PROPERTY.get(property);
}

/** By libzmq's constant, with or without `ZMQ_`, also an older one (`SNDHWM`, `ZMQ_IDENTITY`). */
export function findOptionByConstant(name: string): OptionDefinition | undefined {
  return BY_CONSTANT.get(name.replace(/^ZMQ_/, ''));
}

/** What a new socket of that type has. */
export function defaultOf(option: OptionDefinition, type: SocketTypeName): KeptValue {
  return typeof option.default === 'function' ? option.default(type) : option.default;
}

/** Whether sockets of that type have the option. A type that a module added has all: only its pattern knows better. */
export function appliesTo(option: OptionDefinition, type: SocketTypeName): boolean {
  return option.types === 'all' || option.types.includes(type) || !Object.hasOwn(SOCKET_TYPE_NUMBER, type);
}
