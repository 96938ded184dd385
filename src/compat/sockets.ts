import type { Message, MessageLike } from './messages.js';
import { defineProperties, only } from './properties.js';
import { PROPERTY_OWNER, Socket, type SocketOptions } from './socket.js';
import { canReceive, canSend, type Readable, type Writable } from './traffic.js';

// Each class is told twice: what it is, and in an interface what it has of others. zeromq.js does the same, and programs
// depend on it: a property of an interface may be replaced by an accessor of a subclass.

/** What `connect` of a Router can be told. */
export interface RouterConnectOptions {
  /** The name of the peer, whatever it calls itself. */
  routingId?: string;
}

/** What `connect` of a Stream can be told. */
export interface StreamConnectOptions {
  /** The name of the peer. */
  routingId?: string;
}

/** ZMQ_CONFLATE. */
interface Conflating {
  /** Each queue keeps one message, the newest. */
  conflate: boolean;
}

/** ZMQ_ROUTING_ID. */
interface Named {
  /** The name that the socket has for a Router. */
  routingId: string | null;
}

/** ZMQ_PROBE_ROUTER. */
interface Probing {
  /** An empty message goes out on every new connection. */
  probeRouter: boolean;
}

/** ZMQ_INVERT_MATCHING. */
interface Inverting {
  /** What matches no subscription is delivered, and nothing else. */
  invertMatching: boolean;
}

/** ZMQ_XPUB_NODROP. */
interface NotDropping {
  /** `send` waits for a full subscriber, instead of dropping the message. */
  noDrop: boolean;
}

/** Talks to one other Pair. */
export class Pair extends Socket {
  public constructor(options?: SocketOptions<Pair>) {
    super(0, options);
  }
}
export interface Pair extends Writable, Readable {}

/** Sends each message to all who have subscribed to its beginning. Never waits. */
export class Publisher extends Socket {
  public constructor(options?: SocketOptions<Publisher>) {
    super(1, options);
  }
}
export interface Publisher extends Writable, NotDropping, Conflating, Inverting {}

/** Receives what it has subscribed to. */
export class Subscriber extends Socket {
  public constructor(options?: SocketOptions<Subscriber>) {
    super(2, options);
  }

  /** Subscribes to messages that begin with one of these; without any, to all. */
  public subscribe(...prefixes: (Buffer | string)[]): void {
    if (prefixes.length === 0) this.setStringOption(6, null);
    for (const prefix of prefixes) this.setStringOption(6, prefix);
  }

  /** Takes subscriptions back, as often as they were made; without any, that to all. */
  public unsubscribe(...prefixes: (Buffer | string)[]): void {
    if (prefixes.length === 0) this.setStringOption(7, null);
    for (const prefix of prefixes) this.setStringOption(7, prefix);
  }
}
export interface Subscriber extends Readable, Conflating, Inverting {}

/** Asks, and receives the answer, in turn. */
export class Request extends Socket {
  public constructor(options?: SocketOptions<Request>) {
    super(3, options);
  }
}
export interface Request extends Readable, Writable, Named, Probing {
  /** ZMQ_REQ_CORRELATE: a request carries a number, and answers with another one are skipped. */
  correlate: boolean;
  /** ZMQ_REQ_RELAXED: another request may be sent before the answer came. */
  relaxed: boolean;
}

/** Receives a request, and answers it, in turn. */
export class Reply extends Socket {
  public constructor(options?: SocketOptions<Reply>) {
    super(4, options);
  }
}
export interface Reply extends Readable, Writable, Named {}

/** Sends to its peers in turn, and receives from them in turn. */
export class Dealer extends Socket {
  public constructor(options?: SocketOptions<Dealer>) {
    super(5, options);
  }
}
export interface Dealer extends Readable, Writable, Named, Probing, Conflating {}

/** Sends to the peer that the first frame names, and puts the name of the sender before what it receives. */
export class Router extends Socket {
  public constructor(options?: SocketOptions<Router>) {
    super(6, options);
  }

