import { oneWay } from './one-way.js';
import { publish } from './publish.js';
import { requests } from './requests.js';
import { World } from './world.js';

/** The kinds of worlds. */
const KINDS: readonly ((world: World) => Promise<void>)[] = [oneWay, requests, publish];

/** An hour would do; what takes longer than this hangs. */
const LIMIT_MS = 24 * 3_600_000;

/** Builds the world of a seed, lets it run, and answers the hash of its trace. Rejects with what was found wrong. */
export async function runSeed(seed: number, look: (world: World) => void = () => undefined): Promise<string> {
  const world = new World(seed);
  look(world);
  const { simulation } = world;
  await simulation.run(
    async () => {
      await world.random.pick(KINDS)(world);
      await world.end();
    },
    { limit: LIMIT_MS },
  );
  const mine = simulation.logger.lines.filter(({ level }) => level === 'error');
  for (const { message } of mine) world.problems.push(`logged: ${message}`);
  if (world.problems.length > 0) throw new Error(`${world.problems.slice(0, 5).join('\n')} [seed ${seed}]`);
  return simulation.trace.hash;
}
