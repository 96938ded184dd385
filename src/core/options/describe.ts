import type { OptionDefinition, OptionRule } from './definition.js';

/** The option as messages name it: `SNDHWM (sendHighWaterMark)`. */
export function describeOption(option: OptionDefinition): string {
  return `${option.name} (${option.property})`;
}

/** What may be set, in words. */
export function allowedValues(option: OptionDefinition): string {
  const { rule } = option;
  switch (rule.form) {
    case 'range': {
      const unit = option.unit === undefined ? '' : ` (${option.unit})`;
      const except = rule.except === undefined ? '' : `, except ${rule.except.join(', ')}`;
      return `a whole number from ${rule.min} to ${rule.max}${except}${unit}, or the same as ${widthOf(option)} bytes`;
    }
    case 'flag':
      return `true, false, or ${flagNumbers(rule.numbers)}, which may come as 4 bytes`;
    case 'length':
      return `text or bytes${lengths(rule)}${rule.clearable ? ', or null for none' : ''}`;
    case 'key':
      return 'a key: 32 bytes, or Z85 text of 40 characters';
    case 'keys':
      return 'keys, one or a list: each 32 bytes, or Z85 text of 40 characters; or null for none';
    case 'list':
      return `${rule.entry}${rule.clearable ? '; or null to remove all' : ''}`;
    case 'none':
      return 'nothing: it can only be read';
  }
}

/** Names the kind of a value, and shows numbers and booleans; never the content of text or bytes: it may be secret. */
export function describeInput(input: unknown): string {
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  if (typeof input === 'bigint') return `${input}n`;
  if (typeof input === 'string') return `text of ${Buffer.byteLength(input)} bytes`;
  if (input instanceof Uint8Array) return `${input.length} bytes`;
  if (Array.isArray(input)) return `a list of ${input.length}`;
  return input === null || input === undefined ? String(input) : `a value of type ${typeof input}`;
}

/** How many bytes a number of the option has in libzmq's form. */
export function widthOf(option: OptionDefinition): 4 | 8 {
  return option.kind === 'int64' || option.kind === 'uint64' ? 8 : 4;
}

function flagNumbers(numbers: '0 or 1' | 'at least 0' | 'any'): string {
  if (numbers === '0 or 1') return numbers;
  return numbers === 'any' ? 'a whole number' : 'a whole number that is not negative';
}

function lengths(rule: Extract<OptionRule, { form: 'length' }>): string {
  if (rule.max !== Number.MAX_SAFE_INTEGER) return ` of ${rule.min} to ${rule.max} bytes`;
  return rule.min === 0 ? '' : ` of at least ${rule.min} bytes`;
}
