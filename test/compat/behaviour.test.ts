import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { outputOf, PACKAGES, Program } from './packages.js';
import { cases, draftCases } from './programs/cases.mjs';
import { absent, differences } from './programs/differences.mjs';

afterAll(() => Program.killAll());

type Said = Readonly<Record<string, readonly string[]>>;

const NAMES = [...Object.keys(cases), ...Object.keys(draftCases)];
/** libzmq may hang when something happens to a watched socket as it closes: each of these has a process of its own. */
const ALONE = NAMES.filter((name) => name.startsWith('events: '));

describe('both packages say the same', () => {
  const said: Said[] = [];

  beforeAll(async () => {
    const together = NAMES.filter((name) => !ALONE.includes(name));
    for (const on of PACKAGES) {
      const parts = await Promise.all(
        [together, ...ALONE.map((name) => [name])].map((names) => outputOf('run-cases.mjs', on, ...names)),
      );
      said.push(Object.assign({}, ...parts.map((part) => JSON.parse(part) as Said)) as Said);
    }
  }, 180_000);

  test.each(NAMES)('%s', (name) => {
    const [judged, ours] = said.map((all) => all[name]);
    expect(judged).not.toEqual([]);
    for (const line of judged!) expect(line).not.toMatch(/FAILED|TOO LATE/);
    expect(ours).toEqual(judged);
  });
});

describe('where they differ, and are meant to', () => {
  const guide = readFileSync(new URL('../../docs/migrating-from-zeromq.md', import.meta.url), 'utf8');
  let answers: Readonly<Record<string, unknown>>[];

  beforeAll(async () => {
    const outputs = await Promise.all(PACKAGES.map((on) => outputOf('run-differences.mjs', on)));
    answers = outputs.map((output) => JSON.parse(output) as Record<string, unknown>);
  });

  test.each(differences.filter(({ show }) => show !== undefined))('$what', ({ what, shown }) => {
    expect(answers.map((each) => each[what])).toEqual(shown!.map((answer) => answer ?? null));
  });

  test('is what the guide tells', () => {
    const rows = differences.map(({ what, theirs, ours }) => `| ${what} | ${theirs} | ${ours} |`);
    const lacks = Object.entries(absent).map(([name, reason]) => `| \`${name}\` | ${reason} |`);
    for (const row of [...rows, ...lacks]) expect(guide).toContain(row);
    expect(guide.match(/^\| .* \| .* \| .* \|$/gm)?.length).toBeGreaterThanOrEqual(rows.length);
  });
});
