// Runs the matrix, then the behaviours, and prints what failed. `--self` puts libzmq on both sides of the matrix, which
// tests the tests; words choose cells and behaviours by their name: npm run interop -- PUSH ipc
import { BEHAVIOURS } from './behaviours/index.js';
import { playAll, playsOf, remarks } from './behaviours/run.js';
import { LibzmqProcess } from './libzmq.js';
import { cells, runMatrix } from './matrix.js';
import type { Side } from './peer.js';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const isChosen = ({ name }: { readonly name: string }) => words.every((word) => name.includes(word));
const chosenCells = cells.filter(isChosen);
const chosenPlays = playsOf(BEHAVIOURS).filter(isChosen);
const failed = new Set<string>();

if (chosenCells.length > 0) await runCells();
if (chosenPlays.length > 0) await runBehaviours();
process.exitCode = failed.size === 0 && chosenCells.length + chosenPlays.length > 0 ? 0 : 1;

/** Says what failed at once, and the slowest at the end. */
function reporter(): { report(name: string, milliseconds: number, error?: Error): void; sum(): void } {
  const start = performance.now();
  let slowest = { name: 'none', milliseconds: 0 };
  return {
    report(name, milliseconds, error) {
      if (milliseconds > slowest.milliseconds) slowest = { name, milliseconds };
      if (error === undefined) return;
      failed.add(name);
      console.log(`FAILED ${name}: ${error.message} (${milliseconds.toFixed(0)} ms)`);
    },
    sum() {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${seconds} s; slowest: ${slowest.name}, ${slowest.milliseconds.toFixed(0)} ms`);
    },
  };
}

async function runCells(): Promise<void> {
  const { report, sum } = reporter();
  const theirs = await LibzmqProcess.start();
  const { side: ours, end } = await ourSide(process.argv.includes('--self'));
  try {
    await runMatrix(ours, theirs, chosenCells, ({ cell, error, milliseconds }) =>
      report(cell.name, milliseconds, error),
    );
  } finally {
    await end();
    await theirs.kill();
  }
  sum();
  console.log(`${chosenCells.length - failed.size}/${chosenCells.length} cells`);
}

/** A behaviour holds when every pairing of the two libraries, over every transport, has shown it. */
async function runBehaviours(): Promise<void> {
  const { report, sum } = reporter();
  const good = new Set(chosenPlays.map(({ behaviour }) => behaviour));
  const chosen = [...good];
  await playAll(chosenPlays, ({ play, error, milliseconds }) => {
    report(play.name, milliseconds, error);
    if (error !== undefined) good.delete(play.behaviour);
  });
  sum();
  for (const line of remarks(chosen)) console.log(line);
  console.log(`${chosenPlays.length} pairings`);
  console.log(`${good.size}/${chosen.length} behaviours`);
}

async function ourSide(libzmq: boolean): Promise<{ side: Side; end: () => Promise<void> }> {
  if (libzmq) {
    const side = await LibzmqProcess.start();
    return { side, end: () => side.kill() };
  }
  const { Ours } = await import('./ours.js');
  const side = new Ours();
  return { side, end: () => side.end() };
}
