// Writes docs/options.md from the table of options (src/core/options/table.ts) of the built package.
// `node tools/options-doc.mjs --check` changes nothing, and fails when the file is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { OPTIONS, defaultOf } = await import('../dist/core/options/table.js');
const { SOCKET_TYPE_NUMBER } = await import('../dist/core/socket-type.js');

const INT_MAX = 0x7fffffff;
const TYPES = Object.keys(SOCKET_TYPE_NUMBER);

function allowed({ rule }) {
  switch (rule.form) {
    case 'range': {
      const except = rule.except === undefined ? '' : `, not ${rule.except.join(', ')}`;
      const step = rule.step === undefined ? '' : `, in steps of ${rule.step}`;
      if (rule.min <= -INT_MAX) return `a whole number${except}`;
      if (rule.max >= INT_MAX) return `from ${rule.min} up${except}${step}`;
      return `${rule.min} to ${rule.max}${except}${step}`;
    }
    case 'flag':
      return 'true, false';
    case 'length': {
      const atMost = rule.max === Number.MAX_SAFE_INTEGER ? '' : `, ${rule.min} to ${rule.max} bytes`;
      const length = rule.min > 0 && atMost === '' ? ', not empty' : atMost;
      return `text or bytes${length}${rule.clearable ? '; null for none' : ''}`;
    }
    case 'key':
      return '32 bytes, or Z85 text of 40 characters';
    case 'keys':
      return 'one or a list, each 32 bytes, or Z85 text of 40 characters; null for none';
    case 'list':
      return `each: ${rule.entry}${rule.clearable ? '; null removes all' : ''}`;
    default:
      return '';
  }
}

function show(option, value) {
  if (option.defaultMeansUnset === true) return 'unset';
  if (option.rule.form === 'key' || option.secret === true) return 'none';
  if (value === null || value === '' || value?.length === 0) return 'none';
  return String(value);
}

/** The default, and the socket types that have another one. */
function defaults(option) {
  const byValue = new Map();
  for (const type of TYPES) {
    const value = show(option, defaultOf(option, type));
    byValue.set(value, [...(byValue.get(value) ?? []), type]);
  }
  const [usual, ...others] = [...byValue].sort(([, a], [, b]) => b.length - a.length);
  return [usual[0], ...others.map(([value, types]) => `${value} on ${types.join(' and ')}`)].join('; ');
}

const types = (option) =>
  option.types === 'all' ? 'all' : option.types.filter((type) => TYPES.includes(type)).join(', ');
const names = (option) => [option.name, ...option.aliases].map((name) => `\`${name}\``).join(', ');
const unit = ({ unit, rule }) => (unit === undefined || rule.form !== 'range' ? '' : ` (${unit})`);
const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ').replaceAll('\n', ' ')} |`).join('\n');

const honoured = OPTIONS.filter(({ support }) => support.honoured);
const settings = honoured.filter(({ role }) => role === 'value' || role === 'opposite of ipv6');
const readings = honoured.filter(({ role }) => role === 'reading');
const actions = honoured.filter(({ role }) => role === 'action');
const refused = OPTIONS.filter(({ support }) => !support.honoured);

const text = `<!-- Written by tools/options-doc.mjs from src/core/options/table.ts: change the table, not this file. -->
# Options

There are ${OPTIONS.length} options: ${honoured.length} work, and ${refused.length} are refused with a reason.

- By name: \`context.socket('PUSH', { linger: 0 })\`, \`new Context({ defaults: { linger: 0 } })\`, \`socket.options.linger = 0\`.
  The names are those of zeromq.js where it has them.
- By number: \`await socket.setOption(SocketOption.LINGER, 0)\` and \`getOption\`. The numbers are libzmq's, and from 1000 up
  those of the Rust rzmq. Text and binary values may come as bytes, and numbers in libzmq's form: 4 or 8 bytes in native
  order.
- A wrong value is InvalidOptionValue; an unknown option, or one that the socket type does not have, is InvalidOption; a
  refused one is UnsupportedOption. Nothing is changed then.
- "Next bind or connect": an endpoint keeps the options as they were when it was bound or connected, for all of its
  connections.
- Marked "needs io_uring" is what node:net has no call for. It works on the tcp connections of a socket with
  \`ioUringSessionEnabled\` where io_uring can be used, see [io-uring.md](io-uring.md). Everywhere else it is refused: when it is
  set, or at bind or connect.
- Marked "set only" is what libzmq does not let one read by number. By name it can be read.

## Settings

${table(
  ['name', 'constant', 'number', 'default', 'allowed', 'socket types', 'takes effect', 'what it does'],
  settings
    .toSorted((a, b) => (a.property < b.property ? -1 : 1))
    .map((option) => [
      `\`${option.property}\``,
      names(option),
      option.id,
      defaults(option),
      `${allowed(option)}${unit(option)}`,
      types(option),
      option.effect,
      `${option.doc}${option.access === 'w' ? ' (Set only.)' : ''}${option.support.otherwise === undefined ? '' : ' (Needs io_uring.)'}`,
    ]),
)}

## What can be read

${table(
  ['name', 'constant', 'number', 'socket types', 'what it says'],
  readings.map((option) => [`\`${option.property}\``, names(option), option.id, types(option), option.doc]),
)}

## What can be done

By number, and by \`socket.subscribe()\` and \`socket.unsubscribe()\`.

${table(
  ['constant', 'number', 'socket types', 'what it does'],
  actions.map((option) => [names(option), option.id, types(option), option.doc]),
)}

## Refused

Setting and reading one of these fails with UnsupportedOption.

${table(
  ['constant', 'number', 'name', 'why'],
  refused.map((option) => [names(option), option.id, `\`${option.property}\``, option.support.reason]),
)}
`;

const file = fileURLToPath(new URL('../docs/options.md', import.meta.url));
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/options.md is not what the table says: run node tools/options-doc.mjs');
  process.exitCode = 1;
}
