import { describe, expect, test } from '@jest/globals';
import { type InMessage, type ProxyEnd, type ProxyStatistics, proxy, type SteerableProxy } from 'rzmq';
import { thrown } from '../support/spec-errors.js';
import {
  type AnySocket,
  numbered,
  receive,
  receiveAll,
  receiveRest,
  sendUntilFull,
  texts,
  turn,
  until,
  untyped,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, TCP, TRANSPORTS } from '../support/spec-transports.js';

/** The eight numbers of a STATISTICS reply. */
function numbers(message: InMessage): number[] {
  return message.map(({ data }) => Number(new BigUint64Array(new Uint8Array(data).buffer)[0]));
}

function flat({ frontend: f, backend: b }: ProxyStatistics): number[] {
  return [f, b].flatMap((t) => [t.messagesReceived, t.bytesReceived, t.messagesSent, t.bytesSent]);
}

async function endOf(running: SteerableProxy): Promise<ProxyEnd['reason']> {
  return (await running.ended).reason;
}

describe.each(TRANSPORTS)('a proxy over $name', (transport) => {
  const ground = useGround();

  test('ROUTER and DEALER: each reply SHALL reach the one who asked', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    const clients = [0, 1, 2].map(() => ground.socket('REQ'));
    const workers = [0, 1].map(() => ground.socket('REP'));
    await ground.join(transport, router, ...clients);
    await ground.join(transport, dealer, ...workers);
    const running = proxy(router, dealer);
    const serving = workers.map(async (worker) => {
      for await (const frames of worker) await worker.send(['re', ...frames]);
    });
    for (let round = 0; round < 20; round++) {
      await Promise.all(clients.map((client, index) => client.send([`${index}`, `${round}`])));
      const replies = await Promise.all(clients.map(receive));
      expect(replies).toEqual(clients.map((_, index) => ['re', `${index}`, `${round}`]));
    }
    const { frontend, backend, unroutable } = running.statistics();
    expect([frontend.messagesReceived, frontend.messagesSent]).toEqual([60, 60]);
    expect([backend.messagesReceived, backend.messagesSent, unroutable]).toEqual([60, 60, 0]);
    await Promise.all(workers.map((worker) => worker.close()));
    await Promise.all(serving);
    await running.terminate();
  });

  test('XSUB and XPUB: subscriptions SHALL go up, and what they ask for come down', async () => {
    const [xsub, xpub] = [ground.socket('XSUB'), ground.socket('XPUB')];
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    await ground.join(transport, xsub, pub);
    await ground.join(transport, xpub, sub);
    await using running = proxy(xsub, xpub);
    sub.subscribe('a');
    await until(() => running.statistics().frontend.messagesSent === 1);
    // The subscription is on its way to the publisher: what it does not know yet it drops.
    const hear = receive(sub);
    let heard: string[] | undefined;
    void hear.then((message) => {
      heard = message;
    });
    while (heard === undefined) {
      await pub.send(['b', 'no']);
      await pub.send(['a', 'yes']);
      await turn();
    }
    expect(heard).toEqual(['a', 'yes']);
    sub.unsubscribe('a');
    await until(() => running.statistics().backend.messagesReceived === 2);
  });

  test('PULL and PUSH: messages SHALL pass in order, with all of their frames', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const [source, sink] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, source);
    await ground.join(transport, push, sink);
    const running = proxy(pull, push);
    const sending = (async () => {
      for (let n = 0; n < 3000; n++) await source.send([`${n}`, '', 'three']);
    })();
    for (let n = 0; n < 3000; n++) expect(await receive(sink)).toEqual([`${n}`, '', 'three']);
    await sending;
    const digits = numbered('', 3000).join('').length;
    expect(flat(running.statistics())).toEqual([3000, digits + 15_000, 0, 0, 0, 0, 3000, digits + 15_000]);
    expect((await running.terminate()).undelivered).toEqual([]);
  });

  test('one socket as both SHALL send back what it receives', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    await ground.join(transport, router, dealer);
    const running = proxy(router, router);
    for (const text of numbered('', 100)) await dealer.send([text, 'x']);
    expect(await receiveAll(dealer, 100)).toEqual(numbered('', 100).map((text) => `${text}|x`));
    const { frontend, backend } = running.statistics();
    expect([frontend.messagesReceived, frontend.messagesSent]).toEqual([100, 0]);
    expect([backend.messagesReceived, backend.messagesSent]).toEqual([0, 100]);
    await running.terminate();
  });

  test('REP and REQ: one request at a time SHALL pass, and its reply', async () => {
    const [rep, req] = [ground.socket('REP'), ground.socket('REQ')];
    const [client, other, server] = [ground.socket('REQ'), ground.socket('REQ'), ground.socket('REP')];
    await ground.join(transport, rep, client, other);
    await ground.join(transport, req, server);
    const running = proxy(rep, req);
    for (let round = 0; round < 5; round++) {
      await Promise.all([client.send('one'), other.send('two')]);
      for (let n = 0; n < 2; n++) await server.send(['re', ...(await receive(server))]);
      expect([await receive(client), await receive(other)]).toEqual([
        ['re', 'one'],
        ['re', 'two'],
      ]);
    }
    await running.terminate();
  });

  test('nothing SHALL be taken while the other side has no room', async () => {
    const limits = { sendHighWaterMark: 5, receiveHighWaterMark: 5 };
    const [pull, push] = [ground.socket('PULL', limits), ground.socket('PUSH', limits)];
    const [source, sink] = [ground.socket('PUSH', limits), ground.socket('PULL')];
    await ground.join(transport, pull, source);
    const running = proxy(pull, push);
    const big = Buffer.alloc(100_000);
    // Nobody is there to send to: what the sockets and the system hold, and not one more.
    const taken = await sendUntilFull(source, (index) => [`${index}`, big], 50);
    expect(flat(running.statistics())).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(taken).toBeLessThan(1000);
    await ground.join(transport, push, sink);
    for (let n = 0; n < taken; n++) expect((await receive(sink))[0]).toBe(`${n}`);
    await running.terminate();
    expect([pull.stats().dropped, push.stats().dropped]).toEqual([{}, {}]);
  });

  test('a full destination SHALL hold back its source only until it has room', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH', { sendHighWaterMark: 2 })];
    const [source, sink] = [ground.socket('PUSH'), ground.socket('PULL', { receiveHighWaterMark: 1 })];
    await ground.join(transport, pull, source);
    await ground.join(transport, push, sink);
    const running = proxy(pull, push);
    for (let n = 0; n < 500; n++) await source.send(`${n}`);
    expect(await receiveAll(sink, 500)).toEqual(numbered('', 500));
    expect((await running.terminate()).statistics.backend.messagesSent).toBe(500);
  });

  test('PAUSE SHALL stop it, RESUME go on, and nothing is lost between', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const [source, sink] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, source);
    await ground.join(transport, push, sink);
    const running = proxy(pull, push);
    expect(running.state).toBe('running');
    running.pause();
    running.pause();
    expect(running.state).toBe('paused');
    for (const text of numbered('', 50)) await source.send(text);
    await until(() => pull.readable);
    for (let n = 0; n < 5; n++) await turn();
    expect(running.statistics().frontend.messagesReceived).toBe(0);
    running.resume();
    expect(running.state).toBe('running');
    expect(await receiveAll(sink, 50)).toEqual(numbered('', 50));
    running.pause();
    expect(await running.terminate()).toMatchObject({ reason: 'terminated', undelivered: [] });
    expect(running.state).toBe('ended');
    running.resume();
    expect(running.state).toBe('ended');
  });

  test('after TERMINATE the sockets SHALL be open, and keep what was not taken', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const source = ground.socket('PUSH');
    await ground.join(transport, pull, source);
    const running = proxy(pull, push);
    await source.send('kept');
    await until(() => pull.readable);
    await Promise.all([running.terminate(), running.terminate(), running[Symbol.asyncDispose]()]);
    expect([pull.closed, push.closed]).toEqual([false, false]);
    expect(await receive(pull)).toEqual(['kept']);
  });
});

