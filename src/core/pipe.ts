import type { ZmqError } from './errors.js';
import type { Metadata } from './metadata.js';
import type { InMessage, OutMessage } from './msg.js';
import { Ring } from './ring.js';
import { DropCounts, type Dropped, type DropReason } from './stats.js';
import { bytesIn, WeighedRing } from './weighed-ring.js';

/** Stands for "no limit" in a high-water mark: a small integer, so that comparing stays cheap. */
const UNLIMITED = 0x3fffffff;

/**
 * The far end of a pipe, made by an engine: what takes messages off the pipe towards the peer, and what can be
 * told to go on reading from it. A pipe without a sink (not connected yet, or between two connections) only queues.
 */
export interface IPipeSink {
  /** False while it can take nothing, because earlier bytes of ours have not been accepted below. */
  readonly ready: boolean;
  /** How many messages it took that have not been accepted below; they still count against SNDHWM. */
  readonly unsent: number;
  /** Their bytes, framing included, where the engine knows them: they count against a mark in bytes. */
  readonly unsentBytes?: number;
  /** The bytes that the connection has read and was given so far, where the engine counts them. */
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  /** Takes one message. Called only while `ready`. */
  send(message: OutMessage): void;
  /** Hands over what `send` collected, now. */
  flush(): void;
  /** The reader has made room: go on delivering. Called once after each `deliver` that returned false. */
  resume(): void;
  /** The pattern cannot go on with this peer. Ends the connection; it is not made again. */
  fail(error: ZmqError): void;
}

/** What a pipe tells its socket. Both are edges: said once, not once per message. */
export interface IPipeEvents {
  /** The inbound queue was found empty before, and now holds a message. */
  readActivated(pipe: Pipe): void;
  /** A write was refused before, and now there is room again. */
  writeActivated(pipe: Pipe): void;
  /** The outbound queue has just become full: the next write will be refused unless the peer makes progress. */
  filled(): void;
  /** Messages are gone for good; of that pipe, where it is known. */
  dropped(reason: DropReason, messages: number, pipe?: Pipe): void;
}

/** The bounds of a pipe, from the options of its socket: in whole messages, and in bytes. 0 or left out: no limit. */
export interface PipeLimits {
  readonly sendHighWaterMark: number;
  readonly receiveHighWaterMark: number;
  readonly sendHighWaterMarkBytes?: number;
  readonly receiveHighWaterMarkBytes?: number;
  /** ZMQ_CONFLATE: both queues keep one message, the newest. */
  readonly conflate: boolean;
}

/**
 * Two bounded queues between a socket's pattern and the engine of one peer.
 *
 *   pattern ── write ──▶ [ outbound ] ──▶ sink.send ──▶ peer
 *   pattern ◀─ read ──── [ inbound  ] ◀── deliver ◀──── peer
 *
 * While the sink is ready and nothing waits, a write goes straight through: the outbound queue only holds what the
 * peer cannot take at the moment, so that it survives the connection. A full queue refuses the next write, and says
 * `writeActivated` when it has drained to half.
 *
 * A mark in bytes stands beside that in messages, and what is reached first counts. It refuses the next message, not the
 * one that exceeds it: so a message of any size passes, if need be alone. Without one, no message is ever weighed.
 *
 * On the connecting side a pipe outlives its connections (it is owned by the Connecter); on the accepting side it
 * is made and ended with its Session.
 */
export class Pipe {
  /** The endpoint as the user gave it, for errors and events. */
  public readonly endpoint: string;
  /** The peer, once its handshake is complete; that of the last connection while there is none. */
  public peer: Metadata | undefined = undefined;
  /** The local name that the next peer gets at a ROUTER (ZMQ_CONNECT_ROUTING_ID), if one was asked for. */
  public assignedRoutingId: Buffer | undefined = undefined;
  /** A place for the pattern: ROUTER keeps the routing id, XPUB the subscriptions, … Nothing else touches it. */
  public state: unknown = undefined;
  /** Messages that the peers delivered, and that were handed to the sinks: for statistics only. */
  public messagesIn = 0;
  public messagesOut = 0;

