/** What each socket type can do, as the compiler sees it. Never run: `npm run typecheck` is the test. */
/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/await-thenable -- wrong uses are what this is about */
import {
  type ChannelSocket,
  type ClientSocket,
  type CloseOptions,
  type CloseReport,
  type Context,
  type DealerSocket,
  type DishSocket,
  type EndpointReport,
  type GatherSocket,
  type InMessage,
  type ISocket,
  type Msg,
  type PairSocket,
  type PeerSocket,
  type PubSocket,
  type PullSocket,
  type PushSocket,
  type RadioSocket,
  type RepSocket,
  type ReqSocket,
  type RouterSocket,
  type ScatterSocket,
  type ServerSocket,
  type SocketByType,
  SocketType,
  type StreamSocket,
  type SubSocket,
  type TermReport,
  type WaitOptions,
  type XPubSocket,
  type XSubSocket,
} from 'rzmq';
import { type Equal, expectTrue } from './assert.js';

declare const ctx: Context;

export function theTypeFollowsFromTheName(): void {
  expectTrue<Equal<keyof SocketByType, SocketType>>();
  const typed: [PushSocket, PullSocket, PubSocket, SubSocket, XPubSocket, XSubSocket] = [
    ctx.socket(SocketType.Push),
    ctx.socket(SocketType.Pull),
    ctx.socket(SocketType.Pub),
    ctx.socket(SocketType.Sub),
    ctx.socket(SocketType.XPub),
    ctx.socket(SocketType.XSub),
  ];
  const more: [ReqSocket, RepSocket, DealerSocket, RouterSocket, PairSocket, StreamSocket] = [
    ctx.socket(SocketType.Req),
    ctx.socket(SocketType.Rep),
    ctx.socket(SocketType.Dealer),
    ctx.socket(SocketType.Router),
    ctx.socket(SocketType.Pair),
    ctx.socket(SocketType.Stream),
  ];
  const single: [
    ClientSocket,
    ServerSocket,
    RadioSocket,
    DishSocket,
    ScatterSocket,
    GatherSocket,
    PeerSocket,
    ChannelSocket,
  ] = [
    ctx.socket(SocketType.Client),
    ctx.socket(SocketType.Server),
    ctx.socket(SocketType.Radio),
    ctx.socket(SocketType.Dish),
    ctx.socket(SocketType.Scatter),
    ctx.socket(SocketType.Gather),
    ctx.socket(SocketType.Peer),
    ctx.socket(SocketType.Channel),
  ];
  single.length satisfies 8;
  typed.length satisfies 6;
  more.length satisfies 6;
  // By the name on the wire, too.
  ctx.socket('PUSH') satisfies PushSocket;
  // @ts-expect-error a PULL is no PUSH
  ctx.socket(SocketType.Pull) satisfies PushSocket;
  // @ts-expect-error a socket type is a name, not libzmq's number
  ctx.socket(8);
  // A type that a module adds can do everything, as far as the compiler knows.
  ctx.socket('BUS') satisfies ISocket;
}

export async function whoOnlySends(): Promise<void> {
  for (const socket of [ctx.socket(SocketType.Push), ctx.socket(SocketType.Pub)]) {
    await socket.send('x');
    await socket.sendMultipart(['x', 'y']);
    socket.trySend('x') satisfies boolean;
    socket.writable satisfies boolean;
    // @ts-expect-error it receives nothing
    await socket.recv();
    // @ts-expect-error it receives nothing
    await socket.recvMultipart();
    // @ts-expect-error it receives nothing
    await socket.recvMany(1);
    // @ts-expect-error it receives nothing
    socket.tryRecv();
    // @ts-expect-error it receives nothing
    socket.readable satisfies boolean;
    // @ts-expect-error it has no subscriptions
    socket.subscribe('x');
    // @ts-expect-error there is nothing to walk on
    for await (const _ of socket);
  }
}

