import { Context } from '../../index.js';
import {
  type ContextModule,
  contextModule,
  IEngineFactory,
  IMechanismFactory,
  IPatternFactory,
  ITransport,
  ZmqError,
} from '../../plugin.js';

/** What a Context is made of, as far as plugins add to it. */
interface Parts {
  readonly transports: readonly ITransport[];
  readonly mechanisms: readonly IMechanismFactory[];
  readonly engines: readonly IEngineFactory[];
}

/**
 * The transport that a Context with these modules has for a scheme, to be tried as it is wired: with the clock, the
 * scheduler and whatever else the container gives it.
 */
export function transportOf(scheme: string, modules: readonly ContextModule[]): ITransport {
  const found = partsOf(modules).transports.find(({ schemes }) => schemes.includes(scheme));
  return found ?? missing(`transport for ${scheme}://`);
}

/** The mechanism of that name that a Context with these modules has. */
export function mechanismOf(name: string, modules: readonly ContextModule[] = []): IMechanismFactory {
  return partsOf(modules).mechanisms.findLast((factory) => factory.name === name) ?? missing(`mechanism ${name}`);
}

/** The engine of that name that a Context with these modules has. */
export function engineOf(name: string, modules: readonly ContextModule[] = []): IEngineFactory {
  return partsOf(modules).engines.findLast((factory) => factory.name === name) ?? missing(`engine ${name}`);
}

/** The container resolves everything once; among it, a pattern that nobody uses and that is given all parts. */
function partsOf(modules: readonly ContextModule[]): Parts {
  let parts: Parts | undefined;
  const looking = contextModule(({ bind }) => {
    bind(IPatternFactory)
      .toResolvedValue(
        (transports: ITransport[], mechanisms: IMechanismFactory[], engines: IEngineFactory[]): IPatternFactory => {
          parts = { transports, mechanisms, engines };
          return { type: 'NO-SUCH-TYPE', create: () => missing('socket type') };
        },
        [all(ITransport), all(IMechanismFactory), all(IEngineFactory)],
      )
      .inSingletonScope();
  });
  // It holds nothing that would have to be closed, and who is asked about peers may have to stay.
  new Context({ modules: [...modules, looking] });
  return parts ?? missing('part');
}

function all<T>(serviceIdentifier: T): { serviceIdentifier: T; isMultiple: true } {
  return { serviceIdentifier, isMultiple: true };
}

function missing(what: string): never {
  throw new ZmqError('InvalidArgument', `The modules bind no ${what}.`);
}
