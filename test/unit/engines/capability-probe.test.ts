import { describe, expect, it } from '@jest/globals';
import { ADDON_INTERFACE, type ProbeFacts } from '../../../src/engines/uring/addon.js';
import { type PlatformFacts, UringCapabilityProbe } from '../../../src/engines/uring/capability-probe.js';

const FEATURES = ['io_uring', 'io_uring.multishot_recv', 'io_uring.buffer_ring', 'io_uring.send_zc'] as const;

const ENOSYS = -38;
const EPERM = -1;
const ENOMEM = -12;
const EINVAL = -22;

/** A kernel that can do everything. */
const FACTS: ProbeFacts = {
  setup: 0,
  features: 0xfff,
  setupFlags: 0,
  operationsKnown: 0,
  operations: Array.from({ length: 63 }, (_, operation) => operation),
  bufferRing: 0,
  multishotReceive: 0,
  sendZeroCopy: 0,
};

const without = (...gone: number[]): number[] => FACTS.operations.filter((operation) => !gone.includes(operation));

function addon(facts: Partial<ProbeFacts> = {}): object {
  return { interface: ADDON_INTERFACE, probe: () => ({ ...FACTS, ...facts }), open: () => -1 };
}

function platform(facts: Partial<PlatformFacts>): PlatformFacts {
  return { platform: 'linux', loadAddon: () => addon(), ...facts };
}

function failing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

const notFound = (code: string): Error => Object.assign(new Error('cannot find it'), { code });

describe('the io_uring probe', () => {
  it.each<[string, Partial<PlatformFacts>, RegExp]>([
    ['switched off', { enabled: false, platform: 'darwin' }, /switched off/],
    ['another platform', { platform: 'darwin' }, /Linux.*darwin/],
    ['Windows', { platform: 'win32' }, /Linux.*win32/],
    ['no addon (require)', { loadAddon: failing(notFound('MODULE_NOT_FOUND')) }, /rzmq-uring is not installed/],
    ['no addon (import)', { loadAddon: failing(notFound('ERR_MODULE_NOT_FOUND')) }, /rzmq-uring is not installed/],
    [
      'an addon for another Node',
      { loadAddon: failing(notFound('ERR_DLOPEN_FAILED')) },
      /cannot be loaded.*cannot find it/,
    ],
    ['an addon that throws no Error', { loadAddon: failing('broken') }, /cannot be loaded.*broken/],
    ['an addon that throws nothing', { loadAddon: failing(undefined) }, /cannot be loaded/],
    ['an addon that throws null', { loadAddon: failing(null) }, /cannot be loaded/],
    ['something else in its place', { loadAddon: () => 'what' }, /not of this version/],
    ['nothing in its place', { loadAddon: () => undefined }, /not of this version/],
    ['an addon of another version', { loadAddon: () => ({ ...addon(), interface: 0 }) }, /not of this version/],
    [
      'an addon whose probe throws',
      { loadAddon: () => ({ ...addon(), probe: failing(new Error('oh')) }) },
      /probe.*failed.*oh/,
    ],
    ['no io_uring, or hidden', { loadAddon: () => addon({ setup: ENOSYS }) }, /no io_uring, or a seccomp.*ENOSYS/],
    ['forbidden', { loadAddon: () => addon({ setup: EPERM }) }, /seccomp.*EPERM/],
    [
      'forbidden, and the sysctl does not say so',
      { loadAddon: () => addon({ setup: EPERM }), disabledBySysctl: () => '0' },
      /seccomp.*EPERM/,
    ],
    [
      'disabled by sysctl',
      { loadAddon: () => addon({ setup: EPERM }), disabledBySysctl: () => '2' },
      /io_uring_disabled is 2.*EPERM/,
    ],
    ['no memory', { loadAddon: () => addon({ setup: ENOMEM }) }, /RLIMIT_MEMLOCK.*ENOMEM/],
    ['a refusal of another kind', { loadAddon: () => addon({ setup: EINVAL }) }, /io_uring_setup.*EINVAL/],
    ['a refusal that nobody knows', { loadAddon: () => addon({ setup: -9999 }) }, /io_uring_setup.*9999/],
    ['an old kernel: features', { loadAddon: () => addon({ features: 0x1d }) }, /too old.*NODROP.*FAST_POLL/],
    ['an old kernel: no probe', { loadAddon: () => addon({ operationsKnown: EINVAL }) }, /operations.*EINVAL/],
    ['an old kernel: operations', { loadAddon: () => addon({ operations: without(26, 27) }) }, /lacks.*SEND, RECV/],
    ['an old kernel: no connect', { loadAddon: () => addon({ operations: without(16) }) }, /lacks.*CONNECT/],
  ])('%s: every feature is unavailable, and the reason is said in words', (_name, facts, reason) => {
    const probe = new UringCapabilityProbe(platform(facts));
    const report = probe.probe();
    expect(Object.keys(report).sort()).toEqual([...FEATURES].sort());
    for (const feature of FEATURES) {
      expect(report[feature].available).toBe(false);
      expect(report[feature].reason).toMatch(reason);
    }
    expect(probe.addon).toBeUndefined();
  });

  it('a kernel that has everything: every feature is available', () => {
    const probe = new UringCapabilityProbe(platform({}));
    for (const { available, reason } of Object.values(probe.probe())) {
      expect([available, reason]).toEqual([true, expect.any(String)]);
    }
    expect(probe.addon).toBeDefined();
  });

  it.each([
    ['io_uring.multishot_recv', { multishotReceive: EINVAL }],
    ['io_uring.buffer_ring', { bufferRing: EINVAL }],
    ['io_uring.send_zc', { sendZeroCopy: EINVAL }],
  ] as const)('%s has an answer of its own: an operation that is listed may still fail', (missing, facts) => {
    const report = new UringCapabilityProbe(platform({ loadAddon: () => addon(facts) })).probe();
    for (const feature of FEATURES) expect(report[feature].available).toBe(feature !== missing);
    expect(report[missing].reason).toMatch(/tried.*EINVAL/);
  });

  it('asks the platform once, and answers the same afterwards', () => {
    let loads = 0;
    const probe = new UringCapabilityProbe({
      platform: 'linux',
      loadAddon: () => {
        loads++;
        throw notFound('MODULE_NOT_FOUND');
      },
    });
    const first = probe.probe();
    expect([probe.probe(), probe.probe(), loads]).toEqual([first, first, 1]);
  });

  it('does not load anything on another platform, or when it is switched off', () => {
    const loadAddon = failing(new Error('loaded'));
    for (const facts of [{ platform: 'freebsd' }, { enabled: false }]) {
      const probe = new UringCapabilityProbe(platform({ loadAddon, ...facts }));
      expect(probe.probe().io_uring.reason).not.toContain('loaded');
    }
  });
});
