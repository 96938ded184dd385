/** `rzmq/testing`: virtual time, a simulated network, fakes, and kits that say whether a plugin keeps the contracts. */
export { SeededRandom } from './clock/seeded-random.js';
export { type RunOptions, VirtualClock } from './clock/virtual-clock.js';
export { type Clause, type ClauseResult, type Drive, verify } from './compliance/clause.js';
export { engineCompliance } from './compliance/engine.js';
export type { EngineSubject } from './compliance/engine-ground.js';
export { mechanismCompliance } from './compliance/mechanism.js';
export { type MechanismSubject, usingMechanism } from './compliance/mechanism-ground.js';
export { engineOf, mechanismOf, transportOf } from './compliance/parts.js';
export { transportCompliance } from './compliance/transport.js';
export { type TransportSubject, usingTransport } from './compliance/transport-ground.js';
export { type LogLine, RecordingLogger } from './fakes/recording-logger.js';
export type { LinkConditions } from './network/conditions.js';
export type { SimulatedHost } from './network/host.js';
export type { HostName, SimulatedNetwork } from './network/network.js';
export type { Trace } from './network/trace.js';
export { Simulation, type SimulationOptions } from './simulation.js';
export { createTestContext, type TestContext, type TestContextOptions } from './test-context.js';
