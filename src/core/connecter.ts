import { Actor, type IActorOwner } from './actor.js';
import type { ITimer } from './contracts/clock.js';
import type { Route } from './contracts/engine.js';
import type { EndpointInspection } from './contracts/inspection.js';
import type { IConnection, IDirectConnection } from './contracts/transport.js';
import { fromNodeError, isUnresolved, ZmqError } from './errors.js';
import type { SessionFactory } from './listener.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';
import { type ConnectionStage, isFinal, reconnectDelay } from './reconnect.js';
import type { ActorServices, ISocketOfPeers } from './services.js';
import type { Session } from './session.js';

/** What an attempt to connect has come to. */
export type ConnecterCommand =
  | { readonly type: 'connected'; readonly connection: IConnection | IDirectConnection }
  | { readonly type: 'failed'; readonly error: ZmqError };

/**
 * One connected endpoint: it makes the connection, and makes it again when it is lost. It owns the pipe, which lives as
 * long as the endpoint (but with ZMQ_IMMEDIATE, where each session has its own).
 *
 *   attempt ──▶ session ──▶ wait ──▶ attempt …
 *
 * It rests for good when another attempt is pointless: after a protocol error, or when reconnection is switched off. The
 * endpoint stays listed until `disconnect`.
 */
export class Connecter extends Actor<ConnecterCommand, Session> {
  private readonly pipe: Pipe | undefined;
  private attempt: AbortController | null = null;
  private session: Session | null = null;
  private retryTimer: ITimer | null = null;
  private retryAt = 0;
  private lingerTimer: ITimer | null = null;
  private failedAttempts = 0;
  private stopDeadline = Number.POSITIVE_INFINITY;
  private resting = false;
  /** Why the last attempt or connection ended, where it was for an error. */
  private failure: ZmqError | undefined = undefined;

  public constructor(
    owner: IActorOwner,
    private readonly socket: ISocketOfPeers,
    private readonly route: Route,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly createSession: SessionFactory,
    private readonly services: ActorServices,
  ) {
    super(owner, services.scheduler);
    if (options.immediate) return;
    this.pipe = socket.createPipe(this.endpoint);
    this.pipe.assignedRoutingId = options.connectRoutingId ?? undefined;
  }

  /** Begins to connect. Called once, by the socket. */
  public start(): void {
    if (this.pipe !== undefined) this.socket.attach(this.pipe);
    this.connect();
  }

  /** The endpoint as it was given. */
  public get endpoint(): string {
    return this.route.endpoint.endpoint;
  }

  /** True when no further attempt is made. */
  public get isResting(): boolean {
    return this.resting;
  }

  /** Why no further attempt is made. */
  public get givenUp(): ZmqError {
    const why = this.failure === undefined ? 'the connection was closed' : this.failure.message;
    return new ZmqError(
      this.failure?.code ?? 'ConnectionClosed',
      `${this.endpoint} is not connected again: ${why.replace(/\.$/, '')}. Connect once more to try it again.`,
      { endpoint: this.endpoint, errno: this.failure?.errno, cause: this.failure, fatal: true },
    );
  }

  /** The pipe that messages for this endpoint go to; with ZMQ_IMMEDIATE only while there is a peer. */
  public get currentPipe(): Pipe | undefined {
    return this.pipe ?? this.session?.currentPipe;
  }

  /** The endpoint as it is now. */
  public inspect(): EndpointInspection {
    const { route, endpoint, session, failedAttempts, failure } = this;
    return {
      endpoint,
      role: 'connect',
      state: this.phase,
      engine: route.engine.name,
      reason: route.engine.trouble ?? route.reason ?? '',
      connections: session === null ? 0 : 1,
      failedAttempts,
      ...(this.retryTimer === null
        ? {}
        : { retryIn: Math.max(0, Math.round(this.retryAt - this.services.clock.now())) }),
      // What it was before the connection that there is now tells nothing.
      ...(failure === undefined || session !== null ? {} : { error: failure.message }),
    };
  }

  /** How many messages wait to be sent there. */
  public get pending(): number {
    return this.currentPipe?.pending ?? 0;
  }

  protected onCommand(command: ConnecterCommand): void {
    this.attempt = null;
    if (command.type === 'failed') this.onAttemptFailed(command.error);
    else this.onConnection(command.connection);
  }

  protected override onDiscarded(command: ConnecterCommand): void {
    if (command.type === 'connected') command.connection.destroy();
  }

  protected override onChildEnded(session: Session): void {
    if (session !== this.session) return;
    this.session = null;
    const { stage, error } = session.end;
    this.failure = error;
    // The socket itself wants no more of this peer. Or both ends were in this process: there is nothing to come back.
    const unwanted = !this.stopping && session.currentPipe?.hasRetired === true;
    if (unwanted || this.route.transport.schemes.includes('inproc')) this.rest();
    else this.again(stage, error);
  }

