import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, SocketOption } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import {
  MOVING,
  numbered,
  receive,
  receiveAll,
  receiveRest,
  sendUntilFull,
  turn,
  until,
  useGround,
} from '../support/spec-ground.js';
import { command, frame, greeting, hex, property, RawPeers, ready } from '../support/spec-raw-peer.js';
import { INPROC, STREAMS, TCP, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('what options do over $name', (transport) => {
  const ground = useGround();

  test('CONFLATE SHALL keep only the newest message for a peer that is not there yet', async () => {
    const endpoint = await ground.vacant(transport);
    const push = ground.socket('PUSH', { conflate: true, sendTimeout: 0 });
    await push.connect(endpoint);
    for (const text of numbered('', 50)) await push.send(text);
    const pull = ground.socket('PULL');
    await pull.bind(endpoint);
    expect(await receive(pull)).toEqual(['49']);
    await push.send('next');
    expect(await receive(pull)).toEqual(['next']);
    expect(push.stats().dropped).toEqual({ conflated: 49 });
  });

  test.each([
    ['PUSH', 'PULL'],
    ['PUB', 'SUB'],
    ['DEALER', 'DEALER'],
  ] as const)('CONFLATE SHALL keep only the newest message that came (%s to %s)', async (sending, receiving) => {
    const sender = ground.socket(sending, { linger: -1 });
    const receiver = ground.socket(receiving, { conflate: true });
    if ('subscribe' in receiver && receiving === 'SUB') receiver.subscribe('');
    await ground.join(transport, receiver, sender);
    if (sending === 'PUB') await until(() => sender.options.topicsCount === 1);
    for (const text of numbered('', 50)) await sender.send(text);
    await sender.close();
    await ground.log(receiver).nth('disconnect');
    expect(receiveRest(receiver)).toEqual(['49']);
    expect(receiver.stats().dropped).toEqual({ conflated: 49 });
  });

  test.each(['PAIR', 'ROUTER'] as const)('CONFLATE SHALL have no effect on a %s', async (type) => {
    const receiver = ground.socket(type, { conflate: true });
    const sender = ground.socket(type === 'PAIR' ? 'PAIR' : 'DEALER', { routingId: 'a' });
    await ground.join(transport, receiver, sender);
    for (const text of numbered('', 5)) await sender.send(text);
    const expected = numbered(type === 'ROUTER' ? 'a|' : '', 5);
    expect(await receiveAll(receiver, 5)).toEqual(expected);
  });

  test('SNDHWM SHALL take effect at once, for messages that are queued already', async () => {
    const endpoint = await ground.vacant(transport);
    const push = ground.socket('PUSH', { sendHighWaterMark: 2 });
    await push.connect(endpoint);
    expect(await sendUntilFull(push, String)).toBe(2);
    const waiting = push.send('2');
    push.options.sendHighWaterMark = 5;
    await waiting;
    expect(await sendUntilFull(push, (index) => String(index + 3))).toBe(2);
    push.options.sendHighWaterMark = 1;
    const pull = ground.socket('PULL');
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 5)).toEqual(numbered('', 5));
  });

  test('RCVHWM SHALL take effect at once: what is held back comes when it is raised', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 1 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    await ground.join(transport, pull, push);
    const taken = await sendUntilFull(push, (index) => [String(index), Buffer.alloc(1 << 20)], MOVING);
    const waiting = push.send(['waiting', '']);
    pull.options.receiveHighWaterMark = 0;
    // Nobody reads: only the mark can be why there is room.
    await waiting;
    for (const text of numbered('', taken)) expect((await receive(pull))[0]).toBe(text);
    expect(await receive(pull)).toEqual(['waiting', '']);
  });

  test('RCVTIMEO and SNDTIMEO SHALL take effect at the next call', async () => {
    const dealer = ground.socket('DEALER', { receiveTimeout: 0, sendTimeout: 0 });
    await dealer.bind(transport.endpoint());
    await rejected(dealer.recv(), 'ResourceLimitReached', 'EAGAIN');
    await rejected(dealer.send('x'), 'ResourceLimitReached', 'EAGAIN');
    await dealer.setOption(SocketOption.RCVTIMEO, 20);
    await dealer.setOption(SocketOption.SNDTIMEO, Buffer.from(new Int32Array([20]).buffer));
    await rejected(dealer.recv(), 'Timeout', 'EAGAIN');
    await rejected(dealer.send('x'), 'Timeout', 'EAGAIN');
  });

  test('ROUTING_ID SHALL take effect at the next connect, and not for what is connected', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'old' })];
    await ground.join(transport, router, dealer);
    dealer.options.routingId = 'new';
    await dealer.send('hello');
    expect(await receive(router)).toEqual(['old', 'hello']);
    await dealer.disconnect(dealer.lastEndpoint);
    await ground.log(router).nth('disconnect');
    await ground.link(router.lastEndpoint, router, dealer);
    await dealer.send('hello');
    expect(await receive(router)).toEqual(['new', 'hello']);
  });

  test('SUBSCRIBE and UNSUBSCRIBE SHALL do what subscribe and unsubscribe do', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    await ground.join(transport, pub, sub);
    await sub.setOption(SocketOption.SUBSCRIBE, 'a');
    await sub.setOption(SocketOption.SUBSCRIBE, Buffer.from('b'));
    await until(() => pub.options.topicsCount === 2);
    await sub.setOption(SocketOption.UNSUBSCRIBE, 'a');
    await until(() => pub.options.topicsCount === 1);
    for (const text of ['a', 'b']) await pub.send(text);
    expect(await receive(sub)).toEqual(['b']);
  });

  test('the readings SHALL say how the socket is now', async () => {
    const [rep, req] = [ground.socket('REP'), ground.socket('REQ')];
    const endpoint = await ground.join(transport, rep, req);
    const read = async (option: number): Promise<unknown> => rep.getOption(option);
    expect(await Promise.all([SocketOption.TYPE, SocketOption.MECHANISM, SocketOption.THREAD_SAFE].map(read))).toEqual([
      4,
      0,
      false,
    ]);
    expect(await read(SocketOption.LAST_ENDPOINT)).toBe(endpoint);
    expect([rep.options.events, req.options.events]).toEqual([0, 2]);
    await req.sendMultipart(['a', 'b']);
    expect(req.options.events).toBe(0);
    await until(() => rep.options.events === 1);
    await rep.recv();
    expect(rep.options.receiveMore).toBe(true);
    await rep.recv();
    expect([rep.options.receiveMore, rep.options.events]).toEqual([false, 2]);
  });
});

