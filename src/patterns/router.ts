import type { IPatternHost } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import { type Frame, type InMessage, Msg, MsgFlags, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { emptyMessage, isMultipart } from './frames.js';
import { Pattern } from './pattern.js';
import { Route, RoutingTable } from './routing-table.js';

/** What a peer may call itself: longer names, and those that begin like generated ones, count as none. */
const LONGEST_ID = 255;

/**
 * ROUTER: every peer has a routing id, which heads each message from it, and must head each message to it (RFC 28).
 *
 * A pipe gets its id once, and keeps it over reconnections: the name that `connect` gave it, else the one that its
 * first peer announces, else a generated one.
 */
export class Router extends Pattern {
  protected readonly incoming: FairQueue = new FairQueue();
  protected readonly routes: RoutingTable = new RoutingTable();
  private readonly pipes: Pipe[] = [];
  /** The number in the next generated id. It starts anywhere, so that a restarted peer is not taken for an old one. */
  private nextId: number;

  public constructor(host: IPatternHost) {
    super(host);
    this.nextId = host.random.below(0x1_0000_0000);
  }

  public override attach(pipe: Pipe): boolean {
    const route = new Route(pipe);
    pipe.state = route;
    const assigned = pipe.assignedRoutingId;
    if (assigned !== undefined && !this.name(route, assigned)) return false;
    this.pipes.push(pipe);
    if (pipe.peer !== undefined) this.identify(route);
    return true;
  }

  public override connected(pipe: Pipe): void {
    this.identify(pipe.state as Route);
    const { probeRouter, routerRaw } = this.host.options;
    // To a raw peer, an empty message means that the connection is to be closed.
    if (probeRouter && !routerRaw) pipe.writeControl(emptyMessage());
  }

  public override detach(pipe: Pipe): void {
    const at = this.pipes.indexOf(pipe);
    if (at !== -1) this.pipes.splice(at, 1);
    const route = pipe.state as Route;
    this.routes.remove(route);
    if (route.ignored) this.host.dropped('unexpected', pipe.clearInbound(), pipe);
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    if (!(pipe.state as Route).ignored) this.incoming.readActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    // Only an id: there is nothing to send, and libzmq does not mind either.
    if (!isMultipart(message) || message.length === 1) return this.drop('no-route');
    const { mandatory } = this.host.options;
    const route = this.routes.find(message[0] as Frame);
    if (route === undefined) {
      if (mandatory) throw unknownPeer();
      return this.drop('no-route');
    }
    const body = message.length === 2 ? (message[1] as Frame) : message.slice(1);
    if (route.pipe.write(body)) return true;
    return mandatory ? false : this.drop(route.pipe.hasEnded ? 'no-route' : 'high-water-mark', route.pipe);
  }

  public recv(): InMessage | undefined {
    const message = this.incoming.recv();
    if (message === undefined) return undefined;
    const route = (this.incoming.from as Pipe).state as Route;
    const id = route.id as Buffer;
    const first = message[0];
    const head = new Msg(id, MsgFlags.MORE, 0, id.length, first.metadata);
    if (message.length === 1) return [head, first];
    if (message.length === 2) return [head, first, message[1] as Msg];
    const headed: InMessage = [head];
    for (let i = 0; i < message.length; i++) headed.push(message[i] as Msg);
    return headed;
  }

  /** Always, because a message without a way is dropped; under ZMQ_ROUTER_MANDATORY, when any peer has room. */
  public get writable(): boolean {
    if (!this.host.options.mandatory) return true;
    for (let i = 0; i < this.pipes.length; i++) if ((this.pipes[i] as Pipe).writable) return true;
    return false;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }

  public pipeOf(routingId: number | Frame): Pipe | undefined {
    return typeof routingId === 'number' ? undefined : this.routes.find(routingId)?.pipe;
  }

  private drop(reason: 'no-route' | 'high-water-mark', pipe?: Pipe): true {
    this.host.dropped(reason, 1, pipe);
    return true;
  }

  /**
   * Names a pipe by its peer, unless it has a name. When that is somebody else's, the peer stays connected, and
   * nothing that it sends is read.
   */
  protected identify(route: Route): void {
    if (this.routes.has(route)) return;
    const wasIgnored = route.ignored;
    const announced = route.pipe.peer?.routingId;
    const named = announced !== undefined && isAcceptable(announced);
    route.ignored = !this.name(route, named ? announced : this.generateId());
    if (wasIgnored && !route.ignored) this.host.dropped('unexpected', route.pipe.clearInbound(), route.pipe);
  }

  /** Gives the route its id, from whoever has it if that is allowed. False: somebody has it. */
  private name(route: Route, id: Buffer): boolean {
    const owner = this.routes.find(id);
    if (owner !== undefined && !this.host.options.handover) return false;
    if (owner !== undefined) this.routes.remove(owner);
    this.routes.add(route, Buffer.from(id));
    if (owner !== undefined) {
      // From now on the name is somebody else's: that the old owner goes is no news of it.
      owner.pipe.retire();
      owner.pipe.fail(tookOver(owner.pipe.endpoint));
    }
    return true;
  }

  private generateId(): Buffer {
    const id = Buffer.alloc(5);
    do {
      id.writeUInt32BE(this.nextId, 1);
      this.nextId = (this.nextId + 1) >>> 0;
    } while (this.routes.find(id) !== undefined);
    return id;
  }
}

function isAcceptable(id: Buffer): boolean {
  return id.length > 0 && id.length <= LONGEST_ID && id[0] !== 0;
}

function unknownPeer(): ZmqError {
  return new ZmqError(
    'HostUnreachable',
    'No peer of this ROUTER has that routing id: send to an id that a message came with, wait until the peer has ' +
      'connected, or switch ROUTER_MANDATORY off to have such messages dropped.',
  );
}

function tookOver(endpoint: string): ZmqError {
  return new ZmqError(
    'ConnectionClosed',
    'Another peer came with the same routing id and took it over (ROUTER_HANDOVER): give each peer its own ROUTING_ID.',
    { endpoint, fatal: true },
  );
}
