import { ZmqError } from '../errors.js';
import { Secret } from '../secret.js';
import { z85Decode } from '../z85.js';
import type { KeptValue, OptionDefinition, OptionRule } from './definition.js';
import { allowedValues, describeInput, describeOption, widthOf } from './describe.js';

/** A CURVE key, as bytes and as Z85 text; in C the text may have its NUL. */
const KEY_SIZE = 32;
const KEY_TEXT_SIZE = 40;

/** Native order, as a C program fills the memory that it hands to zmq_setsockopt. */
const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

type Rule<F extends OptionRule['form']> = Extract<OptionRule, { form: F }>;

/**
 * Turns what a caller gave into the value to keep: checks the kind, unpacks libzmq's binary form, checks the rule.
 * Bytes are copied. Throws InvalidOptionValue with what was given and what is allowed.
 *
 * @param current the entries so far, for an option that is a list
 */
export function parseOptionValue(option: OptionDefinition, input: unknown, current: readonly string[] = []): KeptValue {
  const value = parse(option, input, current);
  if (value !== undefined) return value;
  throw new ZmqError(
    'InvalidOptionValue',
    `Cannot set ${describeOption(option)} to ${describeInput(input)}: allowed is ${allowedValues(option)}.`,
  );
}

/** Answers `undefined` for what is not allowed, as all functions below do. */
function parse(option: OptionDefinition, input: unknown, current: readonly string[]): KeptValue | undefined {
  const { rule } = option;
  switch (rule.form) {
    case 'range':
      return parseNumber(option, rule, input);
    case 'flag':
      return parseFlag(rule, input);
    case 'length':
      return parseContent(option, rule, input);
    case 'key':
      return parseKey(option, input);
    case 'keys':
      return parseKeys(option, input);
    case 'list':
      return parseList(rule, input, current);
    case 'none':
      return undefined;
  }
}

function parseNumber(option: OptionDefinition, rule: Rule<'range'>, input: unknown): number | undefined {
  const value = toNumber(option, input);
  if (value === undefined || !Number.isSafeInteger(value)) return undefined;
  if (value < rule.min || value > rule.max || rule.except?.includes(value)) return undefined;
  // The sum turns -0 into 0.
  return value - (value % (rule.step ?? 1)) + 0;
}

function toNumber(option: OptionDefinition, input: unknown): number | undefined {
  if (typeof input === 'number') return input;
  if (typeof input === 'bigint') return fromBigInt(option, input);
  if (!(input instanceof Uint8Array) || input.length !== widthOf(option)) return undefined;
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  switch (option.kind) {
    case 'int64':
      return fromBigInt(option, view.getBigInt64(0, LITTLE_ENDIAN));
    case 'uint64':
      return fromBigInt(option, view.getBigUint64(0, LITTLE_ENDIAN));
    default:
      return view.getInt32(0, LITTLE_ENDIAN);
  }
}

/** A 64-bit number beyond what a JavaScript number can tell exactly becomes the nearest one that can. */
function fromBigInt(option: OptionDefinition, value: bigint): number | undefined {
  if (widthOf(option) === 4) return Number(value);
  const fits = option.kind === 'int64' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
  if (!fits) return undefined;
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(value)));
}

function parseFlag(rule: Rule<'flag'>, input: unknown): boolean | undefined {
  if (typeof input === 'boolean') return input;
  let value: number;
  if (typeof input === 'number') value = input;
  else if (typeof input === 'bigint') value = Number(input);
  else if (input instanceof Uint8Array && input.length === 4) {
    value = new DataView(input.buffer, input.byteOffset, 4).getInt32(0, LITTLE_ENDIAN);
  } else return undefined;
  // `| 0` leaves a number as it is exactly when it is a whole number that fits in an int.
  if ((value | 0) !== value) return undefined;
  if (rule.numbers === '0 or 1' && value !== 0 && value !== 1) return undefined;
  if (rule.numbers === 'at least 0' && value < 0) return undefined;
  return value !== 0;
}

function parseContent(option: OptionDefinition, rule: Rule<'length'>, input: unknown): KeptValue | undefined {
  const bytes = toBytes(input);
  if (rule.clearable && (input === null || bytes?.length === 0)) {
    if (option.secret === true) return new Secret(Buffer.alloc(0));
    return typeof option.default === 'function' ? undefined : option.default;
  }
  if (bytes === undefined || bytes.length < rule.min || bytes.length > rule.max) return undefined;
  if (option.secret === true) return new Secret(bytes);
  return option.kind === 'string' ? bytes.toString('utf8') : bytes;
}

function parseKey(option: OptionDefinition, input: unknown): Buffer | Secret | undefined {
  const given = toBytes(input);
  const key = given?.length === KEY_SIZE ? given : given && decodeKey(given);
  return option.secret === true && key !== undefined ? new Secret(key) : key;
}

function parseKeys(option: OptionDefinition, input: unknown): Secret | undefined {
  const given: readonly unknown[] = Array.isArray(input)
    ? input
    : input === null || toBytes(input)?.length === 0
      ? []
      : [input];
  const all = new Secret(Buffer.alloc(given.length * KEY_SIZE));
  for (const [i, one] of given.entries()) {
    const key = parseKey(option, one) as Secret | undefined;
    if (key === undefined) {
      all.wipe();
      return undefined;
    }
    key.reveal().copy(all.reveal(), i * KEY_SIZE);
    key.wipe();
  }
  return all;
}

function decodeKey(text: Buffer): Buffer | undefined {
  const terminated = text.length === KEY_TEXT_SIZE + 1 && text[KEY_TEXT_SIZE] === 0;
  if (text.length !== KEY_TEXT_SIZE && !terminated) return undefined;
  try {
    return z85Decode(text.toString('latin1', 0, KEY_TEXT_SIZE));
  } catch {
    return undefined;
  }
}

/** Text adds one entry; a list takes the place of all. Never changes `current`: snapshots keep it. */
function parseList(rule: Rule<'list'>, input: unknown, current: readonly string[]): readonly string[] | undefined {
  let list: readonly string[] | undefined = Object.freeze([]);
  if (Array.isArray(input)) {
    for (const entry of input as readonly unknown[]) {
      list = typeof entry === 'string' && list !== undefined ? addEntry(rule, entry, list) : undefined;
    }
    return list;
  }
  const text = toBytes(input)?.toString('utf8');
  if (rule.clearable && (input === null || text === '')) return list;
  return text === undefined ? undefined : addEntry(rule, text, current);
}

function addEntry(rule: Rule<'list'>, entry: string, list: readonly string[]): readonly string[] | undefined {
  if (!rule.isEntry(entry)) return undefined;
  const key = rule.key?.(entry);
  if (key !== undefined && list.some((other) => rule.key?.(other) === key)) return list;
  return Object.freeze([...list, entry]);
}

/** Always a copy: the caller keeps its memory. */
function toBytes(input: unknown): Buffer | undefined {
  if (typeof input === 'string') return Buffer.from(input, 'utf8');
  if (input instanceof Secret) return Buffer.from(input.reveal());
  return input instanceof Uint8Array ? Buffer.from(input) : undefined;
}