describe('a proxy between draft socket types', () => {
  const ground = useGround();

  test('GATHER and SCATTER, CHANNEL and CHANNEL: frames SHALL pass', async () => {
    const [gather, scatter] = [ground.socket('GATHER'), ground.socket('SCATTER')];
    const [source, sink] = [ground.socket('SCATTER'), ground.socket('GATHER')];
    await ground.join(TCP, gather, source);
    await ground.join(TCP, scatter, sink);
    const [one, two, left, right] = [0, 1, 2, 3].map(() => ground.socket('CHANNEL'));
    await ground.join(TCP, one!, left!);
    await ground.join(TCP, two!, right!);
    await using _stream = proxy(gather, scatter);
    await using _talk = proxy(one!, two!);
    await source.send('down');
    expect(await receive(sink)).toEqual(['down']);
    await left!.send('there');
    expect(await receive(right!)).toEqual(['there']);
    await right!.send('back');
    expect(await receive(left!)).toEqual(['back']);
  });

  test('DISH and RADIO: a message SHALL keep its group', async () => {
    const [dish, radio, source, sink] = [
      ground.socket('DISH'),
      ground.socket('RADIO'),
      ground.socket('RADIO'),
      ground.socket('DISH'),
    ];
    await ground.join(TCP, dish, source);
    await ground.join(TCP, radio, sink);
    dish.join('news');
    sink.join('news');
    await source.waitForSubscriber('news');
    await radio.waitForSubscriber('news');
    await using running = proxy(dish, radio);
    await source.send('text', { group: 'news' });
    const message = await sink.recv();
    expect([String(message), message.group]).toEqual(['text', 'news']);
    expect(running.statistics().backend.messagesSent).toBe(1);
  });

  test('one SERVER as both SHALL answer each client', async () => {
    const server = ground.socket('SERVER');
    const clients = [ground.socket('CLIENT'), ground.socket('CLIENT')];
    await ground.join(TCP, server, ...clients);
    await using _running = proxy(server, server);
    await Promise.all(clients.map((client, index) => client.send(`${index}`)));
    expect(await Promise.all(clients.map(receive))).toEqual([['0'], ['1']]);
  });
});

