import { describe, expect, test } from '@jest/globals';
import { Context, Msg, MsgFlags } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, until, useGround } from '../support/spec-ground.js';
import { RawPeers } from '../support/spec-raw-peer.js';
import { INPROC, PLUGINS, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

/** What keeps the process alive, by kind: sockets, servers, timers. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /TCP|Pipe|Timeout|GetAddrInfo/.test(kind))
    .sort();
}

describe.each(TRANSPORTS)('close over $name', (transport) => {
  const ground = useGround();

  test('close SHALL refuse everybody who waits, end iterations, and be over when it resolves', async () => {
    const dealer = ground.socket('DEALER');
    await dealer.bind(transport.endpoint());
    const iteration = dealer[Symbol.asyncIterator]();
    const waiting = [
      rejected(dealer.recv(), 'SocketClosed', 'ENOTSOCK'),
      rejected(dealer.recvMultipart(), 'SocketClosed', 'ENOTSOCK'),
      rejected(dealer.recvMany(2), 'SocketClosed', 'ENOTSOCK'),
      rejected(dealer.send('nobody'), 'SocketClosed', 'ENOTSOCK'),
      rejected(dealer.recv({ signal: new AbortController().signal }), 'SocketClosed', 'ENOTSOCK'),
    ];
    const next = iteration.next();
    const closing = dealer.close();
    expect([dealer.closed, dealer.readable, dealer.writable]).toEqual([true, false, false]);
    await Promise.all([...waiting, closing]);
    expect(await next).toEqual({ value: undefined, done: true });
    expect(ground.log(dealer).types.at(-1)).toBe('end');
  });

  test('close SHALL be the same however often it is called, and free the endpoint', async () => {
    const [first, second] = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoint = await first.bind(transport.endpoint());
    await Promise.all([first.close(), first.close(), first[Symbol.asyncDispose]()]);
    await first.close();
    expect(ground.log(first).of('end')).toHaveLength(1);
    expect(await second.bind(endpoint)).toBe(endpoint);
  });

  test('close SHALL count what was received and not read, half read messages too', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH', { linger: -1 })];
    await ground.join(transport, pull, push);
    for (const text of numbered('', 3)) await push.sendMultipart([text, 'more']);
    await push.close();
    await ground.log(pull).nth('disconnect');
    await pull.recv();
    await pull.close();
    expect(pull.stats().dropped).toEqual({ unread: 3 });
  });

  test('close SHALL tell the peer', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    await push.close();
    const { error } = await ground.log(pull).nth('disconnect');
    expect(error?.fatal ?? false).toBe(false);
    await until(() => pull.stats().peers === 0);
  });

  test('close SHALL be possible while bind and connect are under way, and leave nothing', async () => {
    const [bound, connecting] = [ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await ground.vacant(transport);
    const calls = [bound.bind(endpoint), connecting.connect(endpoint), connecting.bind(transport.endpoint())];
    await Promise.all([bound.close(), connecting.close()]);
    for (const call of await Promise.allSettled(calls)) {
      if (call.status === 'rejected') expect(call.reason).toMatchObject({ code: 'SocketClosed', errno: 'ENOTSOCK' });
    }
    const next = ground.socket('PULL');
    expect(await next.bind(endpoint)).toBe(endpoint);
  });

  test('both sides MAY close at the same time', async () => {
    for (let round = 0; round < 10; round++) {
      const [left, right] = [ground.socket('PAIR'), ground.socket('PAIR')];
      await ground.join(transport, left, right);
      await left.send('x');
      await right.send('y');
      await Promise.all([left.close(), right.close()]);
    }
  });

  test('a monitor SHALL end with its socket', async () => {
    const socket = ground.socket('PULL');
    const types: string[] = [];
    const monitoring = (async () => {
      for await (const { type } of socket.monitor()) types.push(type);
    })();
    await socket.bind(transport.endpoint());
    await socket.close();
    await monitoring;
    expect(types).toEqual(['bind', 'close', 'end']);
    expect(await socket.monitor().next()).toEqual({ value: undefined, done: true });
  });

  test('a dispose SHALL close', async () => {
    let kept: { readonly closed: boolean };
    {
      await using context = new Context({ modules: PLUGINS });
      await using socket = context.socket('PULL');
      await socket.bind(transport.endpoint());
      kept = socket;
      expect([context.terminated, kept.closed]).toEqual([false, false]);
    }
    expect(kept.closed).toBe(true);
  });
});

describe.each(TRANSPORTS)('LINGER over $name', (transport) => {
  const ground = useGround();

  test('LINGER 0 SHALL drop what is queued, and count it', async () => {
    const push = ground.socket('PUSH', { linger: 0 });
    await push.connect(await ground.vacant(transport));
    for (const text of numbered('', 3)) await push.send(text);
    await push.close();
    expect(push.stats().dropped).toEqual({ linger: 3 });
  });

  test('LINGER n SHALL wait so long, then drop and count what is left', async () => {
    const push = ground.socket('PUSH', { linger: 20 });
    await push.connect(await ground.vacant(transport));
    for (const text of numbered('', 3)) await push.send(text);
    await push.close();
    expect(push.stats().dropped).toEqual({ linger: 3 });
  });

  test('LINGER -1 SHALL wait for a peer that comes late, and send everything', async () => {
    const [push, pull] = [ground.socket('PUSH', { linger: -1 }), ground.socket('PULL')];
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 3)) await push.send(text);
    const closing = push.close();
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 3)).toEqual(numbered('', 3));
    await closing;
    expect(push.stats().dropped).toEqual({});
  });

  test.each(['bound', 'connected'] as const)('LINGER -1 SHALL wait for a slow peer (%s sender)', async (role) => {
    const push = ground.socket('PUSH', { linger: -1 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 2 });
    await (role === 'bound' ? ground.join(transport, push, pull) : ground.join(transport, pull, push));
    for (const text of numbered('', 60)) await push.send([text, Buffer.alloc(200_000)]);
    const closing = push.close();
    for (const text of numbered('', 60)) expect((await receive(pull))[0]).toBe(text);
    await closing;
    expect([push.stats().dropped, pull.stats().dropped]).toEqual([{}, {}]);
  });

  test('LINGER SHALL be that of the moment of close', async () => {
    const push = ground.socket('PUSH', { linger: -1 });
    await push.connect(await ground.vacant(transport));
    await push.send('dropped');
    push.options.linger = 0;
    await push.close();
    expect(push.stats().dropped).toEqual({ linger: 1 });
  });

  test('LINGER -1 SHALL NOT keep a socket that has nothing to send', async () => {
    const [push, pull] = [ground.socket('PUSH', { linger: -1 }), ground.socket('PULL', { linger: -1 })];
    await ground.join(transport, pull, push);
    await push.connect(await ground.vacant(transport));
    await Promise.all([push.close(), pull.close()]);
  });

  test('a send that waits SHALL be refused by close, and not linger', async () => {
    const push = ground.socket('PUSH', { linger: -1, sendHighWaterMark: 1 });
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    await push.send('queued');
    const refused = rejected(push.send('waiting'), 'SocketClosed', 'ENOTSOCK');
    const closing = push.close();
    await refused;
    const pull = ground.socket('PULL');
    await pull.bind(endpoint);
    expect(await receive(pull)).toEqual(['queued']);
    await closing;
    pull.options.receiveTimeout = 20;
    await rejected(pull.recv(), 'Timeout', 'EAGAIN');
  });

  test('a message that was sent in part SHALL be dropped by close', async () => {
    const [push, pull] = [ground.socket('PUSH', { linger: -1 }), ground.socket('PULL', { receiveTimeout: 20 })];
    await ground.join(transport, pull, push);
    await push.send(new Msg('part', MsgFlags.MORE));
    await push.close();
    await rejected(pull.recv(), 'Timeout', 'EAGAIN');
  });

  test('the default SHALL be -1, and 0 for those who only subscribe', async () => {
    const context = new Context({ modules: PLUGINS });
    const lingers = (['PUSH', 'PUB', 'PAIR', 'XPUB', 'SUB', 'XSUB'] as const).map((type) => {
      return context.socket(type).options.linger;
    });
    expect(lingers).toEqual([-1, -1, -1, -1, 0, 0]);
    await context.term();
  });
});

describe.each(TRANSPORTS)('term over $name', (transport) => {
  const ground = useGround();

  test('term SHALL refuse everybody who waits with ETERM, and close every socket', async () => {
    const context = ground.another();
    const [pull, push] = [ground.socket('PULL', {}, context), ground.socket('PUSH', {}, context)];
    await pull.bind(transport.endpoint());
    const waiting = [
      rejected(pull.recv(), 'ContextTerminated', 'ETERM'),
      rejected(pull.recvMany(3), 'ContextTerminated', 'ETERM'),
      rejected(push.send('nobody'), 'ContextTerminated', 'ETERM'),
    ];
    const iteration = pull[Symbol.asyncIterator]().next();
    expect(context.terminated).toBe(false);
    const terminating = context.term();
    expect(context.terminated).toBe(true);
    await Promise.all([...waiting, terminating, context.term(), context[Symbol.asyncDispose]()]);
    expect(await iteration).toEqual({ value: undefined, done: true });
    expect([pull.closed, push.closed]).toEqual([true, true]);
    thrown(() => context.socket('PULL'), 'ContextTerminated', 'ETERM');
    await rejected(pull.recv(), 'ContextTerminated', 'ETERM');
  });

  test('shutdown SHALL refuse everybody who waits, and return', async () => {
    const context = ground.another();
    const pull = ground.socket('PULL', {}, context);
    await pull.bind(transport.endpoint());
    const waiting = rejected(pull.recv(), 'ContextTerminated', 'ETERM');
    context.shutdown();
    expect([context.terminated, pull.closed]).toEqual([true, true]);
    await waiting;
    await context.term();
  });

  test('term SHALL wait until what may linger is sent', async () => {
    const context = transport === INPROC ? ground.context : ground.another();
    const push = ground.socket('PUSH', { linger: -1 }, context);
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    await ground.join(transport, pull, push);
    for (const text of numbered('', 30)) await push.send([text, Buffer.alloc(200_000)]);
    const terminating = transport === INPROC ? push.close() : context.term();
    for (const text of numbered('', 30)) expect((await receive(pull))[0]).toBe(text);
    await terminating;
    expect(push.stats().dropped).toEqual({});
  });

  test('term SHALL end a Context with many sockets in every state, and leave no handle', async () => {
    const before = handles();
    const context = new Context({
      defaults: { linger: 0, reconnectInterval: 10, heartbeatInterval: 1000 },
      modules: PLUGINS,
    });
    const [bound, connected] = [context.socket('PULL'), context.socket('PUSH')];
    const endpoint = await bound.bind(transport.endpoint());
    await connected.connect(endpoint);
    await connected.send('hello');
    expect(await receive(bound)).toEqual(['hello']);
    const trying = context.socket('PUSH');
    await trying.connect(await ground.vacant(transport));
    await trying.send('queued');
    // Heard at once: they are refused while the Context is still ending.
    const pending = Promise.allSettled([trying.connect(endpoint), context.socket('SUB').bind(transport.endpoint())]);
    context.socket('REQ', { receiveTimeout: 60_000 });
    await context.term();
    await pending;
    await until(() => handles().length <= before.length);
  });

  test('a Context without a socket SHALL terminate', async () => {
    const context = new Context({ modules: PLUGINS });
    await context.term();
    expect(context.terminated).toBe(true);
  });
});

describe.each(STREAMS)('a peer that does not answer, over $name', () => {
  const ground = useGround();

  test('term SHALL NOT wait for a handshake', async () => {
    const peers = new RawPeers();
    const { endpoint, accept } = await peers.listen();
    const context = ground.another();
    const [push, pull] = [ground.socket('PUSH', {}, context), ground.socket('PULL', {}, context)];
    await push.connect(endpoint);
    await push.send('never');
    const mute = await accept();
    const silent = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
    await ground.log(pull).nth('accept');
    await context.term();
    await Promise.all([mute.closed(), silent.closed()]);
    expect(push.stats().dropped).toEqual({ linger: 1 });
    peers.close();
  });
});