  private outbound: Ring<OutMessage> = new Ring<OutMessage>();
  /** What `writeControl` could not hand over at once: it overtakes `outbound`, and counts against no limit. */
  private readonly controls: Ring<OutMessage> = new Ring<OutMessage>();
  private inbound: Ring<InMessage> = new Ring<InMessage>();
  private sink: IPipeSink | null = null;
  /** What the next sink is sent first. */
  private hello: OutMessage | null = null;
  private events: IPipeEvents | null = null;
  private sendHwm = UNLIMITED;
  private sendBytes = 0;
  /** What `write` looks at: the high-water mark, or 0 where there is one in bytes, which takes a closer look. */
  private glanceOut = UNLIMITED;
  private receiveHwm = UNLIMITED;
  private receiveBytes = 0;
  /** What `deliver` looks at: the same for what comes in. 0 also while `hold` counts. */
  private glanceIn = UNLIMITED;
  private held = false;
  private readonly conflate: boolean;
  /** A write was refused, and `writeActivated` is owed. */
  private refused = false;
  /** `deliver` answered false, and `resume` is owed. */
  private stopped = false;
  /** `readActivated` was said, and the reader has not yet found the queue empty. */
  private active = false;
  private retired = false;
  private ended = false;
  /** The bytes of the connections that are gone. */
  private pastIn = 0;
  private pastOut = 0;
  private drops: DropCounts | null = null;

  public constructor(endpoint: string, limits: PipeLimits) {
    this.endpoint = endpoint;
    this.conflate = limits.conflate;
    this.setLimits(limits);
  }

  // --- the socket's side -------------------------------------------------------------------------------------

  /** Gives the pipe to a socket. What was delivered before is announced now. */
  public attach(events: IPipeEvents): void {
    this.events = events;
    if (this.inbound.length !== 0) this.activate();
  }

  /** Offers a message to the peer. False: refused at the high-water mark; the message stays the caller's. */
  public write(message: OutMessage): boolean {
    const sink = this.sink;
    if (sink === null || this.outbound.length !== 0 || !sink.ready) return this.enqueue(message);
    if (sink.unsent >= this.glanceOut && !this.hasRoomBelow(sink)) return this.enqueue(message);
    sink.send(message);
    this.messagesOut++;
    return true;
  }

  /** True when `write` would take a message now. False counts as a refused write: `writeActivated` follows. */
  public get writable(): boolean {
    if (this.ended) return false;
    if (this.hasRoom) return true;
    this.refused = true;
    return false;
  }

  /**
   * Sends what the protocol itself has to say (a subscription), before anything queued and beyond the high-water
   * mark. Only while connected: whoever says it says it again on the next connection.
   */
  public writeControl(message: OutMessage): void {
    const sink = this.sink;
    if (sink === null) return;
    if (sink.ready && this.controls.length === 0) {
      sink.send(message);
      this.messagesOut++;
    } else this.controls.push(message);
  }

  /** The next received message, or `undefined`: then `readActivated` will announce the next one. */
  public read(): InMessage | undefined {
    const message = this.inbound.shift();
    if (message === undefined) {
      this.active = false;
      return undefined;
    }
    if (this.stopped) this.resumeAtHalf();
    return message;
  }

  /** How many received messages wait to be read. */
  public get readable(): number {
    return this.inbound.length;
  }

  /** How many messages are on their way out: queued here, or taken by the engine and not accepted below it. */
  public get pending(): number {
    return this.outbound.length + (this.sink === null ? 0 : this.sink.unsent);
  }

  /** The bytes of the received messages that wait to be read. */
  public get readableBytes(): number {
    return bytesIn(this.inbound);
  }

  /** The bytes of the messages on their way out, those with the framing that the engine has. */
  public get pendingBytes(): number {
    return bytesIn(this.outbound) + (this.sink?.unsentBytes ?? 0);
  }

  /** True while a peer is connected and its handshake is complete. */
  public get connected(): boolean {
    return this.sink !== null;
  }

