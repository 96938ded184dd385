import type { IScheduler } from './contracts/clock.js';
import { ZmqError } from './errors.js';
import { Mailbox } from './mailbox.js';

/** The command that every actor knows: end, and keep sending what is queued until `deadline` (on the clock, ms). */
export interface StopCommand {
  readonly type: 'stop';
  readonly deadline: number;
}

/** Who made an actor, and waits for its end. */
export interface IActorOwner {
  /** The child is gone for good: nothing of it is left. */
  childEnded(child: AnyActor): void;
  /** A handler of the child threw, which is a bug. The child is stopping; `childEnded` follows. */
  childFailed(child: AnyActor, error: ZmqError): void;
}

/** An actor, whatever its commands and its children are: what its owner does with it. */
export interface AnyActor {
  /** Asks it to end, and to send what is queued until `deadline` (on the clock, ms). */
  stop(deadline: number): void;
  /** True when nothing of it is left. */
  readonly hasEnded: boolean;
}

/**
 * Something long-lived with one owner, a mailbox and one end. `C` is what its mailbox holds, `Child` what it owns.
 *
 *   running ── stop ──▶ stopping ── own resources released, all children ended ──▶ ended
 *
 * Stop goes down to the children, the acknowledgement (`childEnded`) comes up. Both may be asked for again without harm.
 */
export abstract class Actor<C extends { readonly type: string }, Child extends AnyActor = AnyActor>
  implements IActorOwner
{
  private state: 'running' | 'stopping' | 'ended' = 'running';
  private released = false;
  /** The earliest that `stop` was called with. */
  private deadline = Number.POSITIVE_INFINITY;
  private failedToStop = false;
  private readonly mailbox: Mailbox<C | StopCommand>;
  private readonly children: Set<Child> = new Set();
  private whenEnded: (() => void)[] = [];

  protected constructor(
    private readonly owner: IActorOwner | null,
    scheduler: IScheduler,
    mailboxCapacity?: number,
  ) {
    this.mailbox = new Mailbox<C | StopCommand>(scheduler, mailboxCapacity);
    this.mailbox.on('command', (command) => this.receive(command));
  }

  /** Queues a command. False: refused, because the mailbox is full or the actor has ended. */
  public post(command: C): boolean {
    return this.mailbox.post(command);
  }

  /** Queues a report of a child or an engine, which is never refused while the actor lives. */
  public report(command: C): void {
    this.mailbox.report(command);
  }

  /** Handles what waits in the mailbox now. False: a handler is running, and nothing was done. */
  public flush(): boolean {
    return this.mailbox.flush();
  }

  /** Asks the actor to end. A second call with an earlier deadline shortens the first. */
  public stop(deadline: number): void {
    this.mailbox.report({ type: 'stop', deadline });
  }

  /** True once it was asked to end. */
  public get stopping(): boolean {
    return this.state !== 'running';
  }

  /** True when nothing of it is left. */
  public get hasEnded(): boolean {
    return this.state === 'ended';
  }

  /** Resolves when nothing of it is left. */
  public ended(): Promise<void> {
    if (this.state === 'ended') return Promise.resolve();
    return new Promise((resolve) => this.whenEnded.push(resolve));
  }

  public childEnded(child: Child): void {
    if (!this.children.delete(child)) return;
    this.onChildEnded(child);
    this.endWhenDone();
  }

  public childFailed(_child: Child, error: ZmqError): void {
    this.owner?.childFailed(this, error);
  }

  /** Takes over the end of a child: `childEnded` is awaited from it. */
  public adopt(child: Child): void {
    this.children.add(child);
  }

  /** The live children, for stop and for inspection. */
  protected get family(): ReadonlySet<Child> {
    return this.children;
  }

  /** Own resources are gone. Together with the last child's end this is the end. */
  protected release(): void {
    this.released = true;
    this.endWhenDone();
  }

  /** Ends without having been asked, because the reason to exist is gone. */
  protected retire(): void {
    if (this.state === 'running') this.state = 'stopping';
    this.release();
  }

  /** Handles one command. What it throws ends the actor and is reported to the owner. */
  protected abstract onCommand(command: C): void;

  /** Stop came: stop the children, let go of own resources, and call `release` when they are gone. May come twice. */
  protected abstract onStop(deadline: number): void;

  /** A child is gone. */
  protected onChildEnded(_child: Child): void {}

  /** A handler threw. The actor is about to stop, and whoever waits for it has to be told. */
  protected onFailed(_error: ZmqError): void {}

  /** A command that came too late to be handled. Whoever waits for it has to be told, what it carries has to be closed. */
  protected onDiscarded(_command: C): void {}

  /** The very last call. */
  protected afterEnd(): void {}

  private receive(command: C | StopCommand): void {
    if (this.state === 'ended') return;
    const stop = command.type === 'stop';
    try {
      if (stop) {
        this.state = 'stopping';
        this.deadline = Math.min(this.deadline, (command as StopCommand).deadline);
        this.onStop(this.deadline);
      } else this.onCommand(command as C);
    } catch (error) {
      this.fail(error, stop);
    }
  }

  private fail(cause: unknown, whileStopping: boolean): void {
    const what = `${this.constructor.name} failed while handling a command: ${String(cause)}`;
    const error = new ZmqError('Internal', what, { cause });
    this.owner?.childFailed(this, error);
    this.onFailed(error);
    // When even stopping at once fails there is nothing left to try.
    if (whileStopping && this.failedToStop) this.retire();
    else this.stop(0);
    this.failedToStop ||= whileStopping;
  }

  private endWhenDone(): void {
    if (!this.released || this.children.size > 0 || this.state !== 'stopping') return;
    this.state = 'ended';
    for (const command of this.mailbox.close()) if (command.type !== 'stop') this.onDiscarded(command as C);
    this.afterEnd();
    const waiting = this.whenEnded;
    this.whenEnded = [];
    for (const resolve of waiting) resolve();
    this.owner?.childEnded(this);
  }
}
