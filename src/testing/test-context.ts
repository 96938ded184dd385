import type { Context, ContextOptions } from '../index.js';
import { Simulation, type SimulationOptions } from './simulation.js';

/** What a test context is made with. */
export interface TestContextOptions extends ContextOptions, SimulationOptions {}

/** A Context for a test, and what it lives on. */
export interface TestContext {
  readonly context: Context;
  readonly clock: Simulation['clock'];
  readonly network: Simulation['network'];
  readonly logger: Simulation['logger'];
  readonly trace: Simulation['trace'];
  readonly seed: number;
  /** All of it: other hosts with Contexts of their own, `run`, a random source for the test. */
  readonly simulation: Simulation;
}

/**
 * A Context as in production, on a clock that the test moves. tcp and ipc lead to the sockets of the same simulation,
 * without a port, a file or a wait; randomness comes from the seed, and the log is kept.
 */
export function createTestContext(options: TestContextOptions = {}): TestContext {
  const { seed, conditions, giveUpAfter, ...contextOptions } = options;
  const simulation = new Simulation({ seed, conditions, giveUpAfter });
  const { clock, network, logger, trace } = simulation;
  const context = simulation.context('localhost', contextOptions);
  return { context, clock, network, logger, trace, seed: simulation.seed, simulation };
}
