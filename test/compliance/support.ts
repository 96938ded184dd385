import type { ITransport } from 'rzmq/plugin';
import { type Simulation, type TransportSubject, transportOf, usingTransport } from 'rzmq/testing';

/** A transport of the simulated network, in a world of its own for each clause. */
export function simulatedSubject(
  world: () => Simulation,
  scheme: 'tcp' | 'ipc' | 'inproc' = 'tcp',
  sabotage: (transport: ITransport, simulation: Simulation) => ITransport = (transport) => transport,
): TransportSubject {
  let simulation: Simulation;
  let transport: ITransport;
  let names = 0;
  return {
    ...(scheme === 'inproc' ? { kind: 'direct', connectWaits: true } : {}),
    create: () => {
      simulation = world();
      transport = sabotage(transportOf(scheme, [simulation.module('localhost')]), simulation);
      return transport;
    },
    endpoint: () => ({ tcp: 'tcp://*:0', ipc: 'ipc://*', inproc: `inproc://name-${++names}` })[scheme],
    wrong: scheme === 'tcp' ? ['tcp://server', 'tcp://server:99999', 'tcp://a b:1'] : [],
    drive: (work) => simulation.run(work),
    modules: () => [simulation.module('localhost'), usingTransport(transport)],
  };
}