  /** Connects, and may name the peer. */
  public override connect(address: string, options: RouterConnectOptions = {}): void {
    connectTo(this, address, options.routingId);
  }
}
export interface Router extends Readable, Writable, Named, Probing {
  /** ZMQ_ROUTER_MANDATORY: a message to an unknown peer is EHOSTUNREACH, and one to a full peer waits. */
  mandatory: boolean;
  /** ZMQ_ROUTER_HANDOVER: a newcomer takes over a name that is in use. */
  handover: boolean;
}

/** Receives from its peers in turn. */
export class Pull extends Socket {
  public constructor(options?: SocketOptions<Pull>) {
    super(7, options);
  }
}
export interface Pull extends Readable, Conflating {}

/** Sends to its peers in turn. */
export class Push extends Socket {
  public constructor(options?: SocketOptions<Push>) {
    super(8, options);
  }
}
export interface Push extends Writable, Conflating {}

/** A Publisher that receives the subscriptions of its peers: a byte 1 or 0, and the prefix. */
export class XPublisher extends Socket {
  public constructor(options?: SocketOptions<XPublisher>) {
    super(9, options);
  }

  /** ZMQ_XPUB_VERBOSE and ZMQ_XPUB_VERBOSER: whether repeated subscriptions, and unsubscriptions, are received too. */
  public set verbosity(value: null | 'allSubs' | 'allSubsUnsubs') {
    if (value === 'allSubsUnsubs') this.setBoolOption(78, true);
    else if (value === 'allSubs' || value === null) this.setBoolOption(40, value !== null);
  }
}
export interface XPublisher extends Readable, Writable, NotDropping, Inverting {
  /** ZMQ_XPUB_MANUAL: subscriptions are only reported. */
  manual: boolean;
  /** ZMQ_XPUB_WELCOME_MSG: what each new subscriber is sent first. */
  welcomeMessage: string | null;
}

/** A Subscriber that subscribes by sending: a byte 1 or 0, and the prefix. */
export class XSubscriber extends Socket {
  public constructor(options?: SocketOptions<XSubscriber>) {
    super(10, options);
  }
}
export interface XSubscriber extends Readable, Writable {}

/** Exchanges bytes with any TCP peer: the first frame names it, an empty second one means that it came or goes. */
export class Stream extends Socket {
  public constructor(options?: SocketOptions<Stream>) {
    super(11, options);
  }

  /** Connects, and may name the peer. */
  public override connect(address: string, options: StreamConnectOptions = {}): void {
    connectTo(this, address, options.routingId);
  }
}
export interface Stream extends Readable<[Message, Message]>, Writable<[MessageLike, MessageLike]> {
  /** ZMQ_STREAM_NOTIFY: an empty message is received when a peer comes or goes. Default true. */
  notify: boolean;
}

for (const each of [Pair, Publisher, Request, Reply, Dealer, Router, Push, XPublisher, XSubscriber, Stream])
  canSend(each);
for (const each of [Pair, Subscriber, Request, Reply, Dealer, Router, Pull, XPublisher, XSubscriber, Stream]) {
  canReceive(each);
}

for (const [classes, access, ...names] of [
  [[Request, Reply, Dealer, Router], 'rw', 'routingId'],
  [[Request, Dealer, Router], 'w', 'probeRouter'],
  [[Request], 'w', 'correlate', 'relaxed'],
  [[Router], 'rw', 'mandatory'],
  [[Router], 'w', 'handover'],
  [[Pull, Push, Subscriber, Publisher, Dealer], 'w', 'conflate'],
  [[Publisher, XPublisher], 'w', 'noDrop'],
  [[XPublisher], 'w', 'manual', 'welcomeMessage'],
  [[Publisher, Subscriber, XPublisher], 'rw', 'invertMatching'],
  [[Stream], 'w', 'notify'],
] as const) {
  for (const each of classes) defineProperties<Socket>(each.prototype, PROPERTY_OWNER, only(access, ...names));
}

function connectTo(socket: Socket, address: unknown, routingId: string | undefined): void {
  if (typeof address !== 'string') throw new TypeError('The address has to be text.');
  const state = Socket.stateOf(socket);
  state.assertUsable();
  state.connect(address, routingId === '' ? undefined : routingId);
}
