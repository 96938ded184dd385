import { describe, expect, it } from '@jest/globals';
import type { IEngineFactory } from 'rzmq/plugin';
import { type EngineSubject, engineCompliance, engineOf, type Simulation } from 'rzmq/testing';
import { BROKEN_ENGINES, ThroughEngines, Touchy, Wordless } from './broken-engines.js';
import { firstFailure } from './sabotage.js';

/** The standard engine, with something done to it. */
function standard(tamper: (inner: IEngineFactory, world: Simulation) => IEngineFactory): EngineSubject {
  return { create: (world) => tamper(engineOf('standard', [world.module('left')]), world) };
}

describe('an engine that breaks one rule fails at the clause of that rule', () => {
  const cases: (readonly [clause: string, subject: EngineSubject])[] = [
    [
      'it has a name, and offers itself for its scheme with a rank and a reason',
      standard((inner, world) => new Wordless(inner, world)),
    ],
    ...Object.entries(BROKEN_ENGINES).map(
      ([clause, make]) => [clause, standard((inner, world) => new ThroughEngines(inner, world, make))] as const,
    ),
    [
      'whatever bytes a peer sends, nothing is thrown, and it costs that connection at most',
      standard(
        (inner, world) => new ThroughEngines(inner, world, undefined, (connection) => new Touchy(connection, world)),
      ),
    ],
  ];

  it.each(cases)('%s', async (clause, subject) => {
    expect(await firstFailure(engineCompliance(subject))).toBe(clause);
  });

  it('every clause has somebody who breaks it, and who breaks nothing fails nowhere', async () => {
    const clauses = engineCompliance(standard((inner, world) => new ThroughEngines(inner, world)));
    const broken = cases.map(([clause]) => clause);
    expect(clauses.map(({ title }) => title).filter((title) => !broken.includes(title))).toEqual([]);
    expect(await firstFailure(clauses)).toBeUndefined();
  });
});
