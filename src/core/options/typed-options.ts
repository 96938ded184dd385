import { ZmqError } from '../errors.js';
import type { OptionValue } from './definition.js';
import type { FollowsFromOthers, WiderInputs } from './inputs.js';
import type { SocketOptionReadings } from './readings.js';
import type { SocketOptions } from './socket-options.js';
import { OPTIONS } from './table.js';
import type { SocketOptionValues } from './values.js';

/** `socket.options`: all settings and readings of one socket, by name. Reading and writing go through the table. */
export interface TypedSocketOptions
  extends Omit<SocketOptionValues, keyof WiderInputs | FollowsFromOthers>,
    SocketOptionReadings {
  /** ZMQ_ROUTING_ID: see {@link SocketOptionValues.routingId}. Text is taken as UTF-8. */
  get routingId(): Buffer;
  set routingId(value: WiderInputs['routingId']);
  /** ZMQ_CONNECT_ROUTING_ID: see {@link SocketOptionValues.connectRoutingId}. Text is taken as UTF-8. */
  get connectRoutingId(): Buffer | null;
  set connectRoutingId(value: WiderInputs['connectRoutingId']);
  /** ZMQ_XPUB_WELCOME_MSG: see {@link SocketOptionValues.welcomeMessage}. Text is taken as UTF-8. */
  get welcomeMessage(): Buffer | null;
  set welcomeMessage(value: WiderInputs['welcomeMessage']);
  /** ZMQ_HELLO_MSG: see {@link SocketOptionValues.helloMessage}. Text is taken as UTF-8. */
  get helloMessage(): Buffer | null;
  set helloMessage(value: WiderInputs['helloMessage']);
  /** ZMQ_DISCONNECT_MSG: see {@link SocketOptionValues.disconnectMessage}. Text is taken as UTF-8. */
  get disconnectMessage(): Buffer | null;
  set disconnectMessage(value: WiderInputs['disconnectMessage']);
  /** ZMQ_HICCUP_MSG: see {@link SocketOptionValues.hiccupMessage}. Text is taken as UTF-8. */
  get hiccupMessage(): Buffer | null;
  set hiccupMessage(value: WiderInputs['hiccupMessage']);
  /** ZMQ_TCP_ACCEPT_FILTER: see {@link SocketOptionValues.tcpAcceptFilter}. Text adds one, a list replaces all. */
  get tcpAcceptFilter(): readonly string[];
  set tcpAcceptFilter(value: WiderInputs['tcpAcceptFilter']);
  /** ZMQ_METADATA: see {@link SocketOptionValues.metadata}. Text adds one, a list replaces all. */
  get metadata(): readonly string[];
  set metadata(value: WiderInputs['metadata']);
  /** ZMQ_PLAIN_USERNAME: see {@link SocketOptionValues.plainUsername}. */
  get plainUsername(): string;
  set plainUsername(value: WiderInputs['plainUsername']);
  /** ZMQ_PLAIN_PASSWORD: see {@link SocketOptionValues.plainPassword}. */
  get plainPassword(): string;
  set plainPassword(value: WiderInputs['plainPassword']);
  /** ZMQ_CURVE_PUBLICKEY: see {@link SocketOptionValues.curvePublicKey}. Text is Z85. */
  get curvePublicKey(): Buffer;
  set curvePublicKey(value: WiderInputs['curvePublicKey']);
  /** ZMQ_CURVE_SECRETKEY: see {@link SocketOptionValues.curveSecretKey}. Text is Z85. */
  get curveSecretKey(): Buffer;
  set curveSecretKey(value: WiderInputs['curveSecretKey']);
  /** ZMQ_CURVE_SERVERKEY: see {@link SocketOptionValues.curveServerKey}. Text is Z85. */
  get curveServerKey(): Buffer;
  set curveServerKey(value: WiderInputs['curveServerKey']);
  /** CURVE_PREVIOUS_SECRETKEYS (rzmq): see {@link SocketOptionValues.curvePreviousSecretKeys}. */
  get curvePreviousSecretKeys(): Buffer;
  set curvePreviousSecretKeys(value: WiderInputs['curvePreviousSecretKeys']);
}

/**
 * The object behind `socket.options`. Its accessors stand on the prototype, made once from the table, so that a socket
 * costs one small object. Refused options have accessors too, which say why. Any other name is refused by what stands
 * behind the prototype; that the object is frozen is not enough, because code that is not strict would not be told.
 */
class OptionAccessors {
  readonly #options: SocketOptions;

  static {
    for (const { property, role } of OPTIONS) {
      if (role === 'action') continue;
      Object.defineProperty(OptionAccessors.prototype, property, {
        get(this: OptionAccessors): OptionValue {
          return this.#options.getByName(property);
        },
        set(this: OptionAccessors, value: unknown) {
          this.#options.setByName(property, value);
        },
      });
    }
    Object.setPrototypeOf(
      OptionAccessors.prototype,
      new Proxy(Object.prototype, {
        set(_, name) {
          throw new ZmqError(
            'InvalidOption',
            `There is no socket option called "${String(name)}" that could be assigned.`,
          );
        },
      }),
    );
  }

  public constructor(options: SocketOptions) {
    this.#options = options;
    Object.freeze(this);
  }

  /** For `console.log`: the settings and readings that this socket has. */
  public [Symbol.for('nodejs.util.inspect.custom')](): Readonly<Record<string, OptionValue>> {
    const shown = OPTIONS.filter(({ property, role }) => role !== 'action' && this.#options.has(property));
    return Object.fromEntries(
      shown.map(({ property, secret }) => [property, secret === true ? '<secret>' : this.#options.getByName(property)]),
    );
  }
}

/** Makes the typed view of the options of one socket. */
export function createTypedOptions(options: SocketOptions): TypedSocketOptions {
  return new OptionAccessors(options) as unknown as TypedSocketOptions;
}

/** True for the options of a socket, which have no properties of their own: copied as an object they would be nothing. */
export function isTypedOptions(value: object): boolean {
  return value instanceof OptionAccessors;
}
