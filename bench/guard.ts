// Fails when small messages have become much slower: npm run bench:guard. It looks at ratios of runs next to each other in
// time, because the speed of the machine that this runs on is anybody's guess.
import { Laboratory } from './laboratory.js';
import { lengths, type Options } from './options.js';
import { type Line, linesOf } from './report.js';
import { type Row, rows } from './rows.js';
import type { Spread } from './spread.js';

/** What each message costs shows in the first, what its bytes cost in the second. */
const watched = ['PUSH/PULL 64 B', 'PUSH/PULL 1 KB'];
/** Below half of its goal a ratio is no bad day of the machine. */
const FLOOR = 0.5;
/** A busy machine may spoil a look, so there are several, with a pause between them. What has become slow fails all of them. */
const LOOKS = [lengths.quick.rounds, 7, 7, 7];
const PAUSE_MS = 5_000;

const { rounds, ...length } = lengths.quick;
const options: Options = {
  rows: rows.filter(({ name }) => watched.includes(name)),
  libraries: ['rzmq', 'zeromq'],
  pair: ['rzmq', 'zeromq'],
  rounds,
  ...length,
  json: undefined,
  profile: false,
  heapProfile: false,
  node: process.execPath,
  libzmqTools: undefined,
};

process.exitCode = await guard();

async function guard(): Promise<number> {
  const laboratory = new Laboratory(options);
  let good = true;
  try {
    for (const row of options.rows) {
      const holds = await isFastEnough(laboratory, row);
      good &&= holds;
    }
  } catch (error) {
    console.error(`FAILED: ${(error as Error).message}`);
    return 1;
  } finally {
    laboratory.close();
  }
  return good ? 0 : 1;
}

async function isFastEnough(laboratory: Laboratory, row: Row): Promise<boolean> {
  let best: Best = { rzmq: 0, zeromq: 0 };
  for (const [look, times] of LOOKS.entries()) {
    if (look > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const [line] = linesOf(row, await laboratory.run(row, times));
    const floor = line!.goal! * FLOOR;
    const { median, min, max } = line!.ratio as Spread;
    best = better(best, line!);
    const bestRatio = best.rzmq / best.zeromq;
    const found =
      `${row.name}: ${median.toFixed(2)} [${min.toFixed(2)} … ${max.toFixed(2)}] times as fast as zeromq, ` +
      `${bestRatio.toFixed(2)} by the best run of each`;
    if (median >= floor || bestRatio >= floor) {
      console.log(`${found}; at least ${floor} is asked for.`);
      return true;
    }
    console.error(`${found}, below ${floor}, after ${times} rounds.`);
  }
  console.error(`npm run bench -- --row '${row.name}' --profile shows where the time goes.`);
  return false;
}

/** The best rate of each: what else the machine does only ever takes from it. */
type Best = Readonly<Record<'rzmq' | 'zeromq', number>>;

function better({ rzmq, zeromq }: Best, { libraries }: Line): Best {
  return { rzmq: Math.max(rzmq, libraries.rzmq?.max ?? 0), zeromq: Math.max(zeromq, libraries.zeromq?.max ?? 0) };
}
