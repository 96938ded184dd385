import type { IScheduler } from '../../core/contracts/clock.js';
import type { IDirectConnection, IDirectEnd } from '../../core/contracts/transport.js';

/** Makes both ends of a connection inside this process. Nothing is told to an end from within a call of its own. */
export function makeDirectPair(name: string, scheduler: IScheduler): [IDirectConnection, IDirectConnection] {
  const link = new Link(scheduler);
  return [new DirectConnection(name, link), new DirectConnection(name, link)];
}

/** What both ends share: who they are, and that they are over. */
class Link {
  private readonly scheduler: IScheduler;
  private readonly ends: IDirectEnd[] = [];
  private over = false;

  public constructor(scheduler: IScheduler) {
    this.scheduler = scheduler;
  }

  public open(end: IDirectEnd): void {
    if (this.over) {
      this.scheduler.endOfTurn(() => end.onClosed());
      return;
    }
    this.ends.push(end);
    if (this.ends.length === 2) this.scheduler.endOfTurn(() => this.introduce());
  }

  public destroy(): void {
    if (this.over) return;
    this.over = true;
    this.scheduler.endOfTurn(() => {
      for (const end of this.ends) end.onClosed();
    });
  }

  private introduce(): void {
    const [first, second] = this.ends;
    if (this.over || first === undefined || second === undefined) return;
    first.onPeer(second);
    second.onPeer(first);
  }
}

class DirectConnection implements IDirectConnection {
  public readonly kind = 'direct';
  public readonly localAddress: string;
  public readonly remoteAddress: string;

  private readonly link: Link;

  public constructor(name: string, link: Link) {
    this.localAddress = name;
    this.remoteAddress = name;
    this.link = link;
  }

  public open(end: IDirectEnd): void {
    this.link.open(end);
  }

  public destroy(): void {
    this.link.destroy();
  }
}
