import { afterEach, describe, expect, test } from '@jest/globals';
import { freeEndpoint, outputOf, PACKAGES, type Package, Program } from './packages.js';

afterEach(() => Program.killAll());

/** Each side on each package: the first pair is the judge. */
const PAIRS: readonly (readonly [Package, Package])[] = PACKAGES.flatMap((one) =>
  PACKAGES.map((other) => [one, other] as const),
);

/** What both sides print, on each pair of packages. */
async function talk(bound: string, connected: string): Promise<Record<string, readonly string[]>> {
  const outputs: Record<string, readonly string[]> = {};
  for (const [left, right] of PAIRS) {
    const endpoint = await freeEndpoint();
    const first = new Program('readme.mjs', left, bound, endpoint);
    const second = new Program('readme.mjs', right, connected, endpoint);
    const after = await second.ended();
    first.stop();
    const before = await first.ended();
    for (const { status, errors } of [before, after]) expect([status, errors]).toEqual([0, '']);
    outputs[`${left} and ${right}`] = [before.output, after.output];
  }
  return outputs;
}

describe('the programs of the README of zeromq.js print the same on both packages, and end by themselves', () => {
  test.each([
    ['Push/Pull', 'producer', 'worker', 'work: some work'],
    ['Pub/Sub', 'publisher', 'subscriber', 'received: <Buffer 6b 69 74 74 79 20 63 61 74 73> containing:'],
    ['Req/Rep', 'server', 'client', '<Buffer 34 32> 42'],
  ])('%s, also with one side on each', async (_title, bound, connected, telling) => {
    const outputs = await talk(bound, connected);
    const [judged] = Object.values(outputs);
    expect(judged!.join('')).toContain(telling);
    for (const output of Object.values(outputs)) expect(output).toEqual(judged);
  });

  test.each(['names', 'options'])('%s', async (role) => {
    const [judged, ours] = await Promise.all(PACKAGES.map((on) => outputOf('readme.mjs', on, role)));
    expect(judged).not.toBe('');
    expect(ours).toBe(judged);
  });

  // The program of the README for versions 4 and 5, and what else these have.
  test('v5-compat', async () => {
    const [judged, ours] = await Promise.all(PACKAGES.map((on) => outputOf('v5.mjs', on)));
    expect(judged).toContain('sub heard message');
    expect(ours).toBe(judged);
  });

  test('require()', async () => {
    const [judged, ours] = await Promise.all(PACKAGES.map((on) => outputOf('readme.cjs', on)));
    expect([judged, ours]).toEqual(['true true object 3\n', 'true true object 3\n']);
  });
});
