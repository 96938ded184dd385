/** `rzmq/compat/draft`: the draft socket types of `zeromq/draft`, but for Datagram, which needs UDP. */
import type { InMessage, Msg } from '../index.js';
import { AddressedMsg } from '../plugin.js';
import { compatibly } from './errors.js';
import { type Message, type MessageLike, toBuffer } from './messages.js';
import { defineProperties, only } from './properties.js';
import { PROPERTY_OWNER, Socket, type SocketOptions } from './socket.js';
import { canReceive, canSend, type Readable, type Writable } from './traffic.js';

/** Who a message of a Server is for, or comes from. */
export interface ServerRoutingOptions {
  routingId: number;
}

/** The group that a Radio sends to. */
export interface RadioGroupOptions {
  group: Buffer | string;
}

/** The group that a Dish has received from. */
export interface DishGroupOptions {
  group: Buffer;
}

/** Answers its clients, by their number. */
export class Server extends Socket {
  public constructor(options?: SocketOptions<Server>) {
    super(12, options);
  }
}
export interface Server
  extends Readable<[Message, ServerRoutingOptions]>,
    Writable<MessageLike, [ServerRoutingOptions]> {}

/** Asks servers, in turn. */
export class Client extends Socket {
  public constructor(options?: SocketOptions<Client>) {
    super(13, options);
  }
}
export interface Client extends Readable<[Message]>, Writable<MessageLike> {}

/** Sends to all who have joined a group. */
export class Radio extends Socket {
  public constructor(options?: SocketOptions<Radio>) {
    super(14, options);
  }
}
export interface Radio extends Writable<MessageLike, [RadioGroupOptions]> {}

/** Receives what is sent to its groups. */
export class Dish extends Socket {
  public constructor(options?: SocketOptions<Dish>) {
    super(15, options);
  }

  /** Groups to receive. EINVAL for one that it is in already. */
  public join(...values: (Buffer | string)[]): void {
    this.#each(values, (inner, value) => inner.join(value));
  }

  /** Groups to receive no more. EINVAL for one that it is not in. */
  public leave(...values: (Buffer | string)[]): void {
    this.#each(values, (inner, value) => inner.leave(value));
  }

  #each(values: (Buffer | string)[], act: (inner: InnerSocket, value: Buffer | string) => void): void {
    const state = Socket.stateOf(this);
    state.assertUsable();
    for (const value of values) compatibly(() => act(state.inner, groupName(value)));
  }
}
export interface Dish extends Readable<[Message, DishGroupOptions]> {}

/** Receives from its peers in turn. */
export class Gather extends Socket {
  public constructor(options?: SocketOptions<Gather>) {
    super(16, options);
  }
}
export interface Gather extends Readable<[Message]> {
  /** ZMQ_CONFLATE. */
  conflate: boolean;
}

/** Sends to its peers in turn. */
export class Scatter extends Socket {
  public constructor(options?: SocketOptions<Scatter>) {
    super(17, options);
  }
}
export interface Scatter extends Writable<MessageLike> {
  /** ZMQ_CONFLATE. */
  conflate: boolean;
}

type InnerSocket = ReturnType<typeof Socket.stateOf>['inner'];

for (const each of [Client, Scatter]) canSend(each);
canSend(Server, 'routingId');
canSend(Radio, 'group');
for (const each of [Client, Gather]) canReceive(each);
canReceive(Server, ([frame]: InMessage) => [toBuffer(frame), { routingId: frame.routingId }]);
canReceive(Dish, ([frame]: InMessage) => [toBuffer(frame), { group: groupOf(frame) }]);
for (const each of [Scatter, Gather]) defineProperties<Socket>(each.prototype, PROPERTY_OWNER, only('w', 'conflate'));

/** The name ends where a C string would. */
function groupName(value: Buffer | string): Buffer | string {
  const end = value.indexOf('\0');
  if (end < 0) return value;
  return typeof value === 'string' ? value.slice(0, end) : value.subarray(0, end);
}

function groupOf(frame: Msg): Buffer {
  return Buffer.from(frame instanceof AddressedMsg ? frame.groupBytes : '');
}
