import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Certificate, curveKeyPair } from 'rzmq';

const PUBLIC = 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID';
const SECRET = 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs';

/** As czmq writes it. */
const CZMQ = `#   ****  Generated on 2024-03-01 10:11:12 by CZMQ  ****
#   ZeroMQ CURVE **Secret** Certificate
#   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.

metadata
    name = "Joe # not a comment"
    email = 'joe "the" user'
curve
    public-key = "${PUBLIC}"
    secret-key = "${SECRET}"
`;

/** As pyzmq writes it: metadata without quotes. */
const PYZMQ = `#   ****  Generated on 2024-03-01 10:11:12.345678 by pyzmq  ****
#   ZeroMQ CURVE Public Certificate

metadata
    name = Joe User   # a comment
curve
    public-key = "${PUBLIC}"
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rzmq-certificates-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the text of a certificate', () => {
  it('is read as czmq writes it', () => {
    const certificate = Certificate.parse(CZMQ);
    expect(certificate.publicKey).toBe(PUBLIC);
    expect(certificate.secretKey).toBe(SECRET);
    expect(certificate.metadata).toEqual({ name: 'Joe # not a comment', email: 'joe "the" user' });
  });

  it('is read as pyzmq writes it', () => {
    const certificate = Certificate.parse(PYZMQ.replaceAll('\n', '\r\n'));
    expect(certificate.publicKey).toBe(PUBLIC);
    expect(certificate.secretKey).toBeUndefined();
    expect(certificate.metadata).toEqual({ name: 'Joe User' });
  });

  it('is read as it was written', () => {
    const certificate = new Certificate(PUBLIC, SECRET, { name: 'a "b"', mail: "it's", empty: '', 'x-y.z': ' # ' });
    for (const secret of [false, true]) {
      const read = Certificate.parse(certificate.format({ secret }));
      expect([read.publicKey, read.secretKey]).toEqual([PUBLIC, secret ? SECRET : undefined]);
      expect(read.metadata).toEqual(certificate.metadata);
    }
  });

  it.each([
    ['of nothing', ''],
    ['without a key', 'metadata\n    name = "x"\ncurve\n'],
    ['with a key outside its section', `public-key = "${PUBLIC}"\n`],
    ['with a key that is none', 'curve\n    public-key = "abc"\n'],
    ['with an open quote', `curve\n    public-key = "${PUBLIC}\n`],
    ['with something behind the value', `curve\n    public-key = "${PUBLIC}" x\n`],
    ['that is something else', '{"public-key": 1}'],
    [
      'whose keys do not belong together',
      `curve\n    public-key = "${PUBLIC}"\n    secret-key = "${curveKeyPair().secretKey}"`,
    ],
  ])('is refused %s', (_, text) => {
    expect(() => Certificate.parse(text)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(InvalidArgument|InvalidCurveKey)$/) }),
    );
  });

  it('is refused without showing what it says', () => {
    const text = CZMQ.replace(SECRET, `${SECRET}"`);
    let shown = '';
    try {
      Certificate.parse(text);
    } catch (error) {
      shown = inspect(error);
    }
    expect(shown).toMatch(/Line 10/);
    expect(shown).not.toContain(SECRET);
  });

  it.each<[string, Record<string, string>]>([
    ['a name with a space', { 'a b': 'c' }],
    ['an empty name', { '': 'c' }],
    ['a value with both quotes', { a: `"'` }],
    ['a value on two lines', { a: 'b\npublic-key = "x"' }],
    ['a value that is no text', { a: 1 as unknown as string }],
  ])('is not written with metadata that could not be read again: %s', (_, metadata) => {
    expect(() => new Certificate(PUBLIC, undefined, metadata).format()).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
  });

  it('has no secret key to write when the certificate has none', () => {
    expect(() => new Certificate(PUBLIC).format({ secret: true })).toThrow(expect.objectContaining({ errno: 'EFSM' }));
  });
});

describe('a certificate', () => {
  it('does not show its secret key, whichever way it is looked at', () => {
    const certificate = Certificate.generate({ name: 'joe' });
    const shown = `${inspect(certificate, { showHidden: true, depth: 9 })} ${JSON.stringify(certificate)}`;
    expect(shown).toContain(certificate.publicKey);
    expect(shown).toContain('joe');
    expect(shown).not.toContain(certificate.secretKey);
  });

  it('gives away its public part', () => {
    const certificate = Certificate.generate({ name: 'joe' });
    const { publicPart } = certificate;
    expect([publicPart.publicKey, publicPart.secretKey, publicPart.metadata]).toEqual([
      certificate.publicKey,
      undefined,
      { name: 'joe' },
    ]);
  });

  it('refuses keys that do not belong together', () => {
    expect(() => new Certificate(PUBLIC, curveKeyPair().secretKey)).toThrow(
      expect.objectContaining({ code: 'InvalidCurveKey' }),
    );
  });
});

describe('the files of a certificate', () => {
  it('are name.key for everybody and name.key_secret for the owner', async () => {
    const certificate = Certificate.generate({ name: 'joe' });
    const files = await certificate.save(join(folder, 'joe'));
    expect(files).toEqual({ publicFile: join(folder, 'joe.key'), secretFile: join(folder, 'joe.key_secret') });
    expect((await stat(join(folder, 'joe.key_secret'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'joe.key'), 'utf8')).not.toContain(certificate.secretKey);
    const open = await Certificate.load(join(folder, 'joe.key'));
    const secret = await Certificate.load(join(folder, 'joe.key_secret'));
    expect([open.publicKey, open.secretKey, open.metadata]).toEqual([
      certificate.publicKey,
      undefined,
      { name: 'joe' },
    ]);
    expect([secret.publicKey, secret.secretKey]).toEqual([certificate.publicKey, certificate.secretKey]);
  });

  it('are named the same when the name has its ending already', async () => {
    const { publicFile } = await Certificate.generate().save(join(folder, 'joe.key'));
    expect(publicFile).toBe(join(folder, 'joe.key'));
  });

  it('are one for a certificate without a secret key', async () => {
    expect(await new Certificate(PUBLIC).save(join(folder, 'joe'))).toEqual({ publicFile: join(folder, 'joe.key') });
    expect(await readdir(folder)).toEqual(['joe.key']);
  });

  it.each(['joe.key', 'joe.key_secret'])('are never written over: with %s there, nothing changes', async (name) => {
    await writeFile(join(folder, name), 'mine');
    await expect(Certificate.generate().save(join(folder, 'joe'))).rejects.toMatchObject({
      code: 'IoError',
      errno: 'EEXIST',
      message: expect.stringContaining(name),
    });
    expect(await readdir(folder)).toEqual([name]);
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
  });

  it('cannot be written or read where there is no folder', async () => {
    const nowhere = join(folder, 'no', 'joe');
    await expect(Certificate.generate().save(nowhere)).rejects.toMatchObject({ code: 'IoError', errno: 'ENOENT' });
    await expect(Certificate.load(nowhere)).rejects.toMatchObject({ code: 'IoError', errno: 'ENOENT' });
  });

  it('say which one is none', async () => {
    await writeFile(join(folder, 'joe.key'), 'nonsense !');
    await expect(Certificate.load(join(folder, 'joe.key'))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('joe.key is no certificate. Line 1'),
    });
  });
});
