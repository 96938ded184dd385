import { Actor, type IActorOwner } from './actor.js';
import type { ITimer } from './contracts/clock.js';
import type { IEngine, IEngineHost } from './contracts/engine.js';
import type { MonitorEventName, SocketEventFacts } from './contracts/monitor.js';
import { ZmqError } from './errors.js';
import type { Metadata } from './metadata.js';
import { Notices } from './notices.js';
import type { Pipe } from './pipe.js';
import type { ActorServices, SessionEnd, SessionSpec } from './services.js';

/** What the engine tells its session. */
export interface SessionCommand {
  readonly type: 'engine ended';
  readonly error: ZmqError | undefined;
}

/**
 * One connection: it owns the engine, and joins it to a pipe when the peer is known.
 *
 * Its owner is the Listener that accepted it or the Connecter that made it. It ends when the connection does, for
 * whatever reason; `end` then says which.
 */
export class Session extends Actor<SessionCommand> implements IEngineHost {
  /** Set when the session has ended. */
  public end: SessionEnd = { stage: 'handshake', error: undefined };
  private readonly engine: IEngine;
  private readonly notices: Notices;
  private pipe: Pipe | undefined;
  private readonly ownsPipe: boolean;
  /** Both ends of the connection, for events. */
  public readonly addresses: Addresses;
  private joined = false;
  /** The peer, once it is known. */
  private peer: Metadata | undefined = undefined;
  private lingerTimer: ITimer | null = null;

  public constructor(
    owner: IActorOwner,
    private readonly spec: SessionSpec,
    private readonly services: ActorServices,
  ) {
    super(owner, services.scheduler);
    this.pipe = spec.pipe;
    this.ownsPipe = spec.pipe === undefined;
    this.notices = new Notices(spec.socket.socketType, spec.accepted, spec.options);
    this.addresses = addressesOf(spec);
    this.engine = spec.engine.create(spec.connection, {
      socketType: spec.socket.socketType,
      endpoint: spec.endpoint,
      options: spec.options,
      accepted: spec.accepted,
    });
  }

  /** Begins the handshake. Called once, by the owner. */
  public start(): void {
    const { socket, connection } = this.spec;
    this.engine.start(this);
    if (connection.kind === 'stream') socket.handles.add(connection);
  }

  /** The pipe to the peer, once that is known; that of the Connecter from the beginning. */
  public get currentPipe(): Pipe | undefined {
    return this.pipe;
  }

  /** Ends the connection, for a reason that the events of the socket tell. Asked for by the owner. */
  public refuse(error: ZmqError): void {
    this.engine.fail(error);
  }

  public onPeer(peer: Metadata): Pipe | undefined {
    const { socket, endpoint } = this.spec;
    if (this.pipe === undefined) {
      // Nothing can be queued for this peer, so a stopping socket has no use for it.
      if (this.stopping) return undefined;
      this.pipe = socket.createPipe(endpoint);
      socket.attach(this.pipe);
    }
    this.joined = true;
    this.peer = peer;
    this.pipe.introduce(peer, this.notices.hello);
    this.notices.connected(this.pipe);
    this.spec.whenJoined?.();
    socket.publish('handshake', endpoint, { ...this.addresses, peer });
    socket.connected(this.pipe, peer);
    // Asked to stop during the handshake, because messages waited for this peer: let them out, then close.
    if (this.stopping) this.services.scheduler.endOfTurn(() => this.engine.finish());
    return this.pipe;
  }

  public onEnded(error: ZmqError | undefined): void {
    // Now, and not from the mailbox: nothing may be written to an engine that is gone.
    const { socket, connection } = this.spec;
    if (connection.kind === 'stream') socket.handles.delete(connection);
    if (this.joined) {
      const pipe = this.pipe as Pipe;
      socket.dropped('connection-lost', this.engine.unsent, pipe);
      this.notices.disconnected(pipe);
      if (this.ownsPipe) {
        socket.dropped(this.stopping ? 'linger' : 'peer-gone', pipe.end(), pipe);
        socket.detach(pipe);
      } else {
        pipe.disconnect();
        socket.disconnected(pipe);
      }
    }
    this.report({ type: 'engine ended', error });
  }

  protected onCommand(command: SessionCommand): void {
    const { error } = command;
    this.lingerTimer?.cancel();
    this.end = { stage: this.joined ? 'traffic' : 'handshake', error };
    if (!this.stopping) this.tellEnd(error);
    this.retire();
  }

  protected onStop(deadline: number): void {
    this.lingerTimer?.cancel();
    this.lingerTimer = null;
    const left = deadline - this.services.clock.now();
    const queued = this.pipe?.pending ?? 0;
    if (left <= 0 || (!this.joined && queued === 0)) {
      this.engine.destroy();
      return;
    }
    if (left !== Number.POSITIVE_INFINITY)
      this.lingerTimer = this.spec.socket.clock.after(left, () => this.engine.destroy());
    if (this.joined) this.engine.finish();
  }

  private tellEnd(error: ZmqError | undefined): void {
    const { socket, endpoint } = this.spec;
    const { addresses, peer } = this;
    if (!this.joined) {
      const failure = error ?? hungUp(endpoint);
      socket.publish(handshakeFailure(failure), endpoint, { ...addresses, error: failure });
    }
    const known = peer === undefined ? addresses : { ...addresses, peer };
    socket.publish('disconnect', endpoint, error === undefined ? known : { ...known, error });
  }
}

/** Both ends of a connection, as events tell them. */
type Addresses = Pick<SocketEventFacts, 'address' | 'localEndpoint' | 'remoteEndpoint'>;

function addressesOf({ connection, endpoint }: SessionSpec): Addresses {
  const scheme = endpoint.slice(0, endpoint.indexOf('://') + 3);
  const { localAddress, remoteAddress } = connection;
  return {
    address: remoteAddress,
    ...(localAddress === '' ? {} : { localEndpoint: scheme + localAddress }),
    ...(remoteAddress === '' ? {} : { remoteEndpoint: scheme + remoteAddress }),
  };
}

function hungUp(endpoint: string): ZmqError {
  return new ZmqError('ConnectionClosed', `The peer at ${endpoint} closed the connection during the handshake.`, {
    endpoint,
  });
}

function handshakeFailure(error: ZmqError): MonitorEventName {
  if (error.code === 'AuthenticationFailure') return 'handshake:error:auth';
  return error.code === 'ProtocolViolation' ? 'handshake:error:protocol' : 'handshake:error:other';
}
