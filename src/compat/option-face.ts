import { types } from 'node:util';
import { type Socket as Inner, type SocketOptionValues, z85Encode } from '../index.js';
import {
  defaultOf,
  findOptionById,
  findOptionByProperty,
  type KeptValue,
  type OptionDefinition,
  parseOptionValue,
} from '../plugin.js';
import { compatibly, errnoError } from './errors.js';

/** What a property of a socket can be. */
export type PropertyValue = number | boolean | string | null;

/** What the methods `get…Option` and `set…Option` are about. */
export type NativeKind = 'Bool' | 'Int32' | 'Uint32' | 'Int64' | 'Uint64' | 'String';

const SUBSCRIBE = 6;
const UNSUBSCRIBE = 7;
const MECHANISMS: readonly (string | null)[] = [null, 'plain', 'curve', 'gssapi'];

/** The socket, as far as its options need it. */
export interface ISocketOfOptions {
  readonly inner: Inner;
  readonly closed: boolean;
  /** It is bound or connected. */
  readonly inUse: boolean;
  /** The option does nothing here; to be said once. */
  warn(property: string, text: string): void;
}

/**
 * The options of one socket as zeromq.js shows them: text for bytes, `null` for none. What there is, of which kind it is and
 * what it may be set to all stand in the table of options. An option that this package refuses can be set all the same, so
 * that programs go on: the value is kept, has no effect, and a warning says so.
 */
export class OptionFace {
  /** The values of options that have no effect. */
  private readonly kept: Map<string, KeptValue> = new Map();

  public constructor(private readonly socket: ISocketOfOptions) {}

  public get(property: string): PropertyValue {
    return this.read(findOptionByProperty(property)!);
  }

  public set(property: string, value: unknown): void {
    const option = findOptionByProperty(property)!;
    const { kind } = option;
    requireKind(kind === 'bool' ? 'Bool' : kind === 'string' || kind === 'bytes' ? 'String' : 'Int32', value);
    this.write(option, value);
  }

  /** `getInt32Option` and its like. */
  public getById(id: unknown, kind: NativeKind): PropertyValue {
    const option = requireOption(id);
    if (option.access === 'w') throw errnoError('EINVAL', `The option ${option.name} can only be set.`);
    const raw = this.raw(option);
    // The name of a mechanism is only for the property.
    if (typeof raw === 'number' && kind !== 'Bool') return kind === 'String' ? String(raw) : raw;
    const value = shown(option, raw);
    if (kind === 'String') return value === null ? null : String(value);
    return kind === 'Bool' ? Boolean(value) : Number(value);
  }

  /** `setInt32Option` and its like. */
  public setById(id: unknown, kind: NativeKind, value: unknown): void {
    const option = requireOption(id);
    requireKind(kind, value);
    if (option.role === 'action') this.perform(option, ofThisRealm(value) as string | Uint8Array | null);
    else this.write(option, typeof value === 'boolean' && option.kind !== 'bool' ? Number(value) : value);
  }

  private read(option: OptionDefinition): PropertyValue {
    return shown(option, this.raw(option));
  }

  private raw(option: OptionDefinition): unknown {
    this.requireOpen();
    const { inner } = this.socket;
    const { property } = option;
    return refusal(option) === undefined
      ? compatibly(() => inner.options[property as keyof SocketOptionValues])
      : (this.kept.get(property) ?? defaultOf(option, inner.type));
  }

  private write(option: OptionDefinition, input: unknown): void {
    this.requireOpen();
    const { inner, inUse } = this.socket;
    const { property, effect } = option;
    const value = typeof input === 'number' ? whole(option, input) : ofThisRealm(input);
    const reason = refusal(option);
    if (reason !== undefined) {
      this.keep(option, value, reason);
      return;
    }
    if (inUse && effect !== 'at once') {
      process.emitWarning(`The option ${property} counts from the next bind or connect on.`, {
        code: 'RZMQ_LATER_EFFECT',
      });
    }
    compatibly(() => Reflect.set(inner.options, property, value));
  }

  private keep(option: OptionDefinition, value: unknown, reason: string): void {
    // 64 bits have more numbers than a number can tell apart: what is only kept may be any of them.
    const vast = option.kind === 'uint64' && typeof value === 'number' && value > Number.MAX_SAFE_INTEGER;
    const parsed = vast ? Math.min(value, 2 ** 64) : compatibly(() => parseOptionValue(option, value));
    this.kept.set(option.property, parsed);
    if (parsed === defaultOf(option, this.socket.inner.type)) return;
    this.socket.warn(option.property, `The option ${option.property} has no effect: ${reason}`);
  }

  private perform(option: OptionDefinition, topic: string | Uint8Array | null): void {
    this.requireOpen();
    const { inner } = this.socket;
    compatibly(() => {
      if (option.id === SUBSCRIBE) inner.subscribe(topic ?? '');
      else if (option.id === UNSUBSCRIBE) inner.unsubscribe(topic ?? '');
    });
  }

  private requireOpen(): void {
    if (this.socket.closed) throw errnoError('ENOTSOCK', 'The socket is closed, and has no options any more.');
  }
}

function shown(option: OptionDefinition, value: unknown): PropertyValue {
  if (option.property === 'securityMechanism') return MECHANISMS[value as number] ?? null;
  if (Buffer.isBuffer(value)) {
    if (option.rule.form !== 'key') return value.length === 0 ? null : value.toString();
    return value.every((byte) => byte === 0) ? null : z85Encode(value);
  }
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(',');
  return value === '' ? null : (value as PropertyValue);
}

/** Why an option has no effect; `undefined` when it has. */
function refusal({ support }: OptionDefinition): string | undefined {
  return support.honoured ? support.otherwise : support.reason;
}

/** Bytes may come from another realm (node:vm, Jest, a window of Electron). */
function ofThisRealm(value: unknown): unknown {
  return types.isUint8Array(value) ? Buffer.from(value.buffer, value.byteOffset, value.length) : value;
}

/** A number as C has it. */
function whole({ kind }: OptionDefinition, value: number): number {
  if (kind === 'int32' || kind === 'bool') return value | 0;
  const number = Math.trunc(value) || 0;
  return kind === 'uint64' ? Math.max(number, 0) : number;
}

function requireOption(id: unknown): OptionDefinition {
  if (typeof id !== 'number') throw new TypeError('The number of an option is a number.');
  const option = findOptionById(id);
  // Beyond these there are numbers of our own.
  if (option === undefined || id >= 1000) throw errnoError('EINVAL', `There is no option ${id}.`);
  return option;
}

function requireKind(kind: NativeKind, value: unknown): void {
  if (kind === 'Bool') {
    if (typeof value !== 'boolean') throw new TypeError('The value of this option is true or false.');
  } else if (kind === 'String') {
    if (typeof value !== 'string' && value !== null && !types.isUint8Array(value)) {
      throw new TypeError('The value of this option is text, a Buffer, or null.');
    }
  } else if (typeof value !== 'number') throw new TypeError('The value of this option is a number.');
}
