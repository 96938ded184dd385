import type { Secret } from '../secret.js';
import type { SocketTypeName } from '../socket-type.js';
import type { IOptionHost } from './host.js';
import type { SocketOptionValues } from './values.js';

/** libzmq's type of an option: `int32`, `bool` are 4 bytes in native order, `int64`, `uint64` 8 bytes. */
export type OptionKind = 'int32' | 'int64' | 'uint64' | 'bool' | 'string' | 'bytes';

export type OptionUnit = 'milliseconds' | 'seconds' | 'bytes' | 'messages' | 'connections' | 'hops' | 'kbit/s';

/** A value as `SocketOptions` gives it out. */
export type OptionValue = number | boolean | string | Buffer | null | readonly string[];

/** A value as it is kept. */
export type KeptValue = OptionValue | Secret;

/** What a set accepts. The kind (see {@link OptionKind}) is checked before. */
export type OptionRule =
  /** Whole numbers from `min` to `max`, without those in `except`; kept as the next lower multiple of `step`. */
  | {
      readonly form: 'range';
      readonly min: number;
      readonly max: number;
      readonly except?: readonly number[];
      readonly step?: number;
    }
  /** A boolean, or the int that libzmq takes for it: non-zero means true. */
  | { readonly form: 'flag'; readonly numbers: '0 or 1' | 'at least 0' | 'any' }
  /** Text or bytes by their number of bytes (UTF-8). `clearable`: `null` and nothing put the default back. */
  | {
      readonly form: 'length';
      readonly min: number;
      readonly max: number;
      readonly clearable: boolean;
    }
  /** 32 bytes, or the same as Z85 text. */
  | { readonly form: 'key' }
  /** CURVE keys, one or a list of them: kept one behind the other. `null` and nothing: none. */
  | { readonly form: 'keys' }
  /** A list to which each set adds one entry. `clearable`: `null` and nothing empty it. */
  | {
      readonly form: 'list';
      /** In words: what an entry is. */
      readonly entry: string;
      readonly isEntry: (text: string) => boolean;
      /** Entries with the same key are one: the first stays. Without it every entry counts. */
      readonly key?: (entry: string) => string;
      readonly clearable: boolean;
    }
  /** Cannot be set. */
  | { readonly form: 'none' };

/** From when on a change counts. */
export type OptionEffect =
  | 'at once'
  | 'connections made later'
  | 'next bind'
  | 'next connect'
  | 'next bind or connect'
  /** It cannot be changed, or not in this version. */
  | 'never';

/** Whether this version does what the option says, and if not, why. Refused options are refused, never ignored. */
export type OptionSupport =
  | {
      readonly honoured: true;
      /** Only on tcp connections of the io_uring engine: why not on others. Elsewhere it is refused. */
      readonly otherwise?: string;
    }
  | { readonly honoured: false; readonly reason: string };

/** Where an option lives. */
export type OptionRole =
  /** A setting: `SocketOptionValues[property]`. */
  | 'value'
  /** Nothing kept: asked of the socket by `read`. */
  | 'reading'
  /** Nothing kept: done by the socket through `perform`. */
  | 'action'
  /** ZMQ_IPV4ONLY: the setting `ipv6`, turned round. */
  | 'opposite of ipv6';

/** One row of the table: all that there is to know about one option. */
export interface OptionDefinition {
  /** libzmq's number; the number of the Rust rzmq from 1000 up. */
  readonly id: number;
  /** libzmq's constant without `ZMQ_`. */
  readonly name: string;
  /** Older names of the same constant. */
  readonly aliases: readonly string[];
  /** The name in JavaScript: that of zeromq.js 6 where it has one. */
  readonly property: string;
  readonly role: OptionRole;
  readonly kind: OptionKind;
  readonly unit?: OptionUnit;
  /** What a new socket has; it may depend on the socket type. */
  readonly default: KeptValue | ((type: SocketTypeName) => KeptValue);
  /** The default means "was never set": it can be read, but not set. */
  readonly defaultMeansUnset?: true;
  readonly rule: OptionRule;
  /** libzmq's: r by getsockopt only, w by setsockopt only. By name, everything that is kept can be read. */
  readonly access: 'rw' | 'r' | 'w';
  /** The socket types that accept it; a type that a module added accepts every option. */
  readonly types: 'all' | readonly SocketTypeName[];
  readonly effect: OptionEffect;
  readonly support: OptionSupport;
  /** One sentence. */
  readonly doc: string;
  /** Only a `reading`. */
  readonly read?: (host: IOptionHost, type: SocketTypeName, values: Readonly<SocketOptionValues>) => OptionValue;
  /** Only an `action`. */
  readonly perform?: (host: IOptionHost, argument: Buffer) => void;
  /** Only a `value`: other settings that go with it, after it. `current`: the settings before it. */
  readonly alsoSets?: (value: KeptValue, current: Readonly<SocketOptionValues>) => Partial<SocketOptionValues>;
  /** Only a `value`: it is kept as a `Secret`, and never shown. */
  readonly secret?: true;
}
