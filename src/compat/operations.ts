import type { Address, InMessage, Socket as Inner } from '../index.js';
import { compatible, compatibleRefusal } from './errors.js';
import type { KeepAlive } from './keep-alive.js';
import { isOutOfTurn, Turns } from './turns.js';

/** What `send` answers when the message was taken at once. */
const TAKEN: Promise<void> = Promise.resolve();

/**
 * So many operations of a socket are done at once. The next one lets the event loop have its turn first: two loops that
 * feed each other within the process (inproc) would never let a timer, or the rest of the program, have theirs.
 */
const AT_ONCE = 512;

/** The types that send and receive alternately. */
const ALTERNATING: readonly string[] = ['REQ', 'REP'];

/** The message that a socket gives out for one that was received. */
export type Convert<T> = (message: InMessage) => T;

/** Sending and receiving of one socket: at once where that is possible, and what keeps the process alive where it is not. */
export class Operations {
  public sending = 0;
  public receiving = 0;
  private readonly turns: Turns | null;
  private atOnce = 0;

  public constructor(
    private readonly inner: Inner,
    private readonly keepAlive: KeepAlive,
  ) {
    this.turns = ALTERNATING.includes(inner.type) ? new Turns() : null;
  }

  public send(frames: (string | Uint8Array)[], address?: Address): Promise<void> {
    const { turns } = this;
    try {
      if (this.sending === 0 && this.inner.trySend(frames, address)) {
        turns?.passed();
        return ++this.atOnce < AT_ONCE ? TAKEN : this.nextTurn(undefined);
      }
    } catch (error) {
      if (!this.mayWait(error, this.inner.options.sendTimeout)) return Promise.reject(compatible(error));
    }
    return this.sendLater(frames, address);
  }

  public receive<T>(convert: Convert<T>): Promise<T> {
    try {
      const message = this.inner.tryRecv();
      if (message !== undefined) {
        this.turns?.passed();
        const converted = convert(message);
        return ++this.atOnce < AT_ONCE ? Promise.resolve(converted) : this.nextTurn(converted);
      }
    } catch (error) {
      if (!this.mayWait(error, this.inner.options.receiveTimeout)) return Promise.reject(compatible(error));
    }
    return this.receiveLater(convert);
  }

  /** Refuses those who wait for their turn, with EFSM. The others are refused by the socket beneath. */
  public close(): void {
    this.turns?.close();
  }

  /** When the event loop has had its turn. */
  private nextTurn<T>(value: T): Promise<T> {
    this.atOnce = 0;
    return new Promise((resolve) => setImmediate(resolve, value));
  }

  private mayWait(error: unknown, timeout: number): boolean {
    return this.turns !== null && timeout !== 0 && isOutOfTurn(error);
  }

  private async sendLater(frames: (string | Uint8Array)[], address: Address | undefined): Promise<void> {
    this.sending++;
    try {
      await this.inTurn(() => this.inner.send(frames, address), this.inner.options.sendTimeout);
    } finally {
      this.sending--;
    }
  }

  private async receiveLater<T>(convert: Convert<T>): Promise<T> {
    this.receiving++;
    try {
      return convert(await this.inTurn(() => this.inner.recvMultipart(), this.inner.options.receiveTimeout));
    } finally {
      this.receiving--;
    }
  }

  private async inTurn<T>(attempt: () => Promise<T>, timeout: number): Promise<T> {
    this.keepAlive.hold();
    try {
      const { turns } = this;
      const result = await (turns === null || timeout === 0 ? attempt() : turns.take(attempt, timeout));
      turns?.passed();
      return result;
    } catch (error) {
      throw compatibleRefusal(error);
    } finally {
      this.keepAlive.release();
    }
  }
}
