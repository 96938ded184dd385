import { ZmqError } from '../../core/errors.js';

/** What a file in the property language of ZeroMQ (RFC 4) says in its sections: the names below a name, and their values. */
export type ZplSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

const PROPERTY = /^([A-Za-z0-9$\-_@.&+/]+)\s*(?:=\s*(.*))?$/;
const NAME = /^[A-Za-z0-9$\-_@.&+/]+$/;

/**
 * Reads the two upper levels of a file: sections that begin at the margin, and the properties that are indented below
 * them. What is deeper is left out. Throws InvalidArgument with the number of the line, never with what stands there:
 * it may be a secret.
 */
export function parseZpl(text: string): ZplSections {
  const sections: Map<string, Map<string, string>> = new Map();
  let section: Map<string, string> = new Map();
  let margin = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const found = PROPERTY.exec(content);
    if (found === null) throw wrongLine(index);
    const name = found[1] as string;
    const value = found[2] === undefined ? '' : readValue(found[2], index);
    const indent = line.length - line.trimStart().length;
    if (indent === 0) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      margin = 0;
      continue;
    }
    if (margin === 0) margin = indent;
    if (indent <= margin && !section.has(name)) section.set(name, value);
  }
  return sections;
}

/** A section as text: its name, then its properties, the values in quotes. */
export function formatZpl(section: string, properties: Iterable<readonly [name: string, value: string]>): string {
  let text = `${section}\n`;
  for (const [name, value] of properties) text += `    ${propertyName(name)} = ${quoted(name, value)}\n`;
  return text;
}

function readValue(text: string, line: number): string {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end === -1 || !/^\s*(#.*)?$/.test(text.slice(end + 1))) throw wrongLine(line);
    return text.slice(1, end);
  }
  const comment = text.indexOf('#');
  return (comment === -1 ? text : text.slice(0, comment)).trim();
}

function propertyName(name: string): string {
  if (NAME.test(name)) return name;
  throw new ZmqError(
    'InvalidArgument',
    `${JSON.stringify(name)} cannot name a property of a certificate: use letters, digits and $ - _ @ . & + / only.`,
  );
}

function quoted(name: string, value: unknown): string {
  const quote = typeof value === 'string' && value.includes('"') ? "'" : '"';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a line of text cannot hold.
  if (typeof value === 'string' && !value.includes(quote) && !/[\x00-\x1f\x7f]/.test(value))
    return quote + value + quote;
  throw new ZmqError(
    'InvalidArgument',
    `The property ${name} of a certificate is text on one line, without one of the two kinds of quotes.`,
  );
}

function wrongLine(index: number): ZmqError {
  return new ZmqError('InvalidArgument', `Line ${index + 1} is neither \`name\` nor \`name = value\`.`);
}
