import type { ISocket } from '../core/contracts/socket.js';

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

type Sending = Pick<ISocket, 'writable' | 'send' | 'sendMultipart' | 'trySend'>;

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
export interface RouterSocket extends Common, Sending, Receiving {}
/** Talks to one peer. */
export interface PairSocket extends Common, Sending, Receiving {}

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
}
