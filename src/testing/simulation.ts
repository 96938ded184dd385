import { Context, type ContextOptions } from '../index.js';
import {
  type ContextModule,
  contextModule,
  ICapabilityProbe,
  IClock,
  IpcTransportToken,
  IRandom,
  IScheduler,
  TcpTransportToken,
} from '../plugin.js';
import { SeededRandom } from './clock/seeded-random.js';
import { type RunOptions, VirtualClock } from './clock/virtual-clock.js';
import { RecordingLogger } from './fakes/recording-logger.js';
import type { LinkConditions } from './network/conditions.js';
import type { SimulatedHost } from './network/host.js';
import { type HostName, SimulatedNetwork } from './network/network.js';
import { Trace } from './network/trace.js';
import { SimulatedIpcTransport, SimulatedTransport } from './network/transport.js';

/** What a simulation can be told. */
export interface SimulationOptions {
  /** Decides about everything that is left to chance. Default: RZMQ_SEED of the environment, else any. */
  readonly seed?: number | undefined;
  /** The conditions of every link that is not told otherwise; default: nothing takes time, and nothing breaks. */
  readonly conditions?: Partial<LinkConditions> | undefined;
  /** Milliseconds after which a connection fails (ETIMEDOUT) whose data is not acknowledged. Default 924,600. */
  readonly giveUpAfter?: number | undefined;
}

/**
 * A world of its own: time, chance and a network of hosts, on which real Contexts run. With the same seed the same
 * happens, to the last byte, on every machine and every version of Node.
 */
export class Simulation {
  public readonly seed: number;
  public readonly clock: VirtualClock = new VirtualClock();
  /** For the test itself. What it draws does not shift what the library and the network draw. */
  public readonly random: SeededRandom;
  public readonly trace: Trace;
  public readonly network: SimulatedNetwork;
  /** What the Contexts have logged, unless they were given a logger. */
  public readonly logger: RecordingLogger = new RecordingLogger();
  private readonly chance: SeededRandom;
  private contexts = 0;

  public constructor(options: SimulationOptions = {}) {
    this.seed = (options.seed ?? seedOfEnvironment()) | 0;
    this.chance = new SeededRandom(this.seed);
    this.random = this.chance.fork('test');
    this.trace = new Trace(this.clock);
    this.network = new SimulatedNetwork({
      clock: this.clock,
      scheduler: this.clock,
      random: this.chance.fork('network'),
      trace: this.trace,
      conditions: options.conditions,
      giveUpAfter: options.giveUpAfter,
    });
  }

  /** The host of that name: a new one, if there is none yet. */
  public host(name: string): SimulatedHost {
    return this.network.host(name);
  }

  /**
   * A Context on a host: wired as in production, but for its clock, its scheduler, its chance, and tcp and ipc, which are
   * the simulated network. It lives as long as the process of the host.
   */
  public context(host: HostName = 'localhost', options: ContextOptions = {}): Context {
    const { modules = [], logger = this.logger } = options;
    return new Context({ ...options, logger, modules: [this.module(host), ...modules] });
  }

  /** The module that makes a Context part of the simulation; `context` uses it. */
  public module(name: HostName): ContextModule {
    const host = typeof name === 'string' ? this.network.host(name) : name;
    const { process } = host;
    const random = this.chance.fork(`context ${++this.contexts}`);
    return contextModule(({ rebind }) => {
      rebind(IClock).toConstantValue(process.clock);
      rebind(IScheduler).toConstantValue(process.scheduler);
      rebind(IRandom).toConstantValue(random);
      rebind(ICapabilityProbe).toConstantValue({ probe: () => NOTHING_SPECIAL });
      rebind(TcpTransportToken).toConstantValue(new SimulatedTransport(host, process));
      rebind(IpcTransportToken).toConstantValue(new SimulatedIpcTransport(host, process));
    });
  }

  /**
   * Does a piece of work, and moves the time for as long as it takes. What it rejects with names the seed; it rejects too
   * when nothing is left that could happen while the work still waits, and after `limit` (an hour of virtual time).
   */
  public async run<T>(work: () => Promise<T> | T, options?: RunOptions): Promise<T> {
    try {
      return await this.clock.run(work, options);
    } catch (error) {
      throw withSeed(error, this.seed);
    }
  }

  /** Moves the time on; resolves when all that is due until then has happened. */
  public advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds);
  }
}

const NOT_HERE = { available: false, reason: 'not in a simulation' };
const NOTHING_SPECIAL = {
  io_uring: NOT_HERE,
  'io_uring.multishot_recv': NOT_HERE,
  'io_uring.buffer_ring': NOT_HERE,
  'io_uring.send_zc': NOT_HERE,
};

function seedOfEnvironment(): number {
  const given = process.env['RZMQ_SEED'];
  return given === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(given);
}

/** The error itself, with the seed in what is shown of it. */
function withSeed(error: unknown, seed: number): unknown {
  if (typeof error !== 'object' || error === null || !('message' in error)) return error;
  const note = ` [seed ${seed}]`;
  const told = error as { message: string; stack?: string };
  const before = told.message;
  if (before.endsWith(note)) return error;
  try {
    const { stack } = told;
    told.message = before + note;
    if (stack !== undefined) told.stack = stack.replace(before, before + note);
  } catch {
    // Frozen: then it is shown as it is.
  }
  return error;
}
