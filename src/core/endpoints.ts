import type { IActorOwner } from './actor.js';
import type { Connecter } from './connecter.js';
import type { IRouter, Route } from './contracts/engine.js';
import { ZmqError } from './errors.js';
import type { Listener } from './listener.js';
import type { SocketOptionValues } from './options/values.js';
import type { Pipe } from './pipe.js';
import type { ISocketOfPeers } from './services.js';

/** The socket types for which a second connect to the same endpoint does nothing, as in libzmq. */
const CONNECT_ONCE: readonly string[] = ['REQ', 'DEALER', 'SUB', 'PUB'];

/** Makes the actors below a socket. Bound in the container, captured once per Context. */
export interface PeerFactories {
  listener(owner: IActorOwner, socket: ISocketOfPeers, route: Route, options: Readonly<SocketOptionValues>): Listener;
  connecter(owner: IActorOwner, socket: ISocketOfPeers, route: Route, options: Readonly<SocketOptionValues>): Connecter;
}

/** The socket, as far as its endpoints need it. */
export interface ISocketOfEndpoints extends IActorOwner, ISocketOfPeers {
  /** Takes over the end of a listener or connecter. */
  adopt(child: Listener | Connecter): void;
  /** The pipe is not to be used any more, from now on: its endpoint was taken away. */
  retirePipe(pipe: Pipe): void;
}

/**
 * The endpoints that a socket is bound and connected to: a Listener for each bind, a Connecter for each connect. The
 * options of that moment are what they and their connections keep.
 */
export class Endpoints {
  /** The last endpoint that was bound or connected (ZMQ_LAST_ENDPOINT); empty before. */
  public last = '';
  private readonly listeners: Set<Listener> = new Set();
  private readonly connecters: Set<Connecter> = new Set();

  public constructor(
    private readonly socket: ISocketOfEndpoints,
    private readonly options: Readonly<SocketOptionValues>,
    private readonly router: IRouter,
    private readonly factories: PeerFactories,
  ) {}

  /** Resolves with the real endpoint once it listens. */
  public async bind(endpoint: string, options: Readonly<SocketOptionValues>): Promise<string> {
    const route = this.router.route(endpoint, 'bind', options);
    const listener = this.factories.listener(this.socket, this.socket, route, options);
    this.socket.adopt(listener);
    this.last = await listener.listen();
    this.listeners.add(listener);
    return this.last;
  }

  /** `bind`, done when it returns. Throws UnsupportedFeature where the transport cannot. */
  public bindNow(endpoint: string, options: Readonly<SocketOptionValues>): string {
    const route = this.router.route(endpoint, 'bind', options);
    const listener = this.factories.listener(this.socket, this.socket, route, options);
    this.socket.adopt(listener);
    this.last = listener.listenNow();
    this.listeners.add(listener);
    return this.last;
  }

  /** Answers the pipe, where there is one before the connection. */
  public connect(endpoint: string, options: Readonly<SocketOptionValues>): Pipe | undefined {
    const route = this.router.route(endpoint, 'connect', options);
    if (CONNECT_ONCE.includes(this.socket.socketType)) {
      for (const other of this.connectersOf(endpoint)) {
        if (!other.isResting) return undefined;
        // It has given up for good: the caller wants another try.
        this.connecters.delete(other);
        other.stop(0);
      }
    }
    const connecter = this.factories.connecter(this.socket, this.socket, route, options);
    this.socket.adopt(connecter);
    this.connecters.add(connecter);
    this.last = endpoint;
    connecter.start();
    return connecter.currentPipe;
  }

  /** Resolves when the address is free. What is queued for the peers there may linger until `deadline`. */
  public unbind(endpoint: string, deadline: number): Promise<void> {
    return this.stopListening(endpoint, deadline).unbound();
  }

  /** `unbind`; the address is free when it returns. */
  public unbindNow(endpoint: string, deadline: number): void {
    this.stopListening(endpoint, deadline).flush();
  }

  /** Ends all connections to the endpoint. What is queued for them may linger until `deadline`. */
  public disconnect(endpoint: string, deadline: number): void {
    const connecters = this.connectersOf(endpoint);
    if (connecters.length === 0) throw this.unknown('disconnect', endpoint, 'connect', this.connecters);
    for (const connecter of connecters) {
      this.connecters.delete(connecter);
      const pipe = connecter.currentPipe;
      if (pipe !== undefined) this.socket.retirePipe(pipe);
      connecter.stop(deadline);
    }
  }

  /** Closes the one connection that a pipe has, now; if it was connected from here, it is not made again. */
  public dismiss(pipe: Pipe): void {
    for (const connecter of this.connecters) {
      if (connecter.currentPipe !== pipe) continue;
      this.connecters.delete(connecter);
      connecter.stop(0);
      return;
    }
    pipe.fail(
      new ZmqError('ConnectionClosed', `The peer at ${pipe.endpoint} was disconnected by its routing id.`, {
        endpoint: pipe.endpoint,
        fatal: true,
      }),
    );
  }

  /**
   * There are some, the bound ones are bound, and each of the connected ones has its peer. Throws when one of them is not
   * tried any more.
   */
  public get established(): boolean {
    for (const connecter of this.connecters) {
      if (connecter.isResting) throw connecter.givenUp;
      if (connecter.currentPipe?.connected !== true) return false;
    }
    return this.connecters.size + this.listeners.size > 0;
  }

  /** The connections that were accepted and are not gone. */
  public get accepted(): number {
    let accepted = 0;
    for (const listener of this.listeners) accepted += listener.connections;
    return accepted;
  }

  /** A listener or connecter has ended. */
  public forget(child: Listener | Connecter): void {
    this.listeners.delete(child as Listener);
    this.connecters.delete(child as Connecter);
  }

  private stopListening(endpoint: string, deadline: number): Listener {
    for (const listener of this.listeners) {
      if (listener.endpoint !== endpoint) continue;
      this.listeners.delete(listener);
      for (const pipe of listener.pipes()) this.socket.retirePipe(pipe);
      listener.stop(deadline);
      return listener;
    }
    throw this.unknown('unbind', endpoint, 'bind', this.listeners);
  }

  private connectersOf(endpoint: string): Connecter[] {
    return [...this.connecters].filter((connecter) => connecter.endpoint === endpoint);
  }

  /** Tells a malformed endpoint (InvalidEndpoint, thrown by the router) from one that is merely not known here. */
  private unknown(
    operation: string,
    endpoint: string,
    role: 'bind' | 'connect',
    known: Iterable<{ readonly endpoint: string }>,
  ): ZmqError {
    this.router.route(endpoint, role, this.options);
    const names = [...known].map((actor) => actor.endpoint).join(', ') || 'there is none';
    return new ZmqError(
      'EndpointNotFound',
      `Cannot ${operation} ${endpoint}: the socket has no such endpoint (${names}).`,
      {
        endpoint,
      },
    );
  }
}
