// Which of the two packages a program runs on: `zeromq`, or `rzmq/compat` as it is built.
import { createRequire } from 'node:module';

const name = process.env.ZMQ_PACKAGE ?? 'rzmq/compat';

export const isOurs = name !== 'zeromq';
export const zmq = await import(name);

/** The draft sockets. (zeromq.js has no path for `import` there.) */
export const drafts = () => createRequire(import.meta.url)(`${name}/draft`);
