/**
 * A ROUTER that echoes and an XPUB that ticks, honest peers of both, and one hostile peer after the other: whether it was
 * closed, how many honest messages arrived meanwhile, and what it cost in memory.
 */
import { connect } from 'node:net';
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, nextTurn, report, until } from '../../support/child-tools.mjs';
import { frame, greeting, ready } from '../../support/raw-zmtp.mjs';

const context = new Context({ defaults: { ...engine, linger: 0 } });
const limits = { handshakeInterval: 1000, maxHandshakes: 64 };
const router = context.socket(SocketType.Router, limits);
const xpub = context.socket(SocketType.XPub, limits);
await router.bind('tcp://127.0.0.1:*');
await xpub.bind('tcp://127.0.0.1:*');
const portOf = (socket) => Number(socket.lastEndpoint.split(':').at(-1));

// --- those who mean well -----------------------------------------------------------------------------------------

let over = false;
const served = { dialogue: 0, ticks: 0, wrong: 0 };
const echo = (async () => {
  for await (const message of router) await router.send(message);
})().catch(() => {});
const news = (async () => {
  for await (const _subscription of xpub);
})().catch(() => {});

async function dialogue() {
  const req = context.socket(SocketType.Req);
  await req.connect(router.lastEndpoint);
  for (let n = 0; !over; n++) {
    await req.send(`${n}`);
    if (String(await req.recv()) !== `${n}`) served.wrong++;
    served.dialogue++;
    await nextTurn();
  }
  await req.close();
}

async function ticker() {
  for (let n = 0; !over; n++) {
    await xpub.send(`honest/${n}`);
    await nextTurn();
  }
}

const sub = context.socket(SocketType.Sub);
sub.subscribe('honest/');
await sub.connect(xpub.lastEndpoint);
const reader = (async () => {
  let last = -1;
  for await (const message of sub) {
    const n = Number(String(message).slice('honest/'.length));
    if (!(n > last)) served.wrong++;
    last = n;
    served.ticks++;
  }
})().catch(() => {});

// --- those who do not --------------------------------------------------------------------------------------------

const longHead = (flags, size) => {
  const head = Buffer.alloc(9);
  head[0] = flags | 2;
  head.writeBigUInt64BE(size, 1);
  return head;
};
const command = (name, data = '') =>
  frame(Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(data)]), { command: true });
const property = (name, value) => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(value.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), size, Buffer.from(value)]);
};
const dealer = Buffer.concat([greeting, ready('DEALER')]);
const subscriber = Buffer.concat([greeting, ready('SUB')]);
const subscriber30 = Buffer.concat([greeting.fill(0, 11, 12).subarray(0), ready('SUB')]);
greeting[11] = 1;
const signature = Buffer.from('ff00000000000000017f', 'hex');
const subscriber20 = Buffer.concat([signature, Buffer.from([1, 2, 0, 0])]);
const subscriber10 = Buffer.from([1, 0]);
const oldMessage = (text) => Buffer.concat([Buffer.from([text.length + 1, 0]), Buffer.from(text)]);

/** A connection that writes what a generator gives, as fast as it is taken, and reads nothing unless told to. */
class Hostile {
  closed = false;
  #wake = () => {};

  constructor(port) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.connected = new Promise((resolve) => this.socket.on('connect', resolve));
    this.socket.on('drain', () => this.#wake());
    this.socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
    this.socket.resume();
  }

  /** False when the other side has closed. */
  async write(bytes) {
    if (this.closed || this.socket.destroyed) return false;
    if (!this.socket.write(bytes)) {
      await new Promise((resolve) => {
        this.#wake = resolve;
      });
    }
    return !this.closed;
  }

  async writeAll(pieces) {
    for (const piece of pieces) if (!(await this.write(piece))) return;
  }

  end() {
    this.socket.destroy();
  }
}

/** Some pieces made into large ones. */
function* inLumps(pieces) {
  let lump = [];
  let size = 0;
  for (const piece of pieces) {
    lump.push(piece);
    size += piece.length;
    if (size < 65_536) continue;
    yield Buffer.concat(lump);
    lump = [];
    size = 0;
  }
  yield Buffer.concat(lump);
}

function* times(count, make) {
  for (let i = 0; i < count; i++) yield make(i);
}

const MILLION = 1_000_000;
const to = (socket, hello, pieces) => async (hostile) => {
  const peer = hostile(socket);
  await peer.writeAll([hello]);
  await peer.writeAll(inLumps(pieces));
  return peer;
};
const said = (socket, ...bytes) => to(socket, Buffer.concat(bytes), []);

