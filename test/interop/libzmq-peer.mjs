// The other side: real libzmq, in a process of its own, remote-controlled over the IPC channel of its parent.
// In:  { id, op, socket, ... }    Out: { id, result } | { id, error: { code, message } } | { socket, event }
import * as zmq from 'zeromq';
import { digest, toBytes } from './content.mjs';

const classes = {
  PAIR: zmq.Pair,
  PUB: zmq.Publisher,
  SUB: zmq.Subscriber,
  REQ: zmq.Request,
  REP: zmq.Reply,
  DEALER: zmq.Dealer,
  ROUTER: zmq.Router,
  PULL: zmq.Pull,
  PUSH: zmq.Push,
  XPUB: zmq.XPublisher,
  XSUB: zmq.XSubscriber,
  ...Object.fromEntries(
    Object.entries({
      STREAM: 11,
      SERVER: 12,
      CLIENT: 13,
      RADIO: 14,
      DISH: 15,
      GATHER: 16,
      SCATTER: 17,
      PEER: 19,
      CHANNEL: 20,
    }).map(([name, number]) => [
      name,
      class extends zmq.Socket {
        constructor(options) {
          super(number, options);
        }
      },
    ]),
  ),
};

/** @type {Map<number, zmq.Socket>} */
const sockets = new Map();

/** Streams the monitor events of a socket to the parent. */
async function watch(id, socket) {
  for (;;) {
    const { type, address, interval, error } = await socket.events.receive();
    // A protocol error has a name where the others have a number.
    const value = interval ?? error?.status ?? error?.errno ?? error?.code;
    process.send({ socket: id, event: { type, address, endpoint: address, value, error: error?.message } });
    if (type === 'end') return;
  }
}

/** Bound by `authenticate`: it lets in whom it was told of, and refuses everybody else. (RFC 27) */
async function handleZap({ username, password, publicKey, userId }) {
  const handler = new zmq.Reply({ linger: 0 });
  await handler.bind('inproc://zeromq.zap.01');
  const key = zmqKey(publicKey);
  for await (const [version, id, _domain, _address, _routingId, mechanism, ...credentials] of handler) {
    const known =
      mechanism.toString() === 'PLAIN'
        ? credentials.join(' ') === `${username} ${password}`
        : mechanism.toString() === 'CURVE' && credentials[0].equals(key);
    await handler.send([version, id, known ? '200' : '400', '', known ? userId : '', '']);
  }
}

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

function zmqKey(text) {
  const bytes = Buffer.alloc(32);
  for (let i = 0; i < 8; i++) {
    const group = [...text.slice(5 * i, 5 * i + 5)].reduce((sum, letter) => sum * 85 + Z85.indexOf(letter), 0);
    bytes.writeUInt32BE(group, 4 * i);
  }
  return bytes;
}

function set(socket, option, value) {
  if (typeof value === 'string') socket.setStringOption(option, value);
  else socket.setInt32Option(option, value);
}

const operations = {
  authenticate(_socket, { admitted }) {
    handleZap(admitted).catch(() => {});
  },
  create(_socket, { socket: id, type, options, watched }) {
    const { numbered = {}, ...named } = options ?? {};
    const socket = new classes[type]({ linger: 0, ...named });
    for (const [number, value] of Object.entries(numbered)) set(socket, Number(number), value);
    sockets.set(id, socket);
    if (watched) watch(id, socket).catch(() => {});
  },
  async bind(socket, { endpoint }) {
    await socket.bind(endpoint);
    return socket.lastEndpoint;
  },
  unbind: (socket, { endpoint }) => socket.unbind(endpoint),
  connect: (socket, { endpoint }) => socket.connect(endpoint),
  disconnect: (socket, { endpoint }) => socket.disconnect(endpoint),
  set: (socket, { option, value }) => set(socket, option, value),
  read: (socket, { option }) => socket.getInt32Option(option),
  send: (socket, { frames }) => socket.send(frames.map(toBytes)),
  /**
   * Until there is a message. The binding waits by itself, but gives up (EAGAIN) when it is woken by something else, such
   * as a peer that is being authenticated.
   */
  async recv(socket) {
    for (;;) {
      try {
        return (await socket.receive()).map(digest);
      } catch (error) {
        if (error.code !== 'EAGAIN' || socket.receiveTimeout >= 0) throw error;
      }
    }
  },
  async recvNow(socket) {
    const before = socket.receiveTimeout;
    socket.receiveTimeout = 0;
    try {
      return (await socket.receive()).map(digest);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      return undefined;
    } finally {
      socket.receiveTimeout = before;
    }
  },
  /** Of the types that add an address to what they send and receive: a group, or a routing id. */
  sendTo: (socket, { frames, address }) => socket.send(frames.map(toBytes), address),
  async recvFrom(socket) {
    const [body, address] = await socket.receive();
    return { body: digest(body), group: address?.group?.toString(), routingId: address?.routingId };
  },
  join: (socket, { group }) => socket.join(group),
  leave: (socket, { group }) => socket.leave(group),
  subscribe: (socket, { topic }) => socket.subscribe(toBytes(topic)),
  unsubscribe: (socket, { topic }) => socket.unsubscribe(toBytes(topic)),
  /** Sends until the socket refuses (it must have sendTimeout 0), at most `max` times: how many it took. */
  async flood(socket, { frames, max }) {
    const message = frames.map(toBytes);
    for (let taken = 0; taken < max; taken++) {
      try {
        await socket.send(message);
      } catch (error) {
        if (error.code === 'EAGAIN') return taken;
        throw error;
      }
    }
    return max;
  },
  close(socket, { socket: id }) {
    sockets.delete(id);
    socket?.close();
  },
};

process.on('message', async (request) => {
  const { id, op, socket } = request;
  try {
    const result = await operations[op](sockets.get(socket), request);
    process.send({ id, result });
  } catch (error) {
    if (process.connected) process.send({ id, error: { code: error.code, message: error.message } });
  }
});

// No parent, no work. A plain exit would wait for the native library's context.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send({ ready: zmq.version });
