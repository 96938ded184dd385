/** What can be sent, and what is received. Never run: `npm run typecheck` is the test. */
import { type Context, type InMessage, type Metadata, Msg, MsgFlags, type OutMessage, SocketType } from 'rzmq';

declare const ctx: Context;
const dealer = () => ctx.socket(SocketType.Dealer);

export async function whatCanBeSent(): Promise<void> {
  const socket = dealer();
  await socket.send('text');
  await socket.send(Buffer.from('bytes'));
  await socket.send(new Uint8Array(3));
  await socket.send(new Msg('frame', MsgFlags.MORE));
  await socket.send(['text', Buffer.from('bytes'), new Uint8Array(3), new Msg('frame')]);
  const frames: readonly string[] = ['a', 'b'];
  await socket.send(frames);
  // What was received can be sent again.
  await socket.send(await socket.recvMultipart());
  await socket.send(await socket.recv());
  // @ts-expect-error a number is no frame
  await socket.send(42);
  // @ts-expect-error null is no frame
  await socket.send(null);
  // @ts-expect-error undefined is no frame
  await socket.send(undefined);
  // @ts-expect-error nothing is made of an object
  await socket.send({ hello: 'world' });
  // @ts-expect-error a message has one level
  await socket.send([['a'], ['b']]);
  // @ts-expect-error numbers are no frames
  await socket.send([1, 2]);
  // @ts-expect-error one frame is `send`'s
  await socket.sendMultipart('text');
  // @ts-expect-error a number is no frame
  socket.trySend(42) satisfies boolean;
}

export async function operations(): Promise<void> {
  const socket = dealer();
  const { signal } = new AbortController();
  await socket.send('x', { signal });
  await socket.recv({ signal });
  await socket.recvMany(10, { signal });
  await socket.send('x', { signal: undefined });
  // @ts-expect-error the signal, not its controller
  await socket.recv({ signal: new AbortController() });
  // @ts-expect-error there is no such option: RCVTIMEO is of the socket
  await socket.recv({ timeout: 10 });
  // @ts-expect-error how many is not left out
  await socket.recvMany();
  await ctx.socket(SocketType.Router).connect('tcp://127.0.0.1:1', { routingId: 'peer' });
  // @ts-expect-error a routing id is text or bytes
  await ctx.socket(SocketType.Router).connect('tcp://127.0.0.1:1', { routingId: 1 });
}

export function frames(message: InMessage, out: OutMessage): void {
  const [first, second] = message;
  // @ts-expect-error a message may have only one frame
  second.data satisfies Buffer;
  first.data satisfies Buffer;
  first.more satisfies boolean;
  first.size satisfies number;
  first.metadata satisfies Metadata | undefined;
  first.metadata?.get('Socket-Type') satisfies string | undefined;
  first.toString('hex') satisfies string;
  first.equals('text') satisfies boolean;
  first.copy() satisfies Msg;
  first.flags = MsgFlags.MORE;
  // @ts-expect-error the content cannot be changed
  first.data = Buffer.alloc(0);
  // @ts-expect-error the size cannot be changed
  first.size = 1;
  // @ts-expect-error a number is no content
  new Msg(42);
  // @ts-expect-error what is to be sent may be a single frame
  out[0] satisfies unknown;
}
