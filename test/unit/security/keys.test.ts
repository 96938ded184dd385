import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { curveKeyPair, curvePublicKey, ZmqError, z85Decode, z85Encode } from 'rzmq';
import { vectors } from '../../support/vectors.js';

/** The pair of the documentation of zmq_curve_keypair. */
const PUBLIC = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID';
const SECRET = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs';

describe('curvePublicKey', () => {
  it('gives what libzmq gives', () => {
    const recorded = vectors('z85') as { curve_public: { secret_z85: string; public_z85: string } };
    expect(curvePublicKey(recorded.curve_public.secret_z85)).toBe(recorded.curve_public.public_z85);
    expect(curvePublicKey(SECRET)).toBe(PUBLIC);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['bytes', Buffer.alloc(32)],
    ['39 characters', SECRET.slice(1)],
    ['41 characters', `${SECRET}0`],
    ['a character that is none of Z85', `${SECRET.slice(1)}~`],
    ['a group that is too large', `${'0'.repeat(35)}#####`],
  ])('refuses %s, and does not show it', (_, secret) => {
    let error: unknown;
    try {
      curvePublicKey(secret as string);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ZmqError);
    expect(error).toMatchObject({ code: 'InvalidCurveKey', errno: 'EINVAL' });
    expect(inspect(error, { depth: 5 })).not.toContain(SECRET.slice(1, 20));
  });
});

describe('curveKeyPair', () => {
  it('makes a new pair each time, each as 40 characters that belong together', () => {
    const pairs = Array.from({ length: 20 }, () => curveKeyPair());
    for (const { publicKey, secretKey } of pairs) {
      expect([publicKey.length, secretKey.length]).toEqual([40, 40]);
      expect(curvePublicKey(secretKey)).toBe(publicKey);
    }
    expect(new Set(pairs.flatMap(({ publicKey, secretKey }) => [publicKey, secretKey])).size).toBe(40);
  });

  it('gives an ordinary object, whose secret is not shown', () => {
    const pair = curveKeyPair();
    expect(Object.keys(pair)).toEqual(['publicKey', 'secretKey']);
    const shown = inspect({ nested: pair });
    expect(shown).toContain(pair.publicKey);
    expect(shown).not.toContain(pair.secretKey);
  });
});

describe('z85Encode and z85Decode', () => {
  it('are exported', () => {
    expect(z85Encode(Buffer.from('864fd26fb559f75b', 'hex'))).toBe('HelloWorld');
    expect(z85Decode('HelloWorld').toString('hex')).toBe('864fd26fb559f75b');
  });
});
