import type { OptionValue } from './definition.js';
import type { SocketOptions } from './socket-options.js';
import { OPTIONS } from './table.js';
import type { TypedSocketOptions } from './values.js';

/**
 * The object behind `socket.options`. Its accessors stand on the prototype, made once from the table, so that a socket
 * costs one small object. Refused options have accessors too, which say why; any other name cannot be assigned.
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