describe('the capture of a proxy', () => {
  const ground = useGround();

  test.each(['PUB', 'PUSH', 'DEALER', 'PAIR'] as const)('%s SHALL get a copy of both directions', async (type) => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    const [req, rep] = [ground.socket('REQ', { routingId: 'me' }), ground.socket('REP')];
    const capture = ground.socket(type);
    const readers = { PUB: 'SUB', PUSH: 'PULL', DEALER: 'DEALER', PAIR: 'PAIR' } as const;
    const reader = untyped(ground.socket(readers[type]));
    await ground.join(INPROC, router, req);
    await ground.join(INPROC, dealer, rep);
    await ground.join(INPROC, capture, reader);
    if (type === 'PUB') reader.subscribe();
    await turn();
    const running = proxy(router, dealer, { capture });
    await req.send('question');
    expect(await receive(rep)).toEqual(['question']);
    await rep.send(['an', 'answer']);
    expect(await receive(req)).toEqual(['an', 'answer']);
    expect(await receive(reader)).toEqual(['me', '', 'question']);
    expect(await receive(reader)).toEqual(['me', '', 'an', 'answer']);
    await running.terminate();
  });

  test('while it has no room, nothing SHALL move', async () => {
    const [pull, push, capture] = [ground.socket('PULL'), ground.socket('PUSH'), ground.socket('PUSH')];
    const [source, sink, reader] = [ground.socket('PUSH'), ground.socket('PULL'), ground.socket('PULL')];
    await ground.join(TCP, pull, source);
    await ground.join(TCP, push, sink);
    const running = proxy(pull, push, { capture });
    for (const text of numbered('', 10)) await source.send(text);
    await until(() => pull.readable);
    for (let n = 0; n < 5; n++) await turn();
    expect(running.statistics().frontend.messagesReceived).toBe(0);
    await ground.join(TCP, capture, reader);
    expect(await receiveAll(sink, 10)).toEqual(numbered('', 10));
    expect(await receiveAll(reader, 10)).toEqual(numbered('', 10));
    await running.terminate();
  });

  test('it SHALL get everything when much more passes than one turn may send', async () => {
    const [pull, push, capture] = [ground.socket('PULL'), ground.socket('PUSH'), ground.socket('PUSH')];
    const [source, sink, reader] = [ground.socket('PUSH'), ground.socket('PULL'), ground.socket('PULL')];
    await ground.join(TCP, pull, source);
    await ground.join(TCP, push, sink);
    await ground.join(TCP, capture, reader);
    const running = proxy(pull, push, { capture });
    const body = Buffer.alloc(50_000);
    const sending = (async () => {
      for (let n = 0; n < 200; n++) await source.send([`${n}`, body]);
    })();
    const reading = (async () => {
      for (let n = 0; n < 200; n++) expect((await receive(reader))[0]).toBe(`${n}`);
    })();
    for (let n = 0; n < 200; n++) expect((await receive(sink))[0]).toBe(`${n}`);
    await Promise.all([sending, reading]);
    await running.terminate();
  });
});