  /** The bytes that the connections of this pipe have read. */
  public get bytesIn(): number {
    return this.pastIn + (this.sink?.bytesIn ?? 0);
  }

  /** The bytes that the connections of this pipe were given. */
  public get bytesOut(): number {
    return this.pastOut + (this.sink?.bytesOut ?? 0);
  }

  /** Keeps in mind that messages of this pipe are gone. */
  public lose(reason: DropReason, messages: number): void {
    this.drops ??= new DropCounts();
    this.drops.add(reason, messages);
  }

  /** What `lose` was told. */
  public get losses(): Dropped {
    return this.drops?.toJSON() ?? {};
  }

  /**
   * The endpoint was taken away (`disconnect`, `unbind`): the socket writes here no more, and what still comes in is not
   * wanted. What is queued in either direction keeps its way.
   */
  public retire(): void {
    this.retired = true;
  }

  /** True after `retire`. */
  public get hasRetired(): boolean {
    return this.retired;
  }

  /** True after `end`: nothing more can be written; what was received can still be read. */
  public get hasEnded(): boolean {
    return this.ended;
  }

  /** Ends the connection because of what the peer sent; it is not made again. */
  public fail(error: ZmqError): void {
    this.sink?.fail(error);
  }

  /** Applies new high-water marks to the running pipe, as libzmq does. */
  public setLimits(limits: Omit<PipeLimits, 'conflate'>): void {
    this.sendHwm = limits.sendHighWaterMark === 0 ? UNLIMITED : limits.sendHighWaterMark;
    this.receiveHwm = limits.receiveHighWaterMark === 0 ? UNLIMITED : limits.receiveHighWaterMark;
    this.sendBytes = this.conflate ? 0 : (limits.sendHighWaterMarkBytes ?? 0);
    this.receiveBytes = this.conflate ? 0 : (limits.receiveHighWaterMarkBytes ?? 0);
    this.outbound = weighedOrNot(this.outbound, this.sendBytes !== 0);
    this.inbound = weighedOrNot(this.inbound, this.receiveBytes !== 0);
    this.glanceOut = this.sendBytes === 0 ? this.sendHwm : 0;
    this.glance();
    if (this.stopped && this.takesMore) this.resumeSink();
    this.wakeWriter();
  }

  /** The reader has had enough for now: nothing more is to come, not even into an empty queue, until `release`. */
  public hold(): void {
    this.held = true;
    this.glance();
  }

  /** Ends `hold`. */
  public release(): void {
    this.held = false;
    this.glance();
    if (this.stopped && this.takesMore) this.resumeSink();
  }

  /** Throws away what waits to be sent (a subscriber's old requests, at a reconnect); answers how many. */
  public clearOutbound(): number {
    const dropped = this.outbound.clear();
    this.controls.clear();
    this.wakeWriter();
    return dropped;
  }

  /** Throws away what was received and not read (a REQ before its next request); answers how many. */
  public clearInbound(): number {
    let dropped = 0;
    while (this.read() !== undefined) dropped++;
    return dropped;
  }

  // --- the engine's side -------------------------------------------------------------------------------------

  /** Says who the next peer is, before its engine connects, and what that is sent before anything else. */
  public introduce(peer: Metadata, hello: OutMessage | null): void {
    this.peer = peer;
    this.hello = hello;
  }

  /** Connects the pipe to an engine; what waited is offered to it by the first `drain`. Ends with `disconnect`. */
  public connect(sink: IPipeSink, peer: Metadata): void {
    this.sink = sink;
    this.peer = peer;
    this.stopped = false;
    if (this.hello !== null) this.writeControl(this.hello);
  }

  /** The engine is gone. What it had taken is lost with it; what waits here stays. */
  public disconnect(): void {
    this.letGo();
    this.controls.clear();
    this.wakeWriter();
  }

