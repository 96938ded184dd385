import type { CapabilityReport } from '../core/contracts/capability-probe.js';
import type { IEngineFactory } from '../core/contracts/engine.js';
import { ZmqError } from '../core/errors.js';
import { needsUring } from '../core/options/socket-options.js';
import type { SocketOptionValues } from '../core/options/values.js';

/** The engine for an endpoint, and why it is that one. */
export interface EngineChoice {
  readonly factory: IEngineFactory;
  readonly reason: string;
}

/**
 * Chooses the engine for a scheme. A pure function: the offers of the engines decide, the highest rank among those that
 * can; of two with the same rank the one registered last, so that a module can take a scheme over.
 */
export function selectEngine(
  scheme: string,
  options: Readonly<SocketOptionValues>,
  capabilities: CapabilityReport,
  factories: readonly IEngineFactory[],
): EngineChoice {
  const offers = factories.map((factory) => ({ factory, ...factory.offer(scheme, options, capabilities) }));
  let best: (typeof offers)[number] | undefined;
  for (const offer of offers) if (offer.serves && (best === undefined || offer.rank >= best.rank)) best = offer;
  const others = offers.filter((offer) => offer !== best).map((offer) => `${offer.factory.name}: ${offer.reason}`);
  if (best === undefined) {
    throw new ZmqError(
      scheme === 'tcp' && needsUring(options) !== undefined
        ? 'UnsupportedOption'
        : options.routerRaw
          ? 'IncompatibleTransport'
          : 'UnsupportedTransport',
      `No engine serves ${scheme}:// (${others.join('; ') || 'none is bound'}).`,
    );
  }
  return { factory: best.factory, reason: [best.reason, ...others.map((other) => `not ${other}`)].join('; ') };
}
