import { aborted, listenToAbort } from './abort.js';
import type { IClock, IScheduler, ITimer } from './contracts/clock.js';
import type { IPattern } from './contracts/pattern.js';
import { ZmqError } from './errors.js';
import { MessageIterator } from './message-iterator.js';
import type { InMessage, Msg } from './msg.js';
import type { SocketOptionValues } from './options/values.js';

/** A caller that waits for a message. */
export interface WaitingReceive {
  /** Called when something can be taken; takes it, and answers whether there was something for it. */
  readonly serve: () => boolean;
  readonly reject: (error: ZmqError) => void;
  /** Set for an iterator, which ends instead of failing when the socket closes. */
  readonly finish: (() => void) | null;
  timer: ITimer | null;
  signal: AbortSignal | undefined;
  onAbort: (() => void) | null;
}

/**
 * The receiving side of a socket: takes messages from the pattern, and keeps the callers that have to wait, in order.
 * A caller that gives up takes nothing with it: a message is assigned only when it is handed over.
 */
export class ReceiveQueue {
  private readonly waiting: Set<WaitingReceive> = new Set();
  /** The frames of a message that is received frame by frame (ZMQ_RCVMORE). */
  private rest: InMessage | null = null;
  private restAt = 0;
  private closedBy: ZmqError | null = null;
  private pumpAsked = false;
  private readonly pumpNow: () => void;
  /** Made once: an arrow in `receive` would cost every call of it, whether it has to wait or not. */
  private readonly takeWhole: () => InMessage | undefined;
  private readonly takeOne: () => Msg | undefined;

  public constructor(
    private readonly pattern: IPattern,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly clock: IClock,
    private readonly scheduler: IScheduler,
  ) {
    this.takeWhole = () => this.take();
    this.takeOne = () => this.takeFrame();
    this.pumpNow = () => {
      this.pumpAsked = false;
      this.pump();
    };
  }

