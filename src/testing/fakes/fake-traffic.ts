import type { TypedSocketOptions } from '../../index.js';
import { type Address, type InMessage, type Msg, type OutMessage, ZmqError } from '../../plugin.js';
import { type SentMessage, toReceived, toSent } from './fake-messages.js';
import type { PlannedFailures } from './planned-failures.js';

/** The types that cannot do one or the other. */
const CANNOT_SEND = ['PULL', 'SUB', 'GATHER', 'DISH'];
const CANNOT_RECEIVE = ['PUSH', 'PUB', 'SCATTER', 'RADIO'];

/** The messages of a fake in both directions, and what its type lets it do with them: a REQ that sends twice is refused. */
export class FakeTraffic {
  /** What was sent, in order. */
  public readonly sent: SentMessage[] = [];
  /** How many messages were received. */
  public received = 0;
  /** How many more messages are taken. */
  public room: number = Number.POSITIVE_INFINITY;
  private readonly inbox: InMessage[] = [];
  /** The frames of a message that was begun with the MORE flag. */
  private begun: (Msg | string | Uint8Array)[] = [];
  /** What is left of a message that is received frame by frame. */
  private rest: Msg[] = [];
  private turn: 'send' | 'recv' | 'any';

  public constructor(
    private readonly type: string,
    private readonly options: TypedSocketOptions,
    private readonly failures: PlannedFailures,
  ) {
    this.turn = type === 'REQ' ? 'send' : type === 'REP' ? 'recv' : 'any';
  }

  /** Messages come in, in this order. */
  public arrive(messages: readonly OutMessage[]): void {
    this.inbox.push(...messages.map(toReceived));
  }

  /** How many messages wait to be received. */
  public get waiting(): number {
    return this.inbox.length;
  }

  public get writable(): boolean {
    return this.room > 0 && !CANNOT_SEND.includes(this.type) && this.turn !== 'recv';
  }

  public get readable(): boolean {
    return this.rest.length > 0 || (this.inbox.length > 0 && this.turn !== 'send');
  }

  /** True when it is the turn of a `send`. */
  public get toSend(): boolean {
    return this.turn === 'send';
  }

  /** Takes a message, or answers `undefined` when there is no room. */
  public take(frames: readonly (Msg | string | Uint8Array)[], address: Address): true | undefined {
    if (CANNOT_SEND.includes(this.type)) throw unable(this.type, 'send');
    this.failures.meet('send');
    if (this.turn === 'recv' && !(this.type === 'REQ' && this.options.relaxed)) throw outOfTurn(this.type, 'send');
    if (this.room === 0) return undefined;
    const last = frames.at(-1);
    this.begun.push(...frames);
    if (typeof last === 'object' && 'more' in last && last.more) return true;
    const whole = this.begun;
    this.begun = [];
    this.sent.push(toSent(whole, address));
    this.room--;
    if (this.turn !== 'any') this.turn = 'recv';
    return true;
  }

  /** The next message, or what is left of one. */
  public next(): InMessage | undefined {
    if (this.rest.length > 0) {
      const { rest } = this;
      this.rest = [];
      return rest as InMessage;
    }
    if (CANNOT_RECEIVE.includes(this.type)) throw unable(this.type, 'receive');
    this.failures.meet('recv');
    if (this.turn === 'send') throw outOfTurn(this.type, 'receive');
    const message = this.inbox.shift();
    if (message === undefined) return undefined;
    this.received++;
    if (this.turn !== 'any') this.turn = 'send';
    return message;
  }

  /** The next frame; the others of its message are `next`. */
  public nextFrame(): Msg | undefined {
    const message = this.next();
    if (message === undefined) return undefined;
    this.rest = message.slice(1);
    return message[0];
  }
}

/** The error of what a type does not do at all. */
export function unable(type: string, verb: string): ZmqError {
  return new ZmqError('InvalidSocketType', `A ${type} cannot ${verb}.`);
}

function outOfTurn(type: string, verb: string): ZmqError {
  return new ZmqError('InvalidState', `This ${type} cannot ${verb} now: it is not its turn.`);
}
