import type { Library } from './options.js';
import type { Measured } from './pair.js';
import type { Row } from './rows.js';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One line of the table: a row has one line for its rate, or two for p50 and p99. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly libraries: Partial<Record<Library, Spread>>;
  /** Above 1: rzmq is faster. One ratio per round, of runs next to each other in time. */
  readonly ratio?: Spread;
}

export type Runs = Readonly<Record<Library, readonly Measured[]>>;

export function linesOf(row: Row, runs: Runs): Line[] {
  if (row.metric === 'rate') return [line(row.name, 'msg/s', runs, (run) => run.rate!, false)];
  return [
    line(`${row.name} round trip p50`, 'µs', runs, (run) => run.p50!, true),
    line(`${row.name} round trip p99`, 'µs', runs, (run) => run.p99!, true),
  ];
}

function line(name: string, unit: string, runs: Runs, value: (run: Measured) => number, isTime: boolean): Line {
  const ours = runs.rzmq.map(value);
  const theirs = runs.zeromq.map(value);
  const ratios =
    ours.length === theirs.length ? ours.map((our, i) => (isTime ? theirs[i]! / our : our / theirs[i]!)) : [];
  return {
    name,
    unit,
    libraries: {
      ...(ours.length > 0 && { rzmq: spread(ours) }),
      ...(theirs.length > 0 && { zeromq: spread(theirs) }),
    },
    ...(ratios.length > 0 && { ratio: spread(ratios) }),
  };
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

const columns = [43, 28, 28, 25];

export function heading(): string {
  return `${cells('', 'rzmq  [min … max]', 'zeromq  [min … max]', 'ratio  [min … max]')}\n${'-'.repeat(124)}`;
}

export function text({ name, unit, libraries, ratio }: Line): string {
  const of = (value: Spread | undefined) => (value === undefined ? '–' : show(value, short));
  return cells(
    `${name}, ${unit}`,
    of(libraries.rzmq),
    of(libraries.zeromq),
    ratio === undefined ? '–' : show(ratio, (value) => value.toFixed(2)),
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
