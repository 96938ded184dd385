import { describe, expect, it } from '@jest/globals';
import { TurnBudget } from '../../../src/core/turn-budget.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

const BUDGET = 262_144;

describe('TurnBudget', () => {
  it('is exhausted with the last byte of 256 KiB', () => {
    const budget = new TurnBudget(new ManualScheduler());
    budget.spend(BUDGET - 1);
    expect(budget.exhausted).toBe(false);
    budget.spend(1);
    expect(budget.exhausted).toBe(true);
  });

  it('is whole again in the next turn, and not before', () => {
    const scheduler = new ManualScheduler();
    const budget = new TurnBudget(scheduler);
    budget.spend(BUDGET * 3);
    scheduler.endTurn();
    expect(budget.exhausted).toBe(true);
    scheduler.turn();
    expect(budget.exhausted).toBe(false);
    budget.spend(BUDGET - 1);
    expect(budget.exhausted).toBe(false);
  });

  it('calls everybody who waits in the next turn, in order, with a fresh budget', () => {
    const scheduler = new ManualScheduler();
    const budget = new TurnBudget(scheduler);
    const called: string[] = [];
    budget.spend(BUDGET);
    for (const name of ['a', 'b', 'c']) budget.renewed(() => called.push(`${name} ${budget.exhausted}`));
    expect(scheduler.waitingForNext).toBe(1);
    scheduler.endTurn();
    expect(called).toEqual([]);
    scheduler.turn();
    expect(called).toEqual(['a false', 'b false', 'c false']);
  });

  it('who asks again from within the call waits for another turn', () => {
    const scheduler = new ManualScheduler();
    const budget = new TurnBudget(scheduler);
    let calls = 0;
    const again = (): void => {
      calls++;
      budget.spend(BUDGET);
      budget.renewed(again);
    };
    budget.renewed(again);
    for (let turn = 1; turn <= 3; turn++) {
      scheduler.turn();
      expect(calls).toBe(turn);
    }
  });

  it('lets fewer messages through in the turn after one in which something was heard', () => {
    const scheduler = new ManualScheduler();
    const budget = new TurnBudget(scheduler);
    const messages = (): number => {
      let count = 0;
      for (; !budget.exhausted; count++) budget.spendMessage();
      scheduler.turn();
      return count;
    };
    expect(messages()).toBe(BUDGET / 16);
    budget.heard();
    expect(messages()).toBe(BUDGET / 16);
    expect(messages()).toBe(BUDGET / 256);
    expect(messages()).toBe(BUDGET / 16);
  });

  it('asks the event loop for nothing while it is not used up', () => {
    const scheduler = new ManualScheduler();
    const budget = new TurnBudget(scheduler);
    for (let i = 0; i < 100; i++) budget.spend(1000);
    expect([scheduler.waitingForNext, scheduler.waitingForEnd]).toEqual([0, 0]);
  });
});
