import { describe, expect, it } from '@jest/globals';
import type { CapabilityReport } from '../../../src/core/contracts/capability-probe.js';
import type { EngineOffer, IEngine, IEngineFactory } from '../../../src/core/contracts/engine.js';
import { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { DirectEngineFactory } from '../../../src/engines/direct/direct-engine.js';
import { selectEngine } from '../../../src/engines/selector.js';
import { EngineGround } from '../../support/engine-ground.js';

const options = defaultValues('PUSH');

function report(available: boolean): CapabilityReport {
  const answer = { available, reason: available ? 'it is there' : 'it is not there' };
  return {
    io_uring: answer,
    'io_uring.multishot_recv': answer,
    'io_uring.buffer_ring': answer,
    'io_uring.send_zc': answer,
  };
}

/** An engine that a module adds, with an offer of the test's. */
function engine(
  name: string,
  offer: (scheme: string, capabilities: CapabilityReport) => Partial<EngineOffer>,
): IEngineFactory {
  return {
    name,
    offer: (scheme, _options, capabilities) => ({
      serves: true,
      rank: 0,
      reason: `${name} can`,
      ...offer(scheme, capabilities),
    }),
    create: (): IEngine => {
      throw new Error('choosing makes nothing');
    },
  };
}

const ground = new EngineGround();
const standard = ground.factory;
const direct = new DirectEngineFactory(ground.scheduler);
const fast = engine('fast', (scheme, capabilities) => ({
  serves: scheme === 'tcp' && capabilities.io_uring.available,
  rank: 10,
  reason: capabilities.io_uring.reason,
}));
const second = engine('second', () => ({}));
const never = engine('never', () => ({ serves: false, rank: 100, reason: 'never can' }));

describe('selectEngine', () => {
  it.each<[string, boolean, IEngineFactory[], string]>([
    ['tcp', false, [direct, standard], 'standard'],
    ['ipc', false, [direct, standard], 'standard'],
    ['inproc', false, [direct, standard], 'direct'],
    ['inproc', false, [standard, direct], 'direct'],
    ['tcp', false, [direct, standard, fast], 'standard'],
    ['tcp', true, [direct, standard, fast], 'fast'],
    ['tcp', true, [fast, direct, standard], 'fast'],
    ['ipc', true, [direct, standard, fast], 'standard'],
    ['tcp', true, [standard, second], 'second'],
    ['tcp', true, [second, standard], 'standard'],
    ['tcp', true, [never, standard], 'standard'],
    ['tcp', true, [standard, never], 'standard'],
  ])('%s, io_uring %p: the highest rank of those that can, and of two the last', (scheme, available, engines, name) => {
    expect(selectEngine(scheme, options, report(available), engines).factory.name).toBe(name);
  });

  it('says why, and why not the others', () => {
    const { reason } = selectEngine('tcp', options, report(false), [direct, standard, fast]);
    expect(reason).toMatch(/^the standard engine serves/);
    expect(reason).toContain('not direct: the direct engine serves inproc only');
    expect(reason).toContain('not fast: it is not there');
  });

  it.each<[string, IEngineFactory[], RegExp]>([
    ['none is bound', [], /none is bound/],
    ['none can', [direct, never], /direct: .*never: never can/],
  ])('refuses a scheme when %s, and says it in words', (_name, engines, text) => {
    let error: ZmqError | undefined;
    try {
      selectEngine('tcp', options, report(true), engines);
    } catch (thrown) {
      error = thrown as ZmqError;
    }
    expect(error).toBeInstanceOf(ZmqError);
    expect([error?.code, error?.errno]).toEqual(['UnsupportedTransport', 'EPROTONOSUPPORT']);
    expect(error?.message).toMatch(text);
    expect(error?.message).toContain('tcp://');
  });

  it('is a pure function: the same question, the same answer, and the arguments are as they were', () => {
    const engines = Object.freeze([direct, standard, fast]);
    const answers = [1, 2, 3].map(() =>
      selectEngine('tcp', Object.freeze({ ...options }), Object.freeze(report(true)), engines),
    );
    expect(new Set(answers.map(({ factory, reason }) => `${factory.name}: ${reason}`)).size).toBe(1);
  });
});