export async function whoOnlyReceives(): Promise<void> {
  for (const socket of [ctx.socket(SocketType.Pull), ctx.socket(SocketType.Sub)]) {
    (await socket.recv()) satisfies Msg;
    (await socket.recvMultipart()) satisfies InMessage;
    (await socket.recvMany(10)) satisfies InMessage[];
    socket.tryRecv() satisfies InMessage | undefined;
    socket.readable satisfies boolean;
    for await (const frames of socket) frames satisfies Msg[];
    // @ts-expect-error it sends nothing
    await socket.send('x');
    // @ts-expect-error it sends nothing
    await socket.sendMultipart(['x']);
    // @ts-expect-error it sends nothing
    socket.trySend('x');
    // @ts-expect-error it sends nothing
    socket.writable satisfies boolean;
  }
  // @ts-expect-error a PULL has no subscriptions
  ctx.socket(SocketType.Pull).subscribe('x');
}

export async function whoDoesBoth(): Promise<void> {
  const sockets = [
    ctx.socket(SocketType.Req),
    ctx.socket(SocketType.Rep),
    ctx.socket(SocketType.Dealer),
    ctx.socket(SocketType.Router),
    ctx.socket(SocketType.Pair),
    ctx.socket(SocketType.XPub),
    ctx.socket(SocketType.XSub),
  ];
  for (const socket of sockets) {
    await socket.send('x');
    (await socket.recv()) satisfies Msg;
    for await (const frames of socket) frames satisfies InMessage;
  }
  // @ts-expect-error an XSUB subscribes by messages
  ctx.socket(SocketType.XSub).subscribe('x');
  // @ts-expect-error it has no subscriptions
  ctx.socket(SocketType.Dealer).subscribe('x');
}

export function whoSubscribes(): void {
  for (const socket of [ctx.socket(SocketType.Sub), ctx.socket(SocketType.XPub)]) {
    socket.subscribe();
    socket.subscribe('a', Buffer.from('b'), new Uint8Array(1));
    socket.unsubscribe('a');
    // @ts-expect-error a topic is text or bytes
    socket.subscribe(1);
    // @ts-expect-error topics are given one by one
    socket.subscribe(['a', 'b']);
  }
}

export async function whoHasSubscribers(): Promise<void> {
  for (const socket of [ctx.socket(SocketType.Pub), ctx.socket(SocketType.XPub)]) {
    await socket.waitForSubscriber();
    await socket.waitForSubscriber('a', { timeout: 5 });
    await socket.waitForSubscriber(new Uint8Array(1), { signal: new AbortController().signal });
    // @ts-expect-error a topic is text or bytes
    await socket.waitForSubscriber(5);
  }
  // @ts-expect-error nobody subscribes to a SUB
  await ctx.socket(SocketType.Sub).waitForSubscriber('a');
}

export async function whoseMessagesHaveOneFrame(): Promise<void> {
  const sockets = [ctx.socket('CLIENT'), ctx.socket('SCATTER'), ctx.socket('CHANNEL')];
  for (const socket of sockets) {
    await socket.send('x', { signal: AbortSignal.timeout(1) });
    // @ts-expect-error its messages have one frame
    await socket.send(['x', 'y']);
    // @ts-expect-error its messages have one frame
    await socket.sendMultipart(['x']);
    // @ts-expect-error it has no address
    await socket.send('x', { routingId: 1 });
    // @ts-expect-error it has no address
    socket.trySend('x', { group: 'g' });
  }
  // @ts-expect-error a SCATTER receives nothing
  await ctx.socket('SCATTER').recv();
  // @ts-expect-error a GATHER sends nothing
  await ctx.socket('GATHER').send('x');
}

