import type { IPatternFactory } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import type { SocketTypeName } from '../core/socket-type.js';

/** The socket types of a Context. Of two with the same name the last one bound wins. */
export class PatternRegistry {
  private readonly byType: ReadonlyMap<SocketTypeName, IPatternFactory>;

  public constructor(factories: readonly IPatternFactory[]) {
    this.byType = new Map(factories.map((factory) => [factory.type, factory]));
  }

  /** The factory of a socket type, or InvalidSocketType. */
  public get(type: unknown): IPatternFactory {
    const factory = this.byType.get(type as SocketTypeName);
    if (factory !== undefined) return factory;
    throw new ZmqError(
      'InvalidSocketType',
      `${JSON.stringify(String(type))} is no socket type of this Context; there is ${[...this.byType.keys()].join(', ')}.`,
      { errno: 'EINVAL' },
    );
  }
}
