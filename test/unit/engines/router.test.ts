import { describe, expect, it } from '@jest/globals';
import type { CapabilityReport, ICapabilityProbe } from '../../../src/core/contracts/capability-probe.js';
import type { IEngineFactory } from '../../../src/core/contracts/engine.js';
import type { ILogger } from '../../../src/core/contracts/logger.js';
import type { ITransport, ParsedEndpoint } from '../../../src/core/contracts/transport.js';
import { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { DirectEngineFactory } from '../../../src/engines/direct/direct-engine.js';
import { Router } from '../../../src/engines/router.js';
import { InprocTransport } from '../../../src/engines/transports/inproc.js';
import { TransportRegistry } from '../../../src/engines/transports/registry.js';
import { UringCapabilityProbe } from '../../../src/engines/uring/capability-probe.js';
import { EngineGround } from '../../support/engine-ground.js';

const options = defaultValues('PUSH');

/** A transport that a plugin brings; it refuses the address "wrong". */
class SimTransport implements ITransport {
  public readonly schemes: readonly string[] = ['sim', 'sim2'];
  public readonly checked: string[] = [];

  public check({ endpoint, address }: ParsedEndpoint, role: string): void {
    this.checked.push(`${role} ${endpoint}`);
    if (address === 'wrong') throw new ZmqError('InvalidEndpoint', 'wrong', { endpoint });
  }

  public listen(): never {
    throw new Error('routing opens nothing');
  }

  public connect(): never {
    throw new Error('routing opens nothing');
  }
}

class Lines implements ILogger {
  public readonly lines: string[] = [];
  public debug(): void {}
  public warn(): void {}
  public error(): void {}
  public info(message: string, facts?: Readonly<Record<string, unknown>>): void {
    this.lines.push(`${message}: ${String(facts?.['reason'])}`);
  }
}

interface Routed {
  router: Router;
  sim: SimTransport;
  inproc: InprocTransport;
  logger: Lines;
}

function routed(more: readonly IEngineFactory[] = [], probe: ICapabilityProbe = noAddon()): Routed {
  const ground = new EngineGround();
  const sim = new SimTransport();
  const inproc = new InprocTransport(ground.scheduler);
  const logger = new Lines();
  const engines = [new DirectEngineFactory(ground.scheduler), ground.factory, ...more];
  return { router: new Router(new TransportRegistry([inproc, sim]), engines, probe, logger), sim, inproc, logger };
}

function noAddon(): ICapabilityProbe {
  return new UringCapabilityProbe({
    platform: 'linux',
    loadAddon: () => {
      throw Object.assign(new Error('not there'), { code: 'MODULE_NOT_FOUND' });
    },
  });
}

describe('Router', () => {
  it('finds the transport and the engine of an endpoint', () => {
    const { router, sim, inproc } = routed();
    const one = router.route('sim://somewhere', 'connect', options);
    expect([one.transport, one.engine.name, one.endpoint]).toEqual([
      sim,
      'standard',
      { scheme: 'sim', address: 'somewhere', endpoint: 'sim://somewhere' },
    ]);
    const other = router.route('inproc://x', 'bind', options);
    expect([other.transport, other.engine.name]).toEqual([inproc, 'direct']);
  });

  it('lets the transport check the text, for the role that it is for', () => {
    const { router, sim } = routed();
    router.route('sim://a', 'bind', options);
    expect(() => router.route('sim2://wrong', 'connect', options)).toThrow(ZmqError);
    expect(sim.checked).toEqual(['bind sim://a', 'connect sim2://wrong']);
  });

  it.each([
    ['no endpoint at all', 'nonsense', 'InvalidEndpoint', 'EINVAL'],
    ['no address', 'sim://', 'InvalidEndpoint', 'EINVAL'],
    ['no scheme', '://x', 'InvalidEndpoint', 'EINVAL'],
    ['a number', 5 as unknown as string, 'InvalidEndpoint', 'EINVAL'],
    ['a scheme that nobody serves', 'pgm://x', 'UnsupportedTransport', 'EPROTONOSUPPORT'],
    ['a scheme in capitals', 'SIM://x', 'UnsupportedTransport', 'EPROTONOSUPPORT'],
  ])('refuses %s', (_name, endpoint, code, errno) => {
    const { router, logger } = routed();
    let error: ZmqError | undefined;
    try {
      router.route(endpoint, 'bind', options);
    } catch (thrown) {
      error = thrown as ZmqError;
    }
    expect([error?.code, error?.errno, logger.lines]).toEqual([code, errno, []]);
  });

  it('an engine may bring a transport of its own for the scheme', () => {
    const own = new SimTransport();
    const engine: IEngineFactory = {
      name: 'own',
      transport: own,
      offer: (scheme) => ({ serves: scheme === 'sim', rank: 5, reason: 'own can' }),
      create: () => {
        throw new Error('routing makes no engine');
      },
    };
    const { router, sim } = routed([engine]);
    expect(router.route('sim://x', 'connect', options).transport).toBe(own);
    expect(router.route('sim2://x', 'connect', options).transport).toBe(sim);
    expect(sim.checked).toHaveLength(2);
  });
});

describe('the log of the router', () => {
  it('says once for each scheme which engine serves it, and why', () => {
    const { router, logger } = routed();
    for (let i = 0; i < 3; i++) {
      router.route('sim://a', 'bind', options);
      router.route('inproc://a', 'connect', options);
      router.route('sim://b', 'connect', options);
    }
    expect(logger.lines).toHaveLength(2);
    expect(logger.lines[0]).toMatch(/^sim:\/\/ is served by the standard engine: the standard engine serves/);
    expect(logger.lines[1]).toMatch(/^inproc:\/\/ is served by the direct engine: .*both ends are in this process/);
  });

  it('says it again when the reason has become another one', () => {
    let ranked = 1;
    const engine: IEngineFactory = {
      name: 'moody',
      offer: () => ({ serves: ranked > 0, rank: ranked, reason: `rank ${ranked}` }),
      create: () => {
        throw new Error('routing makes no engine');
      },
    };
    const { router, logger } = routed([engine]);
    const asked = [1, 1, 0, 0, 1].map((rank) => {
      ranked = rank;
      return router.route('sim://a', 'bind', options).engine.name;
    });
    expect(asked).toEqual(['moody', 'moody', 'standard', 'standard', 'moody']);
    expect(logger.lines).toHaveLength(3);
  });

  it('the probe is what engines are asked with', () => {
    const seen: CapabilityReport[] = [];
    const probe = noAddon();
    const engine: IEngineFactory = {
      name: 'asked',
      offer: (_scheme, _options, capabilities) => {
        seen.push(capabilities);
        return { serves: false, rank: 0, reason: 'no' };
      },
      create: () => {
        throw new Error('routing makes no engine');
      },
    };
    routed([engine], probe).router.route('sim://a', 'bind', options);
    expect(seen).toEqual([probe.probe()]);
  });
});