  protected onStop(deadline: number): void {
    this.stopDeadline = deadline;
    this.lingerTimer?.cancel();
    this.lingerTimer = null;
    this.session?.stop(deadline);
    if (this.session !== null) return;
    const left = deadline - this.services.clock.now();
    if (left <= 0 || this.queued === 0 || this.resting) {
      this.giveUp();
      return;
    }
    // Messages wait for a peer that is not there: go on trying until the linger is over.
    if (left !== Number.POSITIVE_INFINITY) this.lingerTimer = this.socket.clock.after(left, () => this.giveUp());
  }

  private get phase(): EndpointInspection['state'] {
    if (this.stopping) return 'closing';
    if (this.resting) return 'given up';
    if (this.session !== null) return this.currentPipe?.connected === true ? 'connected' : 'handshake';
    return this.retryTimer === null ? 'connecting' : 'waiting';
  }

  private get queued(): number {
    return this.pipe?.pending ?? 0;
  }

  private connect(): void {
    const { endpoint, transport } = this.route;
    const attempt = new AbortController();
    this.attempt = attempt;
    // An async function, because a transport may throw instead of rejecting.
    const onDelayed = (): void => {
      if (!attempt.signal.aborted) this.socket.publish('connect:delay', this.endpoint);
    };
    const connecting = (async () =>
      transport.connect(endpoint, this.options, attempt.signal, onDelayed, this.socket.handles))();
    connecting.then(
      (connection) => {
        if (attempt.signal.aborted) connection.destroy();
        else this.report({ type: 'connected', connection });
      },
      (cause: unknown) => {
        if (attempt.signal.aborted) return;
        this.report({ type: 'failed', error: fromNodeError(cause, `Cannot connect ${this.endpoint}`, this.endpoint) });
      },
    );
  }

  private onConnection(connection: IConnection | IDirectConnection): void {
    if (this.stopping && this.queued === 0) {
      connection.destroy();
      this.giveUp();
      return;
    }
    let session: Session;
    try {
      session = this.createSession(this, {
        socket: this.socket,
        connection,
        engine: this.route.engine,
        endpoint: this.endpoint,
        options: this.options,
        accepted: false,
        pipe: this.pipe,
      });
    } catch (cause) {
      // An engine or a mechanism that cannot be made: the attempt has failed.
      connection.destroy();
      const error = fromNodeError(cause, `Cannot connect ${this.endpoint}`, this.endpoint);
      this.services.logger.error('a connection cannot be served', { endpoint: this.endpoint, error });
      this.onAttemptFailed(error);
      return;
    }
    this.failedAttempts = 0;
    this.lingerTimer?.cancel();
    this.socket.publish('connect', this.endpoint, session.addresses);
    this.session = session;
    this.adopt(session);
    session.start();
    if (this.stopping) session.stop(this.stopDeadline);
  }

  private onAttemptFailed(error: ZmqError): void {
    // Without an address there was nothing to open, and there is nothing to close.
    if (!isUnresolved(error)) this.socket.publish('close', this.endpoint, { error });
    this.failure = error;
    this.again('connect', error);
    this.failedAttempts++;
  }

  /** What comes after an attempt, a handshake or a connection has ended. */
  private again(stage: ConnectionStage, error: ZmqError | undefined): void {
    if (this.stopping && (this.queued === 0 || this.services.clock.now() >= this.stopDeadline)) {
      this.giveUp();
      return;
    }
    const delay = isFinal(stage, error, this.options, this.stopping)
      ? undefined
      : reconnectDelay(this.failedAttempts, this.options, this.services.random);
    if (delay === undefined) {
      this.rest();
      return;
    }
    this.socket.publish('connect:retry', this.endpoint, { interval: delay, ...(error === undefined ? {} : { error }) });
    this.retryAt = this.services.clock.now() + delay;
    this.retryTimer = this.socket.clock.after(delay, () => {
      this.retryTimer = null;
      this.connect();
    });
    if (!this.stopping || this.stopDeadline === Number.POSITIVE_INFINITY) return;
    this.lingerTimer?.cancel();
    this.lingerTimer = this.socket.clock.after(this.stopDeadline - this.services.clock.now(), () => this.giveUp());
  }

  /** No further attempt. The pipe ends, so that the pattern gives messages to others. */
  private rest(): void {
    this.resting = true;
    this.endPipe();
    if (this.stopping) this.giveUp();
  }

  private giveUp(): void {
    this.lingerTimer?.cancel();
    this.retryTimer?.cancel();
    this.attempt?.abort();
    this.attempt = null;
    this.endPipe();
    this.session?.stop(0);
    this.release();
  }

  private endPipe(): void {
    const { pipe } = this;
    if (pipe === undefined || pipe.hasEnded) return;
    this.socket.dropped(this.stopping ? 'linger' : 'connection-lost', pipe.end(), pipe);
    this.socket.detach(pipe);
  }
}
