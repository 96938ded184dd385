import type { Address } from '../index.js';
import { errnoError } from './errors.js';
import { type Message, type MessageLike, toBuffers, toFrames } from './messages.js';
import type { Convert } from './operations.js';
import { defineProperties, OF_READABLE, OF_WRITABLE } from './properties.js';
import { PROPERTY_OWNER, Socket } from './socket.js';

/** Sockets that send. `M`: what they send. `O`: what stands beside it (drafts only). */
export interface Writable<
  M extends MessageLike | MessageLike[] = MessageLike | MessageLike[],
  O extends [...object[]] = [],
> {
  /** ZMQ_MULTICAST_HOPS. Kept, without effect: there is no multicast. */
  multicastHops: number;
  /** ZMQ_SNDBUF. Kept, without effect: Node has no call for it. */
  sendBufferSize: number;
  /** ZMQ_SNDHWM: how many messages may wait for one peer; 0: no limit. Default 1000. */
  sendHighWaterMark: number;
  /** ZMQ_SNDTIMEO: how long `send` waits, in milliseconds; 0 not at all, -1 without end. Default -1. */
  sendTimeout: number;
  /**
   * Sends one message: one frame, or an array of frames. Resolves when it is queued for a peer. EAGAIN after `sendTimeout`,
   * and when the socket is closed meanwhile.
   *
   * Several may wait, and are served in order. With `context.strict` the second one throws EBUSY, as in zeromq.js.
   */
  send(message: M, ...options: O): Promise<void>;
}

type ReceivedBy<S> = S extends { receive(): Promise<infer M> } ? M : never;

/** Sockets that receive. `M`: the frames of a message. */
export interface Readable<M extends object[] = Message[]> {
  /** ZMQ_RCVBUF. Kept, without effect: Node has no call for it. */
  receiveBufferSize: number;
  /** ZMQ_RCVHWM: how many messages of one peer may wait to be received; 0: no limit. Default 1000. */
  receiveHighWaterMark: number;
  /** ZMQ_RCVTIMEO: how long `receive` waits, in milliseconds; 0 not at all, -1 without end. Default -1. */
  receiveTimeout: number;
  /**
   * The frames of the next message; waits for it. EAGAIN after `receiveTimeout`, and when the socket is closed meanwhile.
   *
   * Several may wait, and are served in order. With `context.strict` the second one throws EBUSY, as in zeromq.js.
   */
  receive(): Promise<M>;
  /** All messages until the socket is closed. Leaving the loop leaves the socket open. EAGAIN after `receiveTimeout`. */
  [Symbol.asyncIterator](): AsyncIterator<ReceivedBy<this>, undefined>;
}

/** Gives a class of sockets what `Writable` tells. `beside`: what has to be told beside each message. */
export function canSend(sockets: { readonly prototype: Socket }, beside?: keyof Address): void {
  defineProperties(sockets.prototype, PROPERTY_OWNER, OF_WRITABLE);
  const send = function send(this: Socket, message: unknown, address?: Address): Promise<void> {
    if (message === undefined) throw new TypeError('There has to be a message.');
    if (beside !== undefined) requireBeside(beside, address);
    const state = Socket.stateOf(this);
    state.assertUsable();
    const { operations } = state;
    if (operations.sending > 0 && state.strict) throw errnoError('EBUSY', 'One send waits already.');
    const frames = toFrames(message);
    if (frames.length === 0) return Promise.resolve();
    return operations.send(frames, beside === undefined ? undefined : address);
  };
  defineMethod(sockets.prototype, 'send', send);
}

function requireBeside(name: keyof Address, address: Address | undefined): void {
  if (typeof address !== 'object' || address === null) throw new TypeError(`There has to be an object with ${name}.`);
  if (address[name] === undefined) throw errnoError('EINVAL', `There has to be a ${name} beside the message.`);
}

/** Gives a class of sockets what `Readable` tells. */
export function canReceive(sockets: { readonly prototype: Socket }, convert: Convert<unknown> = toBuffers): void {
  defineProperties(sockets.prototype, PROPERTY_OWNER, OF_READABLE);
  const receive = function receive(this: Socket): Promise<unknown> {
    const state = Socket.stateOf(this);
    state.assertUsable();
    const { operations } = state;
    if (operations.receiving > 0 && state.strict) throw errnoError('EBUSY', 'One receive waits already.');
    return operations.receive(convert);
  };
  defineMethod(sockets.prototype, 'receive', receive);
  defineMethod(sockets.prototype, Symbol.asyncIterator, function iterate(this: Socket & Readable): unknown {
    return {
      next: async () => {
        if (this.closed) return { done: true, value: undefined };
        try {
          return { done: false, value: await this.receive() };
        } catch (error) {
          if (this.closed && (error as { code?: unknown }).code === 'EAGAIN') return { done: true, value: undefined };
          throw error;
        }
      },
    };
  });
}

function defineMethod(prototype: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
}
