// What differs between the libraries, as thin as it can be: making sockets, and what a received frame is.
import { Context, SocketType } from 'rzmq';
import { cipherModule } from 'rzmq/plugin';
import { BATCH } from './messages.mjs';

let context = new Context();

/** Called first: what is measured may need another Context. */
export function prepare({ curve, library }) {
  if (library === 'uring') {
    context = new Context({ defaults: { ioUringSessionEnabled: true } });
    const { available, reason } = context.capabilities.io_uring;
    if (!available) throw new Error(`There is no io_uring: ${reason}`);
  }
  if (curve !== undefined) context = new Context({ modules: [cipherModule(curve)] });
}

/** @param {string} type the name on the wire */
export function open(type, options = {}) {
  const name = Object.keys(SocketType).find((key) => SocketType[key] === type);
  return context.socket(SocketType[name], { linger: 0, ...options });
}

export async function bind(socket, endpoint) {
  await socket.bind(endpoint);
  return socket.lastEndpoint;
}

export const receive = (socket) => socket.recvMultipart();

/** The bytes of a frame. */
export const bytes = (frame) => frame.data;

/** Closes everything, so that the process ends. */
export async function finish(socket) {
  await socket.close();
  await context.term();
}

/** The fastest way to send: `next()` gives message after message. Yields to the event loop now and then. */
export async function sendFast(socket, next, control) {
  while (!control.stopping) {
    for (let i = 0; i < 1024; i++) {
      const message = next();
      if (!socket.trySend(message)) await socket.send(message);
    }
    await new Promise(setImmediate);
  }
}

/** The fastest way to receive. */
export async function receiveFast(socket, take) {
  for (;;) {
    const batch = await socket.recvMany(BATCH);
    for (let i = 0; i < batch.length; i++) take(batch[i][0].data);
  }
}
