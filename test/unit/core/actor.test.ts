import { describe, expect, it } from '@jest/globals';
import { Actor, type AnyActor, type IActorOwner } from '../../../src/core/actor.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

type Command = { readonly type: 'do'; readonly run: () => void };

/** An actor that writes down what happens to it. */
class Worker extends Actor<Command> {
  public readonly log: string[] = [];
  /** False: it holds something, and `letGo` has to be called. */
  public free = true;
  public discarded = 0;
  public stopFails = 0;

  public constructor(
    public readonly name: string,
    owner: IActorOwner | null,
    scheduler: ManualScheduler,
    capacity?: number,
  ) {
    super(owner, scheduler, capacity);
  }

  public own(child: Worker): void {
    this.adopt(child);
  }

  public letGo(): void {
    this.release();
  }

  public leave(): void {
    this.retire();
  }

  protected onCommand(command: Command): void {
    this.log.push('command');
    command.run();
  }

  protected onStop(deadline: number): void {
    this.log.push(`stop ${deadline}`);
    if (this.stopFails-- > 0) throw new Error('cannot stop');
    for (const child of this.family) child.stop(deadline);
    if (this.free) this.release();
  }

  protected override onChildEnded(child: AnyActor): void {
    this.log.push(`${(child as unknown as Worker).name} ended`);
  }

  protected override onDiscarded(): void {
    this.discarded++;
  }

  protected override afterEnd(): void {
    this.log.push('end');
  }
}

/** The owner of the topmost actor. */
class Owner implements IActorOwner {
  public readonly ended: string[] = [];
  public readonly failures: [string, ZmqError][] = [];

  public childEnded(child: AnyActor): void {
    this.ended.push((child as unknown as Worker).name);
  }

  public childFailed(child: AnyActor, error: ZmqError): void {
    this.failures.push([(child as unknown as Worker).name, error]);
  }
}

interface Family {
  scheduler: ManualScheduler;
  owner: Owner;
  top: Worker;
  middle: Worker;
  bottom: Worker;
}

function family(): Family {
  const scheduler = new ManualScheduler();
  const owner = new Owner();
  const top = new Worker('top', owner, scheduler);
  const middle = new Worker('middle', top, scheduler);
  const bottom = new Worker('bottom', middle, scheduler);
  top.own(middle);
  middle.own(bottom);
  return { scheduler, owner, top, middle, bottom };
}

const command = (run: () => void = () => undefined): Command => ({ type: 'do', run });

describe('stop goes down, and the acknowledgement comes up', () => {
  it('every actor is asked with the same deadline, and ends after its children', () => {
    const { scheduler, owner, top, middle, bottom } = family();
    top.stop(500);
    expect(top.stopping).toBe(false);
    scheduler.settle();
    expect(bottom.log).toEqual(['stop 500', 'end']);
    expect(middle.log).toEqual(['stop 500', 'bottom ended', 'end']);
    expect(top.log).toEqual(['stop 500', 'middle ended', 'end']);
    expect([owner.ended, owner.failures]).toEqual([['top'], []]);
    expect([top, middle, bottom].map((actor) => actor.hasEnded)).toEqual([true, true, true]);
  });

  it('an actor with a child that takes its time waits for it', () => {
    const { scheduler, owner, top, middle, bottom } = family();
    bottom.free = false;
    top.stop(500);
    scheduler.settle();
    expect([top.stopping, top.hasEnded, middle.hasEnded, bottom.stopping]).toEqual([true, false, false, true]);
    bottom.letGo();
    expect([top.hasEnded, owner.ended]).toEqual([true, ['top']]);
  });

  it('an actor that holds something itself waits for that', () => {
    const { scheduler, top, middle } = family();
    top.free = false;
    top.stop(500);
    scheduler.settle();
    expect([middle.hasEnded, top.hasEnded]).toEqual([true, false]);
    top.letGo();
    expect(top.hasEnded).toBe(true);
  });

  it('a second stop is passed on, so that a deadline can be shortened', () => {
    const { scheduler, top, bottom } = family();
    bottom.free = false;
    top.stop(500);
    scheduler.settle();
    top.stop(100);
    scheduler.settle();
    expect(bottom.log).toEqual(['stop 500', 'stop 100']);
  });
});

