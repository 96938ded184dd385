// npm run sim -- --seed 7: one seed, with the end of its trace when it fails. --count 1000: so many seeds from --from on.
// --trace 500: so many lines of the trace of one seed, of which --grep keeps those with a word in them. --twice: each of them two times, which must give the same trace.
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
if (values.fifty) {
  const hour = await fiftyNodes(first);
  console.log(process.version, hour, `${((performance.now() - began) / 1000).toFixed(1)} s`);
  process.exit(0);
}
let world: World | undefined;
for (let seed = first; seed < first + count; seed++) {
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
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`${count} seeds from ${first} on, ${failed.length} failed, ${seconds} s`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** What there is to see of the world that failed. */
function show(): void {
  const lines = world?.simulation.trace.lines ?? [];
  console.error(lines[0]);
  const wanted = lines.slice(1).filter((line) => line.includes(values.grep));
  console.error(wanted.slice(-Number(values.trace)).join('\n'));
  for (const line of world?.pictures ?? []) console.error(line);
}
