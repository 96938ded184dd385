import { Actor, type IActorOwner } from './actor.js';
import type { Route } from './contracts/engine.js';
import type { EndpointInspection } from './contracts/inspection.js';
import type {
  IConnection,
  IDirectConnection,
  IListener,
  IListenerEvents,
  ParsedEndpoint,
} from './contracts/transport.js';
import { fromNodeError, isUnresolved, ZmqError } from './errors.js';
import { HandshakePlaces } from './handshake-places.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';
import type { ActorServices, ISocketOfPeers, SessionSpec } from './services.js';
import type { Session } from './session.js';

/** Makes the session of an accepted connection. Bound in the container, captured once per Context. */
export type SessionFactory = (owner: IActorOwner, spec: SessionSpec) => Session;

/** What the transport tells the listener. */
export interface ListenerCommand {
  readonly type: 'accepted';
  readonly connection: IConnection | IDirectConnection;
}

/**
 * One bound endpoint: it owns the listening address, and a session for each connection that was accepted through it.
 * Stop frees the address at once; the sessions may still send what is queued.
 */
export class Listener extends Actor<ListenerCommand, Session> implements IListenerEvents {
  /** The sessions of byte streams that are in their handshake. */
  private readonly handshaking: HandshakePlaces<Session>;
  private bound: IListener | undefined;
  private unbinding = false;
  private free = false;
  private readonly whenFree: (() => void)[] = [];

  public constructor(
    owner: IActorOwner,
    private readonly socket: ISocketOfPeers,
    private readonly route: Route,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly createSession: SessionFactory,
    private readonly services: ActorServices,
  ) {
    super(owner, services.scheduler);
    this.handshaking = new HandshakePlaces(options.maxHandshakes, services.clock);
  }

  /** Binds. Rejects when that is not possible; the listener has ended then. */
  public async listen(): Promise<string> {
    const { endpoint, transport } = this.route;
    try {
      return this.begin(await transport.listen(endpoint, this.options, this));
    } catch (cause) {
      throw this.failed(cause);
    }
  }

  /** `listen`, done when it returns. Throws UnsupportedFeature where the transport cannot. */
  public listenNow(): string {
    const { endpoint, transport } = this.route;
    try {
      if (transport.listenNow === undefined) throw notAtOnce(endpoint);
      return this.begin(transport.listenNow(endpoint, this.options, this));
    } catch (cause) {
      throw this.failed(cause);
    }
  }

  /** The endpoint as it really is (ZMQ_LAST_ENDPOINT). */
  public get endpoint(): string {
    return this.bound?.endpoint ?? this.route.endpoint.endpoint;
  }

  /** Resolves when the address is free. Call it after `stop`. */
  public unbound(): Promise<void> {
    if (this.free) return Promise.resolve();
    return new Promise((resolve) => this.whenFree.push(resolve));
  }

  /** The pipes to the peers that came through this endpoint. */
  public pipes(): Pipe[] {
    const pipes: Pipe[] = [];
    for (const session of this.family) {
      const pipe = session.currentPipe;
      if (pipe !== undefined) pipes.push(pipe);
    }
    return pipes;
  }

  /** How many messages wait to be sent to them. */
  public get pending(): number {
    return this.pipes().reduce((sum, pipe) => sum + pipe.pending, 0);
  }

  /** The connections that were accepted and are not gone. */
  public get connections(): number {
    return this.family.size;
  }

  /** The endpoint as it is now. */
  public inspect(): EndpointInspection {
    const { engine } = this.route;
    const reason = engine.trouble ?? this.route.reason ?? '';
    const state = this.stopping ? 'closing' : this.bound === undefined ? 'binding' : 'listening';
    const { endpoint, connections } = this;
    return { endpoint, role: 'bind', state, engine: engine.name, reason, connections };
  }

  public onConnection(connection: IConnection | IDirectConnection): void {
    if (this.stopping || !this.post({ type: 'accepted', connection })) connection.destroy();
  }

  public onAcceptFailed(error: ZmqError): void {
    this.socket.publish('accept:error', this.endpoint, { error });
  }