/** By name: how the peer behaves, and whether it is to be closed for it. */
const cases = {
  // Lengths
  'a message of 2^64-1 octets': ['closed', said(router, dealer, longHead(0, 2n ** 64n - 1n))],
  'a message of 2^62 octets': ['closed', said(router, dealer, longHead(0, 2n ** 62n))],
  'a message of 2^40 octets, some of which come': [
    'open',
    to(router, Buffer.concat([dealer, longHead(0, 2n ** 31n)]), [Buffer.alloc(100_000)]),
  ],
  'a message without end': [
    'closed',
    to(
      router,
      dealer,
      times(MILLION * 1.1, () => Buffer.from([1, 0])),
    ),
  ],
  'a READY of 100 KB': ['closed', said(router, greeting, longHead(4, 100_000n))],
  'a READY of 2^62 octets': ['closed', said(router, greeting, longHead(4, 2n ** 62n))],
  'a command of 2^62 octets': ['closed', said(router, dealer, longHead(4, 2n ** 62n))],
  'a subscription of 2 MB': [
    'closed',
    to(xpub, Buffer.concat([subscriber, longHead(4, 2_000_000n), Buffer.from('\x09SUBSCRIBE')]), [
      Buffer.alloc(1_900_000),
    ]),
  ],
  'ZMTP 1.0: a length of 0': ['closed', said(router, subscriber10, Buffer.from([0]))],
  'ZMTP 1.0: a routing id of 2^62 octets': ['closed', said(router, Buffer.from('ff400000000000000000', 'hex'))],
  'ZMTP 2.0: a routing id of 1 GB': ['closed', said(router, signature, Buffer.from([1, 5]), longHead(0, 2n ** 30n))],

  // Floods
  'a flood of commands that nobody knows': [
    'open',
    to(
      router,
      dealer,
      times(300_000, () => command('WHAT', 'is this')),
    ),
  ],
  'a flood of commands without a name': [
    'open',
    to(
      router,
      dealer,
      times(300_000, () => frame('', { command: true })),
    ),
  ],
  'a flood of PINGs whose PONGs are not read': [
    'open',
    async (hostile) => {
      const peer = hostile(router);
      await peer.write(dealer);
      peer.socket.pause();
      // As many as go without waiting for somebody who waits for us.
      const ping = Buffer.concat([...times(1000, () => command('PING', `\0\0${'context'.repeat(2)}`))]);
      for (let i = 0; i < 200 && !peer.closed; i++) {
        peer.socket.write(ping);
        await nextTurn();
      }
      return peer;
    },
  ],
  'a flood of READY': [
    'open',
    to(
      router,
      dealer,
      times(50_000, () => ready('DEALER')),
    ),
  ],
  'a flood of messages to a socket that reads others too': [
    'open',
    to(
      router,
      dealer,
      times(100_000, () => frame('')),
    ),
  ],

  // Greeting and metadata
  'no ZMTP': ['closed', said(router, Buffer.from('GET / HTTP/1.1\r\n\r\n'))],
  'half a greeting': ['closed', said(router, greeting.subarray(0, 30))],
  'a signature and no more': ['closed', said(router, signature)],
  'ZMTP 2.0: a greeting without the routing id': ['closed', said(router, signature, Buffer.from([1, 5]))],
  'ZMTP 1.0: half a routing id': ['closed', said(router, Buffer.from([9, 0, 0x61]))],
  'a greeting and no READY': ['closed', said(router, greeting)],
  'another mechanism': [
    'closed',
    said(router, Buffer.concat([greeting.subarray(0, 12), Buffer.from('CURVE'.padEnd(20, '\0')), Buffer.alloc(32)])),
  ],
  'another socket type': ['closed', said(router, greeting, ready('PUB'))],
  'a socket type of 60 KB': ['closed', said(router, greeting, ready('X'.repeat(60_000)))],
  'a property that is cut off': [
    'closed',
    said(router, greeting, command('READY', property('Socket-Type', 'DEALER').subarray(0, -1))),
  ],
  'a property that claims 4 GB': [
    'closed',
    said(router, greeting, command('READY', Buffer.concat([Buffer.from('\x01X'), Buffer.alloc(4, 0xff)]))),
  ],
  '10,000 properties': [
    'closed',
    said(router, greeting, command('READY', Buffer.concat([...times(10_000, () => property('', ''))]))),
  ],
  'a command before READY': ['closed', said(router, greeting, command('PING', '\0\0'))],
  'a message before READY': ['closed', said(router, greeting, frame('too early'))],

  // Subscriptions
  '1,000,000 subscriptions': [
    'closed',
    to(
      xpub,
      subscriber,
      times(MILLION, (i) => command('SUBSCRIBE', `topic/${i}`)),
    ),
  ],
  '1,000,000 subscriptions as messages of ZMTP 3.0': [
    'closed',
    to(
      xpub,
      subscriber30,
      times(MILLION, (i) => frame(`\x01${i}/topic`)),
    ),
  ],
  '1,000,000 subscriptions of a peer of ZMTP 2.0': [
    'closed',
    to(
      xpub,
      subscriber20,
      times(MILLION, (i) => frame(`\x01${i}`)),
    ),
  ],
  '1,000,000 subscriptions of a peer of ZMTP 1.0': [
    'closed',
    to(
      xpub,
      subscriber10,
      times(MILLION, (i) => oldMessage(`\x01${i}`)),
    ),
  ],
  '1,000,000 times the same subscription': [
    'open',
    to(
      xpub,
      subscriber,
      times(MILLION, () => command('SUBSCRIBE', 'topic')),
    ),
  ],
  '1,000,000 times subscribed and unsubscribed': [
    'open',
    to(
      xpub,
      subscriber,
      times(MILLION, (i) => command(i % 2 === 0 ? 'SUBSCRIBE' : 'CANCEL', 'a')),
    ),
  ],
  '100 topics of 1 MB': [
    'closed',
    to(
      xpub,
      subscriber,
      times(100, (i) => command('SUBSCRIBE', String(i).padStart(1_000_000, 'x'))),
    ),
  ],
  '3,000 topics, each the beginning of the next': [
    'open',
    to(
      xpub,
      subscriber,
      times(3000, (i) => command('SUBSCRIBE', 'y'.repeat(i))),
    ),
  ],
  '100,000 messages that are no subscriptions': [
    'open',
    to(
      xpub,
      subscriber,
      times(100_000, () => frame('up')),
    ),
  ],

  // Slowness
  'octets of a handshake, one at a time': [
    'closed',
    async (hostile) => {
      const peer = hostile(router);
      for (const octet of dealer.subarray(0, -1)) {
        await peer.write(Buffer.of(octet));
        await nextTurn();
      }
      return peer;
    },
  ],
  'octets of a message, one at a time': [
    'open',
    async (hostile) => {
      const peer = hostile(router);
      await peer.write(Buffer.concat([dealer, longHead(0, 1_000_000n)]));
      for (let i = 0; i < 500; i++) {
        await peer.write(Buffer.of(1));
        await nextTurn();
      }
      return peer;
    },
  ],
  '1,000 connections that say nothing, while others want to come in': [
    'closed',
    async (hostile) => {
      const peers = [...times(1000, () => hostile(router))];
      // The first of them go again before the last have come; who comes after them is not the oldest.
      await Promise.all(peers.map((peer) => peer.connected));
      const newcomers = [...times(20, () => context.socket(SocketType.Req))];
      for (const req of newcomers) await req.connect(router.lastEndpoint);
      await Promise.all(
        newcomers.map(async (req, i) => {
          await req.send(`new ${i}`);
          if (String(await req.recv()) !== `new ${i}`) served.wrong++;
          await req.close();
        }),
      );
      return peers.at(-1);
    },
  ],
  'a subscriber that reads nothing': [
    'open',
    async (hostile) => {
      const peer = hostile(xpub);
      peer.socket.pause();
      await peer.write(Buffer.concat([subscriber, command('SUBSCRIBE', '')]));
      const { ticks } = served;
      await until(() => served.ticks > ticks + 1000);
      return peer;
    },
  ],
};

