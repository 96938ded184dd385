import type { OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';

/** One pipe of a {@link Distributor}. */
export class Outlet {
  public readonly pipe: Pipe;
  /** It lost a message, and loses all until it has drained to half: then `writeActivated` ends it. */
  public full = false;
  /** The round that it was chosen in last; this is how it is chosen once although several topics match. */
  public round = 0;
  /** Its place among the outlets, kept so that leaving costs the same for one and for thousands. */
  public index = -1;

  public constructor(pipe: Pipe) {
    this.pipe = pipe;
  }
}

/**
 * Sends one message to many pipes: `begin`, then `choose` or `chooseAll` (and `invert`), then one of the sends.
 *
 * Looking at a pipe or writing to it can end it, or free another one, and so lead back here before we are through.
 * The choice is therefore complete before the first pipe is touched, and belongs to the send that works on it.
 */
export class Distributor {
  /** All of them, in no particular order. */
  public readonly outlets: Outlet[] = [];
  private chosen: Outlet[] = [];
  private count = 0;
  private round = 0;
  /** A send works on `chosen`: whoever chooses meanwhile takes another array. */
  private sending = false;

  public attach(outlet: Outlet): void {
    outlet.index = this.outlets.length;
    this.outlets.push(outlet);
  }

  public detach(outlet: Outlet): void {
    if (outlet.index === -1) return;
    const last = this.outlets.pop() as Outlet;
    if (last !== outlet) {
      this.outlets[outlet.index] = last;
      last.index = outlet.index;
    }
    outlet.index = -1;
    if (this.outlets.length === 0) this.forgetChosen();
  }

  /** Starts the choice for one message. */
  public begin(): void {
    // The array is used again for every message, and would keep outlets in memory that have left.
    if (this.sending || this.chosen.length > 2 * this.outlets.length) this.forgetChosen();
    this.round++;
    this.count = 0;
  }

  public choose(outlet: Outlet): void {
    if (outlet.round === this.round) return;
    outlet.round = this.round;
    this.chosen[this.count++] = outlet;
  }

  public chooseAll(): void {
    const outlets = this.outlets;
    for (let i = 0; i < outlets.length; i++) this.choose(outlets[i] as Outlet);
  }

  /** Takes exactly those that were not chosen. */
  public invert(): void {
    const outlets = this.outlets;
    this.count = 0;
    for (let i = 0; i < outlets.length; i++) {
      const outlet = outlets[i] as Outlet;
      if (outlet.round !== this.round) this.chosen[this.count++] = outlet;
    }
  }

  /** Takes nobody but this one, and it only if it was chosen. */
  public chooseOnly(outlet: Outlet): void {
    const chosen = outlet.round === this.round;
    this.begin();
    if (chosen) this.choose(outlet);
  }

  /** How many are chosen. */
  public get chosenCount(): number {
    return this.count;
  }

  /** Writes the message to the chosen. Never waits: answers how many of them were full and lost it. */
  public send(message: OutMessage): number {
    const chosen = this.chosen;
    const count = this.count;
    let lost = 0;
    this.sending = true;
    for (let i = 0; i < count; i++) {
      const outlet = chosen[i] as Outlet;
      if (!outlet.full && outlet.pipe.write(message)) continue;
      if (outlet.pipe.hasEnded) continue; // It has left, and this is only known here already.
      outlet.full = true;
      outlet.pipe.lose('high-water-mark', 1);
      lost++;
    }
    this.sending = false;
    return lost;
  }

  /** Writes the message to the chosen if each of them takes it now. False: to none. */
  public sendToAllOrNone(message: OutMessage): boolean {
    const chosen = this.chosen;
    const count = this.count;
    let room = true;
    this.sending = true;
    for (let i = 0; room && i < count; i++) {
      const pipe = (chosen[i] as Outlet).pipe;
      room = pipe.writable || pipe.hasEnded;
    }
    if (room) for (let i = 0; i < count; i++) (chosen[i] as Outlet).pipe.write(message);
    this.sending = false;
    return room;
  }

  private forgetChosen(): void {
    this.chosen = [];
    this.count = 0;
  }
}
