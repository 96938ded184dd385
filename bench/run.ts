// Compares rzmq with the native binding: npm run bench -- --help
import { writeFileSync } from 'node:fs';
import { type Facts, gatherFacts } from './facts.js';
import { Laboratory } from './laboratory.js';
import type { Runs } from './measured.js';
import { type Options, readOptions, usage } from './options.js';
import { heading, type Line, linesOf, text } from './report.js';
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
  const facts = gatherFacts(options.node);
  introduce(facts, options);
  const laboratory = new Laboratory(options);
  const measured: { row: Row; runs: Runs; lines: Line[] }[] = [];
  try {
    for (const row of options.rows) {
      const runs = await laboratory.run(row);
      const lines = linesOf(row, runs, options.pair);
      for (const line of lines) console.log(text(line, options.pair));
      measured.push({ row, runs, lines });
    }
  } catch (error) {
    console.error(`FAILED: ${(error as Error).message}`);
    return 1;
  } finally {
    laboratory.close();
    if (laboratory.profiles !== '') console.log(`Profiles of the rzmq processes: ${laboratory.profiles}`);
    // What was measured before a failure is kept too.
    if (options.json !== undefined)
      writeFileSync(options.json, `${JSON.stringify({ facts, options, measured }, null, 2)}\n`);
  }
  return 0;
}

function introduce(facts: Facts, options: Options): void {
  const { rounds, warmMs, measureMs } = options;
  console.log(`Node ${facts.node}, ${facts.cpu}, ${facts.cores} cores, ${facts.system}
rzmq ${facts.rzmq} against zeromq ${facts.zeromq} (libzmq ${facts.libzmq})
${rounds} rounds, each library in turn, ${warmMs} ms warm-up and ${measureMs} ms measured; HWM 1000 at both ends, 20 for 1 MB.
Sender and receiver are two processes, except inproc; \`await send\` and \`for await\` unless the row says otherwise;
"fastest API" is trySend and recvMany, which zeromq does not have: there it is the same as above.
Each message is checked at the receiver, whose clock counts, and none may be lost. PUB/SUB counts deliveries, with
HWM 20,000; its publisher stays within 9,000 messages of the slowest subscriber; all subscribers are in one process.
The 500 DEALERs are in one process, with a request on its way each; set-up ends with the first answer to each of them;
memory is the resident set of the router's process. Start-up is a process that makes one PUSH socket, closes it and ends.
${options.pair[0] === 'uring' ? 'Both columns are rzmq: with the io_uring engine, and with the standard engine (node:net).\n' : ''}Median [min … max] of the rounds. Ratio above 1: rzmq is better, also where less is better; "!" is below the goal.
`);
  console.log(heading(thirdColumn(options), options.pair));
}

function thirdColumn({ libzmqTools, rows }: Options): string | undefined {
  const node = rows.some(({ kind }) => kind === 'start-up');
  if (libzmqTools !== undefined) return node ? "libzmq's own, or Node" : "libzmq's own";
  return node ? 'bare Node' : undefined;
}
