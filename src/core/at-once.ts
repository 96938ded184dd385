import { ZmqError } from './errors.js';
import type { SocketOptionValues } from './options/values.js';
import type { Reply, SocketCommand } from './socket-command.js';

/** The socket, as far as these operations need it. */
export interface ISocketAtOnce {
  post(command: SocketCommand): boolean;
  flush(): boolean;
  /** Throws SocketClosed or ContextTerminated once it is closed. */
  assertOpen(): void;
}

type Options = Readonly<SocketOptionValues>;

/** `bind`, done when it returns: the real endpoint. */
export function bindNow(socket: ISocketAtOnce, endpoint: string, options: Options): string {
  return ask(socket, endpoint, (reply: Reply<string>) => ({
    type: 'bind now',
    endpoint,
    run: (endpoints) => endpoints.bindNow(endpoint, options),
    reply,
  }));
}

/** `unbind`; the address is free when it returns. */
export function unbindNow(socket: ISocketAtOnce, endpoint: string): void {
  ask(socket, endpoint, (reply: Reply<string>) => ({
    type: 'unbind now',
    endpoint,
    run: (endpoints, lingerDeadline) => {
      endpoints.unbindNow(endpoint, lingerDeadline);
      return endpoint;
    },
    reply,
  }));
}

/** `connect`: when it returns there is a queue for the endpoint, as there is after awaiting `connect`. */
export function connectNow(socket: ISocketAtOnce, endpoint: string, options: Options): void {
  ask(socket, endpoint, (reply) => ({ type: 'connect', endpoint, options, reply }));
}

/** `disconnect`: when it returns nothing is sent there any more, but for what lingers. */
export function disconnectNow(socket: ISocketAtOnce, endpoint: string): void {
  ask(socket, endpoint, (reply: Reply<void>) => ({ type: 'disconnect', endpoint, reply }));
}

/** Posts a command, has the mailbox emptied, and takes the answer. The order of what was asked before stays. */
function ask<T>(socket: ISocketAtOnce, endpoint: string, command: (reply: Reply<T>) => SocketCommand): T {
  socket.assertOpen();
  if (!socket.flush()) {
    const what = `Cannot do this to ${endpoint} at once from within a listener of the same socket: await it instead.`;
    throw new ZmqError('InvalidState', what, { endpoint });
  }
  let settle: () => T = () => {
    throw new ZmqError('Internal', `The socket did not answer for ${endpoint}.`, { endpoint });
  };
  socket.post(
    command({
      resolve: (value) => {
        settle = () => value;
      },
      reject: (error) => {
        settle = () => {
          throw error;
        };
      },
    }),
  );
  socket.flush();
  return settle();
}
