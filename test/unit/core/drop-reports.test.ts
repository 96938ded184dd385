import { beforeEach, describe, expect, it } from '@jest/globals';
import { DropReports } from '../../../src/core/drop-reports.js';
import { ManualClock } from '../../support/manual-clock.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

describe('DropReports', () => {
  let clock: ManualClock;
  let scheduler: ManualScheduler;
  let told: string[];
  let reports: DropReports;

  beforeEach(() => {
    clock = new ManualClock();
    scheduler = new ManualScheduler();
    told = [];
    reports = new DropReports(clock, scheduler, (reason, messages) => told.push(`${reason} ${messages}`));
  });

  it('tells the losses of a turn as one, at its end', () => {
    reports.add('no-route', 1);
    reports.add('no-route', 2);
    expect(told).toEqual([]);
    scheduler.endTurn();
    expect(told).toEqual(['no-route 3']);
  });

  it('tells a reason at most once per second, with all that was lost meanwhile', () => {
    for (let ms = 0; ms < 3500; ms += 10) {
      reports.add('high-water-mark', 1);
      scheduler.endTurn();
      clock.advance(10);
    }
    expect(told).toEqual([1, 99, 100, 100].map((messages) => `high-water-mark ${messages}`));
  });

  it('tells each reason by itself', () => {
    reports.add('no-route', 1);
    scheduler.endTurn();
    reports.add('linger', 5);
    scheduler.endTurn();
    expect(told).toEqual(['no-route 1', 'linger 5']);
  });

  it('leaves no timer behind after a quiet second, and tells the next loss at once', () => {
    reports.add('no-route', 1);
    scheduler.endTurn();
    expect(clock.pending).toBe(1);
    clock.advance(1000);
    expect(clock.pending).toBe(0);
    reports.add('no-route', 1);
    scheduler.endTurn();
    expect(told).toEqual(['no-route 1', 'no-route 1']);
  });

  it('tells what is left when it is closed, and then nothing more', () => {
    reports.add('no-route', 1);
    scheduler.endTurn();
    reports.add('no-route', 4);
    reports.add('linger', 2);
    reports.close();
    expect([told, clock.pending]).toEqual([['no-route 1', 'no-route 4', 'linger 2'], 0]);
    reports.add('linger', 2);
    scheduler.endTurn();
    clock.advance(5000);
    expect(told).toHaveLength(3);
  });
});
