import type { SocketEvent, SocketEventIterator } from '../../index.js';

type Result = IteratorResult<SocketEvent, undefined>;

/** The events of a fake, for those who iterate over them. */
export class FakeEvents {
  private readonly readers: Set<FakeEventIterator> = new Set();
  private over = false;

  public offer(event: SocketEvent): void {
    for (const reader of this.readers) reader.offer(event);
  }

  public finish(): void {
    this.over = true;
    for (const reader of this.readers) void reader.return();
  }

  public iterate(mask: number): SocketEventIterator {
    const reader = new FakeEventIterator(mask, () => this.readers.delete(reader));
    this.readers.add(reader);
    if (this.over) void reader.return();
    return reader;
  }
}

class FakeEventIterator implements SocketEventIterator {
  public readonly missed = 0;
  private readonly events: SocketEvent[] = [];
  private readonly waiting: ((result: Result) => void)[] = [];
  private over = false;

  public constructor(
    private readonly mask: number,
    private readonly left: () => void,
  ) {}

  public offer(event: SocketEvent): void {
    if (this.mask !== 0 && (this.mask & event.event) === 0) return;
    const waiter = this.waiting.shift();
    if (waiter === undefined) this.events.push(event);
    else waiter({ value: event, done: false });
  }

  public next(): Promise<Result> {
    const event = this.events.shift();
    if (event !== undefined) return Promise.resolve({ value: event, done: false });
    if (this.over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  public return(): Promise<Result> {
    this.over = true;
    this.left();
    for (const waiter of this.waiting.splice(0)) waiter({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  public [Symbol.asyncIterator](): this {
    return this;
  }
}
