import { describe, expect, test } from '@jest/globals';
import type { IHandle } from '../../../src/core/contracts/handle.js';
import { HandleClock, Handles } from '../../../src/core/handles.js';

/** Remembers what it is told. */
class Recorded implements IHandle {
  public readonly calls: string[] = [];

  public ref(): void {
    this.calls.push('ref');
  }

  public unref(): void {
    this.calls.push('unref');
  }
}

describe('Handles', () => {
  test('ref and unref reach what is there, and what comes later', () => {
    const handles = new Handles();
    const [first, second, third] = [new Recorded(), new Recorded(), new Recorded()];
    handles.add(first);
    handles.ref();
    handles.unref();
    handles.unref();
    handles.add(second);
    handles.ref();
    handles.add(third);
    expect([first.calls, second.calls, third.calls]).toEqual([['unref', 'ref'], ['unref', 'ref'], []]);
  });

  test('what was taken out hears nothing more, and what cannot hear is left alone', () => {
    const handles = new Handles();
    const gone = new Recorded();
    handles.add(gone);
    handles.add({});
    handles.delete(gone);
    handles.unref();
    handles.ref();
    expect(gone.calls).toEqual([]);
  });
});

describe('HandleClock', () => {
  class Timer extends Recorded {
    public constructor(public readonly fire: () => void) {
      super();
    }

    public cancel(): void {
      this.calls.push('cancel');
    }
  }

  const timers: Timer[] = [];
  const inner = {
    now: () => 42,
    after: (_delay: number, callback: () => void) => {
      const timer = new Timer(callback);
      timers.push(timer);
      return timer;
    },
  };

  test('its timers are handles until they have fired, or are cancelled', () => {
    const handles = new Handles();
    const clock = new HandleClock(inner, handles);
    let fired = 0;
    const fire = (): void => {
      fired++;
    };
    clock.after(1, fire);
    const cancelled = clock.after(1, fire);
    clock.after(1, fire);
    timers[0]!.fire();
    cancelled.cancel();
    handles.unref();
    expect(timers.map(({ calls }) => calls)).toEqual([[], ['cancel'], ['unref']]);
    expect([fired, clock.now()]).toEqual([1, 42]);
  });
});