export async function whoHasAddresses(): Promise<void> {
  const server = ctx.socket('SERVER');
  const { routingId } = await server.recv();
  routingId satisfies number;
  await server.send('x', { routingId, signal: AbortSignal.timeout(1) });
  server.trySend('x', { routingId }) satisfies boolean;
  await server.send(await server.recv());
  // @ts-expect-error a SERVER has no groups
  await server.send('x', { group: 'g' });
  // @ts-expect-error a routing id of a SERVER is a number
  await server.send('x', { routingId: 'a' });
  // @ts-expect-error only a PEER is told
  await server.connectPeer('tcp://127.0.0.1:1');
  (await ctx.socket('PEER').connectPeer('tcp://127.0.0.1:1')) satisfies number;
  server.disconnectPeer(1);
  ctx.socket('ROUTER').disconnectPeer(Buffer.from('a'));
  // @ts-expect-error a DEALER does not know its peers
  ctx.socket('DEALER').disconnectPeer(1);

  const [radio, dish] = [ctx.socket('RADIO'), ctx.socket('DISH')];
  await radio.send('x', { group: 'g' });
  radio.trySend('x', { group: Buffer.from('g') }) satisfies boolean;
  dish.join('a', Buffer.from('b'));
  dish.leave('a');
  (await dish.recv()).group satisfies string;
  // @ts-expect-error a RADIO has no routing ids
  await radio.send('x', { routingId: 1 });
  // @ts-expect-error a RADIO joins nothing
  radio.join('a');
  // @ts-expect-error a DISH has groups, not topics
  dish.subscribe('a');
  // @ts-expect-error a PUSH has no address
  await ctx.socket('PUSH').send('x', { group: 'g' });
}

export async function everySocket(socket: SocketByType[SocketType]): Promise<void> {
  (await socket.bind('tcp://127.0.0.1:*')) satisfies string;
  await socket.connect('tcp://127.0.0.1:5555');
  await socket.unbind(socket.lastEndpoint);
  await socket.disconnect('tcp://127.0.0.1:5555');
  await socket.ready();
  await socket.waitForPeers(2, { timeout: 1000 });
  await socket.ready({ signal: AbortSignal.timeout(5), timeout: undefined } satisfies WaitOptions);
  // @ts-expect-error it has to know how many
  await socket.waitForPeers();
  // @ts-expect-error a time limit is a number
  await socket.ready({ timeout: '1 s' });
  socket.stats().peers satisfies number;
  socket.stats().dropped['high-water-mark'] satisfies number | undefined;
  socket.closed satisfies boolean;
  // @ts-expect-error it is the socket that says so
  socket.closed = true;
  // @ts-expect-error it is the socket that says so
  socket.lastEndpoint = '';
  // @ts-expect-error an endpoint is text
  await socket.bind(5555);
  socket.unref();
  socket.ref();
  const report: CloseReport = await socket.close();
  report.sent satisfies number;
  report.dropped.linger satisfies number | undefined;
  report.endpoints satisfies readonly EndpointReport[];
  report.endpoints[0]?.endpoint satisfies string | undefined;
  await socket.close({ deadline: 100 } satisfies CloseOptions);
  // @ts-expect-error a deadline is a number of milliseconds
  await socket.close({ deadline: '1 s' });
  // @ts-expect-error it is what has happened
  report.sent = 0;
  await socket[Symbol.asyncDispose]();
}

export async function terminating(): Promise<void> {
  const report: TermReport = await ctx.term({ deadline: 100 });
  report.sockets satisfies readonly CloseReport[];
  report.dropped['connection-lost'] satisfies number | undefined;
  report.sent satisfies number;
  (await ctx.term()) satisfies TermReport;
  ctx.unref();
  ctx.ref();
}

export async function disposal(): Promise<void> {
  await using context = ctx;
  await using socket = context.socket(SocketType.Pull);
  await socket.recv();
}

/** A typed socket is enough of an ISocket for what it can do, and an ISocket is every typed socket. */
export function interfaces(socket: ISocket): void {
  socket satisfies PushSocket & PullSocket & SubSocket & RouterSocket;
  // @ts-expect-error a PUSH lacks most of it
  ctx.socket(SocketType.Push) satisfies ISocket;
}
