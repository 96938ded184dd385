import { describe, expect, it } from '@jest/globals';
import { Simulation, transportCompliance } from 'rzmq/testing';
import { BROKEN_CONNECTIONS } from './broken-connections.js';
import { BROKEN_DIRECT, BROKEN_WAITING, ThroughDirectTransport } from './broken-direct.js';
import { BROKEN_TRANSPORTS } from './broken-transports.js';
import { firstFailure, ThroughTransport } from './sabotage.js';
import { simulatedSubject } from './support.js';

const world = (): Simulation => new Simulation({ seed: 1, conditions: { latency: 1 } });

describe('a transport that breaks one rule fails at the clause of that rule', () => {
  for (const [clause, Broken] of Object.entries(BROKEN_TRANSPORTS)) {
    it(clause, async () => {
      const subject = simulatedSubject(world, 'tcp', (transport, simulation) => new Broken(transport, simulation));
      expect(await firstFailure(transportCompliance(subject))).toBe(clause);
    });
  }

  for (const [clause, Broken] of Object.entries(BROKEN_CONNECTIONS)) {
    it(clause, async () => {
      const subject = simulatedSubject(
        world,
        'tcp',
        (transport, simulation) => new ThroughTransport(transport, simulation, Broken),
      );
      expect(await firstFailure(transportCompliance(subject))).toBe(clause);
    });
  }

  for (const [clause, Broken] of Object.entries(BROKEN_DIRECT)) {
    it(clause, async () => {
      const subject = simulatedSubject(
        world,
        'inproc',
        (transport, simulation) => new ThroughDirectTransport(transport, simulation, Broken),
      );
      expect(await firstFailure(transportCompliance(subject))).toBe(clause);
    });
  }

  for (const [clause, Broken] of Object.entries(BROKEN_WAITING)) {
    it(clause, async () => {
      const subject = simulatedSubject(world, 'inproc', (transport, simulation) => new Broken(transport, simulation));
      expect(await firstFailure(transportCompliance(subject))).toBe(clause);
    });
  }

  it('listen on an endpoint in use takes it over', async () => {
    const subject = { ...simulatedSubject(world), takesOver: true };
    expect(await firstFailure(transportCompliance(subject))).toBe('listen on an endpoint in use takes it over');
  });

  it('every clause has somebody who breaks it, and who breaks nothing fails nowhere', async () => {
    const clauses = transportCompliance(
      simulatedSubject(world, 'tcp', (transport, simulation) => new ThroughTransport(transport, simulation)),
    );
    const broken = [...Object.keys(BROKEN_TRANSPORTS), ...Object.keys(BROKEN_CONNECTIONS)];
    expect(clauses.map(({ title }) => title).filter((title) => !broken.includes(title))).toEqual([]);
    expect(await firstFailure(clauses)).toBeUndefined();
  });

  it('every clause for a transport inside the process has somebody who breaks it, too', async () => {
    const clauses = transportCompliance(
      simulatedSubject(world, 'inproc', (transport, simulation) => new ThroughDirectTransport(transport, simulation)),
    );
    const broken = [BROKEN_TRANSPORTS, BROKEN_CONNECTIONS, BROKEN_DIRECT, BROKEN_WAITING].flatMap((all) =>
      Object.keys(all),
    );
    expect(clauses.map(({ title }) => title).filter((title) => !broken.includes(title))).toEqual([]);
    expect(await firstFailure(clauses)).toBeUndefined();
  });
});
