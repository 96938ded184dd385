import type { ITimer } from '../../core/contracts/clock.js';
import type { IListener, IListenerEvents } from '../../core/contracts/transport.js';
import { fromNodeError, type ZmqError } from '../../core/errors.js';
import type { StreamFacts } from '../transports/stream-connection.js';
import { systemError } from './system-error.js';
import { UringConnection, type UringServices, type UringSettings } from './uring-connection.js';
import type { ISlotOwner } from './uring-ring.js';

/** When nothing could be accepted, mostly for want of descriptors: after this many milliseconds it is tried again. */
const ACCEPT_PAUSE_MS = 100;

/** What a listener on the ring is told. */
export interface UringListenerPlan {
  /** As it really is: wildcards filled in. */
  readonly endpoint: string;
  readonly settings: UringSettings;
  facts(slot: number): StreamFacts;
  /** Why this peer may not connect; `undefined` when it may. */
  refusal(facts: StreamFacts): ZmqError | undefined;
  /** Listens there again by other means, when the ring is lost. */
  instead(): Promise<IListener>;
}

/** A bound tcp endpoint on the ring. Accepts until `close`. */
export class UringListener implements IListener, ISlotOwner {
  private slot = -1;
  private plan: UringListenerPlan | undefined = undefined;
  private held = true;
  private closing = false;
  private closed = false;
  private pause: ITimer | undefined = undefined;
  /** Who listens when the ring is lost. */
  private successor: Promise<IListener> | undefined = undefined;
  private successorNow: IListener | undefined = undefined;
  private readonly whenClosed: (() => void)[] = [];

  public constructor(
    private readonly events: IListenerEvents,
    private readonly services: UringServices,
  ) {}

  /** Called once, when the slot is there. */
  public begin(slot: number, plan: UringListenerPlan): void {
    this.slot = slot;
    this.plan = plan;
  }

  public get endpoint(): string {
    return (this.plan as UringListenerPlan).endpoint;
  }

  public async close(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.pause?.cancel();
      if (!this.closed) this.services.ring.closeNow(this.slot);
    }
    if (!this.closed) await new Promise<void>((resolve) => this.whenClosed.push(resolve));
    // What could not take over has nothing to close.
    const successor = await this.successor?.catch(() => undefined);
    await successor?.close();
  }

  public ref(): void {
    this.held = true;
    if (!this.closed) this.services.ring.keepAlive(this.slot, true);
    this.successorNow?.ref?.();
  }

  public unref(): void {
    this.held = false;
    if (!this.closed) this.services.ring.keepAlive(this.slot, false);
    this.successorNow?.unref?.();
  }

  public onAccepted(slot: number): void {
    const plan = this.plan as UringListenerPlan;
    const facts = plan.facts(slot);
    const refusal = plan.refusal(facts);
    if (this.closing || refusal !== undefined) {
      this.services.ring.close(slot);
      if (!this.closing && refusal !== undefined) this.events.onAcceptFailed(refusal);
      return;
    }
    this.events.onConnection(new UringConnection(slot, facts, plan.settings, this.services));
  }

  public onAcceptFailed(errno: number): void {
    if (this.closing) return;
    const error = systemError(errno, 'accept');
    this.events.onAcceptFailed(fromNodeError(error, `Cannot accept at ${this.endpoint}`, this.endpoint));
    this.pause = this.services.clock.after(ACCEPT_PAUSE_MS, () => this.services.ring.accept(this.slot));
    this.pause.unref?.();
  }

  public onClosed(): void {
    this.closed = true;
    if (!this.closing) this.succeed();
    for (const resolve of this.whenClosed.splice(0)) resolve();
  }

  /** The ring is lost, but the address is still asked for. */
  private succeed(): void {
    this.successor = (this.plan as UringListenerPlan).instead();
    this.successor.then(
      (listener) => {
        this.successorNow = listener;
        if (!this.held) listener.unref?.();
      },
      (error: unknown) => {
        this.events.onAcceptFailed(fromNodeError(error, `Cannot listen at ${this.endpoint} again`, this.endpoint));
      },
    );
  }
}
