import { aborted, listenToAbort } from './abort.js';
import type { IClock, ITimer } from './contracts/clock.js';
import type { IPattern } from './contracts/pattern.js';
import { ZmqError, type ZmqErrorCode } from './errors.js';
import { checkMessage, type Frame, Msg, type OutMessage } from './msg.js';
import type { SocketOptionValues } from './options/values.js';
import type { ReceiveQueue } from './receive-queue.js';
import type { TurnBudget } from './turn-budget.js';

/** What `send` answers when the message was taken at once. One promise for all: it never changes. */
const TAKEN: Promise<void> = Promise.resolve();

/** After these a frame can be sent again with hope. */
const WORTH_ANOTHER_TRY: readonly ZmqErrorCode[] = ['ResourceLimitReached', 'Timeout', 'Aborted'];

/** A caller of `send` that waits for room. */
interface WaitingSend {
  readonly message: OutMessage;
  readonly resolve: () => void;
  readonly reject: (error: ZmqError) => void;
  timer: ITimer | null;
  signal: AbortSignal | undefined;
  onAbort: (() => void) | null;
}

/**
 * The sending side of a socket: takes messages for the pattern, and keeps the callers that have to wait, in order.
 *
 * A caller waits when the pattern has nobody to give the message to, when others wait already, or when this turn of the
 * event loop has sent its share.
 */
export class SendQueue {
  /** In the order of their calls; a Set, because one that gives up leaves from the middle. */
  private readonly waiting: Set<WaitingSend> = new Set();
  /** The frames of a message that is sent frame by frame (ZMQ_SNDMORE), until its last one. */
  private parts: Frame[] | null = null;
  private unfinished = 0;
  private closedBy: ZmqError | null = null;
  private readonly alternates: boolean;
  private renewalAsked = false;
  private pumping = false;
  private readonly onRenewal: () => void;

  public constructor(
    private readonly pattern: IPattern,
    private readonly receives: ReceiveQueue,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly budget: TurnBudget,
    private readonly clock: IClock,
  ) {
    this.alternates = pattern.alternates === true;
    this.onRenewal = () => {
      this.renewalAsked = false;
      this.pump();
    };
  }

