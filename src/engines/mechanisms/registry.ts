import type { IMechanismFactory } from '../../core/contracts/mechanism.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';

/** The name of the mechanism that is used when no other one is wanted. */
const FALLBACK = 'NULL';

/** The mechanisms of a Context. Of two with the same name the last one bound wins, so that a module can replace one. */
export class MechanismRegistry {
  private readonly factories: readonly IMechanismFactory[];

  public constructor(factories: readonly IMechanismFactory[]) {
    const byName = new Map<string, IMechanismFactory>();
    for (const factory of factories) {
      if (!/^[\x21-\x7e]{1,20}$/.test(factory.name)) {
        throw new ZmqError(
          'InvalidArgument',
          `A mechanism is named ${JSON.stringify(factory.name)}: use 1 to 20 printable characters.`,
        );
      }
      byName.delete(factory.name);
      byName.set(factory.name, factory);
    }
    const last = byName.get(FALLBACK);
    byName.delete(FALLBACK);
    this.factories = last === undefined ? [...byName.values()] : [...byName.values(), last];
  }

  /** The mechanism that the options of a socket ask for. */
  public select(options: Readonly<SocketOptionValues>): IMechanismFactory {
    const factory = this.factories.find((candidate) => candidate.wanted(options));
    if (factory === undefined) {
      throw new ZmqError(
        'UnsupportedFeature',
        'No security mechanism fits the options of the socket, and NULL is not bound.',
      );
    }
    return factory;
  }

  public get names(): string[] {
    return this.factories.map((factory) => factory.name);
  }
}
