// How long single parts take: npm run bench:micro -- --help
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Case, measure, type Result } from './harness.js';

const usage = `npm run bench:micro -- [options]
  --filter TEXT   only what has TEXT in its name
  --json FILE     write the results to FILE too`;

const { values: args } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
    /** For the processes that this one starts. */
    suite: { type: 'string' },
  },
});

if (args.help) console.log(usage);
else if (args.suite === undefined) await runAll();
else await runSuite(args.suite);

/** Each suite has a process of its own: what V8 learns in one must not slow down the next. */
async function runAll(): Promise<void> {
  const facts = { node: process.version, v8: process.versions.v8, cpu: cpus()[0]?.model ?? 'unknown' };
  console.log(`Node ${facts.node}, ${facts.cpu}. Nanoseconds for one, the median of 21 samples [min … max]`);
  const results: Result[] = [];
  const folder = new URL('suites/', import.meta.url);
  for (const file of readdirSync(folder).sort()) {
    const suite = fork(fileURLToPath(import.meta.url), ['--suite', basename(file, '.ts'), '--filter', args.filter]);
    suite.on('message', (result: Result) => {
      results.push(result);
      const { name, median, min, max } = result;
      console.log(`${name.padEnd(56)}${show(median).padStart(10)}  [${show(min)} … ${show(max)}]`);
    });
    const [code] = (await once(suite, 'close')) as [number];
    if (code !== 0) process.exitCode = 1;
  }
  if (args.json !== undefined) writeFileSync(args.json, `${JSON.stringify({ ...facts, results }, undefined, 2)}\n`);
}

async function runSuite(suite: string): Promise<void> {
  const { cases } = (await import(`./suites/${suite}.js`)) as { cases: readonly Case[] };
  for (const { name, prepare } of cases) {
    const full = `${suite}: ${name}`;
    if (full.includes(args.filter)) process.send!(measure({ name: full, prepare }));
  }
}

function show(nanoseconds: number): string {
  return nanoseconds >= 1000 ? Math.round(nanoseconds).toString() : nanoseconds.toPrecision(3);
}
