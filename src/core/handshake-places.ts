import { HANDSHAKE_BURST, HANDSHAKE_GRACE } from './budgets.js';
import type { IClock } from './contracts/clock.js';

/**
 * The places of a listener for connections in their handshake (MAX_HANDSHAKES). Strangers that connect and say nothing must
 * neither use up the memory nor keep others out, so the oldest goes when there are too many. A crowd that comes at once
 * and means well must not be hurt by that: who has just come keeps its place for a while, though there be more than the
 * limit, up to a few times as many.
 */
export class HandshakePlaces<T> {
  /** Since when each has its place; the oldest is first. */
  private readonly since: Map<T, number> = new Map();

  /** @param limit -1: none. */
  public constructor(
    private readonly limit: number,
    private readonly clock: IClock,
  ) {}

  /** The number of places that are taken. */
  public get taken(): number {
    return this.since.size;
  }

  /** Gives a place to a newcomer. Answers who has to go for it: the oldest two at most, so that their number falls. */
  public enter(newcomer: T): T[] {
    const now = this.clock.now();
    const leaving: T[] = [];
    if (this.limit >= 0) {
      for (const [place, since] of this.since) {
        const left = this.since.size - leaving.length;
        const due = left >= this.limit && now - since >= HANDSHAKE_GRACE;
        if (leaving.length === 2 || !(due || left >= this.limit * HANDSHAKE_BURST)) break;
        leaving.push(place);
      }
      for (const place of leaving) this.since.delete(place);
    }
    this.since.set(newcomer, now);
    return leaving;
  }

  /** It is through, or gone. */
  public leave(place: T): void {
    this.since.delete(place);
  }
}
