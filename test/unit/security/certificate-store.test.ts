import { mkdir, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Certificate, CertificateStore, type CertificateStoreOptions, type ZmqError } from 'rzmq';

let folder: string;
let now = 0;
let problems: ZmqError[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rzmq-store-'));
  now = 1000;
  problems = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function store(options: CertificateStoreOptions = {}): CertificateStore {
  return new CertificateStore(folder, {
    clock: { now: () => now },
    onProblem: (error) => problems.push(error),
    ...options,
  });
}

async function put(name: string, metadata: Record<string, string> = {}): Promise<Certificate> {
  const certificate = Certificate.generate(metadata);
  await certificate.save(join(folder, name));
  return certificate;
}

describe('a certificate store', () => {
  it('finds the certificates of a directory by their public keys, without their secrets', async () => {
    const joe = await put('joe', { name: 'Joe' });
    const ann = await put('ann');
    const certificates = store();
    const found = await certificates.find(joe.publicKey);
    expect([found?.publicKey, found?.secretKey, found?.metadata]).toEqual([joe.publicKey, undefined, { name: 'Joe' }]);
    expect((await certificates.find(ann.publicKey))?.publicKey).toBe(ann.publicKey);
    expect(await certificates.find(Certificate.generate().publicKey)).toBeUndefined();
    expect(certificates.certificates).toHaveLength(2);
    expect(problems).toEqual([]);
  });

  it('sees what was put there, taken away or changed, at the first question after its interval', async () => {
    const certificates = store({ interval: 500 });
    const old = await put('joe');
    expect(await certificates.find(old.publicKey)).toBeDefined();
    const late = await put('late');
    await unlink(join(folder, 'joe.key'));
    now += 499;
    expect(await certificates.find(late.publicKey)).toBeUndefined();
    expect(await certificates.find(old.publicKey)).toBeDefined();
    now += 1;
    expect(await certificates.find(late.publicKey)).toBeDefined();
    expect(await certificates.find(old.publicKey)).toBeUndefined();
    const changed = Certificate.generate();
    await writeFile(join(folder, 'late.key'), changed.format());
    now += 500;
    expect(await certificates.find(changed.publicKey)).toBeDefined();
    expect(await certificates.find(late.publicKey)).toBeUndefined();
  });

  it('looks at once when it is asked to', async () => {
    const certificates = store();
    await certificates.reload();
    const late = await put('late');
    await Promise.all([certificates.reload(), certificates.reload()]);
    expect(await certificates.find(late.publicKey)).toBeDefined();
  });

  it('keeps what has not changed', async () => {
    const joe = await put('joe');
    const certificates = store({ interval: 0 });
    const first = await certificates.find(joe.publicKey);
    expect(await certificates.find(joe.publicKey)).toBe(first);
  });

  it('follows links to files', async () => {
    await mkdir(join(folder, '.data'));
    const joe = Certificate.generate();
    await joe.save(join(folder, '.data', 'joe'));
    await symlink(join('.data', 'joe.key'), join(folder, 'joe.key'));
    expect(await store().find(joe.publicKey)).toBeDefined();
  });

  it('leaves out what is no certificate, and says so once for each state of it', async () => {
    const joe = await put('joe');
    await writeFile(join(folder, 'README'), 'What is this?');
    await writeFile(join(folder, '.hidden.key'), 'nonsense');
    await writeFile(join(folder, 'other.key_secret'), 'nonsense');
    await writeFile(join(folder, 'large.key'), Buffer.alloc(100_000, '#'));
    await mkdir(join(folder, 'folder.key'));
    await symlink('nowhere', join(folder, 'broken.key'));
    const certificates = store({ interval: 0 });
    expect(await certificates.find(joe.publicKey)).toBeDefined();
    expect(await certificates.find(joe.publicKey)).toBeDefined();
    expect(problems.map(({ message }) => message.slice(folder.length + 1))).toEqual([
      expect.stringMatching(/^README is no certificate/),
      expect.stringMatching(/^large.key is no certificate: it has 100000 bytes/),
    ]);
    await writeFile(join(folder, 'README'), 'Something else!');
    await certificates.find(joe.publicKey);
    expect(problems).toHaveLength(3);
  });

  it('knows nobody while the directory cannot be read, and everybody when it can be again', async () => {
    const joe = await put('joe');
    const certificates = store({ interval: 0 });
    expect(await certificates.find(joe.publicKey)).toBeDefined();
    await rm(folder, { recursive: true });
    await expect(certificates.find(joe.publicKey)).rejects.toMatchObject({ code: 'IoError', errno: 'ENOENT' });
    await mkdir(folder);
    await joe.save(join(folder, 'joe'));
    expect(await certificates.find(joe.publicKey)).toBeDefined();
  });

  it.each([-1, Number.NaN])('refuses an interval of %d ms', (interval) => {
    expect(() => store({ interval })).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