describe('the end comes once', () => {
  it('whatever is asked for again', async () => {
    const { scheduler, owner, top } = family();
    const ended = top.ended();
    top.stop(0);
    top.stop(0);
    scheduler.settle();
    top.stop(0);
    top.letGo();
    top.leave();
    scheduler.settle();
    await Promise.all([ended, top.ended(), top.ended()]);
    expect(owner.ended).toEqual(['top']);
    expect(top.log.filter((line) => line === 'end')).toEqual(['end']);
  });

  it('an actor may end by itself, and its owner lives on', () => {
    const { scheduler, top, middle, bottom } = family();
    bottom.leave();
    scheduler.settle();
    expect([bottom.hasEnded, middle.hasEnded, middle.log]).toEqual([true, false, ['bottom ended']]);
    top.stop(0);
    scheduler.settle();
    expect(top.hasEnded).toBe(true);
    expect(middle.log.filter((line) => line === 'bottom ended')).toHaveLength(1);
  });

  it('what it holds and lets go of before it was asked to end does not end it', () => {
    const { scheduler, top, middle, bottom } = family();
    bottom.letGo();
    expect(bottom.hasEnded).toBe(false);
    bottom.post(command(() => bottom.log.push('alive')));
    scheduler.settle();
    expect(bottom.log).toEqual(['command', 'alive']);
    bottom.stop(0);
    scheduler.settle();
    expect([bottom.hasEnded, middle.hasEnded, top.hasEnded]).toEqual([true, false, false]);
  });

  it('a stranger that says it has ended changes nothing', () => {
    const { scheduler, top, bottom } = family();
    top.childEnded(bottom);
    expect(top.log).toEqual([]);
    top.stop(0);
    scheduler.settle();
    expect(top.hasEnded).toBe(true);
  });
});

describe('commands', () => {
  it('are handled in order, in later turns, and while stopping too', () => {
    const { scheduler, bottom } = family();
    bottom.free = false;
    bottom.post(command());
    bottom.stop(7);
    bottom.report(command());
    expect(bottom.log).toEqual([]);
    scheduler.settle();
    expect(bottom.log).toEqual(['command', 'stop 7', 'command']);
  });

  it('that come too late are discarded one by one, never forgotten', () => {
    const { scheduler, bottom } = family();
    bottom.stop(0);
    bottom.post(command());
    bottom.report(command());
    scheduler.settle();
    expect([bottom.log, bottom.discarded]).toEqual([['stop 0', 'end'], 2]);
    expect(bottom.post(command())).toBe(false);
  });

  it('beyond the capacity of the mailbox are refused; stop is not', () => {
    const scheduler = new ManualScheduler();
    const actor = new Worker('small', null, scheduler, 2);
    expect([1, 2, 3].map(() => actor.post(command()))).toEqual([true, true, false]);
    actor.stop(0);
    scheduler.settle();
    expect([actor.log, actor.hasEnded]).toEqual([['command', 'command', 'stop 0', 'end'], true]);
  });
});

describe('a handler that throws', () => {
  it('ends its actor and is reported up to the topmost owner, once', () => {
    const { scheduler, owner, top, bottom } = family();
    const cause = new Error('a bug');
    bottom.post(
      command(() => {
        throw cause;
      }),
    );
    scheduler.settle();
    expect(owner.failures).toHaveLength(1);
    const [, error] = owner.failures[0]!;
    expect([error.code, error.cause, error.message.includes('a bug')]).toEqual(['Internal', cause, true]);
    expect([bottom.hasEnded, top.hasEnded]).toEqual([true, false]);
    expect(bottom.log).toEqual(['command', 'stop 0', 'end']);
  });

  it('does not take the commands behind it along unhandled', () => {
    const { scheduler, bottom } = family();
    bottom.post(
      command(() => {
        throw new Error('a bug');
      }),
    );
    bottom.post(command(() => bottom.log.push('still handled')));
    scheduler.settle();
    expect(bottom.log).toEqual(['command', 'command', 'still handled', 'stop 0', 'end']);
  });

  it('twice in one drain still lets its actor stop in order: nothing that it holds is forgotten', () => {
    const { scheduler, owner, bottom } = family();
    bottom.free = false;
    for (const text of ['one bug', 'another bug']) {
      bottom.post(
        command(() => {
          throw new Error(text);
        }),
      );
    }
    scheduler.settle();
    expect(owner.failures).toHaveLength(2);
    expect([bottom.log.includes('stop 0'), bottom.hasEnded]).toEqual([true, false]);
    bottom.letGo();
    expect(bottom.hasEnded).toBe(true);
  });

  it('in the handler of stop is reported, and stop is tried again', () => {
    const { scheduler, owner, bottom } = family();
    bottom.stopFails = 1;
    bottom.stop(300);
    scheduler.settle();
    expect(owner.failures).toHaveLength(1);
    expect([bottom.log, bottom.hasEnded]).toEqual([['stop 300', 'stop 0', 'end'], true]);
  });

  it('in the handler of stop, again and again, does not keep the event loop busy for ever', () => {
    const { scheduler, owner, bottom } = family();
    bottom.stopFails = Number.POSITIVE_INFINITY;
    bottom.stop(300);
    expect(() => scheduler.settle()).not.toThrow();
    expect(owner.failures.length).toBeLessThan(10);
  });
});
