import { AddressedMsg, type Addressing } from '../core/addressed-msg.js';
import { frameBytes, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { Distributor, Outlet } from './distributor.js';
import { encoded } from './frames.js';
import { groupKey, membership } from './group-message.js';
import { cannotReceive, Pattern } from './pattern.js';
import { singleFrame } from './single-frames.js';

const NO_GROUP: Buffer = Buffer.alloc(0);

/** What a RADIO knows of one DISH. */
class Listener {
  public readonly outlet: Outlet;
  public readonly groups: Set<string> = new Set();

  public constructor(pipe: Pipe) {
    this.outlet = new Outlet(pipe);
  }
}

/**
 * RADIO: sends each message to those who joined its group (RFC 48). A group matches as a whole.
 *
 * On the wire and in the pipe: [group] [body].
 */
export class Radio extends Pattern {
  public readonly singleFrames = true;
  public readonly addressing: Addressing = 'group';
  private readonly distributor: Distributor = new Distributor();
  private readonly members: Map<string, Set<Listener>> = new Map();

  public override attach(pipe: Pipe): boolean {
    const listener = new Listener(pipe);
    pipe.state = listener;
    this.distributor.attach(listener.outlet);
    return true;
  }

  public override detach(pipe: Pipe): void {
    const listener = pipe.state as Listener;
    this.forget(listener);
    this.distributor.detach(listener.outlet);
  }

  public override readActivated(pipe: Pipe): void {
    const listener = pipe.state as Listener;
    for (let message = pipe.read(); message !== undefined; message = pipe.read()) {
      const news = message.length === 1 ? membership(message[0]) : undefined;
      if (news === undefined) this.host.dropped('unexpected', 1);
      else if (news.joins) this.addMember(listener, news.group);
      else this.removeMember(listener, news.group);
    }
  }

  public override writeActivated(pipe: Pipe): void {
    (pipe.state as Listener).outlet.full = false;
  }

  public send(message: OutMessage): boolean {
    const frame = singleFrame(message, 'RADIO');
    const group = frame instanceof AddressedMsg ? frame.groupBytes : NO_GROUP;
    const members = this.members.get(groupKey(group));
    if (members === undefined) return true;
    const { distributor } = this;
    distributor.begin();
    for (const { outlet } of members) distributor.choose(outlet);
    const outgoing = encoded([group, frame]);
    if (this.host.options.noDrop) return distributor.sendToAllOrNone(outgoing);
    const lost = distributor.send(outgoing);
    if (lost !== 0) this.host.dropped('high-water-mark', lost);
    return true;
  }

  /** Whether somebody has joined this group. */
  public reaches(group: Uint8Array): boolean {
    return this.members.has(groupKey(frameBytes(group)));
  }

  public recv(): never {
    throw cannotReceive('RADIO', 'DISH');
  }

  /** Always: who cannot take a message loses it. With ZMQ_XPUB_NODROP it depends on who the message is for. */
  public get writable(): boolean {
    return true;
  }

  public get readable(): boolean {
    return false;
  }

  private addMember(listener: Listener, group: string): void {
    listener.groups.add(group);
    const members = this.members.get(group);
    if (members === undefined) this.members.set(group, new Set([listener]));
    else members.add(listener);
  }

  private removeMember(listener: Listener, group: string): void {
    listener.groups.delete(group);
    const members = this.members.get(group);
    if (members?.delete(listener) === true && members.size === 0) this.members.delete(group);
  }

  private forget(listener: Listener): void {
    for (const group of listener.groups) this.removeMember(listener, group);
  }
}
