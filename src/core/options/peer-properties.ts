import type { OptionRule } from './definition.js';

/** RFC 37: the characters of a property name. It is at most 255 long, and an application's own begins with `X-`. */
const NAME = /^X-[A-Za-z0-9\-_.+]{1,253}$/;

/** Takes `X-name:value` apart at its first colon; `undefined` when it is not that, or when the value is empty. */
export function parsePeerProperty(text: string): { readonly name: string; readonly value: string } | undefined {
  const colon = text.indexOf(':');
  if (colon === -1 || colon === text.length - 1) return undefined;
  const name = text.slice(0, colon);
  return NAME.test(name) ? { name, value: text.slice(colon + 1) } : undefined;
}

/** ZMQ_METADATA: the rule that the table has for it. Names are compared without case, as everywhere in ZMTP. */
export const PROPERTY_LIST: OptionRule = {
  form: 'list',
  entry: 'X-name:value, with letters, digits and any of -_.+ in the name and a value that is not empty',
  isEntry: (text) => parsePeerProperty(text) !== undefined,
  key: (entry) => entry.slice(0, entry.indexOf(':')).toLowerCase(),
  clearable: false,
};
