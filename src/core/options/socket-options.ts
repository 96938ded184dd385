import { ZmqError } from '../errors.js';
import { Secret } from '../secret.js';
import type { SocketTypeName } from '../socket-type.js';
import { defaultValues } from './defaults.js';
import type { OptionDefinition, OptionValue } from './definition.js';
import { describeOption } from './describe.js';
import type { IOptionHost } from './host.js';
import type { SocketOptionsInit } from './inputs.js';
import { parseOptionValue } from './parse.js';
import { appliesTo, findOptionByConstant, findOptionById, findOptionByProperty, OPTIONS } from './table.js';
import type { SocketOptionValues } from './values.js';

/** What `setOption` accepts: a natural value, or the bytes that a C program would pass. */
export type OptionInput = Uint8Array | number | string | boolean | bigint | null;

/** The setting with which a socket may have those that need the io_uring engine. */
const ENABLES_URING = 'ioUringSessionEnabled' satisfies keyof SocketOptionValues;

/** Stands in until the socket is there: nothing happened yet, and nobody can act. */
const NO_HOST: IOptionHost = {
  subscribe: noHost,
  unsubscribe: noHost,
  changed: () => undefined,
  events: 0,
  receiveMore: false,
  lastEndpoint: '',
  topicsCount: 0,
};

/**
 * The options of one socket: the settings as plain data in `values`, and the checked ways to read and change them, by
 * libzmq's number and by name. Made with its socket; it holds nothing that must be ended.
 */
export class SocketOptions {
  /** The live settings. Read them anywhere; only this class writes to them, and whoever uses up `connectRoutingId`. */
  public readonly values: SocketOptionValues;
  private readonly type: SocketTypeName;
  /** All that were ever set: a bind or connect of before may still use one that was replaced. */
  private readonly secrets: Secret[] = [];
  private host: IOptionHost = NO_HOST;

  /**
   * @param contextDefaults apply as far as sockets of this type have them
   * @param init the settings of this very socket: one that its type does not have is an error
   */
  public constructor(type: SocketTypeName, contextDefaults: SocketOptionsInit = {}, init: SocketOptionsInit = {}) {
    this.type = type;
    this.values = defaultValues(type);
    for (const [property, value] of entriesOf(contextDefaults)) {
      const option = requireSetting(property);
      if (appliesTo(option, type)) this.write(option, value);
    }
    for (const [property, value] of entriesOf(init)) this.write(requireSetting(property), value);
  }

  /** Names the socket that acts on the options. Called once, when the socket is complete. */
  public attachHost(host: IOptionHost): void {
    if (this.host !== NO_HOST) throw new ZmqError('Internal', 'The options of a socket were given a second socket.');
    this.host = host;
  }

  /**
   * Reads an option by libzmq's number, as zmq_getsockopt does; ints that mean yes or no come as booleans.
   * Throws InvalidOption (unknown, not of this socket type, write-only) or UnsupportedOption.
   */
  public get(id: number): Exclude<OptionValue, readonly string[]> {
    const option = requireById(id);
    this.requireUsable(option, 'get');
    if (option.access === 'w') {
      throw new ZmqError('InvalidOption', `Cannot get ${describeOption(option)}: it can only be set.`);
    }
    return this.read(option) as Exclude<OptionValue, readonly string[]>;
  }

  /**
   * Sets an option by libzmq's number, as zmq_setsockopt does. Bytes stand for text and binary values, and for numbers
   * in libzmq's form: 4 or 8 bytes in native order.
   * Throws InvalidOption, InvalidOptionValue or UnsupportedOption, and changes nothing then.
   */
  public set(id: number, value: OptionInput): void {
    this.write(requireById(id), value);
  }

  /** Reads an option by its name in JavaScript. Unlike `get`, it also tells a setting that libzmq only lets one set. */
  public getByName(property: string): OptionValue {
    const option = requireByProperty(property);
    this.requireUsable(option, 'get');
    return this.read(option);
  }

  /** Sets an option by its name in JavaScript. Text adds to an option that is a list, a list takes its place. */
  public setByName(property: string, value: unknown): void {
    this.write(requireByProperty(property), value);
  }

  /** The settings as they are now, for good: what a bind or connect keeps for all of its connections. */
  public snapshot(): Readonly<SocketOptionValues> {
    return Object.freeze({ ...this.values });
  }

  /** Overwrites the secrets. The socket has ended, and all of its connections with it. */
  public wipe(): void {
    for (const secret of this.secrets) secret.wipe();
  }

  /** True when the option exists, is honoured as the socket is set up now, and belongs to this socket type. */
  public has(property: string): boolean {
    const option = findOptionByProperty(property);
    if (option?.support.honoured !== true || !appliesTo(option, this.type)) return false;
    return this.values.ioUringSessionEnabled || otherwise(option) === undefined;
  }

  private read(option: OptionDefinition): OptionValue {
    switch (option.role) {
      case 'action':
        throw new ZmqError(
          'InvalidOption',
          `Cannot get ${describeOption(option)}: it is something to do, not a value.`,
        );
      case 'reading':
        return option.read!(this.host, this.type, this.values);
      case 'opposite of ipv6':
        return !this.values.ipv6;
      case 'value': {
        const value = this.values[option.property as keyof SocketOptionValues];
        if (value instanceof Secret) {
          return option.kind === 'string' ? value.reveal().toString('utf8') : Buffer.from(value.reveal());
        }
        return Buffer.isBuffer(value) ? Buffer.from(value) : value;
      }
    }
  }

