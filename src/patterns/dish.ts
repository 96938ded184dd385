import { type AddressedMsg, inGroup } from '../core/addressed-msg.js';
import { ZmqError } from '../core/errors.js';
import type { InMessage, Msg } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { groupKey, joinFrame, LONGEST_GROUP, leaveFrame } from './group-message.js';
import { cannotSend, Pattern } from './pattern.js';

/** What a DISH knows of one RADIO. */
interface Radio {
  readonly pipe: Pipe;
  /** It was told all groups, and has to hear of every change. */
  told: boolean;
}

/**
 * DISH: receives what is sent to the groups that it has joined (RFC 48).
 *
 * Groups are state: a RADIO is told all of them when it connects, and none waits in a queue before.
 */
export class Dish extends Pattern {
  private readonly groups: Map<string, Buffer> = new Map();
  private readonly radios: Set<Radio> = new Set();
  private readonly incoming: FairQueue = new FairQueue();
  /** A message that `readable` has found already. */
  private next: [AddressedMsg] | undefined = undefined;

  public override attach(pipe: Pipe): boolean {
    const radio: Radio = { pipe, told: false };
    pipe.state = radio;
    this.radios.add(radio);
    return true;
  }

  public override connected(pipe: Pipe): void {
    for (const group of this.groups.values()) pipe.writeControl(joinFrame(group));
    (pipe.state as Radio).told = true;
  }

  public override disconnected(pipe: Pipe): void {
    (pipe.state as Radio).told = false;
  }

  public override detach(pipe: Pipe): void {
    this.radios.delete(pipe.state as Radio);
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public send(): never {
    throw cannotSend('DISH', 'RADIO');
  }

  public recv(): InMessage | undefined {
    const message = this.next ?? this.take();
    this.next = undefined;
    return message;
  }

  public get writable(): boolean {
    return false;
  }

  public get readable(): boolean {
    this.next ??= this.take();
    return this.next !== undefined;
  }

  public get held(): number {
    return this.next === undefined ? 0 : 1;
  }

  /** Throws InvalidArgument for a group that it is in already. */
  public join(group: Buffer): void {
    const key = groupKey(group);
    if (this.groups.has(key)) throw wrongGroup(`is in the group ${JSON.stringify(group.toString())} already`);
    this.groups.set(key, Buffer.from(group));
    this.tellAll(joinFrame(group));
  }

  /** Throws InvalidArgument for a group that it is not in. */
  public leave(group: Buffer): void {
    if (!this.groups.delete(groupKey(group)))
      throw wrongGroup(`is not in the group ${JSON.stringify(group.toString())}`);
    this.tellAll(leaveFrame(group));
    if (this.next === undefined || this.groups.has(groupKey(this.next[0].groupBytes))) return;
    this.next = undefined;
    this.host.dropped('not-subscribed', 1);
  }

  /** Beyond the high-water mark: a group that a RADIO does not hear of would never work. */
  private tellAll(frame: Msg): void {
    for (const { pipe, told } of this.radios) if (told) pipe.writeControl(frame);
  }

  /** The next message to a group that it is in. Others were on their way when it left. */
  private take(): [AddressedMsg] | undefined {
    for (let message = this.incoming.recv(); message !== undefined; message = this.incoming.recv()) {
      if (message.length !== 2 || message[0].size > LONGEST_GROUP) this.refuse(this.incoming.from as Pipe);
      else {
        const group = message[0].data;
        if (this.groups.has(groupKey(group))) return [inGroup(message[1] as Msg, group)];
        this.host.dropped('not-subscribed', 1);
      }
    }
    return undefined;
  }

  private refuse(pipe: Pipe): void {
    this.host.dropped('unexpected', 1);
    pipe.fail(
      new ZmqError(
        'ProtocolViolation',
        `${pipe.endpoint} sent a DISH socket something else than a group and a body: let a RADIO send there.`,
        { endpoint: pipe.endpoint, fatal: true },
      ),
    );
  }
}

function wrongGroup(what: string): ZmqError {
  return new ZmqError('InvalidArgument', `The DISH socket ${what}.`);
}
