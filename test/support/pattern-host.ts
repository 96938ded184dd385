import type { IPatternHost } from '../../src/core/contracts/pattern.js';
import type { SocketOptionValues } from '../../src/core/options/values.js';
import { SeededRandom } from './seeded-random.js';

/** As much of a socket as a pattern needs on its own. */
export function patternHost(options: SocketOptionValues): IPatternHost {
  return { options, random: new SeededRandom(1), dropped: () => undefined, nextTurn: () => undefined };
}
