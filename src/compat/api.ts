export { curveKeyPair } from '../index.js';
export { capability, version } from './capability.js';
export { Context } from './context.js';
export type { Message, MessageLike } from './messages.js';
export type { Event, EventOfType, EventSubscriber, EventType } from './observer.js';
export { context } from './process-wide.js';
export { Proxy } from './proxy.js';
export { Observer, Socket, type SocketOptions } from './socket.js';
export {
  Dealer,
  Pair,
  Publisher,
  Pull,
  Push,
  Reply,
  Request,
  Router,
  type RouterConnectOptions,
  Stream,
  type StreamConnectOptions,
  Subscriber,
  XPublisher,
  XSubscriber,
} from './sockets.js';
export type { Readable, Writable } from './traffic.js';
