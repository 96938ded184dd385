import { describe, expect, it, jest } from '@jest/globals';
import { NodeClock, NodeRandom, NodeScheduler, SilentLogger } from '../../../src/engines/services/node-services.js';

describe("Node's clock", () => {
  it('never goes back', () => {
    const clock = new NodeClock();
    let last = clock.now();
    for (let i = 0; i < 1000; i++) {
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('calls back, also for a part of a millisecond', async () => {
    const clock = new NodeClock();
    for (const delay of [0, 0.4, 1]) await new Promise<void>((resolve) => void clock.after(delay, resolve));
  });

  it('a cancelled timer is gone, and cancelling again is harmless', () => {
    const clock = new NodeClock();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const timer = clock.after(10_000, () => undefined);
    expect(timers()).toBe(before + 1);
    timer.cancel();
    timer.cancel();
    expect(timers()).toBe(before);
  });

  it('a time that is longer than Node can wait is not taken for a short one', () => {
    const clock = new NodeClock();
    const timeouts = jest.spyOn(globalThis, 'setTimeout');
    try {
      for (const delay of [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER]) clock.after(delay, () => undefined).cancel();
      expect(timeouts.mock.calls.map(([, delay]) => delay)).toEqual(Array(3).fill(2 ** 31 - 1));
    } finally {
      timeouts.mockRestore();
    }
  });
});

describe("Node's scheduler", () => {
  it('runs the end of the turn before the next turn, and both after the running code', async () => {
    const scheduler = new NodeScheduler();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      scheduler.nextTurn(() => {
        order.push('next');
        resolve();
      });
      scheduler.endOfTurn(() => order.push('end'));
      order.push('now');
    });
    expect(order).toEqual(['now', 'end', 'next']);
  });
});

describe("Node's random numbers", () => {
  it('are whole, below their bound, and all of them occur', () => {
    const random = new NodeRandom();
    const seen = new Set(Array.from({ length: 2000 }, () => random.below(10)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([random.below(1), random.below(0)]).toEqual([0, 0]);
    expect(random.below(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it('bytes have the size that was asked for, and are others each time', () => {
    const random = new NodeRandom();
    expect([random.bytes(0).length, random.bytes(33).length]).toEqual([0, 33]);
    expect(random.bytes(32).equals(random.bytes(32))).toBe(false);
  });
});

describe('the logger', () => {
  it('says nothing, whatever it is told', () => {
    const logger = new SilentLogger();
    const write = jest.spyOn(process.stdout, 'write');
    const complain = jest.spyOn(process.stderr, 'write');
    try {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]();
      expect([write.mock.calls, complain.mock.calls]).toEqual([[], []]);
    } finally {
      write.mockRestore();
      complain.mockRestore();
    }
  });
});
