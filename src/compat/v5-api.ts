import { curveKeyPair } from '../index.js';
import { context } from './process-wide.js';
import { shortOptions } from './v5-options.js';
import { Socket, type SocketType } from './v5-socket.js';

export { version } from './capability.js';
export * from './v5-constants.js';
export { Socket, type SocketType, shortOptions as options };

/** The options of the global context. It cannot be made. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- programs have it as a class
export class Context {
  public constructor() {
    throw new Error('A Context cannot be made here: there is one, with static methods.');
  }

  public static setMaxThreads(value: number): void {
    context.ioThreads = value;
  }

  public static getMaxThreads(): number {
    return context.ioThreads;
  }

  public static setMaxSockets(value: number): void {
    context.maxSockets = value;
  }

  public static getMaxSockets(): number {
    return context.maxSockets;
  }
}

/** Makes a socket; `options` are set as its properties. */
export function createSocket(type: SocketType, options: Readonly<Record<string, unknown>> = {}): Socket {
  return Object.assign(new Socket(type), options);
}

export { createSocket as socket };

/** A new pair of CURVE keys, as Z85 text. */
export function curveKeypair(): { public: string; secret: string } {
  const { publicKey, secretKey } = curveKeyPair();
  return { public: publicKey, secret: secretKey };
}

/** The pairs that a proxy can be between, and how many frames of what comes back `capture` does not get. */
const PROXIES: Readonly<Record<string, number>> = {
  'push/pull': 0,
  'pull/push': 0,
  'xpub/xsub': 0,
  'router/dealer': 2,
  'xrep/xreq': 2,
};

/** Passes messages between two sockets, both ways; `capture` is sent what comes back. */
export function proxy(frontend: Socket, backend: Socket, capture?: Socket): void {
  const hidden = PROXIES[`${frontend.type}/${backend.type}`];
  if (hidden === undefined) throw new Error(`There is no proxy between a ${frontend.type} and a ${backend.type} here.`);
  frontend.on('message', (...frames: Buffer[]) => backend.send(frames));
  backend.on('message', (...frames: Buffer[]) => {
    frontend.send(frames);
    capture?.send(frames.slice(hidden));
  });
}
