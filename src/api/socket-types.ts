import type { Address } from '../core/addressed-msg.js';
import type { ISocket, OperationOptions } from '../core/contracts/socket.js';
import type { Frame, OutMessage } from '../core/msg.js';

/** What every socket has. */
type Common = Pick<
  ISocket,
  | 'type'
  | 'closed'
  | 'lastEndpoint'
  | 'options'
  | 'events'
  | 'bind'
  | 'unbind'
  | 'connect'
  | 'disconnect'
  | 'ready'
  | 'waitForPeers'
  | 'setOption'
  | 'getOption'
  | 'monitor'
  | 'stats'
  | 'publishPipeStats'
  | 'unref'
  | 'ref'
  | 'close'
> &
  AsyncDisposable;

interface Sending extends Pick<ISocket, 'writable' | 'sendMultipart'> {
  /** @see {@link ISocket.send} */
  send(message: OutMessage, options?: OperationOptions): Promise<void>;
  /** @see {@link ISocket.trySend} */
  trySend(message: OutMessage): boolean;
}

/** For the types whose messages have one frame; `A` is the address that a message has. */
interface SendingFrames<A extends keyof Address = never> extends Pick<ISocket, 'writable'> {
  /** @see {@link ISocket.send} */
  send(message: Frame, options?: OperationOptions & Pick<Address, A>): Promise<void>;
  /** @see {@link ISocket.trySend} */
  trySend(message: Frame, ...address: [A] extends [never] ? [] : [address?: Pick<Address, A>]): boolean;
}

type Receiving = Pick<ISocket, 'readable' | 'recv' | 'recvMultipart' | 'recvMany' | 'tryRecv'> &
  Pick<ISocket, typeof Symbol.asyncIterator>;

type Subscribing = Pick<ISocket, 'subscribe' | 'unsubscribe'>;

type Publishing = Pick<ISocket, 'waitForSubscriber'>;

/** Distributes its messages among PULL peers. Waits when none can take one. */
export interface PushSocket extends Common, Sending {}
/** Receives from PUSH peers in turn. */
export interface PullSocket extends Common, Receiving {}
/** Sends each message to every subscriber of its topic. Never waits: a full subscriber misses it. */
export interface PubSocket extends Common, Sending, Publishing {}
/** Receives what it has subscribed to. */
export interface SubSocket extends Common, Receiving, Subscribing {}
/** A PUB that also receives the subscriptions. */
export interface XPubSocket extends Common, Sending, Receiving, Subscribing, Publishing {}
/** A SUB that sends its subscriptions as messages. */
export interface XSubSocket extends Common, Sending, Receiving {}
/** Sends a request, then receives its reply, in turn. */
export interface ReqSocket extends Common, Sending, Receiving {}
/** Receives a request, then sends its reply, in turn. */
export interface RepSocket extends Common, Sending, Receiving {}
/** Sends to its peers in turn and receives from them in turn. */
export interface DealerSocket extends Common, Sending, Receiving {}
/** Sends to the peer that the first frame names, and says in a first frame who a message came from. */
export interface RouterSocket extends Common, Sending, Receiving, Pick<ISocket, 'disconnectPeer'> {}
/** Talks to one peer. */
export interface PairSocket extends Common, Sending, Receiving {}

/** Bytes to and from any TCP peer: as a ROUTER, with a routing id in the first frame, but without a protocol. */
export interface StreamSocket extends Common, Sending, Receiving, Pick<ISocket, 'disconnectPeer'> {}

/** Sends to its servers in turn and receives from them in turn, one frame at a time. */
export interface ClientSocket extends Common, SendingFrames, Receiving {}
/** Sends to the client that a `routingId` names; `Msg.routingId` says who a message came from. One frame at a time. */
export interface ServerSocket extends Common, SendingFrames<'routingId'>, Receiving, Pick<ISocket, 'disconnectPeer'> {}
/** Sends to all who joined a `group`. Never waits: a full DISH misses the message. */
export interface RadioSocket extends Common, SendingFrames<'group'>, Publishing {}
/** Receives what is sent to the groups that it has joined; `Msg.group` says to which. */
export interface DishSocket extends Common, Receiving, Pick<ISocket, 'join' | 'leave'> {}
/** A PUSH whose messages have one frame. */
export interface ScatterSocket extends Common, SendingFrames {}
/** A PULL whose messages have one frame. */
export interface GatherSocket extends Common, Receiving {}
/** A SERVER among its equals: `connectPeer` tells the `routingId` of the other side. */
export interface PeerSocket
  extends Common,
    SendingFrames<'routingId'>,
    Receiving,
    Pick<ISocket, 'connectPeer' | 'disconnectPeer'> {}
/** A PAIR whose messages have one frame. */
export interface ChannelSocket extends Common, SendingFrames, Receiving {}

/** The socket that `Context.socket` makes for each type. */
export interface SocketByType {
  PUSH: PushSocket;
  PULL: PullSocket;
  PUB: PubSocket;
  SUB: SubSocket;
  XPUB: XPubSocket;
  XSUB: XSubSocket;
  REQ: ReqSocket;
  REP: RepSocket;
  DEALER: DealerSocket;
  ROUTER: RouterSocket;
  PAIR: PairSocket;
  STREAM: StreamSocket;
  CLIENT: ClientSocket;
  SERVER: ServerSocket;
  RADIO: RadioSocket;
  DISH: DishSocket;
  SCATTER: ScatterSocket;
  GATHER: GatherSocket;
  PEER: PeerSocket;
  CHANNEL: ChannelSocket;
}
