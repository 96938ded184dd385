import { connect } from 'node:net';
import { SocketOption } from 'rzmq';
import type { FrameSpec } from '../content.mjs';
import { outcome, type PeerSocket } from '../peer.js';
import { type Behaviour, heard, text } from './behaviour.js';

/** The size of a frame by its digest: hexadecimal text, or a size and a hash. */
function sizeOf(digest: string): number {
  const size = /^(\d+) bytes/.exec(digest)?.[1];
  return size === undefined ? digest.length / 2 : Number(size);
}

/** The name of the peer that has come. */
async function come(socket: PeerSocket): Promise<FrameSpec> {
  const [id, notice] = await socket.recv();
  if (notice !== '') throw new Error(`a notice was awaited, ${String(notice)} came`);
  return { hex: id! };
}

/** STREAM: bytes, and no protocol. */
export const STREAMS: readonly Behaviour[] = [
  {
    name: 'STREAM with STREAM: notices, bytes both ways, and an empty message that closes',
    transports: ['tcp', 'ipc'],
    seen: ['made up|question', 'made up|answer', 300_000, 'made up|'],
    async play({ a, b, endpoint }) {
      const [left, right] = [await a.socket('STREAM'), await b.socket('STREAM')];
      await right.connect(await left.bind(endpoint()));
      const [toRight, toLeft] = [await come(left), await come(right)];
      await left.send([toRight, 'question']);
      const question = await heard(right);
      await right.send([toLeft, 'answer']);
      const answer = await heard(left);
      const sending = left.send([toRight, { seed: 3, size: 300_000 }]);
      let size = 0;
      while (size < 300_000) size += sizeOf((await right.recv())[1]!);
      await sending;
      await left.send([toRight, '']);
      // libzmq closes the connection only while the application is in a call.
      left.recv().catch(() => undefined);
      return [question, answer, size, await heard(right)];
    },
  },
  ...[0, 1].map(
    (notify): Behaviour => ({
      name: `STREAM_NOTIFY ${notify}: ${notify ? 'an empty message' : 'nothing'} tells that a TCP peer has come or gone`,
      roles: 1,
      seen: notify ? ['made up|', 'made up|bytes', 'made up|', 'made up|'] : ['made up|bytes', 'made up|next'],
      async play({ a, endpoint, raw }) {
        const stream = await a.socket('STREAM', { numbered: { [SocketOption.STREAM_NOTIFY]: notify } });
        const address = await stream.bind(endpoint());
        const peer = await raw.connect(address);
        const all = notify ? [await heard(stream)] : [];
        peer.send(Buffer.from('bytes'));
        all.push(await heard(stream));
        peer.destroy();
        if (notify) all.push(await heard(stream));
        const next = await raw.connect(address);
        if (!notify) next.send(Buffer.from('next'));
        all.push(await heard(stream));
        return all;
      },
    }),
  ),
  {
    name: 'STREAM: a message to nobody fails',
    roles: 1,
    seen: 'EHOSTUNREACH',
    async play({ a, endpoint }) {
      const stream = await a.socket('STREAM');
      await stream.bind(endpoint());
      return await outcome(stream.send([{ hex: '0011223344' }, 'x']));
    },
  },
  {
    name: 'STREAM: CONNECT_ROUTING_ID names the peer of the next connect, and an own reconnection keeps it',
    roles: 1,
    seen: ['name|', 'name|hello', 'name|', 'name|', 'name|again'],
    async play({ a, raw }) {
      const { endpoint, accept } = await raw.listen();
      const stream = await a.socket('STREAM');
      await stream.set(SocketOption.CONNECT_ROUTING_ID, 'name');
      await stream.connect(endpoint);
      const first = await accept();
      const all = [await heard(stream)];
      first.send(Buffer.from('hello'));
      all.push(await heard(stream));
      first.destroy();
      all.push(await heard(stream), await heard(stream));
      (await accept()).send(Buffer.from('again'));
      all.push(await heard(stream));
      return all;
    },
  },
  {
    name: 'STREAM serves HTTP to who speaks that',
    roles: 1,
    seen: ['GET / HTTP', 'HTTP/1.0 200 OK'],
    async play({ a, endpoint }) {
      const stream = await a.socket('STREAM');
      const { hostname, port } = new URL(await stream.bind(endpoint()));
      const client = connect(Number(port), hostname).setEncoding('latin1');
      client.write('GET / HTTP/1.0\r\n\r\n');
      const id = await come(stream);
      const request = text([(await stream.recv())[1]!]).slice(0, 10);
      let answer = '';
      client.on('data', (bytes: string) => {
        answer += bytes;
      });
      const ended = new Promise((resolve) => client.on('close', resolve));
      await stream.send([id, 'HTTP/1.0 200 OK\r\n\r\n']);
      await stream.send([id, '']);
      stream.recv().catch(() => undefined);
      await ended;
      return [request, answer.trim()];
    },
  },
];
