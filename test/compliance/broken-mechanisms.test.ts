import { describe, expect, it } from '@jest/globals';
import { contextModule, IMechanismFactory } from 'rzmq/plugin';
import { type MechanismSubject, mechanismCompliance, mechanismOf } from 'rzmq/testing';
import {
  BROKEN_CIPHERS,
  BROKEN_DOORS,
  BROKEN_FACTORIES,
  BROKEN_HANDSHAKES,
  ThroughFactory,
  withCipher,
} from './broken-mechanisms.js';
import { curveSubject, nullSubject, plainSubject } from './mechanism-subjects.js';
import { firstFailure } from './sabotage.js';

type Break = (inner: IMechanismFactory) => IMechanismFactory;

/** The subject with a factory that was tampered with, also in its Contexts. */
function tampered(subject: MechanismSubject, name: string, tamper: Break): MechanismSubject {
  const modules = subject.modules?.() ?? [];
  const create = (): IMechanismFactory => tamper(mechanismOf(name, modules));
  const tamperedModule = contextModule(({ bind }) => void bind(IMechanismFactory).toConstantValue(create()));
  return { ...subject, create, modules: () => [...modules, tamperedModule] };
}

describe('a mechanism that breaks one rule fails at the clause of that rule', () => {
  const cases: (readonly [clause: string, subject: MechanismSubject])[] = [
    ...Object.entries(BROKEN_FACTORIES).map(
      ([clause, Broken]) => [clause, tampered(plainSubject, 'PLAIN', (inner) => new Broken(inner))] as const,
    ),
    ...Object.entries(BROKEN_HANDSHAKES).map(
      ([clause, make]) => [clause, tampered(nullSubject, 'NULL', (inner) => new ThroughFactory(inner, make))] as const,
    ),
    ...Object.entries(BROKEN_DOORS).map(
      ([clause, make]) =>
        [clause, tampered(plainSubject, 'PLAIN', (inner) => new ThroughFactory(inner, make))] as const,
    ),
    ...Object.entries(BROKEN_CIPHERS).map(
      ([clause, exchange]) =>
        [clause, tampered(curveSubject, 'CURVE', (inner) => new ThroughFactory(inner, withCipher(exchange)))] as const,
    ),
  ];

  it.each(cases)('%s', async (clause, subject) => {
    expect(await firstFailure(mechanismCompliance(subject))).toBe(clause);
  });

  it('every clause has somebody who breaks it, and who breaks nothing fails nowhere', async () => {
    const curve = tampered(curveSubject, 'CURVE', (inner) => new ThroughFactory(inner));
    const clauses = mechanismCompliance(curve);
    const broken = cases.map(([clause]) => clause);
    expect(clauses.map(({ title }) => title).filter((title) => !broken.includes(title))).toEqual([]);
    expect(await firstFailure(clauses)).toBeUndefined();
  });
});
