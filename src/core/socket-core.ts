import { Actor, type IActorOwner } from './actor.js';
import { LOSS_COST } from './budgets.js';
import { CloseLedger } from './close-ledger.js';
import type { Connecter } from './connecter.js';
import type { ISocketInContact } from './contact.js';
import type { IClock } from './contracts/clock.js';
import type { CloseReport } from './contracts/close-report.js';
import type { IRouter } from './contracts/engine.js';
import type { SocketInspection } from './contracts/inspection.js';
import type { MonitorEventName, SocketEventFacts } from './contracts/monitor.js';
import type { IPattern, IPatternFactory, IPatternHost } from './contracts/pattern.js';
import type { IRandom } from './contracts/random.js';
import { EndpointCommands, type ICommandedSocket } from './endpoint-commands.js';
import { Endpoints, type ISocketOfEndpoints, type PeerFactories } from './endpoints.js';
import { ZmqError } from './errors.js';
import { HandleClock, Handles } from './handles.js';
import { inspectSocket } from './inspect-socket.js';
import { Ledger, queuesOf } from './ledger.js';
import type { Listener } from './listener.js';
import type { Metadata } from './metadata.js';
import { MonitorBus } from './monitor-bus.js';
import type { IOptionHost } from './options/host.js';
import type { SocketOptions } from './options/socket-options.js';
import type { SocketOptionValues } from './options/values.js';
import { type IPipeEvents, Pipe } from './pipe.js';
import { ReceiveQueue } from './receive-queue.js';
import { SendQueue } from './send-queue.js';
import type { ActorServices } from './services.js';
import { SocketAddressing } from './socket-addressing.js';
import type { PipeCommand, SocketCommand } from './socket-command.js';
import { isPipeLimit, limitsOf, notTaken, SocketPipes } from './socket-pipes.js';
import type { DropReason, SocketStats } from './stats.js';
import type { TurnBudget } from './turn-budget.js';
import { Watchers } from './watchers.js';

/**
 * A socket: its pattern, the pipes to its peers, and the listeners and connecters that bring them.
 *
 * Commands (bind, attach, …) go through the mailbox. Messages do not: `sends` and `receives` call the pattern, and the
 * pattern the pipes, directly.
 */