describe('the control of a proxy', () => {
  const ground = useGround();

  /** A PULL to PUSH proxy with a source, a sink, and somebody at its control. */
  async function steered(control: AnySocket, steer: AnySocket) {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const [source, sink] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(INPROC, pull, source);
    await ground.join(INPROC, push, sink);
    await ground.join(INPROC, control, steer);
    return { running: proxy(pull, push, { control: untyped(control) }), source, sink };
  }

  test('a PAIR SHALL take PAUSE, RESUME, STATISTICS and TERMINATE, and answer only STATISTICS', async () => {
    const [control, steer] = [ground.socket('PAIR'), ground.socket('PAIR')];
    const { running, source, sink } = await steered(control, steer);
    await source.send(['ab', 'c']);
    expect(await receive(sink)).toEqual(['ab', 'c']);
    await steer.send('PAUSE');
    await until(() => running.state === 'paused');
    await source.send('waits');
    await steer.send('STATISTICS');
    const reply = await steer.recvMultipart();
    expect(reply.map(({ size }) => size)).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
    expect(numbers(reply)).toEqual([1, 3, 0, 0, 0, 0, 1, 3]);
    await steer.send('RESUME');
    expect(await receive(sink)).toEqual(['waits']);
    for (const unknown of ['pause', 'NONSENSE', '', ['PAUSE', 'x']]) await steer.send(unknown);
    await steer.send('STATISTICS');
    expect(numbers(await steer.recvMultipart())).toEqual([2, 8, 0, 0, 0, 0, 2, 8]);
    expect(running.state).toBe('running');
    await steer.send('TERMINATE');
    expect(await endOf(running)).toBe('terminated');
    expect(receiveRest(steer)).toEqual([]);
  });

  test('a REP SHALL answer every command: STATISTICS with the numbers, all others with an empty frame', async () => {
    const [control, steer] = [ground.socket('REP'), ground.socket('REQ')];
    const { running, source, sink } = await steered(control, steer);
    const ask = async (command: string) => {
      await steer.send(command);
      return await steer.recvMultipart();
    };
    expect(texts(await ask('PAUSE'))).toEqual(['']);
    expect(running.state).toBe('paused');
    await source.send('x');
    expect(numbers(await ask('STATISTICS'))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(texts(await ask('NONSENSE'))).toEqual(['']);
    expect(texts(await ask('RESUME'))).toEqual(['']);
    expect(await receive(sink)).toEqual(['x']);
    expect(numbers(await ask('STATISTICS'))).toEqual([1, 1, 0, 0, 0, 0, 1, 1]);
    expect(texts(await ask('TERMINATE'))).toEqual(['']);
    expect(await endOf(running)).toBe('terminated');
  });

  test('a SUB SHALL take commands from a PUB, and answer nothing', async () => {
    const [control, steer] = [ground.socket('SUB'), ground.socket('PUB')];
    control.subscribe();
    const { running } = await steered(control, steer);
    await turn();
    await steer.send('STATISTICS');
    await steer.send('PAUSE');
    await until(() => running.state === 'paused');
    await steer.send('RESUME');
    await until(() => running.state === 'running');
    await steer.send('TERMINATE');
    expect(await endOf(running)).toBe('terminated');
  });

  test('commands that came before the proxy SHALL count', async () => {
    const [control, steer] = [ground.socket('PAIR'), ground.socket('PAIR')];
    await ground.join(INPROC, control, steer);
    await steer.send('TERMINATE');
    await until(() => control.readable);
    const running = proxy(ground.socket('PULL'), ground.socket('PUSH'), { control });
    expect(await endOf(running)).toBe('terminated');
  });

  test('someone who asks and never reads SHALL NOT pile up answers', async () => {
    const limits = { sendHighWaterMark: 2, receiveHighWaterMark: 2 };
    const [control, steer] = [ground.socket('PAIR', limits), ground.socket('PAIR', limits)];
    const { running } = await steered(control, steer);
    const asked = await sendUntilFull(steer, () => 'STATISTICS', 50);
    expect(asked).toBeLessThan(20);
    for (let n = 0; n < asked; n++) expect(await steer.recvMultipart()).toHaveLength(8);
    await running.terminate();
  });
});

describe('the end of a proxy', () => {
  const ground = useGround();

  test.each(['frontend', 'backend', 'capture', 'control'] as const)('the close of its %s SHALL end it', async (who) => {
    const sockets = {
      frontend: ground.socket('PULL'),
      backend: ground.socket('PUSH'),
      capture: ground.socket('PUSH'),
      control: ground.socket('PAIR'),
    };
    const { frontend, backend, capture, control } = sockets;
    const running = proxy(frontend, backend, { capture, control });
    await sockets[who].close();
    expect(await endOf(running)).toBe('closed');
    expect(Object.values(sockets).filter(({ closed }) => closed)).toHaveLength(1);
  });

  test('the end of the Context SHALL end it', async () => {
    const context = ground.another();
    const running = proxy(ground.socket('ROUTER', {}, context), ground.socket('DEALER', {}, context));
    await context.term();
    expect(await endOf(running)).toBe('closed');
  });

  test('a socket that is closed already SHALL end it at once', async () => {
    const closed = ground.socket('DEALER');
    await closed.close();
    expect(await endOf(proxy(ground.socket('ROUTER'), closed))).toBe('closed');
  });

  test('its signal SHALL end it, also one that was aborted before', async () => {
    const abort = new AbortController();
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    const running = proxy(router, dealer, { signal: abort.signal });
    abort.abort();
    expect(await endOf(running)).toBe('aborted');
    expect(await endOf(proxy(router, dealer, { signal: abort.signal }))).toBe('aborted');
  });

  test('a peer that does not exist SHALL NOT end it: the message is counted', async () => {
    const [router, dealer] = [ground.socket('ROUTER', { mandatory: true }), ground.socket('DEALER')];
    const [client, server] = [ground.socket('DEALER', { routingId: 'here' }), ground.socket('DEALER')];
    await ground.join(INPROC, router, client);
    await ground.join(INPROC, dealer, server);
    const running = proxy(router, dealer);
    await server.send(['gone', 'x']);
    await server.send(['here', 'y']);
    expect(await receive(client)).toEqual(['y']);
    const { unroutable, frontend, backend } = running.statistics();
    expect([unroutable, frontend.messagesSent, backend.messagesReceived]).toEqual([1, 1, 2]);
    await running.terminate();
  });

  test('a message that was taken and waits for its one peer SHALL be handed back', async () => {
    const limits = { sendHighWaterMark: 1 };
    const [xsub, xpub] = [ground.socket('XSUB'), ground.socket('XPUB', { noDrop: true, ...limits })];
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB', { receiveHighWaterMark: 1 })];
    await ground.join(INPROC, xsub, pub);
    await ground.join(INPROC, xpub, sub);
    const running = proxy(xsub, xpub);
    sub.subscribe();
    await until(() => running.statistics().frontend.messagesSent === 1);
    for (let n = 0; n < 3; n++) await turn();
    for (const text of numbered('', 4)) await pub.send(text);
    await until(() => running.statistics().frontend.messagesReceived === 3);
    // Two are queued, one is held, and one was not taken.
    expect(await receive(sub)).toEqual(['0']);
    await until(() => running.statistics().frontend.messagesReceived === 4);
    const { undelivered, statistics } = await running.terminate();
    expect(undelivered.map(texts)).toEqual([['3']]);
    expect(statistics.backend.messagesSent).toBe(3);
    expect(await receiveAll(sub, 2)).toEqual(['1', '2']);
  });
});

describe('what a proxy cannot be made of', () => {
  const ground = useGround();

  test('sockets that no message can pass between SHALL be refused', () => {
    const socket = (type: Parameters<typeof ground.socket>[0]) => ground.socket(type);
    for (const [front, back] of [
      [socket('PUSH'), socket('PUB')],
      [socket('PUSH'), socket('PUSH')],
      [socket('PULL'), socket('SUB')],
      [socket('PULL'), socket('PULL')],
    ] as const) {
      expect(thrown(() => proxy(front, back), 'InvalidArgument', 'EINVAL').message).toContain(front.type);
    }
  });

  test('roles that make no sense SHALL be refused', () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    for (const options of [
      { capture: dealer },
      { control: dealer },
      { capture: ground.socket('PULL') as never },
      { control: ground.socket('PUSH') as never },
      { signal: {} as never },
      { capture: {} as never },
    ]) {
      thrown(() => proxy(router, dealer, options), 'InvalidArgument', 'EINVAL');
    }
    const both = ground.socket('PAIR');
    thrown(() => proxy(router, dealer, { capture: both, control: both }), 'InvalidArgument', 'EINVAL');
    for (const type of ['ROUTER', 'STREAM', 'SERVER', 'PEER', 'REQ', 'XPUB'] as const) {
      const control = ground.socket(type) as never;
      expect(thrown(() => proxy(router, dealer, { control }), 'InvalidArgument', 'EINVAL').message).toContain(type);
    }
    thrown(() => proxy({} as never, dealer), 'InvalidArgument', 'EINVAL');
    thrown(() => proxy(router, undefined as never), 'InvalidArgument', 'EINVAL');
    thrown(() => proxy(router, dealer, null as never), 'InvalidArgument', 'EINVAL');
  });
});
