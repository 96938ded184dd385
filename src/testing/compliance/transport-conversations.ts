import assert from 'node:assert/strict';
import { Context, SocketType } from '../../index.js';
import { pattern, type TransportClauses, type TransportGround } from './transport-ground.js';

/** What whole sockets do over the transport. */
export const conversationClauses: TransportClauses = {
  'a REQ and a REP converse over it': (ground) =>
    withContext(ground, async (context) => {
      const rep = context.socket(SocketType.Rep);
      const req = context.socket(SocketType.Req);
      await req.connect(await rep.bind(ground.subject.endpoint()));
      for (const text of ['Hello', '', 'how are you?']) {
        await req.send(text);
        assert.equal(String(await rep.recv()), text);
        await rep.send(`${text}!`);
        assert.equal(String(await req.recv()), `${text}!`);
      }
    }),

  'messages of every size arrive whole, with all their frames, in order': (ground) =>
    withContext(ground, async (context) => {
      const push = context.socket(SocketType.Push);
      const pull = context.socket(SocketType.Pull);
      await push.connect(await pull.bind(ground.subject.endpoint()));
      const messages = [0, 1, 255, 256, 8192, 65_536, 1_048_576, 3].map((size) => [
        pattern(size),
        pattern(size, 5),
        'end',
      ]);
      const sending = (async () => {
        for (const message of messages) await push.send(message);
      })();
      for (const message of messages) {
        const received = await pull.recvMultipart();
        assert.deepEqual(
          received.map(({ data }) => data.length),
          message.map((frame) => frame.length),
        );
        for (const [i, frame] of message.entries()) assert.ok(received[i]!.data.equals(Buffer.from(frame as Buffer)));
      }
      await sending;
    }),

  'a subscriber gets what it has subscribed to': (ground) =>
    withContext(ground, async (context) => {
      const pub = context.socket(SocketType.Pub);
      const sub = context.socket(SocketType.Sub);
      sub.subscribe('yes');
      await sub.connect(await pub.bind(ground.subject.endpoint()));
      await pub.waitForSubscriber('yes');
      await pub.send(['no', 'not this']);
      await pub.send(['yes', 'but this']);
      assert.deepEqual((await sub.recvMultipart()).map(String), ['yes', 'but this']);
    }),

  'a socket that has closed leaves its endpoint free, and another one is found there': (ground) =>
    withContext(ground, async (context) => {
      const first = context.socket(SocketType.Rep);
      const endpoint = await first.bind(ground.subject.endpoint());
      const ask = async (rep: typeof first): Promise<void> => {
        const req = context.socket(SocketType.Req, { reconnectInterval: 10 });
        await req.connect(endpoint);
        await req.send('who?');
        await rep.recv();
        await rep.send('me');
        assert.equal(String(await req.recv()), 'me');
        await req.close();
      };
      await ask(first);
      await first.close();
      const second = context.socket(SocketType.Rep);
      assert.equal(await second.bind(endpoint), endpoint);
      await ask(second);
    }),
};

async function withContext(ground: TransportGround, work: (context: Context) => Promise<void>): Promise<void> {
  const context = new Context({ modules: ground.modules(), defaults: { linger: 0 } });
  ground.contexts.push(context);
  try {
    await work(context);
  } finally {
    await context.term();
  }
}
