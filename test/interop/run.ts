// Runs the matrix and prints what failed. `--self` puts libzmq on both sides, which tests the tests; a word or more
// chooses cells by their name: npm run interop -- PUSH ipc
import { LibzmqProcess } from './libzmq.js';
import { cells, runMatrix } from './matrix.js';
import type { Side } from './peer.js';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = cells.filter(({ name }) => words.every((word) => name.includes(word)));

const theirs = await LibzmqProcess.start();
const { side: ours, end } = await ourSide(process.argv.includes('--self'));
let passed = 0;
try {
  const start = performance.now();
  const results = await runMatrix(ours, theirs, chosen, ({ cell, error, milliseconds }) => {
    if (error === undefined) passed++;
    else console.log(`FAILED ${cell.name}: ${error.message} (${milliseconds.toFixed(0)} ms)`);
  });
  const [slowest] = results.toSorted((a, b) => b.milliseconds - a.milliseconds);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${seconds} s; slowest: ${slowest?.cell.name ?? 'none'}, ${slowest?.milliseconds.toFixed(0) ?? 0} ms`);
} finally {
  await end();
  await theirs.kill();
}
console.log(`${passed}/${chosen.length} cells`);
process.exitCode = passed === chosen.length && passed > 0 ? 0 : 1;

async function ourSide(libzmq: boolean): Promise<{ side: Side; end: () => Promise<void> }> {
  if (libzmq) {
    const side = await LibzmqProcess.start();
    return { side, end: () => side.kill() };
  }
  const { Ours } = await import('./ours.js');
  const side = new Ours();
  return { side, end: () => side.end() };
}
