import { describe, expect, it } from '@jest/globals';
import { ZmqError } from '../../../src/core/errors.js';
import { z85Decode, z85Encode } from '../../../src/core/z85.js';
import { vectors as recorded } from '../../support/vectors.js';

interface Z85Vectors {
  readonly pairs: readonly { readonly name: string; readonly hex: string; readonly z85: string }[];
  readonly decode: readonly { readonly input: string; readonly ok: boolean; readonly hex: string | null }[];
}

const vectors = recorded('z85') as Z85Vectors;

function refusal(work: () => unknown): unknown[] {
  try {
    return ['no refusal', work()];
  } catch (error) {
    return error instanceof ZmqError ? [error.code, error.errno] : ['not a ZmqError', error];
  }
}

describe('Z85 (RFC 32)', () => {
  it.each(vectors.pairs)('encodes and decodes $name as libzmq does', ({ hex, z85 }) => {
    expect(z85Encode(Buffer.from(hex, 'hex'))).toBe(z85);
    expect(z85Decode(z85).toString('hex')).toBe(hex);
  });

  it.each(vectors.decode)('decodes $input as libzmq does: ok is $ok', ({ input, ok, hex }) => {
    if (ok) expect(z85Decode(input).toString('hex')).toBe(hex);
    else expect(refusal(() => z85Decode(input))).toEqual(['InvalidArgument', 'EINVAL']);
  });

  it('encodes nothing as nothing', () => {
    expect(z85Encode(new Uint8Array(0))).toBe('');
  });

  it.each([1, 2, 3, 5, 31, 33])('refuses to encode %i bytes, which are no multiple of four', (size) => {
    expect(refusal(() => z85Encode(new Uint8Array(size)))).toEqual(['InvalidArgument', 'EINVAL']);
  });

  it.each([[undefined], [null], [7], [['a']]])('refuses %p, which is neither text nor bytes', (value) => {
    expect(refusal(() => z85Encode(value as unknown as Uint8Array))).toEqual(['InvalidArgument', 'EINVAL']);
    expect(refusal(() => z85Decode(value as unknown as string))).toEqual(['InvalidArgument', 'EINVAL']);
  });

  it('does not show in an error what may be a secret', () => {
    const secret = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c';
    for (const text of [secret, `${secret} `, `${secret}"`]) {
      let shown = '';
      try {
        z85Decode(text);
      } catch (error) {
        shown = `${String(error)} ${JSON.stringify(error)}`;
      }
      expect(shown).toMatch(/Z85|Character/);
      expect(shown).not.toContain(secret.slice(0, 10));
    }
  });

  it('gives back whatever was encoded', () => {
    for (let i = 0; i < 256; i++) {
      const bytes = Buffer.from([i, 255 - i, (i * 7) & 0xff, (i * 31) & 0xff, i, i, 0xff, 0]);
      expect(z85Decode(z85Encode(bytes)).equals(bytes)).toBe(true);
    }
  });
});
