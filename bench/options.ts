import { parseArgs } from 'node:util';
import { type Row, rows } from './rows.js';

export type Library = 'rzmq' | 'zeromq';

export interface Options {
  readonly rows: readonly Row[];
  readonly libraries: readonly Library[];
  readonly rounds: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly json: string | undefined;
  readonly profile: boolean;
}

export const usage = `npm run bench -- [options]
  --quick          short runs, under a minute in all
  --full           all rows, longer runs
  --row NAME       the row of that name, else all rows whose name contains it; may be given several times
  --rounds N       how often each library runs each row, in turn
  --lib NAME       rzmq, zeromq or both (default)
  --json FILE      write everything that was measured to FILE
  --profile        write a CPU profile of each rzmq process and say where it is
Rows: ${rows.map(({ name, usual }) => (usual === true ? `${name} (usual)` : name)).join('; ')}`;

const lengths = {
  quick: { rounds: 3, warmMs: 300, measureMs: 1_000 },
  usual: { rounds: 5, warmMs: 500, measureMs: 2_000 },
  full: { rounds: 5, warmMs: 1_000, measureMs: 3_000 },
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
      lib: { type: 'string', default: 'both' },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { rounds, ...length } = lengths[values.full ? 'full' : values.quick ? 'quick' : 'usual'];
  return {
    rows: chooseRows(values.row, values.full),
    libraries: chooseLibraries(values.lib),
    rounds: values.rounds === undefined ? rounds : countOf(values.rounds),
    ...length,
    json: values.json,
    profile: values.profile,
  };
}

function chooseRows(names: string[] | undefined, all: boolean): Row[] {
  if (names === undefined) return rows.filter(({ usual }) => all || usual === true);
  const wanted = names.map((name) => name.toLowerCase());
  const exact = rows.filter(({ name }) => wanted.includes(name.toLowerCase()));
  if (exact.length > 0) return exact;
  const chosen = rows.filter((row) => wanted.some((name) => row.name.toLowerCase().includes(name)));
  if (chosen.length === 0) throw new Error(`No row is named ${names.join(' or ')}.`);
  return chosen;
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
