import { describe, expect, it } from '@jest/globals';
import { UringCapabilityProbe } from '../../../src/engines/uring/capability-probe.js';

const FEATURES = ['io_uring', 'io_uring.multishot_recv', 'io_uring.buffer_ring', 'io_uring.send_zc'] as const;

function failing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

const notFound = (code: string): Error => Object.assign(new Error('cannot find it'), { code });

describe('the io_uring probe', () => {
  it.each<[string, string, () => unknown, RegExp]>([
    ['another platform', 'darwin', () => ({}), /Linux.*darwin/],
    ['Windows', 'win32', () => ({}), /Linux.*win32/],
    ['no addon (require)', 'linux', failing(notFound('MODULE_NOT_FOUND')), /no io_uring backend is installed/],
    ['no addon (import)', 'linux', failing(notFound('ERR_MODULE_NOT_FOUND')), /no io_uring backend is installed/],
    ['an addon for another Node', 'linux', failing(notFound('ERR_DLOPEN_FAILED')), /cannot be loaded.*cannot find it/],
    ['an addon that throws no Error', 'linux', failing('broken'), /cannot be loaded.*broken/],
    ['an addon that throws nothing', 'linux', failing(undefined), /cannot be loaded/],
    ['an addon that throws null', 'linux', failing(null), /cannot be loaded/],
    ['something else in its place', 'linux', () => 'what', /not known/],
    ['nothing in its place', 'linux', () => undefined, /not known/],
  ])('%s: every feature is unavailable, and the reason is said in words', (_name, platform, loadAddon, reason) => {
    const report = new UringCapabilityProbe({ platform, loadAddon }).probe();
    expect(Object.keys(report).sort()).toEqual([...FEATURES].sort());
    for (const feature of FEATURES) {
      expect(report[feature].available).toBe(false);
      expect(report[feature].reason).toMatch(reason);
    }
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

  it('does not load anything on another platform', () => {
    const probe = new UringCapabilityProbe({ platform: 'freebsd', loadAddon: failing(new Error('loaded')) });
    expect(probe.probe().io_uring.reason).not.toContain('loaded');
  });
});
