import { describe, expect, it } from '@jest/globals';
import { FlushQueue } from '../../../src/engines/zmtp/flush-queue.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

describe('FlushQueue', () => {
  it('flushes all engines of a turn with one callback, in the order in which they asked', () => {
    const scheduler = new ManualScheduler();
    const queue = new FlushQueue(scheduler);
    const flushed: number[] = [];
    for (let i = 0; i < 1000; i++) queue.add({ flushDue: () => flushed.push(i) });
    expect([scheduler.waitingForEnd, flushed]).toEqual([1, []]);
    scheduler.endTurn();
    expect(flushed).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('an engine that asks again while others are flushed has its turn in a callback of its own', () => {
    const scheduler = new ManualScheduler();
    const queue = new FlushQueue(scheduler);
    const flushed: string[] = [];
    const other = { flushDue: () => flushed.push('other') };
    let rounds = 3;
    const again = {
      flushDue: () => {
        flushed.push('again');
        if (--rounds > 0) queue.add(again);
      },
    };
    queue.add(again);
    queue.add(other);
    scheduler.endTurn();
    expect(flushed).toEqual(['again', 'other', 'again', 'again']);
    queue.add(other);
    scheduler.endTurn();
    expect(flushed.at(-1)).toBe('other');
  });
});
