import { describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags, SocketType } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, useGround } from '../support/spec-ground.js';
import { STREAMS, TCP, TRANSPORTS } from '../support/spec-transports.js';

/** Who may talk to whom (RFC 28 to 31, 41, 48, 49, 51 and 52). */
const PARTNERS: Readonly<Record<SocketType, readonly SocketType[]>> = {
  PAIR: ['PAIR'],
  PUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PULL: ['PUSH'],
  PUSH: ['PULL'],
  XPUB: ['SUB', 'XSUB'],
  XSUB: ['PUB', 'XPUB'],
  // It does not speak ZMTP.
  STREAM: [],
  CLIENT: ['SERVER'],
  SERVER: ['CLIENT'],
  RADIO: ['DISH'],
  DISH: ['RADIO'],
  GATHER: ['SCATTER'],
  SCATTER: ['GATHER'],
  PEER: ['PEER'],
  CHANNEL: ['CHANNEL'],
};

const TYPES = Object.values(SocketType).filter((type) => type !== SocketType.Stream);

describe('RFC 37: combinations of socket types', () => {
  const ground = useGround();

  test.each(TYPES.flatMap((own) => PARTNERS[own].map((peer) => [own, peer] as const)))(
    'a %s SHALL accept a %s',
    async (own, peer) => {
      const [bound, connecting] = [ground.socket(own), ground.socket(peer)];
      await ground.join(TCP, bound, connecting);
      expect([bound.stats().peers, connecting.stats().peers]).toEqual([1, 1]);
    },
  );

  test.each(
    TYPES.flatMap((own) => TYPES.filter((peer) => !PARTNERS[own].includes(peer)).map((peer) => [own, peer] as const)),
  )('a %s SHALL refuse a %s', async (own, peer) => {
    const [bound, connecting] = [ground.socket(own), ground.socket(peer, { reconnectInterval: 0 })];
    await connecting.connect(await bound.bind(TCP.endpoint()));
    const ends = [ground.log(bound).nth('disconnect'), ground.log(connecting).nth('disconnect')];
    const errors = (await Promise.all(ends)).map(({ error }) => error);
    // Whoever saw it first closes the connection, and says why.
    expect(errors.some((error) => error?.code === 'ProtocolViolation' && error.fatal)).toBe(true);
    expect([bound.stats().peers, connecting.stats().peers]).toEqual([0, 0]);
    expect([...ground.log(bound).of('handshake'), ...ground.log(connecting).of('handshake')]).toEqual([]);
  });
});

