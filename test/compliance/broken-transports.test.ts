import { describe, expect, it } from '@jest/globals';
import { Simulation, transportCompliance } from 'rzmq/testing';
import { BROKEN_CONNECTIONS } from './broken-connections.js';
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

  it('every clause has somebody who breaks it, and who breaks nothing fails nowhere', async () => {
    const clauses = transportCompliance(
      simulatedSubject(world, 'tcp', (transport, simulation) => new ThroughTransport(transport, simulation)),
    );
    const broken = [...Object.keys(BROKEN_TRANSPORTS), ...Object.keys(BROKEN_CONNECTIONS)];
    expect(clauses.map(({ title }) => title).filter((title) => !broken.includes(title))).toEqual([]);
    expect(await firstFailure(clauses)).toBeUndefined();
  });
});
