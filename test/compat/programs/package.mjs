// Which of the two packages a program runs on: `zeromq`, or `rzmq/compat` as it is built.
const name = process.env.ZMQ_PACKAGE ?? 'rzmq/compat';

export const zmq = await import(name);
export const drafts = name === 'zeromq' ? () => import('zeromq/draft') : () => import('rzmq/compat/draft');
export const isOurs = name !== 'zeromq';
