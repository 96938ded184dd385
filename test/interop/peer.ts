import type { FrameSpec } from './content.mjs';

/** Options by the camelCase names that both libraries use; those that one of them has no name for as `numbered`. */
export interface Options extends Readonly<Record<string, unknown>> {
  readonly numbered?: Readonly<Record<number, number | string>>;
}

/** A monitor event, by the names that both libraries use. */
export interface SocketEvent {
  readonly type: string;
  readonly address?: string;
  readonly error?: string;
  /** The endpoint that the event is about. */
  readonly endpoint?: string;
  /** libzmq's value: an errno, an interval, a protocol error, a status of ZAP. */
  readonly value?: number;
}

/** What happened to a socket so far, to wait for and to show when a test fails. */
export class EventLog {
  private readonly events: SocketEvent[] = [];
  private readonly waiters = new Set<() => void>();

  add(event: SocketEvent): void {
    this.events.push(event);
    const waiting = [...this.waiters];
    this.waiters.clear();
    for (const wake of waiting) wake();
  }

  /** Everything so far, in order. */
  get all(): readonly SocketEvent[] {
    return this.events;
  }

  count(type: string): number {
    return this.events.filter((event) => event.type === type).length;
  }

  /** Resolves when the event of that name has happened `times` times in all. */
  async happened(type: string, times = 1): Promise<void> {
    while (this.count(type) < times) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  toString(): string {
    return this.events.map(({ type, error }) => (error === undefined ? type : `${type} (${error})`)).join(', ');
  }
}

/** Who a message of a RADIO, SERVER or PEER is for. */
export interface Address {
  readonly group?: string;
  readonly routingId?: number;
}

/** What a DISH, SERVER or PEER receives: a digest, and whom it is for or from. */
export interface Addressed extends Address {
  readonly body: string;
}

/** One socket of either side. A conversation cannot tell which library is behind it. */
export interface PeerSocket {
  readonly type: string;
  readonly events: EventLog;
  /** Resolves to the real endpoint. */
  bind(endpoint: string): Promise<string>;
  unbind(endpoint: string): Promise<void>;
  connect(endpoint: string): Promise<void>;
  disconnect(endpoint: string): Promise<void>;
  /** Sets an option by its number. */
  set(option: number, value: number | string): Promise<void>;
  /** Reads an option that is a number. */
  read(option: number): Promise<number>;
  send(frames: readonly FrameSpec[]): Promise<void>;
  /** The next whole message, each frame as its digest. */
  recv(): Promise<string[]>;
  /** The next message if there is one now. */
  recvNow(): Promise<string[] | undefined>;
  /** Sends until refused (with sendTimeout 0), at most `max` times, and says how often the message was taken. */
  flood(frames: readonly FrameSpec[], max: number): Promise<number>;
  subscribe(topic: FrameSpec): Promise<void>;
  unsubscribe(topic: FrameSpec): Promise<void>;
  /** `send` of a type whose messages have an address. */
  sendTo(frames: readonly FrameSpec[], address: Address): Promise<void>;
  /** `recv` of a type whose messages have an address. */
  recvFrom(): Promise<Addressed>;
  join(group: string): Promise<void>;
  leave(group: string): Promise<void>;
  close(): Promise<void>;
}

/** Something that makes sockets: our library in this process, or libzmq in a process of its own. */
export interface Side {
  socket(type: string, options?: Options): Promise<PeerSocket>;
}

/** What came of it: the name of the error, or that it was done. */
export async function outcome(done: Promise<unknown>): Promise<string> {
  try {
    await done;
    return 'done';
  } catch (error) {
    const { errno, code } = error as { errno?: unknown; code?: unknown };
    return typeof errno === 'string' ? errno : String(code);
  }
}

/** True for ROUTER's answer to an unknown id, from either library. */
export function isUnreachable(error: unknown): boolean {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  return code === 'EHOSTUNREACH' || errno === 'EHOSTUNREACH';
}
