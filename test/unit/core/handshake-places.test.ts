import { beforeEach, describe, expect, test } from '@jest/globals';
import { HANDSHAKE_BURST, HANDSHAKE_GRACE } from '../../../src/core/budgets.js';
import { HandshakePlaces } from '../../../src/core/handshake-places.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('places for handshakes', () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
  });

  test('a crowd that comes at once keeps its places, up to a few times the limit', () => {
    const places = new HandshakePlaces<number>(10, clock);
    for (let i = 0; i < 10 * HANDSHAKE_BURST; i++) expect(places.enter(i)).toEqual([]);
    expect([places.enter(100), places.enter(101)]).toEqual([[0], [1]]);
    expect(places.taken).toBe(10 * HANDSHAKE_BURST);
  });

  test('those that stay too long go, the oldest first, and until the limit holds again', () => {
    const places = new HandshakePlaces<number>(3, clock);
    for (let i = 0; i < 6; i++) places.enter(i);
    clock.advance(HANDSHAKE_GRACE - 1);
    expect(places.enter(6)).toEqual([]);
    clock.advance(1);
    expect([places.enter(7), places.enter(8), places.enter(9)]).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    expect(places.taken).toBe(4);
    // The rest is young.
    expect(places.enter(10)).toEqual([]);
  });

  test('within the limit nobody goes, however long it stays', () => {
    const places = new HandshakePlaces<number>(3, clock);
    places.enter(1);
    places.enter(2);
    clock.advance(10 * HANDSHAKE_GRACE);
    expect(places.enter(3)).toEqual([]);
    expect(places.enter(4)).toEqual([1]);
  });

  test('who leaves makes room', () => {
    const places = new HandshakePlaces<number>(1, clock);
    places.enter(1);
    clock.advance(HANDSHAKE_GRACE);
    places.leave(1);
    places.leave(1);
    expect([places.enter(2), places.taken]).toEqual([[], 1]);
  });

  test('-1 is no limit', () => {
    const places = new HandshakePlaces<number>(-1, clock);
    for (let i = 0; i < 1000; i++) places.enter(i);
    clock.advance(HANDSHAKE_GRACE);
    expect([places.enter(1000), places.taken]).toEqual([[], 1001]);
  });
});
