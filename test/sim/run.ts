// npm run sim: so many seeds (--count 1000) from --from on, then fifty nodes for an hour; --fifty: that hour alone.
// --seed 7: one seed, with the end of its trace when it fails: --trace 500 lines, of which --grep keeps those with a word in them.
// --twice: each seed two times, which must give the same trace.
import { parseArgs } from 'node:util';
import { fiftyNodes } from './fifty-nodes.js';
import { runSeed } from './scenario.js';
import type { World } from './world.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    trace: { type: 'string', default: '40' },
    grep: { type: 'string', default: '' },
    fifty: { type: 'boolean', default: false },
    twice: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.count) : 1;
const failed: number[] = [];
const began = performance.now();
const since = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
let world: World | undefined;
for (let seed = first; !values.fifty && seed < first + count; seed++) {
  try {
    const hash = await runSeed(seed, (made) => {
      world = made;
      if (values.seed !== undefined) world.simulation.trace.keep = 1_000_000;
    });
    if (values.twice && (await runSeed(seed)) !== hash)
      throw new Error(`the second run was another one [seed ${seed}]`);
    if (values.seed !== undefined) console.log(`seed ${seed}: ${hash}`);
  } catch (error) {
    failed.push(seed);
    console.error(`seed ${seed} failed; repeat it with: npm run sim -- --seed ${seed}`);
    if (values.seed !== undefined) show();
    console.error(values.seed === undefined ? String(error).split('\n', 1)[0] : error);
  }
}
if (!values.fifty) console.log(`${count} seeds from ${first} on, ${failed.length} failed, ${since(began)}`);
const same = values.seed !== undefined || (await playHour());
process.exitCode = failed.length === 0 && same ? 0 : 1;

/** The hour of fifty nodes, two times: true when both are the same. */
async function playHour(): Promise<boolean> {
  const start = performance.now();
  const hour = await fiftyNodes(first);
  console.log(`fifty nodes for an hour: ${since(start)}`, hour);
  const again = await fiftyNodes(first);
  if (again.hash !== hour.hash) console.error(`the second hour was another one: ${again.hash}`);
  return again.hash === hour.hash;
}

/** What there is to see of the world that failed. */
function show(): void {
  const lines = world?.simulation.trace.lines ?? [];
  console.error(lines[0]);
  const wanted = lines.slice(1).filter((line) => line.includes(values.grep));
  console.error(wanted.slice(-Number(values.trace)).join('\n'));
  for (const line of world?.pictures ?? []) console.error(line);
}
