import { describe, it } from '@jest/globals';
import type { ContextModule } from 'rzmq/plugin';
import { type LinkConditions, Simulation, type TransportSubject, transportCompliance, transportOf } from 'rzmq/testing';
import { tls } from 'rzmq/tls';
import { websocket } from 'rzmq/ws';
import { NodeClock, NodeRandom, NodeScheduler } from '../../src/engines/services/node-services.js';
import { InprocTransport } from '../../src/engines/transports/inproc.js';
import { IpcTransport } from '../../src/engines/transports/ipc.js';
import { TcpTransport } from '../../src/engines/transports/tcp.js';
import { TcpSockets } from '../../src/engines/transports/tcp-sockets.js';
import { TLS_SETTINGS } from '../support/certificates.js';
import { ipcPath } from '../support/spec-transports.js';
import { simulatedSubject } from './support.js';

const clock = new NodeClock();
const scheduler = new NodeScheduler();
const random = new NodeRandom();
let names = 0;

const tcp: TransportSubject = {
  create: () => new TcpTransport(new TcpSockets(clock, scheduler, random)),
  endpoint: () => 'tcp://127.0.0.1:0',
  wrong: ['tcp://127.0.0.1', 'tcp://127.0.0.1:70000', 'tcp://:'],
};
const ipc: TransportSubject = {
  create: () => new IpcTransport(clock, scheduler, random),
  endpoint: () => `ipc://${ipcPath()}`,
  wrong: [`ipc://${'long/'.repeat(100)}`],
  takesOver: true,
};
const inproc: TransportSubject = {
  create: () => new InprocTransport(scheduler),
  endpoint: () => `inproc://compliance-${++names}`,
  kind: 'direct',
  connectWaits: true,
};
/** One that a module binds. */
function plugin(scheme: string, module: () => ContextModule, path = ''): TransportSubject {
  return {
    create: () => transportOf(scheme, [module()]),
    endpoint: () => `${scheme}://127.0.0.1:0${path}`,
    wrong: [`${scheme}://127.0.0.1`, `${scheme}://127.0.0.1:70000`, `${scheme}://:`, `${scheme}:///path`],
    modules: () => [module()],
  };
}

const far: Partial<LinkConditions> = {
  latency: 20,
  jitter: 15,
  bandwidth: 5_000_000,
  pieceSize: 40_000,
  window: 100_000,
};

const subjects: Readonly<Record<string, TransportSubject>> = {
  tcp,
  'tcp, with chunks of Node': {
    ...tcp,
    create: () => new TcpTransport(new TcpSockets(clock, scheduler, random, undefined, 'chunks')),
  },
  ipc,
  inproc,
  ws: plugin('ws', () => websocket(), '/path'),
  wss: plugin('wss', () => websocket({ tls: TLS_SETTINGS })),
  tls: plugin('tls', () => tls(TLS_SETTINGS)),
  'the simulated network': simulatedSubject(() => new Simulation({ seed: 1 })),
  'a slow simulated network': simulatedSubject(() => new Simulation({ seed: 2, conditions: far })),
  'simulated ipc': simulatedSubject(() => new Simulation({ seed: 3 }), 'ipc'),
};

for (const [name, subject] of Object.entries(subjects)) {
  describe(`${name} is a transport`, () => {
    for (const { title, run } of transportCompliance(subject)) it(title, run);
  });
}
