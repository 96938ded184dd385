import type { SocketTypeName } from '../../socket-type.js';
import type { OptionDefinition, OptionRule } from '../definition.js';
import type { SocketOptionReadings } from '../readings.js';
import type { SocketOptionValues } from '../values.js';

/** The largest and smallest int of libzmq's. */
const INT_MAX = 0x7fffffff;
const INT_MIN: number = -INT_MAX - 1;

/** Whole numbers from `min` to the largest int. */
export function atLeast(min: number): OptionRule {
  return { form: 'range', min, max: INT_MAX };
}

export function between(min: number, max: number): OptionRule {
  return { form: 'range', min, max };
}

/** Text or bytes of a length; `null` and nothing are refused. */
export function lengthOf(min: number, max: number): OptionRule {
  return { form: 'length', min, max, clearable: false };
}

/** Text or bytes of up to a length; `null` and nothing put the default back. */
export function clearable(max: number): OptionRule {
  return { form: 'length', min: 0, max, clearable: true };
}

/** A CURVE key. */
export const KEY: OptionRule = { form: 'key' };
/** Several of them. */
export const KEYS: OptionRule = { form: 'keys' };

export const ANY_INT: OptionRule = between(INT_MIN, INT_MAX);
export const ANY_SAFE_INTEGER: OptionRule = between(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
export const ZERO_OR_ONE: OptionRule = { form: 'flag', numbers: '0 or 1' };
export const FLAG_AT_LEAST_0: OptionRule = { form: 'flag', numbers: 'at least 0' };
export const ANY_FLAG: OptionRule = { form: 'flag', numbers: 'any' };

/** An empty list that stays so: it is handed out. */
export const NO_ENTRIES: readonly string[] = Object.freeze([]);

/** PUB is an XPUB that does not receive, so libzmq gives it the options of XPUB; likewise REP and ROUTER. */
export const PUBLISHERS: readonly SocketTypeName[] = ['PUB', 'XPUB'];
export const ROUTERS: readonly SocketTypeName[] = ['ROUTER', 'REP'];

/** What most rows have in common. */
type Common = 'aliases' | 'access' | 'types';
type Own = 'role' | 'support' | 'read' | 'perform' | 'alsoSets' | 'secret' | 'property' | 'default' | 'rule' | 'effect';
type Row = Omit<OptionDefinition, Common | Own> & Partial<Pick<OptionDefinition, Common>>;

const COMMON: Pick<OptionDefinition, Common> = { aliases: [], access: 'rw', types: 'all' };

/** A setting that this version honours. */
export function setting<P extends keyof SocketOptionValues>(
  row: Row &
    Pick<OptionDefinition, 'rule' | 'effect' | 'alsoSets' | 'secret'> & {
      readonly property: P;
      readonly default: SocketOptionValues[P] | ((type: SocketTypeName) => SocketOptionValues[P]);
    },
): OptionDefinition {
  return { ...COMMON, ...row, role: 'value', support: { honoured: true } };
}

/** Something to be asked of the socket. */
export function reading<P extends keyof SocketOptionReadings>(
  row: Row & {
    readonly property: P;
    readonly default: SocketOptionReadings[P];
    readonly read: (...args: Parameters<NonNullable<OptionDefinition['read']>>) => SocketOptionReadings[P];
  },
): OptionDefinition {
  return {
    ...COMMON,
    ...row,
    access: 'r',
    role: 'reading',
    rule: { form: 'none' },
    effect: 'never',
    support: { honoured: true },
  };
}

/** Something for the socket to do. */
export function action(
  row: Row & Required<Pick<OptionDefinition, 'perform'>> & Pick<OptionDefinition, 'property' | 'rule'>,
): OptionDefinition {
  return {
    ...COMMON,
    ...row,
    access: 'w',
    role: 'action',
    default: null,
    defaultMeansUnset: true,
    effect: 'at once',
    support: { honoured: true },
  };
}

/** A setting of tcp connections that needs the io_uring engine. The sentence says why node:net cannot honour it. */
export function withUring<P extends keyof SocketOptionValues>(
  otherwise: string,
  row: Row & Pick<OptionDefinition, 'rule'> & { readonly property: P; readonly default: SocketOptionValues[P] },
): OptionDefinition {
  return { ...COMMON, ...row, role: 'value', effect: 'next bind or connect', support: { honoured: true, otherwise } };
}

/** An option that this version refuses, with the reason as a sentence. */
export function refused(
  reason: string,
  row: Row & Pick<OptionDefinition, 'property' | 'default' | 'rule'>,
): OptionDefinition {
  return { ...COMMON, ...row, role: 'value', effect: 'never', support: { honoured: false, reason } };
}