const all = [dialogue(), dialogue(), ticker()];
await until(() => served.dialogue > 10 && served.ticks > 10);
const before = process.memoryUsage().rss;
let peak = before;
const results = [];
for (const [name, [expected, attack]] of Object.entries(cases)) {
  const start = { ...served };
  const began = performance.now();
  const made = [];
  const hostile = (socket) => {
    const peer = new Hostile(portOf(socket));
    made.push(peer);
    return peer;
  };
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const peer = await attack(hostile);
  if (expected === 'closed') await until(() => peer.closed);
  const outcome = peer.closed ? 'closed' : 'open';
  // Others are served still: some messages more have to arrive.
  const now = { ...served };
  await until(() => served.dialogue > now.dialogue + 3 && served.ticks > now.ticks + 3);
  for (const one of made) one.end();
  // All is forgotten again.
  await until(() => router.stats().peers === 2 && xpub.stats().peers === 1 && xpub.options.topicsCount === 1);
  clearInterval(sampling);
  results.push({
    name,
    expected,
    outcome,
    ms: Math.round(performance.now() - began),
    dialogue: served.dialogue - start.dialogue,
    ticks: served.ticks - start.ticks,
  });
}
over = true;
await Promise.all(all);
await context.term();
await Promise.all([echo, news, reader]);
report({ results, wrong: served.wrong, megabytes: Math.round((peak - before) / 1e6), left: await leftovers() });
