import type { ITimer, ZmqError } from '../../plugin.js';
import type { Link } from './conditions.js';
import type { NetworkServices } from './services.js';

/** One end of a connection, as a stream sees it. */
export interface StreamEnd {
  readonly name: string;
  /** The machine does not answer: what comes is not acknowledged, and nobody is told. */
  readonly dark: boolean;
  /** There is no such connection on the machine any more: it answers with a reset. */
  readonly unknown: boolean;
  /** It has something to send that the network did not take. */
  readonly waiting: boolean;
  onArrived(bytes: Buffer): void;
  onPeerEnded(): void;
  /** The network took everything that waited, or has room for more. */
  onRoom(): void;
  onBroken(error: ZmqError): void;
}

/** What is on its way: bytes, or the end of the stream. */
interface Segment {
  at: number;
  readonly bytes: Buffer | null;
}

/**
 * One direction of a connection: a queue of what is on its way, in order. What meets a cut, or a machine that is dark,
 * waits here until that is over, as TCP would send it again; after `giveUpAfter` the sender is told that the time is over.
 */
export class Stream {
  /** Bytes that were sent, and that the sender does not know to be read. */
  public underway = 0;
  private segments: Segment[] = [];
  private first = 0;
  private waking: ITimer | 'turn' | null = null;
  private lastAt = 0;
  private stalled = false;
  private givingUp: ITimer | null = null;
  /** Read, but the sender cannot be told: the way back is cut. */
  private untold = 0;
  private over = false;
  private writtenOff = false;

  public constructor(
    private readonly services: NetworkServices,
    private readonly link: Link,
    private readonly back: Link,
    private readonly sender: StreamEnd,
    private readonly receiver: StreamEnd,
  ) {}

  /** How many more bytes the network would take now. */
  public get room(): number {
    return Math.max(0, this.link.conditions.window - this.underway);
  }

  /** Sends bytes, which are the stream's from now on. */
  public send(bytes: Buffer): void {
    this.underway += bytes.length;
    this.push(bytes);
  }

  /** Sends the end, after all that was sent. */
  public end(): void {
    this.push(null);
  }

  /** The receiver hears that the connection is no more, before what was on its way. */
  public reset(): void {
    if (this.over) return;
    this.drop();
    const { link, receiver, services } = this;
    services.trace.record(`reset ${this.sender.name}>${receiver.name}`);
    if (link.cut || receiver.dark) return;
    services.later(link.conditions.latency, () => {
      if (!receiver.unknown && !link.cut) receiver.onBroken(services.broken('reset', receiver.name));
    });
  }

  /** The connection broke: what was under way, or not read, is gone. */
  public writeOff(): void {
    if (this.writtenOff) return;
    this.writtenOff = true;
    this.services.lostBytes += this.underway;
  }

  /** Nothing of this arrives any more. */
  public drop(): void {
    this.over = true;
    this.segments = [];
    this.first = 0;
    this.wakeOff();
    this.givingUp?.cancel();
    this.givingUp = null;
    this.services.stalled.delete(this);
  }

  /** The receiver has read so many bytes. */
  public consumed(bytes: number): void {
    if (this.over) return;
    if (this.back.cut) this.told(bytes);
    else if (!this.sender.waiting) this.acknowledged(bytes);
    else this.services.later(this.back.conditions.latency, () => this.told(bytes));
  }

  /** What held this up may be over: looks again. */
  public retry(): void {
    if (this.blocked) return;
    this.stalled = false;
    this.services.stalled.delete(this);
    this.givingUp?.cancel();
    this.givingUp = null;
    const { untold } = this;
    this.untold = 0;
    if (untold > 0) this.acknowledged(untold);
    const head = this.segments[this.first];
    if (head === undefined || this.over) return;
    head.at = Math.max(head.at, this.services.clock.now() + this.link.conditions.latency);
    this.wake();
  }

  private get blocked(): boolean {
    return this.link.cut || this.receiver.dark || (this.untold > 0 && this.back.cut);
  }

  private push(bytes: Buffer | null): void {
    if (this.over) return;
    const { clock, random } = this.services;
    const { link } = this;
    const { latency, jitter, bandwidth } = link.conditions;
    let at = clock.now();
    if (bytes !== null && bandwidth !== Number.POSITIVE_INFINITY) {
      at = Math.max(at, link.busyUntil) + (bytes.length * 1000) / bandwidth;
      link.busyUntil = at;
    }
    at += latency + (jitter === 0 ? 0 : jitter * random.fraction());
    this.lastAt = Math.max(this.lastAt, at);
    this.segments.push({ at: this.lastAt, bytes });
    this.wake();
  }

  private wake(): void {
    if (this.waking !== null || this.stalled) return;
    const head = this.segments[this.first];
    if (head === undefined) return;
    const { clock, scheduler } = this.services;
    const delay = head.at - clock.now();
    if (delay > 0) this.waking = clock.after(delay, this.onDue);
    else {
      this.waking = 'turn';
      scheduler.nextTurn(this.onDue);
    }
  }

  private wakeOff(): void {
    if (this.waking !== null && this.waking !== 'turn') this.waking.cancel();
    this.waking = null;
  }

  private readonly onDue = (): void => {
    this.waking = null;
    if (this.over) return;
    if (this.blocked) {
      this.stall();
      return;
    }
    const now = this.services.clock.now();
    for (;;) {
      const head = this.segments[this.first];
      if (head === undefined || head.at > now) break;
      this.first++;
      this.arrive(head.bytes);
      if (this.over) return;
    }
    if (this.first === this.segments.length) {
      this.segments = [];
      this.first = 0;
    }
    this.wake();
  };

  private arrive(bytes: Buffer | null): void {
    const { services, receiver, link } = this;
    const { connectionLoss } = link.conditions;
    if (receiver.unknown) this.refuse();
    else if (connectionLoss > 0 && services.random.fraction() < connectionLoss) {
      services.trace.record(`lost ${this.sender.name}>${receiver.name}`);
      this.receiver.onBroken(services.broken('reset', this.receiver.name));
      this.sender.onBroken(services.broken('reset', this.sender.name));
    } else if (bytes === null) {
      services.trace.record(`end ${this.sender.name}>${receiver.name}`);
      receiver.onPeerEnded();
    } else {
      services.trace.bytes(`data ${this.sender.name}>${receiver.name}`, bytes);
      receiver.onArrived(bytes);
    }
  }

  /** What came for a connection that is no more is answered with a reset. */
  private refuse(): void {
    const { services, sender, back } = this;
    this.drop();
    if (sender.unknown || back.cut) return;
    services.trace.record(`unknown ${this.receiver.name}`);
    services.later(back.conditions.latency, () => {
      if (!sender.unknown && !back.cut) sender.onBroken(services.broken('reset', sender.name));
    });
  }

  private told(bytes: number): void {
    if (this.over) return;
    if (!this.back.cut) this.acknowledged(bytes);
    else {
      this.untold += bytes;
      this.stall();
    }
  }

  private acknowledged(bytes: number): void {
    this.underway -= bytes;
    this.sender.onRoom();
  }

  private stall(): void {
    if (this.stalled) return;
    this.stalled = true;
    this.wakeOff();
    const { services } = this;
    services.stalled.add(this);
    this.givingUp ??= services.clock.after(services.giveUpAfter, () => {
      services.trace.record(`gave up ${this.sender.name}`);
      this.drop();
      this.sender.onBroken(services.broken('timeout', this.sender.name));
    });
  }
}
