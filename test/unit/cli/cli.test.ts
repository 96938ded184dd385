import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Certificate, curvePublicKey, version } from 'rzmq';
import { runCli } from '../../../src/cli/cli.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rzmq-cli-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

async function cli(...args: string[]): Promise<Outcome> {
  let out = '';
  let error = '';
  const status = await runCli(args, {
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { status, out, error };
}

describe('rzmq', () => {
  it.each([['--version'], ['-v']])('%s says the version', async (option) => {
    expect(await cli(option)).toEqual({ status: 0, out: `${version}\n`, error: '' });
  });

  it.each([['--help'], ['-h'], ['help']])('%s says what there is', async (option) => {
    const { status, out } = await cli(option);
    expect([status, out]).toEqual([0, expect.stringMatching(/^Usage: rzmq COMMAND[\s\S]*keygen/)]);
  });

  it.each([
    ['keygen', '--help'],
    ['keygen', '-h'],
    ['help', 'keygen'],
  ])('%s %s says what keygen takes', async (...args) => {
    const { status, out } = await cli(...args);
    expect([status, out]).toEqual([0, expect.stringMatching(/^Usage: rzmq keygen[\s\S]*--out[\s\S]*--json/)]);
  });

  it.each<[string, string[]]>([
    ['nothing', []],
    ['another command', ['keygenerate']],
    ['an option that there is not', ['keygen', '--force']],
    ['an argument too many', ['keygen', 'name']],
    ['no name', ['keygen', '--out']],
    ['an empty name', ['keygen', '--out', '']],
    ['metadata without files', ['keygen', '--meta', 'a=b']],
    ['metadata without a value', ['keygen', '--out', 'x', '--meta', 'a']],
    ['metadata without a name', ['keygen', '--out', 'x', '--meta', '=b']],
  ])('does not understand %s: status 2, and the usage', async (_, args) => {
    const { status, out, error } = await cli(...args);
    expect([status, out]).toEqual([2, '']);
    expect(error).toMatch(/^rzmq: [\s\S]*Usage: rzmq/);
  });
});

describe('rzmq keygen', () => {
  it('prints a new pair of keys', async () => {
    const { status, out } = await cli('keygen');
    const [, publicKey = '', secretKey = ''] = /^public key: {3}(\S{40})\nsecret key: {3}(\S{40})\n$/.exec(out) ?? [];
    expect([status, curvePublicKey(secretKey)]).toEqual([0, publicKey]);
    expect((await cli('keygen')).out).not.toBe(out);
  });

  it('prints JSON', async () => {
    const { publicKey, secretKey } = JSON.parse((await cli('keygen', '--json')).out) as Record<string, string>;
    expect(curvePublicKey(secretKey as string)).toBe(publicKey);
  });

  it('writes the files of a certificate, and prints no secret', async () => {
    const name = join(folder, 'server');
    const { status, out } = await cli('keygen', '--out', name, '--meta', 'name=Server 1', '--meta', 'note=a=b');
    const { publicKey, secretKey, metadata } = await Certificate.load(`${name}.key_secret`);
    expect(metadata).toEqual({ name: 'Server 1', note: 'a=b' });
    expect((await Certificate.load(`${name}.key`)).publicKey).toBe(publicKey);
    expect((await stat(`${name}.key_secret`)).mode & 0o777).toBe(0o600);
    expect([status, out]).toEqual([
      0,
      `public key:   ${publicKey}\npublic file:  ${name}.key\nsecret file:  ${name}.key_secret\n`,
    ]);
    expect(out).not.toContain(secretKey);
  });

  it('writes files and prints JSON', async () => {
    const name = join(folder, 'server');
    const { out } = await cli('keygen', '--json', '-o', name);
    const { publicKey } = await Certificate.load(`${name}.key`);
    expect(JSON.parse(out)).toEqual({ publicKey, publicFile: `${name}.key`, secretFile: `${name}.key_secret` });
  });

  it.each(['server.key', 'server.key_secret'])('does not write over %s: status 1', async (existing) => {
    await writeFile(join(folder, existing), 'mine');
    const { status, out, error } = await cli('keygen', '--out', join(folder, 'server'));
    expect([status, out]).toEqual([1, '']);
    expect(error).toContain(`${existing} exists and is not written over`);
    expect(await readdir(folder)).toEqual([existing]);
    expect(await readFile(join(folder, existing), 'utf8')).toBe('mine');
  });

  it('says what cannot be written: status 1', async () => {
    const { status, error } = await cli('keygen', '--out', join(folder, 'server'), '--meta', 'a b=c');
    expect([status, error]).toEqual([1, expect.stringMatching(/^rzmq: "a b" cannot name a property/)]);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the command that the package installs', () => {
  const program = fileURLToPath(new URL('../../../dist/bundle/cli.js', import.meta.url));
  const run = (...args: string[]): Outcome => {
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder });
    return { status, out: stdout, error: stderr };
  };

  it('runs by itself, and tells the version', () => {
    expect(run('--version')).toEqual({ status: 0, out: `${version}\n`, error: '' });
  });

  it('makes keys', async () => {
    const { status, out, error } = run('keygen', '--json', '--out', 'joe');
    expect([status, error]).toEqual([0, '']);
    const { publicKey } = JSON.parse(out) as { publicKey: string };
    expect((await Certificate.load(join(folder, 'joe.key_secret'))).publicKey).toBe(publicKey);
    expect((await readdir(folder)).sort()).toEqual(['joe.key', 'joe.key_secret']);
  });

  it('fails with 1 where a file is in the way, and with 2 where it does not understand', () => {
    run('keygen', '--out', 'joe');
    expect(run('keygen', '--out', 'joe')).toMatchObject({ status: 1, out: '' });
    expect(run('keygen', '--nonsense')).toMatchObject({ status: 2, out: '' });
    expect(run()).toMatchObject({ status: 2, out: '' });
  });
});

describe('rzmq doctor', () => {
  const LOOKED_AT = [
    'io_uring',
    'io_uring.multishot_recv',
    'io_uring.buffer_ring',
    'io_uring.send_zc',
    'tcp',
    'tcp that asks for io_uring',
    'CURVE by libsodium',
    'X25519 of node:crypto',
    'IPv6',
    'ipc',
    'ipc, abstract names',
  ];

  it('says of everything whether it is there, and why', async () => {
    const { status, out, error } = await cli('doctor');
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain(`rzmq ${version}, Node ${process.version}`);
    for (const what of LOOKED_AT) {
      const line = out.split('\n').find((text) => text.slice(5).startsWith(`${what} `));
      expect(line).toMatch(/^(yes|no ) {2}.* {2}\S/);
    }
  });

  it('--json says the same, and which engine a tcp endpoint has', async () => {
    const { status, out } = await cli('doctor', '--json');
    expect(status).toBe(0);
    const facts = JSON.parse(out) as Record<string, { ok: boolean; text: string }>;
    expect(Object.keys(facts)).toEqual(['rzmq', 'node', 'system', ...LOOKED_AT]);
    const asking = facts['tcp that asks for io_uring'];
    expect(asking?.text).toMatch(facts['io_uring']?.ok === true ? /^the io_uring engine: / : /^the standard engine: /);
    expect(facts['X25519 of node:crypto']?.ok).toBe(true);
  });

  it.each([
    [['doctor', '--help'], 0],
    [['help', 'doctor'], 0],
    [['doctor', '--cure'], 2],
  ])('%j is answered with what it takes', async (args, status) => {
    const said = await cli(...args);
    expect([said.status, said.out + said.error]).toEqual([status, expect.stringContaining('Usage: rzmq doctor')]);
  });
});