  protected onCommand({ connection }: ListenerCommand): void {
    if (this.stopping) {
      connection.destroy();
      return;
    }
    const { maxConnections } = this.options;
    if (maxConnections >= 0 && this.socket.accepted >= maxConnections) {
      connection.destroy();
      this.onAcceptFailed(this.overfull(maxConnections));
      return;
    }
    const session = this.sessionOf(connection);
    if (session === undefined) return;
    this.adopt(session);
    this.socket.publish('accept', this.endpoint, session.addresses);
    if (connection.kind === 'stream') this.makeRoomFor(session);
    session.start();
  }

  protected override onChildEnded(session: Session): void {
    this.handshaking.leave(session);
  }

  protected override onDiscarded({ connection }: ListenerCommand): void {
    connection.destroy();
  }

  protected onStop(deadline: number): void {
    for (const session of this.family) session.stop(deadline);
    if (this.bound !== undefined) this.unbind();
  }

  /** Who has to go connects again, if it means well. */
  private makeRoomFor(session: Session): void {
    for (const oldest of this.handshaking.enter(session)) oldest.refuse(this.tooManyHandshakes());
  }

  /** An engine or a mechanism that cannot be made costs this connection, and not the listener. */
  private sessionOf(connection: IConnection | IDirectConnection): Session | undefined {
    try {
      const session: Session = this.createSession(this, {
        whenJoined: () => this.handshaking.leave(session),
        socket: this.socket,
        connection,
        engine: this.route.engine,
        endpoint: this.endpoint,
        options: this.options,
        accepted: true,
        pipe: undefined,
      });
      return session;
    } catch (cause) {
      connection.destroy();
      const error = fromNodeError(cause, `Cannot serve a connection to ${this.endpoint}`, this.endpoint);
      this.services.logger.error('a connection cannot be served', { endpoint: this.endpoint, error });
      this.onAcceptFailed(error);
      return undefined;
    }
  }

  private overfull(limit: number): ZmqError {
    return new ZmqError(
      'ResourceLimitReached',
      `A connection to ${this.endpoint} was closed: the socket has ${limit} already (maxConnections).`,
      { endpoint: this.endpoint },
    );
  }

  private tooManyHandshakes(): ZmqError {
    const limit = this.options.maxHandshakes;
    return new ZmqError(
      'ResourceLimitReached',
      `A connection to ${this.endpoint} was closed in its handshake: newer ones came, and ${limit} may be in it at a ` +
        'time (maxHandshakes).',
      { endpoint: this.endpoint },
    );
  }

  private begin(bound: IListener): string {
    this.bound = bound;
    this.socket.handles.add(bound);
    // Asked to stop meanwhile: what was just bound is let go again.
    if (this.stopping) this.unbind();
    else this.socket.publish('bind', this.endpoint);
    return this.endpoint;
  }

  private failed(cause: unknown): ZmqError {
    const { endpoint } = this.route.endpoint;
    const error = fromNodeError(cause, `Cannot bind ${endpoint}`, endpoint);
    // libzmq closes the socket that it could not bind, and says so first.
    if (!isUnresolved(error)) this.socket.publish('close', endpoint, { error });
    this.socket.publish('bind:error', endpoint, { error });
    this.retire();
    return error;
  }

  private unbind(): void {
    if (this.unbinding) return;
    this.unbinding = true;
    (this.bound as IListener).close().then(
      () => {
        this.socket.publish('close', this.endpoint);
        this.unboundNow();
      },
      (error: unknown) => {
        this.socket.publish('close:error', this.endpoint, {
          error: fromNodeError(error, `Cannot unbind ${this.endpoint}`, this.endpoint),
        });
        this.unboundNow();
      },
    );
  }

  private unboundNow(): void {
    this.socket.handles.delete(this.bound as IListener);
    this.free = true;
    for (const resolve of this.whenFree.splice(0)) resolve();
    this.release();
  }
}

function notAtOnce({ scheme, endpoint }: ParsedEndpoint): ZmqError {
  return new ZmqError(
    'UnsupportedFeature',
    `Cannot bind ${endpoint} at once: ${scheme} cannot. Await bind() instead.`,
    {
      endpoint,
    },
  );
}
