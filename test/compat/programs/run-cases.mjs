// Runs all cases, or those that are named, and prints what each said: { name: [lines] } as JSON.
import { inspect } from 'node:util';
import { cases, draftCases } from './cases.mjs';
import { drafts, isOurs, zmq } from './package.mjs';

const wanted = process.argv.slice(2);
const LIMIT = 30_000;
process.removeAllListeners('warning');

// What zeromq.js always is.
if (isOurs) zmq.context.strict = true;

const said = {};
async function run(name, body) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const lines = [];
  said[name] = lines;
  const say = (...words) => {
    lines.push(words.map((word) => inspect(word, { breakLength: Number.POSITIVE_INFINITY })).join(' '));
  };
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LIMIT, 'TOO LATE');
  });
  try {
    const end = await Promise.race([body(say), late]);
    if (end !== undefined) lines.push(end);
  } catch (error) {
    lines.push(`FAILED: ${error.stack}`);
  }
  clearTimeout(timer);
}

for (const [name, body] of Object.entries(cases)) await run(name, (say) => body(zmq, say));
const draft = await drafts();
for (const [name, body] of Object.entries(draftCases)) await run(name, (say) => body(zmq, draft, say));
process.stdout.write(JSON.stringify(said), () => process.exit(0));
