import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from 'rzmq/testing';
import { turns } from '../support/turns.js';

describe('the time of a VirtualClock', () => {
  it('stands still, and what needs no time happens by itself', async () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.after(1, () => order.push('timer'));
    clock.nextTurn(() => {
      order.push('turn');
      clock.endOfTurn(() => order.push('end'));
      void Promise.resolve().then(() => order.push('microtask'));
      clock.nextTurn(() => order.push('next turn'));
    });
    await turns(5);
    expect([clock.now(), order]).toEqual([0, ['turn', 'end', 'microtask', 'next turn']]);
    await clock.advance(1);
    expect(order.at(-1)).toBe('timer');
  });

  it('timers fire in the order of their time, then of their making, and not when they were cancelled', async () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    for (const [delay, name] of [
      [20, 'c'],
      [10, 'a'],
      [10, 'b'],
    ] as const) {
      clock.after(delay, () => order.push(`${name}${clock.now()}`));
    }
    clock.after(15, () => order.push('never')).cancel();
    expect(clock.pendingTimers).toBe(3);
    await clock.advance(10);
    expect(order).toEqual(['a10', 'b10']);
    await clock.advance(100);
    expect([order, clock.now(), clock.pendingTimers]).toEqual([['a10', 'b10', 'c20'], 110, 0]);
  });

  it('what follows from a timer has happened before the next one', async () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const tick = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((resolve) => void clock.after(10, resolve));
        seen.push(clock.now());
      }
    };
    void tick();
    await clock.advance(25);
    expect(seen).toEqual([10, 20]);
  });
});

describe('stop', () => {
  it('ends everything that waits', async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    clock.after(0, () => seen.push('timer'));
    clock.nextTurn(() => seen.push('turn'));
    clock.stop();
    clock.nextTurn(() => seen.push('later'));
    await turns(5);
    expect(seen).toEqual([]);
  });
});

describe('run', () => {
  it('moves the time for as long as its work takes, and answers what that answers', async () => {
    const clock = new VirtualClock();
    const result = await clock.run(async () => {
      await clock.advance(1_000_000);
      return 'done';
    });
    expect([result, clock.now()]).toEqual(['done', 1_000_000]);
  });

  it('rejects when its work waits in vain, and after its limit', async () => {
    const clock = new VirtualClock();
    await expect(clock.run(() => new Promise(() => undefined))).rejects.toMatchObject({ code: 'Timeout' });
    const forever = (): void => void clock.after(100, forever);
    forever();
    const vain = clock.run(() => new Promise(() => undefined), { limit: 1000 });
    await expect(vain).rejects.toThrow(/limit/);
    expect(clock.now()).toBe(1000);
  });

  it('rejects with what a callback throws, and with what its work does', async () => {
    const clock = new VirtualClock();
    const work = clock.run(async () => {
      clock.after(5, () => {
        throw new Error('a fault');
      });
      await clock.advance(10);
    });
    await expect(work).rejects.toThrow('a fault');
    await expect(clock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('waits for something of the real world', async () => {
    const clock = new VirtualClock();
    expect(await clock.run(() => new Promise((resolve) => setImmediate(() => resolve('real'))))).toBe('real');
  });

  it('ends what asks for itself without end', async () => {
    const clock = new VirtualClock();
    let going = true;
    const again = (): void => {
      if (going) clock.nextTurn(again);
    };
    again();
    await expect(clock.run(() => new Promise(() => undefined))).rejects.toMatchObject({ code: 'Internal' });
    going = false;
  });
});