  /** A whole message, or what is left of one that was begun frame by frame. */
  public receive(signal?: AbortSignal): Promise<InMessage> {
    try {
      const message = this.waiting.size === 0 && signal === undefined ? this.take() : undefined;
      return message === undefined ? this.later(this.takeWhole, signal) : Promise.resolve(message);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** One frame. */
  public receiveFrame(signal?: AbortSignal): Promise<Msg> {
    try {
      const frame = this.waiting.size === 0 && signal === undefined ? this.takeFrame() : undefined;
      return frame === undefined ? this.later(this.takeOne, signal) : Promise.resolve(frame);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** At least one message, and at most `max` of those that are there. */
  public receiveMany(max: number, signal?: AbortSignal): Promise<InMessage[]> {
    try {
      if (!Number.isSafeInteger(max) || max < 1) {
        throw new ZmqError('InvalidArgument', `recvMany takes a whole number from 1 up, not ${String(max)}.`);
      }
      const messages = this.waiting.size === 0 && signal === undefined ? this.takeMany(max) : undefined;
      return messages === undefined ? this.laterMany(max, signal) : Promise.resolve(messages);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A message if there is one. */
  public tryReceive(): InMessage | undefined {
    return this.waiting.size === 0 ? this.take() : undefined;
  }

  /** Whole messages until the socket closes. Leaving the loop leaves the socket open, and takes no message with it. */
  public iterate(): AsyncIterableIterator<InMessage, undefined> {
    return new MessageIterator(this);
  }

  /** @internal True once `close` was called. */
  public get closed(): boolean {
    return this.closedBy !== null;
  }

  /**
   * Something may have come. The waiting callers are served when the running read is done, so that the first of them
   * finds all that it brought.
   */
  public activated(): void {
    if (this.waiting.size === 0 || this.pumpAsked) return;
    this.pumpAsked = true;
    this.scheduler.endOfTurn(this.pumpNow);
  }

  /** How many callers wait. */
  public get size(): number {
    return this.waiting.size;
  }

  /** True when a message, or the rest of one, can be taken now. */
  public get readable(): boolean {
    return this.rest !== null || this.pattern.readable;
  }

  /** True when the frame that was taken last has more to follow (ZMQ_RCVMORE). */
  public get more(): boolean {
    return this.rest !== null;
  }

  /** Gives up the frames of a message that was begun frame by frame. */
  public forgetRest(): void {
    this.rest = null;
  }

  /** Refuses everything from now on, with `error`; iterators end. Answers how many messages were left half read. */
  public close(error: ZmqError): number {
    this.closedBy = error;
    const left = this.rest === null ? 0 : 1;
    this.rest = null;
    for (const entry of this.waiting) {
      this.leave(entry);
      if (entry.finish !== null) entry.finish();
      else entry.reject(error);
    }
    return left;
  }

  private pump(): void {
    for (const entry of this.waiting) {
      try {
        if (!entry.serve()) return;
        this.leave(entry);
      } catch (error) {
        // The others of a socket that sends and receives in turn wait until it is their turn again.
        if (this.pattern.alternates === true && (error as ZmqError).code === 'InvalidState') return;
        this.leave(entry);
        entry.reject(error as ZmqError);
      }
    }
  }

  /** @internal What is next, whoever else waits: for a caller whose turn it is. */
  public take(): InMessage | undefined {
    if (this.closedBy !== null) throw this.closedBy;
    if (this.rest !== null) {
      const rest = this.rest.slice(this.restAt) as InMessage;
      this.rest = null;
      return rest;
    }
    return this.pattern.recv();
  }

  private takeFrame(): Msg | undefined {
    if (this.closedBy !== null) throw this.closedBy;
    if (this.rest === null) {
      const message = this.pattern.recv();
      if (message === undefined) return undefined;
      if (message.length === 1) return message[0];
      this.rest = message;
      this.restAt = 0;
    }
    const frame = this.rest[this.restAt++] as Msg;
    if (this.restAt === this.rest.length) this.rest = null;
    return frame;
  }

  private takeMany(max: number): InMessage[] | undefined {
    const first = this.take();
    if (first === undefined) return undefined;
    const messages = [first];
    // After a request or a reply it is the other side's turn.
    while (messages.length < max && this.pattern.alternates !== true) {
      const message = this.pattern.recv();
      if (message === undefined) break;
      messages.push(message);
    }
    return messages;
  }

  private laterMany(max: number, signal: AbortSignal | undefined): Promise<InMessage[]> {
    return this.later(() => this.takeMany(max), signal);
  }

  private later<T>(take: () => T | undefined, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted === true) throw aborted('receive', signal);
    const { receiveTimeout } = this.options;
    // Asked even while others wait, because a wrong state has to be said at once. Others waiting means nothing is there.
    const ready = this.waiting.size === 0 ? take() : undefined;
    if (ready !== undefined) return Promise.resolve(ready);
    if (this.closedBy !== null) throw this.closedBy;
    if (receiveTimeout === 0) {
      throw new ZmqError('ResourceLimitReached', 'Nothing to receive now, and ZMQ_RCVTIMEO is 0.');
    }
    return new Promise<T>((resolve, reject) => {
      const entry: WaitingReceive = {
        serve: () => {
          const taken = take();
          if (taken === undefined) return false;
          resolve(taken);
          return true;
        },
        reject,
        finish: null,
        timer: null,
        signal,
        onAbort: null,
      };
      if (receiveTimeout > 0) {
        entry.timer = this.clock.after(receiveTimeout, () => {
          this.leave(entry);
          reject(new ZmqError('Timeout', `Nothing came within ${receiveTimeout} ms (ZMQ_RCVTIMEO).`));
        });
      }
      if (signal !== undefined) {
        entry.onAbort = () => {
          this.leave(entry);
          reject(aborted('receive', signal));
        };
        listenToAbort(signal, entry.onAbort);
      }
      this.wait(entry);
    });
  }

  /** @internal Puts a caller at the end of the line. */
  public wait(entry: WaitingReceive): void {
    this.waiting.add(entry);
  }

  /** @internal Takes a caller out of the line. */
  public leave(entry: WaitingReceive): void {
    this.waiting.delete(entry);
    entry.timer?.cancel();
    if (entry.onAbort !== null) entry.signal?.removeEventListener('abort', entry.onAbort);
  }
}
