import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, rows } from './rows.js';
import { uringRows } from './uring-rows.js';

/** Those that are compared; libzmq's own programs; Node with nothing loaded; and rzmq with its io_uring engine. */
export type Library = 'rzmq' | 'zeromq' | 'libzmq' | 'node' | 'uring';

export interface Options {
  readonly rows: readonly Row[];
  readonly libraries: readonly Library[];
  /** Which is measured against which: the ratios are of these two. */
  readonly pair: readonly [ours: Library, theirs: Library];
  readonly rounds: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly json: string | undefined;
  readonly profile: boolean;
  readonly heapProfile: boolean;
  /** The Node that runs what is measured. */
  readonly node: string;
  /** Where libzmq's own programs are. */
  readonly libzmqTools: string | undefined;
}

export const usage = `npm run bench -- [options]
  --quick             short runs of the usual rows, under a minute in all
  --full              all rows
  --row NAME          the row of that name, else all rows whose name contains it; may be given several times
  --suite uring       our io_uring engine against our standard engine (needs Linux and npm run build:uring)
  --rounds N          how often each library runs each row, in turn
  --lib NAME          rzmq, zeromq or both (default)
  --json FILE         write everything that was measured to FILE, every round of it
  --profile           write a CPU profile of each rzmq process and say where it is
  --heap-profile      write a profile of what each rzmq process allocates, with what has been collected since
  --node FILE         measure with that Node instead of the one that runs this
  --libzmq-tools DIR  a third column, of libzmq's own programs in DIR. They come with its source, and a build leaves
                      them in build/bin:  git clone https://github.com/zeromq/libzmq && cmake -S libzmq -B build
                      -DCMAKE_BUILD_TYPE=Release && cmake --build build
npm run bench:guard   fails when the ratio of the usual small messages is below half of its goal
Rows:
${rows.map(({ name, usual }) => `  ${name}${usual === true ? ' (usual)' : ''}`).join('\n')}`;

/** Quick: enough to see a factor. Full: 1.5 s are some 100 turns of the slowest garbage collection, for 50 rows. */
export const lengths = {
  quick: { rounds: 3, warmMs: 300, measureMs: 1_000 },
  usual: { rounds: 5, warmMs: 500, measureMs: 2_000 },
  full: { rounds: 5, warmMs: 500, measureMs: 1_500 },
};

/** Throws an Error with the reason when the arguments make no sense; `undefined` when help was asked for. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      row: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      suite: { type: 'string' },
      lib: { type: 'string', default: 'both' },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
      'heap-profile': { type: 'boolean', default: false },
      node: { type: 'string' },
      'libzmq-tools': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.suite !== undefined && values.suite !== 'uring') throw new Error(`There is no suite ${values.suite}.`);
  const uring = values.suite === 'uring';
  const { rounds, ...length } = lengths[values.full ? 'full' : values.quick ? 'quick' : 'usual'];
  return {
    rows: uring ? chooseRows(values.row, true, uringRows) : chooseRows(values.row, values.full, rows),
    libraries: uring ? ['uring', 'rzmq'] : chooseLibraries(values.lib),
    pair: uring ? ['uring', 'rzmq'] : ['rzmq', 'zeromq'],
    rounds: values.rounds === undefined ? rounds : countOf(values.rounds),
    ...length,
    json: values.json,
    profile: values.profile,
    heapProfile: values['heap-profile'],
    node: existing(values.node, 'Node') ?? process.execPath,
    libzmqTools: toolsIn(values['libzmq-tools']),
  };
}

function chooseRows(names: string[] | undefined, all: boolean, rows: readonly Row[]): Row[] {
  if (names === undefined) return rows.filter(({ usual }) => all || usual === true);
  const chosen = names.flatMap((name) => {
    const wanted = name.toLowerCase();
    const exact = rows.filter((row) => row.name.toLowerCase() === wanted);
    const found = exact.length > 0 ? exact : rows.filter((row) => row.name.toLowerCase().includes(wanted));
    if (found.length === 0) throw new Error(`No row is named ${name}.`);
    return found;
  });
  return rows.filter((row) => chosen.includes(row));
}

function chooseLibraries(name: string): Library[] {
  if (name === 'both') return ['rzmq', 'zeromq'];
  if (name === 'rzmq' || name === 'zeromq') return [name];
  throw new Error(`--lib is rzmq, zeromq or both, not ${name}.`);
}

function countOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--rounds is a number from 1 on, not ${text}.`);
  return Number(text);
}

function toolsIn(directory: string | undefined): string | undefined {
  if (directory !== undefined) existing(join(directory, 'local_thr'), 'libzmq');
  return directory;
}

function existing(file: string | undefined, what: string): string | undefined {
  if (file === undefined || existsSync(file)) return file;
  throw new Error(`There is no program of ${what} at ${file}.`);
}