  private write(option: OptionDefinition, input: unknown): void {
    this.requireUsable(option, 'set');
    requireUring(option, this.values.ioUringSessionEnabled);
    if (option.access === 'r') {
      throw new ZmqError('InvalidOption', `Cannot set ${describeOption(option)}: it can only be read.`);
    }
    switch (option.role) {
      case 'reading':
        break;
      case 'action':
        this.perform(option, parseOptionValue(option, input) as Buffer);
        break;
      case 'opposite of ipv6':
        this.keep({ ipv6: !(parseOptionValue(option, input) as boolean) });
        break;
      case 'value': {
        const property = option.property as keyof SocketOptionValues;
        const current = this.values[property];
        const value = parseOptionValue(option, input, Array.isArray(current) ? (current as readonly string[]) : []);
        if (value instanceof Secret) this.secrets.push(value);
        this.keep({ [property]: value, ...option.alsoSets?.(value, this.values) });
        break;
      }
    }
  }

  /** All that change together are changed before anybody hears of it. */
  private keep(changes: Partial<SocketOptionValues>): void {
    Object.assign(this.values, changes);
    for (const property of Object.keys(changes)) this.host.changed(property as keyof SocketOptionValues);
  }

  private perform(option: OptionDefinition, argument: Buffer): void {
    if ((this.type === 'PUB' || this.type === 'XPUB') && !this.values.manual) {
      const own = this.type === 'PUB' ? 'that is for a SUB, or ' : '';
      throw new ZmqError(
        'InvalidOption',
        `Cannot set ${describeOption(option)} on ${this.type}: ${own}switch XPUB_MANUAL (manual) on first.`,
      );
    }
    option.perform!(this.host, argument);
  }

  private requireUsable(option: OptionDefinition, verb: 'get' | 'set'): void {
    requireHonoured(option, verb);
    if (!appliesTo(option, this.type)) {
      const types = (option.types as readonly string[]).join(', ');
      throw new ZmqError(
        'InvalidOption',
        `Cannot ${verb} ${describeOption(option)} on ${this.type}: it is an option of ${types} only.`,
      );
    }
  }
}

/**
 * Checks settings that are meant for sockets of any type, so that a Context can refuse wrong ones before it makes its
 * first socket. Throws as `SocketOptions` would.
 */
export function checkSocketOptions(init: SocketOptionsInit): void {
  for (const [property, value] of entriesOf(init)) {
    const option = requireSetting(property);
    requireUring(option, init.ioUringSessionEnabled === true);
    parseOptionValue(option, value);
  }
}

/** The settings that need the io_uring engine and are not as a new socket has them, with the reasons; or nothing. */
export function needsUring(values: Readonly<SocketOptionValues>): string | undefined {
  const found = URING_ONLY.filter(({ property, default: usual }) => {
    return values[property as keyof SocketOptionValues] !== usual;
  });
  return found.length === 0 ? undefined : found.map((option) => describeOption(option)).join(', ');
}

const URING_ONLY: readonly OptionDefinition[] = OPTIONS.filter(otherwise);

/** What can be given to a socket that is being made: no readings, and nothing to do. */
function requireSetting(property: string): OptionDefinition {
  const option = requireByProperty(property);
  requireHonoured(option, 'set');
  if (option.role === 'value' || option.role === 'opposite of ipv6') return option;
  throw new ZmqError('InvalidOption', `Cannot set ${describeOption(option)} for a new socket: it is not a setting.`);
}

/** Left out and `undefined` are the same. First what others of them depend on. */
function entriesOf(init: SocketOptionsInit): [string, unknown][] {
  const entries = Object.entries(init).filter(([, value]) => value !== undefined);
  return entries.sort(([a], [b]) => Number(b === ENABLES_URING) - Number(a === ENABLES_URING));
}

/** Why an option needs the io_uring engine; nothing for those that do not. */
function otherwise({ support }: OptionDefinition): string | undefined {
  return support.honoured ? support.otherwise : undefined;
}

function requireUring(option: OptionDefinition, enabled: boolean): void {
  const reason = otherwise(option);
  if (enabled || reason === undefined) return;
  throw new ZmqError(
    'UnsupportedOption',
    `Cannot set ${describeOption(option)}: ${reason} The io_uring engine can: switch ioUringSessionEnabled ` +
      '(IO_URING_SESSION_ENABLED) on first. It is refused with every value, its default too, so that nothing is ignored.',
  );
}

function requireHonoured(option: OptionDefinition, verb: 'get' | 'set'): void {
  if (option.support.honoured) return;
  const always = verb === 'set' ? ' It is refused with every value, its default too, so that nothing is ignored.' : '';
  throw new ZmqError(
    'UnsupportedOption',
    `Cannot ${verb} ${describeOption(option)}: ${option.support.reason}${always}`,
  );
}

function requireById(id: number): OptionDefinition {
  const option = findOptionById(id);
  if (option !== undefined) return option;
  throw new ZmqError('InvalidOption', `There is no socket option ${id}: use the numbers of SocketOption.`);
}

function requireByProperty(property: string): OptionDefinition {
  const option = findOptionByProperty(property);
  if (option !== undefined) return option;
  const meant = findOptionByConstant(property);
  const hint = meant === undefined ? '' : `: by name it is ${meant.property}`;
  throw new ZmqError('InvalidOption', `There is no socket option called ${JSON.stringify(property)}${hint}.`);
}

function noHost(): never {
  throw new ZmqError('Internal', 'The options of a socket were used before it was complete.');
}
