import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import type { OptionDefinition, OptionValue } from '../../../src/core/options/definition.js';
import { allowedValues } from '../../../src/core/options/describe.js';
import { type OptionInput, SocketOptions } from '../../../src/core/options/socket-options.js';
import { defaultOf, OPTIONS } from '../../../src/core/options/table.js';
import { Secret } from '../../../src/core/secret.js';

const settings = OPTIONS.filter(({ support, role }) => support.honoured && role !== 'reading' && role !== 'action');
const numbers = settings.filter(({ rule }) => rule.form === 'range').map(byName);
const flags = settings.filter(({ rule }) => rule.form === 'flag').map(byName);
const contents = settings.filter(({ rule }) => rule.form === 'length').map(byName);

function byName(option: OptionDefinition): [string, OptionDefinition] {
  return [option.name, option];
}

function typeOf(option: OptionDefinition): string {
  return option.types === 'all' ? 'DEALER' : option.types[0]!;
}

function optionsFor(option: OptionDefinition): SocketOptions {
  // Some need the io_uring engine, and are refused where it is not asked for.
  return new SocketOptions(typeOf(option), {}, { ioUringSessionEnabled: true });
}

function errorOf(run: () => void): ZmqError {
  try {
    run();
  } catch (error) {
    if (error instanceof ZmqError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** Sets by number and by name, on two sockets, and reads in every way that the option allows. */
function expectRoundTrip(option: OptionDefinition, input: OptionInput, expected: OptionValue): void {
  const set = [
    (options: SocketOptions) => options.set(option.id, input),
    (options: SocketOptions) => options.setByName(option.property, input),
  ];
  for (const apply of set) {
    const options = optionsFor(option);
    apply(options);
    expect(options.getByName(option.property)).toEqual(expected);
    if (option.access === 'rw') expect(options.get(option.id)).toEqual(expected);
    else expect(errorOf(() => options.get(option.id)).code).toBe('InvalidOption');
  }
}

function expectRefused(option: OptionDefinition, input: unknown): void {
  const options = optionsFor(option);
  const before = options.snapshot();
  for (const apply of [
    () => options.set(option.id, input as OptionInput),
    () => options.setByName(option.property, input),
  ]) {
    const error = errorOf(apply);
    expect(error.code).toBe('InvalidOptionValue');
    expect(error.errno).toBe('EINVAL');
    expect(error.message).toContain(option.name);
    expect(error.message).toContain(allowedValues(option));
  }
  expect(options.snapshot()).toEqual(before);
}

function int32(value: number): Uint8Array {
  return new Uint8Array(new Int32Array([value]).buffer);
}

function int64(value: bigint): Uint8Array {
  return new Uint8Array(new BigInt64Array([value]).buffer);
}

describe('a new socket', () => {
  it.each(settings.map(byName))('has %s at its default', (_, option) => {
    const options = new SocketOptions(typeOf(option));
    const kept = defaultOf(option, typeOf(option));
    const content = kept instanceof Secret ? kept.reveal() : undefined;
    const expected = content !== undefined && option.kind === 'string' ? content.toString() : (content ?? kept);
    expect(options.getByName(option.property)).toEqual(expected);
    if (option.access === 'rw') expect(options.get(option.id)).toEqual(expected);
  });
});

describe('a number', () => {
  it.each(numbers)('%s keeps default, smallest and largest value, also in the form of libzmq', (_, option) => {
    if (option.rule.form !== 'range') return;
    const { min, max, step = 1 } = option.rule;
    const bytes = option.kind === 'int64' ? (value: number) => int64(BigInt(value)) : int32;
    const fallback = defaultOf(option, typeOf(option)) as number;
    for (const value of option.defaultMeansUnset ? [min, max] : [fallback, min, max]) {
      const kept = value - (value % step);
      expectRoundTrip(option, value, kept);
      expectRoundTrip(option, BigInt(value), kept);
      expectRoundTrip(option, bytes(value), kept);
    }
  });

  it.each(numbers)('%s refuses what is just outside, and what is no whole number', (_, option) => {
    if (option.rule.form !== 'range') return;
    const { min, max, except = [] } = option.rule;
    for (const value of [min - 1, max + 1, BigInt(min) - (1n << 65n), 0.5, Number.NaN, Infinity, ...except]) {
      expectRefused(option, value);
    }
    if (option.defaultMeansUnset) expectRefused(option, defaultOf(option, 'DEALER'));
  });

  it.each(numbers)('%s refuses values of another kind', (_, option) => {
    for (const value of ['1', '', true, null, undefined, {}, [1], new Uint8Array(3), new Uint8Array(0)]) {
      expectRefused(option, value);
    }
    expectRefused(option, option.kind === 'int64' ? int32(1) : int64(1n));
  });

  it('MAXMSGSIZE takes every 64-bit number, and keeps the nearest that JavaScript can tell', () => {
    const options = new SocketOptions('PULL');
    options.set(22, int64(0x7fffffffffffffffn));
    expect(options.get(22)).toBe(Number.MAX_SAFE_INTEGER);
    options.set(22, -(2n ** 63n));
    expect(options.get(22)).toBe(Number.MIN_SAFE_INTEGER);
    expect(() => options.set(22, 2n ** 63n)).toThrow(/MAXMSGSIZE/);
  });

  it('HEARTBEAT_TTL is kept in tenths of a second', () => {
    const options = new SocketOptions('PULL', {}, { heartbeatTimeToLive: 2599 });
    expect(options.get(76)).toBe(2500);
    options.set(76, 99);
    expect(options.get(76)).toBe(0);
  });

  it('is never minus zero', () => {
    const options = new SocketOptions('PULL', {}, { linger: -0 });
    expect(Object.is(options.values.linger, 0)).toBe(true);
  });
});

describe('a flag', () => {
  it.each(flags)('%s keeps true and false, also in the form of libzmq', (_, option) => {
    for (const value of [true, false]) {
      expectRoundTrip(option, value, value);
      expectRoundTrip(option, Number(value), value);
      expectRoundTrip(option, BigInt(value), value);
      expectRoundTrip(option, int32(Number(value)), value);
    }
  });

  it.each(flags)('%s takes the ints that libzmq takes for true', (_, option) => {
    if (option.rule.form !== 'flag') return;
    const check = { '0 or 1': [false, false], 'at least 0': [true, false], any: [true, true] }[option.rule.numbers];
    for (const [i, value] of [2, -1].entries()) {
      if (check[i]) expectRoundTrip(option, value, true);
      else expectRefused(option, value);
    }
  });

  it.each(flags)('%s refuses values of another kind', (_, option) => {
    for (const value of ['true', '', null, undefined, {}, 0.5, 2 ** 31, 2n ** 40n, new Uint8Array(1), int64(1n)]) {
      expectRefused(option, value);
    }
  });
});

describe('text and bytes', () => {
  it.each(contents)('%s keeps the shortest and the longest, as text and as bytes', (_, option) => {
    if (option.rule.form !== 'length') return;
    const { min, max } = option.rule;
    for (const length of [Math.max(min, 1), Math.min(max, 1000)]) {
      const text = option.kind === 'string';
      expectRoundTrip(option, 'a'.repeat(length), text ? 'a'.repeat(length) : Buffer.alloc(length, 'a'));
      if (text) expectRoundTrip(option, new Uint8Array(length).fill(0x62), 'b'.repeat(length));
      else expectRoundTrip(option, new Uint8Array(length).fill(0xff), Buffer.alloc(length, 0xff));
    }
  });

  it.each(contents)('%s refuses what is too short or too long, and values of another kind', (_, option) => {
    if (option.rule.form !== 'length') return;
    const { min, max, clearable } = option.rule;
    for (const value of [1, true, 1n, undefined, {}, ['a']]) expectRefused(option, value);
    if (min > 0) expectRefused(option, Buffer.alloc(min - 1));
    if (max < 1000) expectRefused(option, 'a'.repeat(max + 1));
    const none = option.kind === 'string' ? '' : null;
    if (clearable) for (const value of [null, '', Buffer.alloc(0)]) expectRoundTrip(option, value, none);
    else expectRefused(option, null);
  });

  it('counts bytes, not characters', () => {
    const options = new SocketOptions('DEALER', {}, { routingId: 'ä'.repeat(127) });
    expect(options.values.routingId.length).toBe(254);
    expect(() => options.setByName('routingId', 'ä'.repeat(128))).toThrow(/text of 256 bytes/);
  });

  it('shares no memory with the caller, in either direction', () => {
    const bytes = Buffer.from('abc');
    const options = new SocketOptions('DEALER', {}, { routingId: bytes });
    bytes.fill(0);
    (options.get(5) as Buffer).fill(0);
    (options.getByName('routingId') as Buffer).fill(0);
    expect(options.values.routingId.toString()).toBe('abc');
  });

  it('never shows its content in an error', () => {
    const options = new SocketOptions('DEALER');
    const secret = 'secret'.repeat(100);
    for (const value of [secret, Buffer.from(secret)]) {
      expect(errorOf(() => options.setByName('routingId', value)).message).not.toContain('secret');
      expect(errorOf(() => options.setByName('metadata', value)).message).not.toContain('secret');
      expect(errorOf(() => options.setByName('plainPassword', value)).message).not.toContain('secret');
      expect(errorOf(() => options.setByName('curveSecretKey', value)).message).not.toContain('secret');
    }
  });
});
