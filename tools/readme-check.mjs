// README.md shows examples/req-rep.ts letter by letter, and its other programs run as they are printed, as does one of docs/testing.md. The guides in docs/
// show examples letter by letter, or a part of one.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}README.md`, 'utf8');

for (const [, file, code] of readme.matchAll(/<!-- example: (\S+) -->\n```ts\n([\s\S]*?)```/g)) {
  if (code !== readFileSync(root + file, 'utf8')) throw new Error(`README.md and ${file} differ`);
  console.log(`${file} is what README.md shows`);
}

for (const guide of readdirSync(`${root}docs`)) {
  const text = readFileSync(`${root}docs/${guide}`, 'utf8');
  for (const [, file, code] of text.matchAll(/<!-- part of (\S+) -->\n```ts\n([\s\S]*?)```/g)) {
    if (!readFileSync(root + file, 'utf8').includes(code)) throw new Error(`docs/${guide} and ${file} differ`);
    console.log(`docs/${guide} shows a part of ${file}`);
  }
}

// The blocks of "The API" are one program, and so is the one of "Extending it"; and the first one about virtual time.
for (const [file, heading, next] of [
  ['README.md', '## The API', '## Extending it'],
  ['README.md', '## Extending it', '## What this version'],
  ['docs/testing.md', '## A world in virtual time', '## What can go wrong'],
]) {
  const text = readFileSync(root + file, 'utf8');
  const section = text.slice(text.indexOf(heading), text.indexOf(next));
  const program = [...section.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
  if (program === '') throw new Error(`${file} has no program under ${heading}`);
  const copy = `${root}dist/readme-check.mjs`; // inside the package, so that 'rzmq' is this one
  writeFileSync(copy, program);
  try {
    execFileSync(process.execPath, [copy], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 60_000 });
  } finally {
    rmSync(copy);
  }
  console.log(`the program under "${heading}" in ${file} runs`);
}
