import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CapabilityReport } from 'rzmq';
import { runChild } from '../support/child.js';

interface LiveRing {
  readonly first: string;
  readonly engines: readonly string[];
  readonly said?: readonly LiveRing[];
  readonly after?: string;
  readonly rings?: number;
  readonly both?: number;
}

interface Facts {
  readonly capabilities: CapabilityReport;
  readonly said: readonly string[];
  readonly message: string;
}

const live = (mode: string): Promise<LiveRing> =>
  runChild<LiveRing>('children/live-ring.mjs', import.meta.url, { args: [mode] });
const ON_RING = ['io_uring', 'io_uring'];

describe('a process with a live ring', () => {
  test.each(['exit', 'end', 'unref'])('SHALL end: %s', async (mode) => {
    expect(await live(mode)).toMatchObject({ first: 'hello', engines: ON_RING });
  });

  test('SHALL have one ring in each worker, and lose nothing when one ends or is terminated', async () => {
    expect(await live('worker')).toMatchObject({
      first: 'hello',
      engines: ON_RING,
      said: [
        { first: 'hello', engines: ON_RING, both: 2 },
        { first: 'hello', engines: ON_RING, both: 2 },
      ],
      after: 'still here',
      rings: 1,
    });
  });

  test('SHALL go on while child processes are started, which inherit nothing of it', async () => {
    expect(await live('fork')).toEqual({ first: 'hello', engines: ON_RING });
  });
});

describe('a process with nothing to live for but what it has to be told', () => {
  test.each([
    ['closed', 0],
    ['lost', 1],
    ['within', 1],
  ])('SHALL be told all of it: %s', async (mode, lost) => {
    const heard = await runChild('children/many-events.mjs', import.meta.url, { args: [mode] });
    expect(heard).toEqual({ paused: true, lost, closed: 1 });
  });
});

describe('a machine that does not let us', () => {
  const SETUP = 425;
  const REGISTER = 427;
  const EPERM = 1;
  const ENOMEM = 12;
  const EINVAL = 22;
  const ENOSYS = 38;
  let home = '';

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'rzmq-deny-'));
    const source = new URL('../../native/test/deny.c', import.meta.url).pathname;
    execFileSync(process.env['CC'] ?? 'cc', ['-O1', '-o', join(home, 'deny'), source]);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const program = new URL('children/facts.mjs', import.meta.url).pathname;

  function under(command: string, ...args: (string | number)[]): Facts {
    const all = [...args.map(String), process.execPath, program];
    const out = execFileSync(command, all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    return (JSON.parse(out) as { report: Facts }).report;
  }

  test.each([
    ['a seccomp filter that forbids it', SETUP, EPERM, /seccomp.*EPERM/],
    ['a seccomp filter that hides it, or a kernel without it', SETUP, ENOSYS, /no io_uring.*ENOSYS/],
    ['no memory for it', SETUP, ENOMEM, /RLIMIT_MEMLOCK.*ENOMEM/],
    ['a kernel that does not tell its operations', REGISTER, EINVAL, /operations.*EINVAL/],
  ])('%s: node:net does the work, and the reason is said once', (_name, call, errno, reason) => {
    const { capabilities, said, message } = under(join(home, 'deny'), call, errno);
    expect(message).toBe('it goes on');
    expect(capabilities.io_uring).toEqual({ available: false, reason: expect.stringMatching(reason) });
    const [line, ...more] = said;
    expect([line, more]).toEqual([expect.stringMatching(/served by the standard engine.*not io_uring: /), []]);
    expect(line).toContain(capabilities.io_uring.reason);
  });

  test('without locked memory it works, or says why not', () => {
    // Somebody without privileges, for whom RLIMIT_MEMLOCK counts.
    const nobody = process.getuid?.() === 0 ? ' 65534' : '';
    const { capabilities, message } = under('sh', '-c', `ulimit -l 0 && exec "$0" "$1"${nobody}`);
    expect(message).toBe('it goes on');
    for (const { reason } of Object.values(capabilities)) expect(reason).not.toBe('');
  });
});
