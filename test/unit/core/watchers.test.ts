import { describe, expect, test } from '@jest/globals';
import { Watchers } from '../../../src/core/watchers.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

describe('Watchers', () => {
  test('tells everybody once for all that happens in one turn', () => {
    const scheduler = new ManualScheduler();
    const watchers = new Watchers(scheduler);
    const told: string[] = [];
    watchers.add(() => told.push('a'));
    watchers.add(() => told.push('b'));
    watchers.touched();
    watchers.touched();
    expect(told).toEqual([]);
    scheduler.endTurn();
    expect(told).toEqual(['a', 'b']);
    watchers.touched();
    scheduler.endTurn();
    expect(told).toEqual(['a', 'b', 'a', 'b']);
  });

  test('asks for nothing while nobody watches, and tells nobody who has left', () => {
    const scheduler = new ManualScheduler();
    const watchers = new Watchers(scheduler);
    watchers.touched();
    expect(scheduler.waitingForEnd).toBe(0);
    const told: string[] = [];
    const leave = watchers.add(() => told.push('a'));
    watchers.touched();
    leave();
    leave();
    scheduler.endTurn();
    expect(told).toEqual([]);
  });

  test('what happens while it tells is told in the next turn', () => {
    const scheduler = new ManualScheduler();
    const watchers = new Watchers(scheduler);
    let times = 0;
    watchers.add(() => {
      if (++times < 3) watchers.touched();
    });
    watchers.touched();
    scheduler.endTurn();
    expect(times).toBe(3);
  });
});
