// What differs between the libraries, as thin as it can be: making sockets, and what a received frame is.
import * as zmq from 'zeromq';

const classes = {
  PUB: zmq.Publisher,
  SUB: zmq.Subscriber,
  REQ: zmq.Request,
  REP: zmq.Reply,
  DEALER: zmq.Dealer,
  ROUTER: zmq.Router,
  PULL: zmq.Pull,
  PUSH: zmq.Push,
};

/** @param {string} type the name on the wire */
export function open(type, options = {}) {
  return new classes[type]({ linger: 0, ...options });
}

export async function bind(socket, endpoint) {
  await socket.bind(endpoint);
  return socket.lastEndpoint;
}

export const receive = (socket) => socket.receive();

/** The bytes of a frame. */
export const bytes = (frame) => frame;

/** This library has one way to send; it yields to the event loop by itself. */
export async function sendFast(socket, next, control) {
  while (!control.stopping) await socket.send(next());
}

/** And one way to receive. */
export async function receiveFast(socket, take) {
  for await (const frames of socket) take(frames[0]);
}
