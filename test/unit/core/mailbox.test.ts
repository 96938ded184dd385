import { describe, expect, it } from '@jest/globals';
import { Mailbox } from '../../../src/core/mailbox.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

interface Boxed {
  box: Mailbox<number>;
  scheduler: ManualScheduler;
  heard: number[];
}

function boxed(capacity?: number): Boxed {
  const scheduler = new ManualScheduler();
  const box = new Mailbox<number>(scheduler, capacity);
  const heard: number[] = [];
  box.on('command', (command) => heard.push(command));
  return { box, scheduler, heard };
}

describe('Mailbox', () => {
  it('tells nothing from within post', () => {
    const { box, heard, scheduler } = boxed();
    expect([box.post(1), heard]).toEqual([true, []]);
    scheduler.endTurn();
    expect(heard).toEqual([1]);
  });

  it('tells in the order of the posts, reports among them', () => {
    const { box, heard, scheduler } = boxed();
    box.post(1);
    box.report(2);
    box.post(3);
    scheduler.settle();
    expect(heard).toEqual([1, 2, 3]);
  });

  it('is drained once per turn, however many commands there are', () => {
    const { box, heard, scheduler } = boxed();
    for (let i = 0; i < 100; i++) box.post(i);
    expect(scheduler.waitingForEnd).toBe(1);
    scheduler.endTurn();
    expect([heard.length, scheduler.waitingForEnd]).toEqual([100, 0]);
  });

  it('is never re-entrant: what a handler posts waits for a drain of its own', () => {
    const { box, scheduler } = boxed();
    const order: string[] = [];
    box.on('command', (command) => {
      order.push(`begin ${command}`);
      if (command < 3) box.post(command + 2);
      order.push(`end ${command}`);
    });
    box.post(1);
    box.post(2);
    scheduler.settle();
    expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3', 'begin 4', 'end 4']);
  });

  it('gives others their part of the turn between two drains', () => {
    const { box, heard, scheduler } = boxed();
    box.on('command', (command) => {
      if (command === 1) {
        scheduler.endOfTurn(() => heard.push(-1));
        box.post(2);
        box.post(3);
      }
    });
    box.post(1);
    scheduler.settle();
    expect(heard).toEqual([1, -1, 2, 3]);
  });

  it('is bounded: a post beyond the capacity is refused, and a report is not', () => {
    const { box, heard, scheduler } = boxed(3);
    expect([1, 2, 3, 4, 5].map((command) => box.post(command))).toEqual([true, true, true, false, false]);
    box.report(6);
    scheduler.settle();
    expect(heard).toEqual([1, 2, 3, 6]);
    expect(box.post(7)).toBe(true);
  });

  it('has a capacity of 65536 unless told otherwise', () => {
    const { box } = boxed();
    let taken = 0;
    while (box.post(taken) && taken < 100_000) taken++;
    expect(taken).toBe(65_536);
  });

  it('answers what still waits when it closes, and takes nothing more', () => {
    const { box, heard, scheduler } = boxed();
    box.post(1);
    box.report(2);
    expect(box.close()).toEqual([1, 2]);
    expect([box.post(3), box.close()]).toEqual([false, []]);
    box.report(4);
    scheduler.settle();
    expect(heard).toEqual([]);
  });

  it('may be closed by a handler: what was behind is answered, not told', () => {
    const { box, heard, scheduler } = boxed();
    let left: number[] = [];
    box.on('command', (command) => {
      if (command === 2) left = box.close();
    });
    for (let i = 1; i <= 4; i++) box.post(i);
    scheduler.settle();
    expect([heard, left]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('can be emptied at once, with what that brings, but not from within a handler', () => {
    const { box, heard, scheduler } = boxed();
    const answers: boolean[] = [];
    box.on('command', (command) => {
      if (command > 2) return;
      answers.push(box.flush());
      box.post(command + 2);
    });
    box.post(1);
    box.post(2);
    expect([box.flush(), heard, answers]).toEqual([true, [1, 2, 3, 4], [false, false]]);
    scheduler.settle();
    expect(heard).toEqual([1, 2, 3, 4]);
  });
});
