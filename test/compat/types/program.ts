// A program that uses all types of zeromq.js. It is only compiled: against rzmq/compat, and against zeromq.
import * as zmq from 'rzmq/compat';
import {
  Context,
  capability,
  context,
  curveKeyPair,
  Dealer,
  type Event,
  type EventOfType,
  type EventSubscriber,
  type EventType,
  type Message,
  type MessageLike,
  Observer,
  Pair,
  Publisher,
  Pull,
  Push,
  type Readable,
  Reply,
  Request,
  Router,
  type RouterConnectOptions,
  Socket,
  type SocketOptions,
  Stream,
  type StreamConnectOptions,
  Subscriber,
  version,
  type Writable,
  XPublisher,
  XSubscriber,
} from 'rzmq/compat';
import { Client, Dish, Gather, Radio, Scatter, Server } from 'rzmq/compat/draft';

/** Same type, in both directions. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

// Options, as the constructors take them.
const options: SocketOptions<Dealer> = {
  linger: 0,
  routingId: 'name',
  context: new Context({ ipv6: true, blocky: false }),
};
const dealer = new Dealer(options);
new Push({ sendHighWaterMark: 1, conflate: true, immediate: true, sendTimeout: 0 });
new Router({ mandatory: true, handover: true, probeRouter: true });
new Request({ correlate: true, relaxed: true });
new XPublisher({ verbosity: 'allSubs', manual: true, welcomeMessage: null, noDrop: true, invertMatching: true });
new Subscriber({ receiveHighWaterMark: 0, curveServerKey: null, plainUsername: 'user', heartbeatInterval: 100 });
new Stream({ notify: false });
// @ts-expect-error -- it is readonly
new Dealer({ lastEndpoint: 'x' });
// @ts-expect-error -- it is no option of a Pull
new Pull({ sendTimeout: 1 });
// @ts-expect-error -- it is no number
new Pull({ linger: 'x' });
// @ts-expect-error -- it is abstract
new Socket(5);

// Properties.
dealer.linger = 5;
holds<Same<typeof dealer.lastEndpoint, string | null>>();
holds<Same<typeof dealer.securityMechanism, null | 'plain' | 'curve' | 'gssapi'>>();
holds<Same<typeof dealer.curveSecretKey, string | null>>();
holds<Same<typeof dealer.tcpAcceptFilter, string | null>>();
const kind: number = dealer.type;
const flags: boolean[] = [dealer.closed, dealer.readable, dealer.writable, dealer.threadSafe, dealer.ipv6];
// @ts-expect-error -- it is readonly
dealer.closed = true;

// Traffic.
async function traffic(): Promise<void> {
  await dealer.bind('tcp://127.0.0.1:*');
  dealer.bindSync('tcp://127.0.0.1:*');
  dealer.connect(dealer.lastEndpoint ?? '');
  const all: MessageLike[] = ['text', 1, null, Buffer.alloc(1), new Uint8Array(1), new ArrayBuffer(1)];
  await dealer.send(all);
  await dealer.send('text');
  const frames = await dealer.receive();
  holds<Same<typeof frames, Buffer[]>>();
  const [first]: Message[] = frames;
  for await (const [topic, body] of new Subscriber()) console.log(topic?.toString(), body?.length, first);
  for await (const [id, bytes] of new Stream()) await new Stream().send([id, bytes]);
  const router = new Router();
  const named: RouterConnectOptions = { routingId: 'name' };
  router.connect('tcp://127.0.0.1:1', named);
  const streamed: StreamConnectOptions = {};
  new Stream().connect('tcp://127.0.0.1:1', streamed);
  await dealer.unbind('tcp://127.0.0.1:1');
  dealer.unbindSync('tcp://127.0.0.1:1');
  dealer.disconnect('tcp://127.0.0.1:1');
  // @ts-expect-error -- a Publisher does not receive
  await new Publisher().receive();
  // @ts-expect-error -- a Pull does not send
  await new Pull().send('x');
  // @ts-expect-error -- no message
  await dealer.send({});
}

// What some have, and others have not.
const both: readonly (Readable & Writable)[] = [
  new Pair(),
  new Request(),
  new Reply(),
  new Dealer(),
  new Router(),
  new XSubscriber(),
];
const reads: Readable = new Pull();
const writes: Writable = new Push();
const subscriber = new Subscriber();
subscriber.subscribe();
subscriber.subscribe('topic', Buffer.from('topic'));
subscriber.unsubscribe('topic');

// A property of one's own, in the place of one that there is: from the README of zeromq.js.
class MyDealer extends Dealer {
  override get sendHighWaterMark(): number {
    return this.getInt32Option(23);
  }

  override set sendHighWaterMark(value: number) {
    this.setInt32Option(23, value);
  }
}
const mine: Dealer = new MyDealer({ sendHighWaterMark: 456 });

class Custom extends Socket {
  constructor() {
    super(5, {});
  }

  all(): unknown[] {
    this.setBoolOption(1, true);
    this.setUint32Option(1, 1);
    this.setInt64Option(1, 1);
    this.setUint64Option(1, 1);
    this.setStringOption(1, Buffer.from('x'));
    const numbers: number[] = [this.getUint32Option(1), this.getInt64Option(1), this.getUint64Option(1)];
    const text: string | null = this.getStringOption(1);
    const flag: boolean = this.getBoolOption(1);
    return [numbers, text, flag];
  }
}

class MyContext extends Context {
  number(): number {
    this.setBoolOption(1, this.getBoolOption(1));
    this.setInt32Option(1, 2);
    return this.getInt32Option(1);
  }
}

// Events.
const observer: Observer = dealer.events;
const chained: EventSubscriber = observer.on('accept', ({ type, address }) => {
  holds<Same<typeof type, 'accept'>>();
  holds<Same<typeof address, string>>();
});
chained.off('bind', () => undefined);
observer.on('connect:retry', ({ interval }) => interval.toFixed());
observer.on('handshake:error:auth', ({ error }) => {
  const status: 300 | 400 | 500 = error.status;
  console.log(status);
});
observer.on('handshake:error:protocol', ({ error }) => {
  holds<Same<'ERR_ZMTP_CRYPTOGRAPHIC' extends typeof error.code ? true : false, true>>();
});
observer.on('bind:error', ({ error }) => console.log(error.code, error.errno));
const name: EventType = 'handshake';
function told(event: Event): string {
  switch (event.type) {
    case 'connect:retry':
      return `${event.interval} ${event.address}`;
    case 'close:error':
      return event.error.code;
    case 'end':
    case 'unknown':
      return event.type;
    default:
      return event.address;
  }
}
holds<Same<EventOfType<'end'>, { type: 'end' }>>();
async function watch(): Promise<void> {
  for await (const event of new Observer(dealer)) told(event);
  const event: Event = await observer.receive();
  if (!observer.closed) observer.close();
  console.log(event);
}

// The rest.
const proxy = new zmq.Proxy(new Router(), new Dealer());
holds<Same<typeof proxy.frontEnd, Router>>();
async function run(): Promise<void> {
  proxy.pause();
  proxy.resume();
  proxy.terminate();
  await proxy.run();
  proxy.backEnd.close();
}
context.ioThreads = 1;
context.maxSockets = Math.min(context.maxSocketsLimit, 2048);
context.maxMessageSize = 1;
context.threadPriority = 1;
context.threadSchedulingPolicy = 1;
const keys: { publicKey: string; secretKey: string } = curveKeyPair();
const words: string = version;
const draft: boolean | undefined = capability.draft;
const sockets: zmq.Socket[] = [new zmq.Pull(), mine, new Custom()];

// The drafts.
async function drafts(): Promise<void> {
  const server = new Server({ linger: 0 });
  const [message, { routingId }] = await server.receive();
  await server.send(message, { routingId });
  const [reply] = await new Client().receive();
  await new Client().send(reply);
  await new Radio().send('x', { group: 'group' });
  const dish = new Dish({ receiveTimeout: 1 });
  dish.join('group', Buffer.from('group'));
  dish.leave('group');
  const [, { group }] = await dish.receive();
  holds<Same<typeof group, Buffer>>();
  await new Scatter({ conflate: true }).send(new Uint8Array(1));
  const [gathered] = await new Gather().receive();
  console.log(gathered.length);
  // @ts-expect-error -- a Server has to say who a message is for
  await server.send('x');
}

export { both, draft, drafts, flags, keys, kind, MyContext, name, reads, run, sockets, traffic, watch, words, writes };
