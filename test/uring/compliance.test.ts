import { describe, it } from '@jest/globals';
import { type TransportSubject, transportCompliance } from 'rzmq/testing';
import { systemFacts } from '../../src/di/uring-facts.js';
import { NodeClock, NodeRandom, NodeScheduler } from '../../src/engines/services/node-services.js';
import { TcpTransport } from '../../src/engines/transports/tcp.js';
import { TcpSockets } from '../../src/engines/transports/tcp-sockets.js';
import type { IUringAddon, OpenConfig } from '../../src/engines/uring/addon.js';
import { UringCapabilityProbe } from '../../src/engines/uring/capability-probe.js';
import { UringRing } from '../../src/engines/uring/uring-ring.js';
import { UringTcpTransport } from '../../src/engines/uring/uring-tcp.js';

const clock = new NodeClock();
const scheduler = new NodeScheduler();
const probe = new UringCapabilityProbe(systemFacts());
const tcp = (): TcpTransport => new TcpTransport(new TcpSockets(clock, scheduler, new NodeRandom()));
const sizes: OpenConfig = { entries: 1024, bufferCount: 512, bufferSize: 8192, sendSize: 4_194_304, spin: 50 };

function ignore(): void {}

function create(config: OpenConfig, addon: IUringAddon | undefined = probe.addon): UringTcpTransport {
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const ring = new UringRing(() => addon, config, logger);
  if (ring.open() !== undefined) throw new Error('There is no ring.');
  return new UringTcpTransport(clock, scheduler, ring, () => probe.probe(), tcp());
}

const onRing: TransportSubject = {
  create: () => create(sizes),
  endpoint: () => 'tcp://127.0.0.1:0',
  wrong: ['tcp://127.0.0.1', 'tcp://127.0.0.1:70000', 'tcp://:'],
};

/** As on a kernel before 5.19: each connection receives into memory of its own. */
const withoutBuffers: IUringAddon = {
  ...(probe.addon as IUringAddon),
  open: (config, callback) => {
    const client = (probe.addon as IUringAddon).open(config, callback);
    return typeof client === 'number' ? client : Object.assign(client, { hasReceiveBuffers: false });
  },
};

/** What a ring that is there already has no say in: the memory for sending is each Context's own, and the rest is per socket. */
const subjects: Readonly<Record<string, TransportSubject>> = {
  tcp: onRing,
  'tcp, with little memory for sending': { ...onRing, create: () => create({ ...sizes, sendSize: 262_144 }) },
  'tcp, with one request for each receive': { ...onRing, options: { ioUringReceiveMultishot: false } },
  'tcp, where the kernel is lent no buffers': { ...onRing, create: () => create(sizes, withoutBuffers) },
  'tcp, without copies': { ...onRing, options: { ioUringSendZeroCopy: true, ioUringZeroCopySendThreshold: 0 } },
  'tcp, corked': { ...onRing, options: { tcpCork: true } },
};

for (const [name, subject] of Object.entries(subjects)) {
  describe(`${name}, over io_uring is a transport`, () => {
    for (const { title, run } of transportCompliance(subject)) it(title, run);
  });
}
