import type { Measured, Metric, Runs } from './measured.js';
import type { Library, Options } from './options.js';
import type { Row } from './rows.js';
import { type Spread, spread } from './spread.js';

/** One line of the table: one for each metric of a row. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly libraries: Partial<Record<Library, Spread>>;
  /** Above 1: rzmq is the better one. One ratio per round, of runs next to each other in time. */
  readonly ratio?: Spread;
  readonly goal?: number;
}

/** @param pair whose ratio it is */
export function linesOf(row: Row, runs: Runs, pair: Pair = ['rzmq', 'zeromq']): Line[] {
  return row.metrics.map((metric) => lineOf(row, metric, runs, pair));
}

function lineOf(row: Row, { value, label, unit, better, goal }: Metric, runs: Runs, [left, right]: Pair): Line {
  const libraries: Partial<Record<Library, Spread>> = {};
  for (const [library, measured] of Object.entries(runs) as [Library, readonly Measured[]][]) {
    const values = measured.flatMap((run) => run[value] ?? []);
    if (values.length > 0) libraries[library] = spread(values);
  }
  const ratios = runs[left].flatMap((run, i) => {
    const ours = run[value];
    const theirs = runs[right][i]?.[value];
    if (ours === undefined || theirs === undefined) return [];
    return better === 'more' ? ours / theirs : theirs / ours;
  });
  return {
    name: label === undefined ? row.name : `${row.name} ${label}`,
    unit,
    libraries,
    ...(ratios.length > 0 && { ratio: spread(ratios) }),
    ...(goal !== undefined && { goal }),
  };
}

type Pair = Options['pair'];

const TITLES: Partial<Record<Library, string>> = { uring: 'io_uring' };

const columns = [45, 28, 28, 25, 8, 28];

/** @param third what is in the last column, if there is one */
export function heading(third: string | undefined, [left, right]: Pair): string {
  const line = cells(
    '',
    `${TITLES[left] ?? left}  [min … max]`,
    `${TITLES[right] ?? right}  [min … max]`,
    'ratio  [min … max]',
    'goal',
    ...(third === undefined ? [] : [third]),
  );
  return `${line}\n${'-'.repeat(line.length)}`;
}

export function text({ name, unit, libraries, ratio, goal }: Line, [left, right]: Pair): string {
  const of = (value: Spread | undefined) => (value === undefined ? '–' : show(value, short));
  const third = libraries.libzmq ?? libraries.node;
  return cells(
    `${name}, ${unit}`,
    of(libraries[left]),
    of(libraries[right]),
    ratio === undefined ? '–' : show(ratio, (value) => value.toFixed(2)),
    goal === undefined ? '' : `${+goal.toFixed(2)}${ratio !== undefined && ratio.median < goal ? ' !' : '  '}`,
    ...(third === undefined ? [] : [of(third)]),
  );
}

function cells(...texts: readonly string[]): string {
  return texts.map((cell, i) => (i === 0 ? cell.padEnd(columns[i]!) : cell.padStart(columns[i]!))).join('');
}

function show({ median, min, max }: Spread, number: (value: number) => string): string {
  return `${number(median)}  [${number(min)} … ${number(max)}]`;
}

/** Three significant digits or so: 7.41 M, 412 K, 28.3 K, 94.2. */
function short(value: number): string {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return value >= 1e3 ? `${digits(value / 1e3)} K` : digits(value);
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
