import { beforeAll, describe, expect, test } from '@jest/globals';
import { outputOf, PACKAGES } from './packages.js';

interface Property {
  readonly get: boolean;
  readonly set: boolean;
  readonly first: unknown;
  /** For each value: what setting it says, and what is read afterwards. */
  readonly outcomes: readonly (readonly [unknown, unknown])[];
}

type Classes = Readonly<Record<string, Readonly<Record<string, Property>>>>;

/** What zeromq.js cannot read, and we can: only what setting says is compared. */
const UNREADABLE_THERE = ['tcpAcceptFilter', 'curvePublicKey', 'curveSecretKey', 'curveServerKey', 'mandatory'];
/** Told by the table of differences. */
const DIFFERENT = ['vmciBufferSize', 'vmciBufferMinSize', 'vmciBufferMaxSize', 'vmciConnectTimeout'];

describe('the properties of all classes', () => {
  let judged: Classes;
  let ours: Classes;

  beforeAll(async () => {
    [judged, ours] = (await Promise.all(PACKAGES.map((on) => outputOf('properties.mjs', on)))).map(
      (output) => JSON.parse(output) as Classes,
    ) as [Classes, Classes];
  });

  test('are the same, and can be read and set as there', () => {
    const shape = (classes: Classes): unknown =>
      Object.entries(classes)
        .map(([name, properties]) => [
          name,
          Object.entries(properties)
            .map(([property, { get, set }]) => `${property} ${get ? 'r' : ''}${set ? 'w' : ''}`)
            .sort(),
        ])
        .sort();
    expect(Object.keys(judged)).toHaveLength(18);
    expect(shape(ours)).toEqual(shape(judged));
  });

  test('have the same defaults', () => {
    for (const [name, properties] of Object.entries(judged)) {
      for (const [property, { first }] of Object.entries(properties)) {
        if ([...UNREADABLE_THERE, ...DIFFERENT].includes(property)) expect(first).toBe('Error EINVAL');
        // A Server and a Dish of libzmq are always writable.
        else if (property !== 'writable' || !['Server', 'Dish'].includes(name)) {
          expect([name, property, ours[name]?.[property]?.first]).toEqual([name, property, first]);
        }
      }
    }
  });

  test('take and refuse the same values, and tell them afterwards', () => {
    for (const [name, properties] of Object.entries(judged)) {
      for (const [property, { outcomes }] of Object.entries(properties)) {
        if (DIFFERENT.includes(property)) continue;
        const seen = (all: readonly (readonly [unknown, unknown])[]): unknown =>
          UNREADABLE_THERE.includes(property) ? all.map(([said]) => said) : all;
        // Negative numbers are 0 there.
        const compared = property === 'heartbeatTimeToLive' ? outcomes.slice(0, 1) : outcomes;
        const own = ours[name]?.[property]?.outcomes.slice(0, compared.length) ?? [];
        expect([name, property, seen(own)]).toEqual([name, property, seen(compared)]);
      }
    }
  });
});
