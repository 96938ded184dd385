// Fails when small messages have become much slower: npm run bench:guard. It looks at ratios of runs next to each other in
// time, because the speed of the machine that this runs on is anybody's guess.
import { Laboratory } from './laboratory.js';
import { lengths, type Options } from './options.js';
import { linesOf } from './report.js';
import { type Row, rows } from './rows.js';
import type { Spread } from './spread.js';

/** What each message costs shows in the first, what its bytes cost in the second. */
const watched = ['PUSH/PULL 64 B', 'PUSH/PULL 1 KB'];
/** Below half of its goal a ratio is no bad day of the machine. */
const FLOOR = 0.5;
/** A busy machine may spoil a short look, so the verdict comes from a longer one. */
const ROUNDS_AGAIN = 7;

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
      const holds =
        (await isFastEnough(laboratory, row, rounds)) || (await isFastEnough(laboratory, row, ROUNDS_AGAIN));
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

async function isFastEnough(laboratory: Laboratory, row: Row, times: number): Promise<boolean> {
  const [line] = linesOf(row, await laboratory.run(row, times));
  const floor = line!.goal! * FLOOR;
  const { median, min, max } = line!.ratio as Spread;
  const found = `${median.toFixed(2)} [${min.toFixed(2)} … ${max.toFixed(2)}] times as fast as zeromq`;
  if (median >= floor) {
    console.log(`${row.name}: ${found}; at least ${floor} is asked for.`);
    return true;
  }
  const where = `npm run bench -- --row '${row.name}' --profile shows where the time goes`;
  console.error(`${row.name}: ${found}, below ${floor}, after ${times} rounds: ${where}.`);
  return false;
}