describe.each(TRANSPORTS)('RFC 37 over $name: messages', (transport) => {
  const ground = useGround();

  test('a frame of any size SHALL arrive as it was sent', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    const sizes = [0, 1, 254, 255, 256, 257, 8191, 8192, 16_384, 16_385, 65_535, 65_536, 65_537, 1 << 20, 20_000_003];
    const sending = (async () => {
      for (const size of sizes) await push.send(Buffer.alloc(size, 'payload'));
    })();
    for (const size of sizes) {
      const { data } = await pull.recv();
      expect(data.equals(Buffer.alloc(size, 'payload'))).toBe(true);
    }
    await sending;
  });

  test('a message of very many frames SHALL arrive whole', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    const frames = numbered('frame ', 5000);
    await push.sendMultipart(frames);
    await push.sendMultipart(['', '']);
    expect(await receive(pull)).toEqual(frames);
    expect(await receive(pull)).toEqual(['', '']);
  });

  test('frames of large and small messages SHALL keep their order', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    const sizes = [10, 100_000, 0, 70_000, 300, 17_000, 5, 200_000];
    const sending = (async () => {
      for (let i = 0; i < 200; i++) await push.sendMultipart([String(i), Buffer.alloc(sizes[i % 8] ?? 0, i), 'end']);
    })();
    for (let i = 0; i < 200; i++) {
      const [first, body, last] = await pull.recvMultipart();
      expect([String(first), body?.size, String(last)]).toEqual([String(i), sizes[i % 8], 'end']);
      expect(body?.equals(Buffer.alloc(sizes[i % 8] ?? 0, i))).toBe(true);
    }
    await sending;
  });

  test('frames of one message SHALL NOT be mixed with those of another', async () => {
    const [dealer, pair] = [ground.socket('DEALER'), ground.socket('DEALER')];
    await ground.join(transport, dealer, pair);
    const senders = numbered('s', 10).map(async (name) => {
      for (const text of numbered('', 20)) await dealer.sendMultipart([name, text, name]);
    });
    for (let left = 200; left > 0; left--) {
      const [first, , last] = await receive(pair);
      expect(first).toBe(last);
    }
    await Promise.all(senders);
  });

  test('a message that is sent frame by frame SHALL go out when its last frame comes, as one', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL', { receiveTimeout: 20 })];
    await ground.join(transport, pull, push);
    await push.send(new Msg('a', MsgFlags.MORE));
    await push.send(new Msg('b', MsgFlags.MORE));
    await rejected(pull.recv(), 'Timeout', 'EAGAIN');
    await push.send(new Msg('c'));
    pull.options.receiveTimeout = -1;
    expect(await receive(pull)).toEqual(['a', 'b', 'c']);
  });

  test('a message that is received frame by frame SHALL say of each frame whether more follow', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    await push.sendMultipart(['a', 'b', 'c']);
    await push.send('single');
    const seen: [string, boolean, boolean][] = [];
    for (let left = 4; left > 0; left--) {
      const frame = await pull.recv();
      seen.push([String(frame), frame.more, pull.options.receiveMore]);
    }
    expect(seen).toEqual([
      ['a', true, true],
      ['b', true, true],
      ['c', false, false],
      ['single', false, false],
    ]);
  });

  test('what is left of a message that was begun frame by frame SHALL be received as a whole', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    await push.sendMultipart(['a', 'b', 'c']);
    await push.send('next');
    expect(String(await pull.recv())).toBe('a');
    expect(await receive(pull)).toEqual(['b', 'c']);
    expect(await receive(pull)).toEqual(['next']);
  });

  test('a frame SHALL say what is known of the peer that sent it', async () => {
    const dealer = ground.socket('DEALER', { routingId: 'me', metadata: ['X-Colour:red', 'X-Size:7'] });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, dealer);
    await dealer.send('hello');
    const [, body] = await router.recvMultipart();
    expect([body?.metadata?.socketType, String(body?.metadata?.routingId)]).toEqual(['DEALER', 'me']);
    if (transport.name === 'tcp') expect(body?.metadata?.get('Peer-Address')).toMatch(/^127\.0\.0\.1/);
  });

  test('text SHALL be sent as UTF-8, and bytes of any view as they are', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    const backing = new Uint8Array([9, 1, 2, 3, 9]);
    await push.sendMultipart(['Grüße 🦊', backing.subarray(1, 4), new Msg('msg'), Buffer.from([255])]);
    const frames = await pull.recvMultipart();
    expect(frames.map(({ data }) => [...data])).toEqual([
      [...Buffer.from('Grüße 🦊')],
      [1, 2, 3],
      [...Buffer.from('msg')],
      [255],
    ]);
  });

  test('a received message SHALL be sendable as it is', async () => {
    const [push, middle, back, pull] = [
      ground.socket('PUSH'),
      ground.socket('PULL'),
      ground.socket('PUSH'),
      ground.socket('PULL'),
    ];
    await ground.join(transport, middle, push);
    await ground.join(transport, pull, back);
    await push.sendMultipart(['a', '', Buffer.alloc(100_000, 'x')]);
    await back.sendMultipart(await middle.recvMultipart());
    expect((await pull.recvMultipart()).map(({ size, more }) => [size, more])).toEqual([
      [1, true],
      [0, true],
      [100_000, false],
    ]);
  });
});

describe.each(STREAMS)('RFC 37 over $name: metadata', (transport) => {
  const ground = useGround();

  test('properties of the application SHALL reach the peer, in the handshake event and with each message', async () => {
    const push = ground.socket('PUSH', { metadata: ['X-Colour:red', 'X-Size:7'] });
    const pull = ground.socket('PULL');
    await ground.join(transport, pull, push);
    const { peer } = await ground.log(pull).nth('handshake');
    expect([peer?.socketType, peer?.get('x-colour'), peer?.get('X-Size')]).toEqual(['PUSH', 'red', '7']);
    await push.send('hello');
    expect((await pull.recv()).metadata).toBe(peer);
  });

  test('a large transfer in both directions SHALL NOT stop either of them', async () => {
    const [left, right] = [ground.socket('PAIR'), ground.socket('PAIR')];
    await ground.join(transport, left, right);
    const body = Buffer.alloc(500_000, 'x');
    const all = numbered('', 40);
    const sends = all.flatMap((text) => [left.send([`l${text}`, body]), right.send([`r${text}`, body])]);
    const heads = async (socket: typeof left): Promise<string[]> => {
      const got: string[] = [];
      while (got.length < 40) got.push(String((await socket.recvMultipart())[0]));
      return got;
    };
    const [fromRight, fromLeft] = await Promise.all([heads(left), heads(right)]);
    expect([fromLeft, fromRight]).toEqual([numbered('l', 40), numbered('r', 40)]);
    await Promise.all(sends);
  });

  test('many connections to one endpoint SHALL all be served', async () => {
    const rep = ground.socket('REP');
    const endpoint = await rep.bind(transport.endpoint());
    void (async () => {
      for await (const message of rep) await rep.sendMultipart(message);
    })();
    const replies = await Promise.all(
      numbered('', 100).map(async (text) => {
        const req = ground.socket('REQ');
        await req.connect(endpoint);
        await req.send(text);
        return receiveAll(req, 1);
      }),
    );
    expect(replies.flat()).toEqual(numbered('', 100));
  });
});
