/** Something to measure. */
export interface Case {
  readonly name: string;
  /** Makes what is needed, and answers the work: it does it so many times, and answers a number that depends on all of it. */
  readonly prepare: () => (times: number) => number;
}

/** Nanoseconds for one time. */
export interface Result {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

const WARM_UP_MS = 200;
const SAMPLE_MS = 10;
const SAMPLES = 21;

/** What the work answered ends up here, so that no compiler finds that nobody needs it. */
const consumed = { total: 0 };

export function measure({ name, prepare }: Case): Result {
  const work = prepare();
  const milliseconds = (times: number): number => {
    const start = performance.now();
    consumed.total += work(times);
    return performance.now() - start;
  };
  let times = 1;
  const end = performance.now() + WARM_UP_MS;
  while (performance.now() < end) if (milliseconds(times) < SAMPLE_MS) times *= 2;
  const samples = Array.from({ length: SAMPLES }, () => (milliseconds(times) / times) * 1e6).sort((a, b) => a - b);
  if (!Number.isFinite(consumed.total)) throw new Error(`${name} answered something that is no number`);
  return { name, median: samples[SAMPLES >> 1]!, min: samples[0]!, max: samples.at(-1)! };
}
