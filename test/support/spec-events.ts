import type { MonitorEventName, SocketEvent, SocketEvents } from 'rzmq';

interface Waiting {
  readonly type: MonitorEventName;
  readonly nth: number;
  resolve(event: SocketEvent): void;
}

/** All events of one socket from its making on, so that waiting for one never comes too late. */
export class EventLog {
  private readonly all: SocketEvent[] = [];
  private readonly waiting: Set<Waiting> = new Set();

  public constructor(socket: { readonly events: SocketEvents }) {
    socket.events.on('event', (event) => {
      this.all.push(event);
      for (const waiter of this.waiting) this.serve(waiter);
    });
  }

  /** The events of one type so far. */
  public of(type: MonitorEventName): readonly SocketEvent[] {
    return this.all.filter((event) => event.type === type);
  }

  /** The types of all events so far, in their order. */
  public get types(): readonly MonitorEventName[] {
    return this.all.map((event) => event.type);
  }

  /** Resolves with the nth event of that type (1 is the first), or at once if it was there already. */
  public nth(type: MonitorEventName, nth = 1): Promise<SocketEvent> {
    return new Promise((resolve) => {
      const waiter = { type, nth, resolve };
      this.waiting.add(waiter);
      this.serve(waiter);
    });
  }

  /** Resolves with the next event of that type that has not come yet. */
  public next(type: MonitorEventName): Promise<SocketEvent> {
    return this.nth(type, this.of(type).length + 1);
  }

  private serve(waiter: Waiting): void {
    const event = this.of(waiter.type)[waiter.nth - 1];
    if (event === undefined || !this.waiting.delete(waiter)) return;
    waiter.resolve(event);
  }
}
