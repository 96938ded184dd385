import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LibzmqProcess } from './libzmq.js';
import { cells, MATRIX_DEADLINE_MS, type Result, runMatrix } from './matrix.js';
import { Ours } from './ours.js';

/** The cells run side by side in `beforeAll`; each test then looks at its own. */
describe('interop with libzmq', () => {
  let results: Result[];
  let libzmq: LibzmqProcess;
  const ours = new Ours();

  beforeAll(async () => {
    libzmq = await LibzmqProcess.start();
    results = await runMatrix(ours, libzmq);
  }, MATRIX_DEADLINE_MS + 30_000);

  afterAll(async () => {
    await ours.end();
    await libzmq.kill();
  });

  it.each(cells.map(({ name, number }) => [name, number] as const))('%s', (_name, number) => {
    const result = results[number];
    if (result?.error !== undefined) throw result.error;
    expect(result).toBeDefined();
  });
});
