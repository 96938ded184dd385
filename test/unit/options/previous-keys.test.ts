import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { SocketOption } from '../../../src/core/options/numbers.js';
import { SocketOptions } from '../../../src/core/options/socket-options.js';
import { createTypedOptions } from '../../../src/core/options/typed-options.js';
import { z85Encode } from '../../../src/core/z85.js';

const ONE = Buffer.alloc(32, 1);
const TWO = Buffer.alloc(32, 2);

function kept(input: unknown): string {
  const options = new SocketOptions('REP');
  options.setByName('curvePreviousSecretKeys', input);
  return (options.getByName('curvePreviousSecretKeys') as Buffer).toString('hex');
}

describe('CURVE_PREVIOUS_SECRETKEYS', () => {
  it('is none at first', () => {
    expect(new SocketOptions('REP').get(SocketOption.CURVE_PREVIOUS_SECRETKEYS)).toEqual(Buffer.alloc(0));
  });

  it.each<[string, unknown, readonly Buffer[]]>([
    ['bytes', ONE, [ONE]],
    ['Z85 text', z85Encode(ONE), [ONE]],
    ['a list of both', [z85Encode(ONE), TWO], [ONE, TWO]],
    ['an empty list', [], []],
    ['null', null, []],
    ['nothing', '', []],
  ])('takes %s', (_, input, keys) => {
    expect(kept(input)).toBe(Buffer.concat(keys).toString('hex'));
  });

  it.each<[string, unknown]>([
    ['31 bytes', ONE.subarray(1)],
    ['64 bytes', Buffer.concat([ONE, TWO])],
    ['text that is no Z85', '~'.repeat(40)],
    ['a list with something else in it', [ONE, 'x']],
    ['a list with nothing in it', [null]],
    ['a number', 7],
  ])('refuses %s, and keeps what was there', (_, input) => {
    const options = new SocketOptions('REP', {}, { curvePreviousSecretKeys: [ONE] });
    expect(() => options.setByName('curvePreviousSecretKeys', input)).toThrow(
      expect.objectContaining({ code: 'InvalidOptionValue' }),
    );
    expect(options.getByName('curvePreviousSecretKeys')).toEqual(ONE);
  });

  it('takes the place of what was there, and does not choose the mechanism', () => {
    const options = new SocketOptions('REP', {}, { curvePreviousSecretKeys: [ONE, TWO] });
    options.setByName('curvePreviousSecretKeys', TWO);
    expect(options.getByName('curvePreviousSecretKeys')).toEqual(TWO);
    expect(options.get(SocketOption.MECHANISM)).toBe(0);
  });

  it('is not shown, and is wiped with the other secrets', () => {
    const options = new SocketOptions('REP', {}, { curvePreviousSecretKeys: [ONE, TWO] });
    expect(inspect(createTypedOptions(options))).toContain("curvePreviousSecretKeys: '<secret>'");
    const { curvePreviousSecretKeys } = options.snapshot();
    options.wipe();
    expect(curvePreviousSecretKeys.empty).toBe(true);
  });
});