export class SocketCore
  extends Actor<SocketCommand, Listener | Connecter>
  implements IPipeEvents, IPatternHost, ISocketOfEndpoints, ICommandedSocket, ISocketInContact, IOptionHost
{
  public readonly socketType: string;
  public readonly sends: SendQueue;
  /** bind, connect and their opposites. */
  public readonly commands: EndpointCommands;
  public readonly addressing: SocketAddressing;
  public readonly receives: ReceiveQueue;
  public readonly monitor: MonitorBus;
  /** Told of every edge at which `readable`, `writable`, `closed`, the peers or their subscriptions may have changed. */
  public readonly watchers: Watchers;
  private readonly ledger: Ledger;
  public readonly handles: Handles = new Handles();
  public readonly clock: IClock;
  private readonly pattern: IPattern;
  private readonly pipes: SocketPipes = new SocketPipes();
  private readonly endpoints: Endpoints;
  /** What every call is refused with since `close`; `null` before it. */
  public closedBy: ZmqError | null = null;
  private closing: CloseLedger | null = null;

  public constructor(
    owner: IActorOwner,
    patternFactory: IPatternFactory,
    private readonly socketOptions: SocketOptions,
    router: IRouter,
    factories: PeerFactories,
    private readonly services: ActorServices,
    private readonly budget: TurnBudget,
    mailboxCapacity?: number,
  ) {
    super(owner, services.scheduler, mailboxCapacity);
    this.socketType = patternFactory.type;
    this.monitor = new MonitorBus(services.scheduler);
    this.watchers = new Watchers(services.scheduler);
    this.clock = new HandleClock(services.clock, this.handles);
    this.ledger = new Ledger(this.clock, services.scheduler, (reason, messages) =>
      this.publish('dropped', '', { reason, messages }),
    );
    this.endpoints = new Endpoints(this, socketOptions.values, router, factories);
    this.pattern = patternFactory.create(this);
    this.commands = new EndpointCommands(this, this.endpoints, socketOptions);
    this.addressing = new SocketAddressing(this, this.pattern);
    this.receives = new ReceiveQueue(this.pattern, this.options, this.clock, services.scheduler);
    this.sends = new SendQueue(this.pattern, this.receives, this.options, budget, this.clock);
    socketOptions.attachHost(this);
  }

  // --- what the user asks ------------------------------------------------------------------------------------

  /**
   * Ends the socket: waiting callers are refused with `error` now, what is queued may linger, but for no longer than
   * `limit` ms. Whoever closes waits for the end of it, so the process does.
   */
  public close(error: ZmqError, limit: number = Number.POSITIVE_INFINITY): Promise<CloseReport> {
    this.handles.ref();
    const closing = this.closing ?? this.openAccounts();
    if (this.closedBy === null) {
      this.closedBy = error;
      this.sends.close(error);
      this.dropped('unread', this.receives.close(error) + (this.pattern.held ?? 0) + this.pipes.readable);
      this.dropped('unfinished', this.sends.takeUnfinished());
      // What still comes while the queues drain finds nobody.
      this.pipes.retire();
      this.watchers.touched();
    }
    this.stop(Math.min(this.lingerDeadline(), this.clock.now() + limit));
    return this.ended().then(() => closing.report());
  }

  /** Throws SocketClosed or ContextTerminated once `close` was called. */
  public assertOpen(): void {
    if (this.closedBy !== null) throw this.closedBy;
  }

  /** True once `close` was called. */
  public get closed(): boolean {
    return this.closedBy !== null;
  }

  /** True when a `send` would be taken now. */
  public get writable(): boolean {
    return this.closedBy === null && this.sends.ready && this.pattern.writable;
  }

  /** True when the sockets of the Context have sent their share of this turn: `trySend` refuses until `renewed`. */
  public get exhausted(): boolean {
    return this.budget.exhausted;
  }

  /** Calls `callback` in the next turn of the event loop, when there is a new share to send. */
  public renewed(callback: () => void): void {
    this.budget.renewed(callback);
  }

  /** True when a message can be received now. */
  public get readable(): boolean {
    return this.closedBy === null && this.receives.readable;
  }

  /** Every endpoint that was asked for is bound, or has its peer. Throws when one of them never will. */
  public get established(): boolean {
    return this.commands.answered && this.endpoints.established;
  }

  /** Whether somebody would be sent a message that is this topic; `undefined` for a type without subscribers. */
  public reaches(topic: Uint8Array): boolean | undefined {
    return this.pattern.reaches?.(topic);
  }

  /** What the socket has done, holds and has given up. */
  public get stats(): SocketStats {
    this.dropped('unfinished', this.sends.takeUnfinished());
    const queuedIn = (this.pattern.held ?? 0) + this.pipes.readable;
    const { losses: dropped, traffic, queues, pipeStats: pipes } = this.ledger;
    return { dropped, peers: this.peers, ...queues, queuedIn, ...traffic, pipes };
  }

  /** The socket as it is now, for people. Holds no secrets. */
  public inspect(): SocketInspection {
    return inspectSocket(this, this.family);
  }

  /** Says for each pipe how much waits in it. (zmq_socket_monitor_pipes_stats) */
  public publishPipeStats(): void {
    this.assertOpen();
    for (const pipe of this.pipes) {
      const { endpoint, peer } = pipe;
      this.publish('pipe:stats', endpoint, { ...queuesOf(pipe), ...(peer && { peer, address: peer.address }) });
    }
  }

  /** How many peers are connected, their handshake complete. */
  public get peers(): number {
    return this.pipes.connected;
  }

  // --- IPatternHost ------------------------------------------------------------------------------------------

  public get options(): Readonly<SocketOptionValues> {
    return this.socketOptions.values;
  }

  public get random(): IRandom {
    return this.services.random;
  }

  public dropped(reason: DropReason, messages: number, pipe?: Pipe): void {
    this.ledger.dropped(reason, messages, pipe);
    this.closing?.dropped(reason, messages, pipe?.endpoint);
    if (reason === 'high-water-mark') this.budget.spend(LOSS_COST);
  }

  public nextTurn(callback: () => void): void {
    this.services.scheduler.nextTurn(callback);
  }

  // --- IPipeEvents -------------------------------------------------------------------------------------------

  public readActivated(pipe: Pipe): void {
    if (this.closedBy !== null) return;
    this.pattern.readActivated(pipe);
    this.receives.activated();
    // What came may be an unsubscription, and a sender wait for that subscriber (ZMQ_XPUB_NODROP).
    this.sends.pump();
    this.watchers.touched();
  }

  public writeActivated(pipe: Pipe): void {
    if (this.closedBy !== null) return;
    this.pattern.writeActivated(pipe);
    this.sends.pump();
    this.watchers.touched();
  }

  public filled(): void {
    // The kernel may have room, and only the event loop can find out: PUB would lose messages for nothing.
    this.budget.exhaust();
  }

  // --- IOptionHost -------------------------------------------------------------------------------------------

  public subscribe(topic: Buffer): void {
    this.assertOpen();
    this.pattern.subscribe?.(topic);
    this.watchers.touched();
  }

  public unsubscribe(topic: Buffer): void {
    this.assertOpen();
    this.pattern.unsubscribe?.(topic);
  }

  public changed(property: keyof SocketOptionValues): void {
    if (isPipeLimit(property)) this.pipes.setLimits(this.options);
    // With another rule, what waits may have a way (ZMQ_REQ_RELAXED, ZMQ_ROUTER_MANDATORY, ZMQ_XPUB_NODROP).
    this.sends.pump();
    this.watchers.touched();
  }

  public get events(): number {
    return (this.readable ? 1 : 0) | (this.writable ? 2 : 0);
  }

  public get receiveMore(): boolean {
    return this.receives.more;
  }

  public get lastEndpoint(): string {
    return this.endpoints.last;
  }

  public get topicsCount(): number {
    return this.pattern.topicsCount ?? 0;
  }

  // --- ISocketOfPeers ----------------------------------------------------------------------------------------

  public createPipe(endpoint: string): Pipe {
    const pipe = new Pipe(endpoint, limitsOf(this.options, this.socketType));
    this.ledger.opened(pipe);
    return pipe;
  }

  public attach(pipe: Pipe): void {
    this.report({ type: 'attach', pipe });
  }

  public connected(pipe: Pipe, peer: Metadata): void {
    this.report({ type: 'connected', pipe, peer });
  }

  public disconnected(pipe: Pipe): void {
    this.report({ type: 'disconnected', pipe });
  }

  public detach(pipe: Pipe): void {
    this.ledger.closed(pipe);
    this.report({ type: 'detach', pipe });
  }

  public dismiss(pipe: Pipe): void {
    this.retirePipe(pipe);
    this.endpoints.dismiss(pipe);
  }

  public retirePipe(pipe: Pipe): void {
    pipe.retire();
    this.onDetach(pipe);
  }

  public get accepted(): number {
    return this.endpoints.accepted;
  }

  public publish(type: MonitorEventName, endpoint: string, facts?: SocketEventFacts): void {
    this.monitor.publish(type, endpoint, facts);
    // With an event, an endpoint may have come up, or have been given up for good.
    this.watchers.touched();
  }

  // --- Actor -------------------------------------------------------------------------------------------------

  protected onCommand(command: SocketCommand): void {
    if ('reply' in command) this.commands.handle(command);
    else this.onPipeCommand(command);
  }

  protected override onDiscarded(command: SocketCommand): void {
    if ('reply' in command) command.reply.reject(this.refusal());
  }

  protected onStop(deadline: number): void {
    for (const child of this.family) child.stop(deadline);
    this.release();
  }

  protected override onChildEnded(child: Listener | Connecter): void {
    this.endpoints.forget(child);
  }

  public override childFailed(child: Listener | Connecter, error: ZmqError): void {
    this.services.logger.error('an actor of a socket failed', { socket: this.socketType, error });
    super.childFailed(child, error);
  }

  protected override onFailed(error: ZmqError): void {
    void this.close(error, 0);
  }

  protected override afterEnd(): void {
    this.ledger.end();
    this.publish('end', this.endpoints.last);
    this.socketOptions.wipe();
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private openAccounts(): CloseLedger {
    this.dropped('unfinished', this.sends.takeUnfinished());
    this.closing = new CloseLedger(this.socketType, this.family);
    return this.closing;
  }

  private onPipeCommand(command: PipeCommand): void {
    switch (command.type) {
      case 'attach':
        this.onAttach(command.pipe);
        break;
      case 'connected':
        this.onConnected(command.pipe);
        break;
      case 'disconnected':
        if (this.pipes.has(command.pipe) && !this.closed) this.pattern.disconnected(command.pipe);
        this.watchers.touched();
        break;
      case 'detach':
        this.onDetach(command.pipe);
        break;
      default:
        command satisfies never;
    }
  }

  private onAttach(pipe: Pipe): void {
    if (pipe.hasEnded || pipe.hasRetired) return;
    if (this.closed) {
      pipe.retire();
      pipe.attach(this);
      return;
    }
    if (!this.pattern.attach(pipe)) {
      // PAIR has its peer, or a ROUTER's name is taken. The connection closes, and is not made again.
      pipe.fail(notTaken(this.socketType, pipe.endpoint));
      return;
    }
    this.pipes.add(pipe);
    pipe.attach(this);
    // A pipe that is there before its peer is that of a connect.
    const id = pipe.peer === undefined ? this.pattern.idOf?.(pipe) : undefined;
    if (id !== undefined) this.socketOptions.values.routingId = id;
    this.sends.pump();
    this.watchers.touched();
  }

  private onConnected(pipe: Pipe): void {
    if (this.pipes.has(pipe)) {
      // It may have been lost again while the command waited.
      if (pipe.connected && !this.closed) this.pattern.connected(pipe);
    } else if (!this.closed && !pipe.hasRetired)
      pipe.fail(new ZmqError('ResourceLimitReached', `${pipe.endpoint} is not wanted.`, { fatal: true }));
    pipe.drain();
    if (!this.closed) this.sends.pump();
    this.watchers.touched();
  }

  private onDetach(pipe: Pipe): void {
    if (!this.pipes.leave(pipe) || this.closed) return;
    this.pattern.detach(pipe);
    // A sender may have waited for this peer, and has to hear that it is gone (or find another); an XPUB has something
    // to tell of what the peer had subscribed to.
    this.sends.pump();
    this.receives.activated();
    this.watchers.touched();
  }

  /** Until when what is queued may be sent, if it ends now. */
  public lingerDeadline(): number {
    const { linger } = this.options;
    return linger < 0 ? Number.POSITIVE_INFINITY : linger === 0 ? 0 : this.services.clock.now() + linger;
  }

  private refusal(): ZmqError {
    return this.closedBy ?? new ZmqError('SocketClosed', `The ${this.socketType} socket has failed and is closed.`);
  }
}