  /** Hands one received message to the socket. False: the queue is full now; wait for `resume`. */
  public deliver(message: InMessage): boolean {
    this.messagesIn++;
    if (this.retired) {
      this.events?.dropped('unread', 1, this);
      return true;
    }
    if (this.conflate) this.replaced(this.inbound.clear());
    this.inbound.push(message);
    if (!this.active) this.activate();
    if (this.inbound.length < this.glanceIn || this.conflate || this.takesMore) return true;
    this.stopped = true;
    return false;
  }

  /** Moves what waits to the sink, as far as that is ready. The engine calls it when it has become ready. */
  public drain(): void {
    const sink = this.sink;
    if (sink === null) return;
    while (sink.ready) {
      const message = this.controls.shift() ?? this.outbound.shift();
      if (message === undefined) break;
      sink.send(message);
      this.messagesOut++;
    }
    // Somebody waits: what was just collected counts against the mark until it is handed over.
    if (this.refused) sink.flush();
    this.wakeWriter();
  }

  // --- the end -----------------------------------------------------------------------------------------------

  /** Ends the pipe: no more writes. Answers how many queued messages were never sent. Twice is once. */
  public end(): number {
    if (this.ended) return 0;
    this.ended = true;
    this.letGo();
    this.controls.clear();
    return this.outbound.clear();
  }

  private get hasRoom(): boolean {
    if (this.conflate) return true;
    const sink = this.sink;
    if (sink === null || this.outbound.length !== 0 || !sink.ready) return !this.full;
    return this.hasRoomBelow(sink) || !this.full;
  }

  /** Whether the engine can take more; what it collected is handed over if that is too much. */
  private hasRoomBelow(sink: IPipeSink): boolean {
    if (this.full) sink.flush();
    return sink.ready;
  }

  /** Nothing more may wait: a mark is reached, in messages or in bytes. */
  private get full(): boolean {
    return this.pending >= this.sendHwm || (this.sendBytes !== 0 && this.pendingBytes >= this.sendBytes);
  }

  /** More may come in: neither mark is reached, and nobody has said `hold`. */
  private get takesMore(): boolean {
    if (this.held || this.inbound.length >= this.receiveHwm) return false;
    return this.receiveBytes === 0 || this.readableBytes < this.receiveBytes;
  }

  private glance(): void {
    this.glanceIn = this.held || this.receiveBytes !== 0 ? 0 : this.receiveHwm;
  }

  private enqueue(message: OutMessage): boolean {
    if (this.ended) return false;
    if (this.conflate) {
      this.replaced(this.outbound.clear());
      this.outbound.push(message);
      return true;
    }
    if (this.pending >= this.glanceOut && this.full) {
      this.refused = true;
      return false;
    }
    this.outbound.push(message);
    if (this.pending >= this.glanceOut && this.full) this.events?.filled();
    return true;
  }

  private letGo(): void {
    this.pastIn = this.bytesIn;
    this.pastOut = this.bytesOut;
    this.sink = null;
  }

  private resumeAtHalf(): void {
    const mark = this.held ? 0 : this.receiveHwm;
    if (this.inbound.length > mark >>> 1) return;
    if (this.receiveBytes === 0 || this.readableBytes <= this.receiveBytes / 2) this.resumeSink();
  }

  private resumeSink(): void {
    this.stopped = false;
    this.sink?.resume();
  }

  private replaced(messages: number): void {
    if (messages > 0) this.events?.dropped('conflated', messages, this);
  }

  private wakeWriter(): void {
    if (!this.refused || this.pending > this.sendHwm >>> 1) return;
    if (this.sendBytes !== 0 && this.pendingBytes > this.sendBytes / 2) return;
    this.refused = false;
    this.events?.writeActivated(this);
  }

  private activate(): void {
    if (this.events === null) return;
    this.active = true;
    this.events.readActivated(this);
  }
}

/** The queue as it is wanted, with everything that is in it. */
function weighedOrNot<T extends OutMessage>(queue: Ring<T>, weighed: boolean): Ring<T> {
  if (queue instanceof WeighedRing === weighed) return queue;
  const other = weighed ? new WeighedRing<T>() : new Ring<T>();
  for (const message of queue) other.push(message);
  return other;
}