describe.each(STREAMS)('what options do to connections over $name', (transport) => {
  const ground = useGround();

  test('MAXMSGSIZE SHALL close the connection of a larger frame, and count frames, not messages', async () => {
    const pull = ground.socket('PULL', { maxMessageSize: 100 });
    const push = ground.socket('PUSH');
    await ground.join(transport, pull, push);
    await push.sendMultipart([Buffer.alloc(60, 'a'), Buffer.alloc(60, 'b')]);
    await push.send(Buffer.alloc(100, 'c'));
    expect((await pull.recvMultipart()).map(({ size }) => size)).toEqual([60, 60]);
    expect((await pull.recv()).size).toBe(100);
    await push.send(Buffer.alloc(101));
    const { error } = await ground.log(pull).nth('disconnect');
    expect([error?.code, error?.errno]).toEqual(['ProtocolViolation', 'EMSGSIZE']);
    await ground.log(push).nth('handshake', 2);
    await push.send('small');
    expect(await receive(pull)).toEqual(['small']);
  });

  test('MAXMSGSIZE SHALL keep a connecting socket from connecting again', async () => {
    const pull = ground.socket('PULL', { maxMessageSize: 100 });
    const push = ground.socket('PUSH');
    await ground.join(transport, push, pull);
    await push.send(Buffer.alloc(101));
    const { error } = await ground.log(pull).nth('disconnect');
    expect(error?.fatal).toBe(true);
    expect(ground.log(pull).of('connect:retry')).toEqual([]);
  });

  test('an option that is copied by bind SHALL keep its value for what is bound', async () => {
    const pull = ground.socket('PULL');
    const push = ground.socket('PUSH');
    const endpoint = await pull.bind(transport.endpoint());
    pull.options.maxMessageSize = 100;
    await ground.link(endpoint, pull, push);
    await push.send(Buffer.alloc(1000));
    expect((await pull.recv()).size).toBe(1000);
  });

  test.each([0, -1])(
    'RECONNECT_IVL %i SHALL mean that a lost connection is not made again',
    async (reconnectInterval) => {
      const push = ground.socket('PUSH', { reconnectInterval, sendTimeout: 20 });
      const pull = ground.socket('PULL');
      await ground.join(transport, pull, push);
      await pull.close();
      await ground.log(push).nth('disconnect');
      await turn();
      expect(ground.log(push).of('connect:retry')).toEqual([]);
      await rejected(push.send('nobody'), 'Timeout', 'EAGAIN');
    },
  );

  test('RECONNECT_IVL_MAX SHALL let the wait double up to it', async () => {
    const push = ground.socket('PUSH', { reconnectInterval: 2, reconnectMaxInterval: 10 });
    await push.connect(await ground.vacant(transport));
    await ground.log(push).nth('connect:retry', 6);
    const waits = ground
      .log(push)
      .of('connect:retry')
      .map(({ interval = 0 }) => interval);
    const least = [2, 4, 8, 10, 10, 10];
    const most = [4, 6, 10, 10, 10, 10];
    for (const [index, wait] of waits.slice(0, 6).entries()) {
      expect(wait).toBeGreaterThanOrEqual(least[index] ?? 0);
      expect(wait).toBeLessThanOrEqual(most[index] ?? 0);
    }
  });

  test('RECONNECT_IVL without a maximum SHALL let every wait be between one interval and two', async () => {
    const push = ground.socket('PUSH', { reconnectInterval: 4 });
    await push.connect(await ground.vacant(transport));
    await ground.log(push).nth('connect:retry', 8);
    for (const { interval = 0 } of ground.log(push).of('connect:retry')) {
      expect(interval).toBeGreaterThanOrEqual(4);
      expect(interval).toBeLessThan(8);
    }
  });

  test('RECONNECT_STOP 2 SHALL end reconnecting after a failed handshake', async () => {
    const push = ground.socket('PUSH', { reconnectStop: 2 });
    const sub = ground.socket('PULL', { maxConnections: 1 });
    await ground.join(transport, sub, ground.socket('PUSH'));
    await push.connect(sub.lastEndpoint);
    await ground.log(push).nth('disconnect');
    await turn();
    expect(ground.log(push).of('connect:retry')).toEqual([]);
  });

  test('MAX_CONNECTIONS SHALL close connections beyond it, and let others in when there is room', async () => {
    const pull = ground.socket('PULL', { maxConnections: 1 });
    const [first, second] = [ground.socket('PUSH'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, pull, first);
    await second.connect(endpoint);
    const { error } = await ground.log(pull).nth('accept:error');
    expect([error?.code, error?.endpoint]).toEqual(['ResourceLimitReached', endpoint]);
    expect(pull.stats().peers).toBe(1);
    await first.close();
    await ground.log(second).nth('handshake');
    await second.send('in at last');
    expect(await receive(pull)).toEqual(['in at last']);
  });
});

describe.each(STREAMS)('what options do to strangers over $name', (transport) => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('MAX_HANDSHAKES SHALL close the oldest connection in its handshake when there are four times as many', async () => {
    const pull = ground.socket('PULL', { maxHandshakes: 2 });
    const endpoint = await pull.bind(transport.endpoint());
    const silent = [];
    for (let i = 0; i < 8; i++) silent.push(await peers.connect(endpoint));
    await ground.log(pull).nth('accept', 8);
    expect(ground.log(pull).of('handshake:error:other')).toEqual([]);
    const push = ground.socket('PUSH');
    await push.connect(endpoint);
    await push.send('let in');
    expect(await receive(pull)).toEqual(['let in']);
    expect(await silent[0]?.closed()).toHaveLength(10);
    const { error } = await ground.log(pull).nth('handshake:error:other');
    expect([error?.code, error?.endpoint]).toEqual(['ResourceLimitReached', endpoint]);
    // The second one still has its place, and may go on.
    await silent[1]?.shake('PUSH');
    silent[1]?.send(frame(0, 'late'));
    expect(await receive(pull)).toEqual(['late']);
    expect(pull.stats().peers).toBe(2);
  });

  test.each([false, true])(
    'ALLOW_ZMTP2 SHALL say whether peers of ZMTP 2.0 and 1.0 are talked to (%p)',
    async (allowZmtp2) => {
      const pull = ground.socket('PULL', { allowZmtp2 });
      const endpoint = await pull.bind(transport.endpoint());
      // Signature, revision 1, PUSH, and no routing id; then the same in the form of 1.0.
      for (const hello of ['ff 00000000000000 01 7f 01 08 00 00', '01 00']) {
        const peer = await peers.connect(endpoint);
        peer.send(hex(hello), hello.startsWith('ff') ? frame(0, 'old') : hex('04 00', Buffer.from('old')));
        if (allowZmtp2) expect(await receive(pull)).toEqual(['old']);
        else await peer.closed();
      }
      expect(pull.stats().messagesIn).toBe(allowZmtp2 ? 2 : 0);
    },
  );

  test('MAX_HANDSHAKES SHALL NOT count those that are through', async () => {
    const pull = ground.socket('PULL', { maxHandshakes: 1 });
    const pushes = numbered('push', 5).map(() => ground.socket('PUSH'));
    await ground.join(transport, pull, ...pushes);
    expect(pull.stats().peers).toBe(5);
    expect(ground.log(pull).of('handshake:error:other')).toEqual([]);
  });

  test('MAX_HANDSHAKES -1 SHALL be no limit', async () => {
    const pull = ground.socket('PULL', { maxHandshakes: -1 });
    const endpoint = await pull.bind(transport.endpoint());
    for (let i = 0; i < 50; i++) await peers.connect(endpoint);
    await ground.log(pull).nth('accept', 50);
    expect(ground.log(pull).of('handshake:error:other')).toEqual([]);
  });

  test('MAX_HANDSHAKE_SIZE and MAX_COMMAND_SIZE SHALL close the connection of who says more', async () => {
    const xpub = ground.socket('XPUB', { maxHandshakeSize: 100, maxCommandSize: 50 });
    const endpoint = await xpub.bind(transport.endpoint());
    const [first, second] = [await peers.connect(endpoint), await peers.connect(endpoint)];
    first.send(greeting(), ready('SUB', property('X-Much', 'x'.repeat(100))));
    await first.closed();
    await second.shake('SUB');
    second.send(command('SUBSCRIBE', Buffer.alloc(40, 'a')));
    expect(await receive(xpub)).toEqual([`\u0001${'a'.repeat(40)}`]);
    second.send(command('SUBSCRIBE', Buffer.alloc(41, 'a')));
    await second.closed();
    const errors = ground.log(xpub).of('disconnect');
    expect(errors.map(({ error }) => [error?.code, error?.errno])).toEqual([
      ['ProtocolViolation', 'EMSGSIZE'],
      ['ProtocolViolation', 'EMSGSIZE'],
    ]);
  });

  test.each([
    ['PUB', false],
    ['XPUB', false],
    ['XPUB', true],
  ] as const)('MAX_SUBSCRIPTIONS SHALL close a %s connection that asks for more (manual: %p)', async (type, manual) => {
    const publisher = ground.socket(type, { maxSubscriptions: 3, manual });
    const endpoint = await publisher.bind(transport.endpoint());
    const [greedy, honest] = [await peers.connect(endpoint), await peers.connect(endpoint)];
    await greedy.shake('SUB');
    await honest.shake('SUB');
    // Repeated ones count once, and those that were taken back not at all.
    for (const topic of ['a', 'b', 'a', 'a', 'c']) greedy.send(command('SUBSCRIBE', Buffer.from(topic)));
    greedy.send(command('CANCEL', Buffer.from('b')), frame(0, '\u0001d'), command('PING', Buffer.from([0, 0])));
    expect((await greedy.readFrame()).flags).toBe(4);
    honest.send(command('SUBSCRIBE', Buffer.from('honest')), command('PING', Buffer.from([0, 0])));
    expect((await honest.readFrame()).flags).toBe(4);
    greedy.send(frame(0, '\u0001e'));
    await greedy.closed();
    const { error } = await ground.log(publisher).nth('disconnect');
    expect([error?.code, error?.fatal]).toEqual(['ResourceLimitReached', true]);
    await until(() => publisher.stats().peers === 1);
    if (manual) return;
    await publisher.send('honest');
    expect(String((await honest.readFrame()).body)).toBe('honest');
  });

  test('MAX_SUBSCRIPTIONS SHALL count long topics as more', async () => {
    const pub = ground.socket('PUB', { maxSubscriptions: 10 });
    const peer = await peers.connect(await pub.bind(transport.endpoint()));
    await peer.shake('SUB');
    const long = (letter: string): Buffer =>
      hex('06 0000000000000a0a 09', Buffer.from('SUBSCRIBE'), Buffer.alloc(2560, letter));
    peer.send(long('a'), command('PING', Buffer.from([0, 0])));
    expect((await peer.readFrame()).flags).toBe(4);
    peer.send(command('SUBSCRIBE', Buffer.from('b')));
    await peer.closed();
  });
});

