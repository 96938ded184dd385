// A program of versions 4 and 5. It is only compiled: against rzmq/compat/v5, and against zeromq/v5-compat.
import * as zmq from 'rzmq/compat/v5';

const sub: zmq.Socket = zmq.socket('sub', { linger: 0 });
const kind: zmq.SocketType = sub.type;
sub.identity = 'name';
sub.identity = Buffer.from('name');
sub.linger = 5;
const text: string = sub.identity;
const number: number = sub.linger;
sub.subscribe('topic').unsubscribe('topic');
sub.bind('tcp://127.0.0.1:*', (error) => console.log(error?.message)).unbind('tcp://127.0.0.1:*');
sub.connect('tcp://127.0.0.1:1').disconnect('tcp://127.0.0.1:1');
sub.on('message', (topic: Buffer, ...rest: Buffer[]) => console.log(topic.toString(), rest.length));
sub.monitor().on('connect', (value: number, endpoint: string) => console.log(value, endpoint));
sub.setsockopt(zmq.ZMQ_LINGER, 0).setsockopt('linger', 0);
const option: string | number | boolean | null = sub.getsockopt(zmq.ZMQ_LINGER);
const push = zmq.createSocket('push');
push.send('x').send(['x', Buffer.from('y'), null, 1], zmq.ZMQ_SNDMORE, (error) => console.log(error));
push.bindSync('tcp://127.0.0.1:*');
push.unbindSync('tcp://127.0.0.1:*');
push.pause();
push.resume();
push.close().unmonitor();
zmq.proxy(sub, push, push);
zmq.Context.setMaxSockets(zmq.Context.getMaxSockets());
zmq.Context.setMaxThreads(zmq.Context.getMaxThreads());
const keys: { public: string; secret: string } = zmq.curveKeypair();
const numbers: number[] = [zmq.options.linger, zmq.STATE_READY, zmq.ZMQ_PUB, zmq.ZMQ_POLLIN, zmq.ZMQ_CAN_MONITOR];

export { keys, kind, number, numbers, option, text };
export const { closed } = sub;
export const version: string = zmq.version;
