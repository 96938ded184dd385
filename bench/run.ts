// Compares rzmq with the native binding: npm run bench -- --help
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Facts, gatherFacts } from './facts.js';
import { type Options, readOptions, usage } from './options.js';
import { type Measured, Pairs } from './pair.js';
import { heading, type Line, linesOf, type Runs, text } from './report.js';
import type { Row } from './rows.js';

process.exitCode = await main();

async function main(): Promise<number> {
  let options: Options | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  return await bench(options);
}

async function bench(options: Options): Promise<number> {
  // Short: the path of a local socket has 107 bytes at most.
  const home = mkdtempSync(join(tmpdir(), 'rzmq-bench-'));
  const profiles = options.profile ? mkdtempSync(join(tmpdir(), 'rzmq-profile-')) : '';
  const pairs = new Pairs(options, home, profiles);
  const cleanUp = () => {
    pairs.killAll();
    rmSync(home, { recursive: true, force: true });
  };
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      cleanUp();
      process.exit(status);
    });
  const facts = gatherFacts();
  introduce(facts, options);
  const measured: { row: Row; runs: Runs; lines: Line[] }[] = [];
  try {
    for (const row of options.rows) {
      const runs = await runRow(row, options, pairs);
      const lines = linesOf(row, runs);
      for (const line of lines) console.log(text(line));
      measured.push({ row, runs, lines });
    }
  } catch (error) {
    console.error(`FAILED: ${(error as Error).message}`);
    return 1;
  } finally {
    cleanUp();
  }
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ facts, options, measured }, null, 2)}\n`);
  if (options.profile) console.log(`CPU profiles of the rzmq processes: ${profiles}`);
  return 0;
}

/** The libraries take turns, so that a change of the machine's mood meets both. */
async function runRow(row: Row, options: Options, pairs: Pairs): Promise<Runs> {
  const runs = { rzmq: [] as Measured[], zeromq: [] as Measured[] };
  for (let round = 1; round <= options.rounds; round++) {
    for (const library of options.libraries) {
      try {
        runs[library].push(await pairs.measure(row, library));
      } catch (error) {
        throw new Error(`${row.name}, ${library}, round ${round}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return runs;
}

function introduce(facts: Facts, { rounds, warmMs, measureMs }: Options): void {
  console.log(`Node ${facts.node}, ${facts.cpu}, ${facts.cores} cores, ${facts.system}`);
  console.log(`rzmq ${facts.rzmq} against zeromq ${facts.zeromq} (libzmq ${facts.libzmq})`);
  console.log(`${rounds} rounds, each library in turn, ${warmMs} ms warm-up and ${measureMs} ms measured; HWM 1000.`);
  console.log(
    'Sender and receiver are two processes, except inproc; `await send` and `for await` unless the row says otherwise;',
  );
  console.log('"fastest API" is trySend and recvMany, which zeromq does not have: there it is the same as above.');
  console.log(
    'Each message is checked at the receiver, whose clock counts. PUB/SUB counts deliveries, and its publisher stays',
  );
  console.log('within 450 messages of the slowest subscriber, so that none is dropped.');
  console.log('Median [min … max] of the rounds. Ratio above 1: rzmq is faster (for times too).\n');
  console.log(heading());
}