  /** Sends a message, or one frame of it; resolves when it is queued for a peer. */
  public send(message: OutMessage, signal?: AbortSignal): Promise<void> {
    try {
      if (this.parts !== null || (message instanceof Msg && message.more)) return this.sendPart(message, signal);
      return this.sendWhole(message, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends a message, or one frame of it, if that is possible at once. False: not taken; `send` waits for room. */
  public trySend(message: OutMessage): boolean {
    if (this.parts === null && !(message instanceof Msg && message.more)) return this.tryWhole(message);
    const last = this.collect(message);
    if (last === null) return true;
    const begun = this.parts;
    this.parts = null;
    try {
      if (this.tryWhole([...(begun ?? []), last])) return true;
    } catch (error) {
      this.reopen(begun, error as ZmqError);
      throw error;
    }
    this.parts = begun;
    return false;
  }

  /** There may be room: lets the waiting callers try, in their order. */
  public pump(): void {
    // Sending can free another pipe, which leads back here: the entry that is being sent must not be sent again.
    if (this.pumping || this.waiting.size === 0) return;
    this.pumping = true;
    this.pumpAll();
    this.pumping = false;
  }

  private pumpAll(): void {
    for (const entry of this.waiting) {
      if (this.budget.exhausted) {
        this.askForRenewal();
        return;
      }
      try {
        if (!this.give(entry.message)) return;
        this.leave(entry);
        entry.resolve();
      } catch (error) {
        this.leave(entry);
        entry.reject(error as ZmqError);
      }
    }
  }

  /** True unless others wait already, or a message has to be received to its end first. */
  public get ready(): boolean {
    return this.waiting.size === 0 && !(this.alternates && this.receives.more);
  }

  /** How many callers wait. */
  public get size(): number {
    return this.waiting.size;
  }

  /** How many messages were begun and given up since this was asked last. */
  public takeUnfinished(): number {
    const { unfinished } = this;
    this.unfinished = 0;
    return unfinished;
  }

  /** Refuses everything from now on, with `error`. */
  public close(error: ZmqError): void {
    this.closedBy = error;
    if (this.parts !== null) this.unfinished++;
    this.parts = null;
    for (const entry of this.waiting) {
      this.leave(entry);
      entry.reject(error);
    }
  }

  private give(message: OutMessage): boolean {
    if (!this.pattern.send(message)) return false;
    this.budget.spendMessage();
    // Now it is the turn of those who wait to receive.
    if (this.alternates) this.receives.activated();
    return true;
  }

  private tryWhole(message: OutMessage): boolean {
    this.check(message);
    return this.waiting.size === 0 && !this.budget.exhausted && this.give(message);
  }

  private sendPart(message: OutMessage, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw aborted('send', signal);
    const last = this.collect(message);
    if (last === null) return TAKEN;
    const begun = this.parts;
    this.parts = null;
    try {
      const sent = this.sendWhole([...(begun ?? []), last], signal);
      if (sent !== TAKEN) sent.catch((error: unknown) => this.reopen(begun, error as ZmqError));
      return sent;
    } catch (error) {
      this.reopen(begun, error as ZmqError);
      throw error;
    }
  }

  /** The last frame was not taken. Where waiting longer can help, it can be sent again; otherwise the message is over. */
  private reopen(begun: Frame[] | null, { code }: ZmqError): void {
    if (this.parts === null && this.closedBy === null && WORTH_ANOTHER_TRY.includes(code)) this.parts = begun;
    else this.unfinished++;
  }

  private sendWhole(message: OutMessage, signal: AbortSignal | undefined): Promise<void> {
    this.check(message);
    if (this.waiting.size === 0 && !this.budget.exhausted && signal === undefined && this.give(message)) return TAKEN;
    return this.sendLater(message, signal);
  }

  private sendLater(message: OutMessage, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw aborted('send', signal);
    if (this.waiting.size === 0 && !this.budget.exhausted && this.give(message)) return TAKEN;
    const { sendTimeout } = this.options;
    if (sendTimeout === 0) {
      // Not waiting includes not waiting for the next turn.
      if (this.waiting.size === 0 && this.give(message)) return TAKEN;
      throw new ZmqError(
        'ResourceLimitReached',
        'Cannot send now: no peer can take the message, and ZMQ_SNDTIMEO is 0.',
      );
    }
    return new Promise<void>((resolve, reject) => {
      const entry: WaitingSend = { message, resolve, reject, timer: null, signal, onAbort: null };
      if (sendTimeout > 0) {
        entry.timer = this.clock.after(sendTimeout, () => {
          this.leave(entry);
          reject(
            new ZmqError(
              'Timeout',
              `Could not send within ${sendTimeout} ms (ZMQ_SNDTIMEO): no peer could take the message.`,
            ),
          );
        });
      }
      if (signal !== undefined) {
        entry.onAbort = () => {
          this.leave(entry);
          reject(aborted('send', signal));
        };
        listenToAbort(signal, entry.onAbort);
      }
      this.waiting.add(entry);
      if (this.budget.exhausted) this.askForRenewal();
    });
  }

  private check(message: OutMessage): void {
    if (this.closedBy !== null) throw this.closedBy;
    checkMessage(message);
    if (this.alternates && this.receives.more) this.leaveHalfRead();
  }

  /** It is not this socket's turn before the last frame was received; ZMQ_REQ_RELAXED gives the rest up. */
  private leaveHalfRead(): void {
    if (!this.options.relaxed) {
      throw new ZmqError('InvalidState', 'Cannot send now: receive the remaining frames of the last message first.');
    }
    this.receives.forgetRest();
  }

  /** Keeps a frame that has more to follow, and answers `null`; answers the one that has not. */
  private collect(message: OutMessage): Frame | null {
    this.check(message);
    if (Array.isArray(message)) {
      throw new ZmqError(
        'InvalidState',
        'Cannot send a whole message now: the last frame of the one before, which was begun with MORE, has to come first.',
      );
    }
    const frame = message as Frame;
    if (frame instanceof Msg && frame.more && this.pattern.singleFrames === true) {
      throw new ZmqError('InvalidMessage', 'A message of this socket has one frame: send it without MORE.');
    }
    if (!(frame instanceof Msg && frame.more)) return frame;
    this.parts ??= [];
    this.parts.push(frame);
    return null;
  }

  private leave(entry: WaitingSend): void {
    this.waiting.delete(entry);
    entry.timer?.cancel();
    if (entry.onAbort !== null) entry.signal?.removeEventListener('abort', entry.onAbort);
  }

  private askForRenewal(): void {
    if (this.renewalAsked) return;
    this.renewalAsked = true;
    this.budget.renewed(this.onRenewal);
  }
}