describe('what options do to tcp connections', () => {
  const ground = useGround();

  test('RECONNECT_STOP 1 SHALL end reconnecting when the connection is refused', async () => {
    const push = ground.socket('PUSH', { reconnectStop: 1 });
    const endpoint = await ground.vacant(TCP);
    await push.connect(endpoint);
    const { error } = await ground.log(push).nth('close');
    expect([error?.code, error?.errno]).toEqual(['ConnectionRefused', 'ECONNREFUSED']);
    await turn();
    expect(ground.log(push).of('connect:retry')).toEqual([]);
  });

  test('TCP_ACCEPT_FILTER SHALL let in only those who match', async () => {
    const pull = ground.socket('PULL', { tcpAcceptFilter: ['10.0.0.0/8', '192.168.0.1'] });
    const endpoint = await pull.bind(TCP.endpoint());
    const push = ground.socket('PUSH', { reconnectInterval: 0 });
    await push.connect(endpoint);
    const { error } = await ground.log(pull).nth('accept:error');
    expect([error?.code, error?.endpoint]).toEqual(['PermissionDenied', endpoint]);
    await ground.log(push).nth('disconnect');
    pull.options.tcpAcceptFilter = '127.0.0.0/8';
    const other = await pull.bind(TCP.endpoint());
    const admitted = ground.socket('PUSH');
    await admitted.connect(other);
    await admitted.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
  });

  test.each([
    [1, 2],
    [100, 10],
  ])('BACKLOG SHALL be how many connections wait while nobody accepts them, and one (%d)', async (backlog, letIn) => {
    const pull = ground.socket('PULL', { backlog });
    const [host, port] = (await pull.bind(TCP.endpoint())).slice('tcp://'.length).split(':');
    // Meanwhile this process does nothing: only the kernel answers.
    const program = `
      let connected = 0;
      const sockets = Array.from({ length: 10 }, () => require('node:net').connect(${port}, '${host}'));
      for (const socket of sockets) socket.on('error', () => {}).on('connect', () => connected++);
      // One turn more: who was held up for so long has not heard yet of those that are there.
      setTimeout(() => setImmediate(() => { console.log(connected); process.exit(); }), 300);
    `;
    expect(Number(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }))).toBe(letIn);
  });

  test('TCP_KEEPALIVE and IPV4ONLY SHALL be accepted, and not disturb a connection', async () => {
    const options = { tcpKeepalive: 1, tcpKeepaliveIdle: 60, connectTimeout: 5000 };
    const [pull, push] = [ground.socket('PULL', options), ground.socket('PUSH', options)];
    await pull.setOption(SocketOption.IPV4ONLY, true);
    expect(pull.options.ipv6).toBe(false);
    await ground.join(TCP, pull, push);
    await push.send('hello');
    expect(await receive(pull)).toEqual(['hello']);
  });
});

describe('options of a Context', () => {
  const ground = useGround();

  test('its defaults SHALL be those of every new socket that has them, unless the socket says otherwise', async () => {
    const context = new Context({ defaults: { linger: 7, mandatory: true, receiveHighWaterMark: 3 } });
    const [push, router] = [context.socket('PUSH'), context.socket('ROUTER', { receiveHighWaterMark: 9 })];
    expect([push.options.linger, push.options.receiveHighWaterMark]).toEqual([7, 3]);
    expect([router.options.mandatory, router.options.receiveHighWaterMark]).toEqual([true, 9]);
    push.options.linger = 0;
    expect(router.options.linger).toBe(7);
    await context.term();
  });

  test('two Contexts SHALL share nothing', async () => {
    const other = ground.another();
    const [here, there] = [ground.socket('PULL'), ground.socket('PUSH', { sendTimeout: 20 }, other)];
    await here.bind(INPROC.endpoint());
    await there.connect(here.lastEndpoint);
    await there.send('queued in the other');
    await other.term();
    expect(there.stats().dropped).toEqual({ linger: 1 });
    expect([here.closed, there.closed]).toEqual([false, true]);
  });
});
