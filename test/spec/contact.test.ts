import { describe, expect, test } from '@jest/globals';
import type { ISocket, WaitOptions } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { receive, until, untyped, useGround } from '../support/spec-ground.js';
import { RawPeers } from '../support/spec-raw-peer.js';
import { INPROC, STREAMS, TCP, TRANSPORTS } from '../support/spec-transports.js';

/** Every way to wait for somebody, on a socket that nobody comes to. */
const WAITS: readonly (readonly [string, (socket: ISocket, options?: WaitOptions) => Promise<void>])[] = [
  ['ready', (socket, options) => socket.ready(options)],
  ['waitForPeers', (socket, options) => socket.waitForPeers(1, options)],
  ['waitForSubscriber', (socket, options) => socket.waitForSubscriber('a', options)],
];

describe.each(TRANSPORTS)('ready over $name', (transport) => {
  const ground = useGround();

  test('it SHALL resolve when what was bound is bound, without a peer', async () => {
    const pull = ground.socket('PULL');
    const binding = pull.bind(transport.endpoint());
    await pull.ready();
    expect(pull.lastEndpoint).toBe(await binding);
    await pull.ready();
  });

  test('it SHALL resolve when the peer of every connect is known', async () => {
    const push = ground.socket('PUSH');
    const pulls = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoints = [await ground.vacant(transport), await ground.vacant(transport)];
    for (const endpoint of endpoints) await push.connect(endpoint);
    let ready = false;
    const waiting = push.ready().then(() => {
      ready = true;
    });
    await pulls[0]!.bind(endpoints[0]!);
    await push.waitForPeers(1);
    expect(ready).toBe(false);
    await pulls[1]!.bind(endpoints[1]!);
    await waiting;
    expect(push.stats().peers).toBe(2);
  });

  test('it SHALL wait for the first endpoint, and for commands that are under way', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    const waiting = push.ready();
    const endpoint = await pull.bind(transport.endpoint());
    void push.connect(endpoint);
    await Promise.all([waiting, push.ready()]);
    expect(push.stats().peers).toBe(1);
  });

  test('it SHALL wait again when a peer is lost, unless its endpoint was taken away', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await pull.bind(transport.endpoint());
    const endpoint = await ground.vacant(transport);
    const other = ground.socket('PULL');
    await other.bind(endpoint);
    await push.connect(pull.lastEndpoint);
    await push.connect(endpoint);
    await push.ready();
    await push.disconnect(endpoint);
    await push.ready();
    expect(push.stats().peers).toBe(1);
  });

  test('it SHALL be rejected when an endpoint is not tried any more', async () => {
    const [push, pair] = [ground.socket('PUSH'), ground.socket('PAIR')];
    await push.connect(await pair.bind(transport.endpoint()));
    const { fatal } = await rejected(push.ready(), 'ProtocolViolation', 'EPROTO', pair.lastEndpoint);
    expect(fatal).toBe(true);
    await rejected(push.ready(), 'ProtocolViolation', 'EPROTO', pair.lastEndpoint);
  });

  test('a bind that fails SHALL NOT count', async () => {
    const socket = ground.socket('PULL');
    await rejected(socket.bind('nonsense'), 'InvalidEndpoint', 'EINVAL');
    await rejected(socket.ready({ timeout: 0 }), 'Timeout', 'EAGAIN');
  });
});

describe.each(STREAMS)('ready over $name, further', (transport) => {
  const ground = useGround();

  test('it SHALL resolve when a lost peer has come back', async () => {
    const push = ground.socket('PUSH');
    const first = ground.socket('PULL');
    const endpoint = await first.bind(transport.endpoint());
    await push.connect(endpoint);
    await push.ready();
    await first.close();
    await until(() => push.stats().peers === 0);
    await rejected(push.ready({ timeout: 0 }), 'Timeout', 'EAGAIN');
    const waiting = push.ready();
    await ground.socket('PULL').bind(endpoint);
    await waiting;
  });

  test('it SHALL be rejected when reconnection is switched off and the attempt fails', async () => {
    const push = ground.socket('PUSH', { reconnectInterval: -1 });
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    const errno = transport === TCP ? 'ECONNREFUSED' : 'ENOENT';
    await rejected(push.ready(), transport === TCP ? 'ConnectionRefused' : 'IoError', errno, endpoint);
  });

  test('it SHALL wait with IMMEDIATE as without', async () => {
    const [push, pull] = [ground.socket('PUSH', { immediate: true }), ground.socket('PULL')];
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    const waiting = push.ready();
    await pull.bind(endpoint);
    await waiting;
    expect(push.trySend('x')).toBe(true);
    expect(await receive(pull)).toEqual(['x']);
  });

  test('a connection without a handshake SHALL NOT be a peer', async () => {
    const peers = new RawPeers();
    const { endpoint, accept } = await peers.listen();
    const push = ground.socket('PUSH');
    await push.connect(endpoint);
    await accept();
    await rejected(push.ready({ timeout: 20 }), 'Timeout', 'EAGAIN');
    await rejected(push.waitForPeers(1, { timeout: 20 }), 'Timeout', 'EAGAIN');
    peers.close();
  });
});

describe.each(TRANSPORTS)('waitForPeers over $name', (transport) => {
  const ground = useGround();

  test('it SHALL resolve when so many are connected, on both sides', async () => {
    const router = ground.socket('ROUTER', { mandatory: true });
    const endpoint = await router.bind(transport.endpoint());
    const waiting = router.waitForPeers(3);
    await router.waitForPeers(0);
    for (const name of ['a', 'b', 'c']) {
      const dealer = ground.socket('DEALER', { routingId: name });
      await dealer.connect(endpoint);
      await dealer.waitForPeers(1);
    }
    await waiting;
    // They are known by their names from then on.
    for (const name of ['a', 'b', 'c']) await router.send([name, 'x']);
    expect(router.stats()).toMatchObject({ peers: 3, dropped: {} });
  });

  test('it SHALL NOT count who has left', async () => {
    const pull = ground.socket('PULL');
    const endpoint = await pull.bind(transport.endpoint());
    const first = ground.socket('PUSH');
    await first.connect(endpoint);
    await pull.waitForPeers(1);
    const waiting = rejected(pull.waitForPeers(2, { timeout: 60 }), 'Timeout', 'EAGAIN');
    await first.close();
    await until(() => pull.stats().peers === 0);
    await ground.socket('PUSH').connect(endpoint);
    await pull.waitForPeers(1);
    await waiting;
  });
});

describe.each(TRANSPORTS)('waitForSubscriber over $name', (transport) => {
  const ground = useGround();

  test.each(['PUB', 'XPUB'] as const)('the first message of a %s SHALL NOT be lost any more', async (type) => {
    const [pub, sub] = [ground.socket(type), ground.socket('SUB')];
    const endpoint = await pub.bind(transport.endpoint());
    const waiting = pub.waitForSubscriber('news.eu');
    sub.subscribe('news.');
    await sub.connect(endpoint);
    await waiting;
    await pub.send(['news.eu', 'first']);
    expect(await receive(sub)).toEqual(['news.eu', 'first']);
  });

  test('it SHALL wait for a subscription that matches, not for any', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    await ground.join(transport, pub, sub);
    sub.subscribe('abc');
    await pub.waitForSubscriber('abcd');
    await pub.waitForSubscriber(Buffer.from('abc'));
    for (const topic of ['ab', 'b', '', undefined]) {
      await rejected(pub.waitForSubscriber(topic, { timeout: 0 }), 'Timeout', 'EAGAIN');
    }
    const waiting = [pub.waitForSubscriber('ab'), pub.waitForSubscriber()];
    sub.subscribe('');
    await Promise.all(waiting);
  });

  test('it SHALL know who has unsubscribed, and who has left', async () => {
    const [pub, sub] = [ground.socket('XPUB'), ground.socket('SUB')];
    await ground.join(transport, pub, sub);
    sub.subscribe('a', 'b');
    await Promise.all([pub.waitForSubscriber('a'), pub.waitForSubscriber('b')]);
    sub.unsubscribe('a');
    while (String((await pub.recv()).data.subarray(0, 2)) !== '\0a');
    await rejected(pub.waitForSubscriber('a', { timeout: 0 }), 'Timeout', 'EAGAIN');
    await sub.close();
    await until(() => pub.stats().peers === 0);
    await rejected(pub.waitForSubscriber('b', { timeout: 20 }), 'Timeout', 'EAGAIN');
  });

  test('it SHALL see an XSUB', async () => {
    const [pub, xsub] = [ground.socket('PUB'), ground.socket('XSUB')];
    await ground.join(transport, pub, xsub);
    await xsub.send('\x01topic');
    await pub.waitForSubscriber('topic');
  });
});

describe('waitForSubscriber and the options of a publisher', () => {
  const ground = useGround();

  test('INVERT_MATCHING: it SHALL wait for somebody who has not subscribed', async () => {
    const [pub, sub] = [ground.socket('PUB', { invertMatching: true }), ground.socket('SUB', { invertMatching: true })];
    const endpoint = await pub.bind(INPROC.endpoint());
    await rejected(pub.waitForSubscriber('a', { timeout: 0 }), 'Timeout', 'EAGAIN');
    sub.subscribe('b');
    await sub.connect(endpoint);
    await pub.waitForSubscriber('a');
  });

  test('XPUB_MANUAL: it SHALL wait until the application has subscribed the peer', async () => {
    const [xpub, sub] = [ground.socket('XPUB', { manual: true }), ground.socket('SUB')];
    await ground.join(INPROC, xpub, sub);
    sub.subscribe('asked');
    await xpub.recv();
    await rejected(xpub.waitForSubscriber('asked', { timeout: 0 }), 'Timeout', 'EAGAIN');
    const waiting = xpub.waitForSubscriber('given');
    xpub.subscribe('given');
    await waiting;
  });
});

describe.each(WAITS)('%s', (_, wait) => {
  const ground = useGround();
  const lonely = () => untyped(ground.socket('PUB'));

  test('it SHALL be given up after its time limit, or without waiting at all', async () => {
    await rejected(wait(lonely(), { timeout: 0 }), 'Timeout', 'EAGAIN');
    await rejected(wait(lonely(), { timeout: 5 }), 'Timeout', 'EAGAIN');
  });

  test('it SHALL be given up by its signal', async () => {
    const abort = new AbortController();
    const waiting = rejected(wait(lonely(), { signal: abort.signal, timeout: 60_000 }), 'Aborted', 'ECANCELED');
    abort.abort();
    await waiting;
    await rejected(wait(lonely(), { signal: abort.signal }), 'Aborted', 'ECANCELED');
  });

  test('it SHALL be refused by close and by term, and after them', async () => {
    const closed = lonely();
    const waiting = rejected(wait(closed), 'SocketClosed', 'ENOTSOCK');
    await closed.close();
    await waiting;
    await rejected(wait(closed), 'SocketClosed', 'ENOTSOCK');
    const context = ground.another();
    const terminated = untyped(ground.socket('PUB', {}, context));
    const refused = rejected(wait(terminated), 'ContextTerminated', 'ETERM');
    await context.term();
    await refused;
    await rejected(wait(terminated), 'ContextTerminated', 'ETERM');
  });

  test('wrong options SHALL be refused', async () => {
    await rejected(wait(lonely(), 1000 as never), 'InvalidArgument', 'EINVAL');
    for (const timeout of [-2, 1.5, Number.NaN, '5', null]) {
      await rejected(wait(lonely(), { timeout: timeout as number }), 'InvalidArgument', 'EINVAL');
    }
    for (const signal of [{}, 'abort', null]) {
      await rejected(wait(lonely(), { signal: signal as AbortSignal }), 'InvalidArgument', 'EINVAL');
    }
  });
});

describe('waits that make no sense', () => {
  const ground = useGround();

  test.each([-1, 1.5, Number.NaN, '1', undefined])('waitForPeers(%p) SHALL be refused', async (count) => {
    await rejected(ground.socket('PULL').waitForPeers(count as number), 'InvalidArgument', 'EINVAL');
  });

  test.each([5, null, {}, ['a']])('waitForSubscriber(%p) SHALL be refused', async (topic) => {
    await rejected(ground.socket('PUB').waitForSubscriber(topic as never), 'InvalidArgument', 'EINVAL');
  });

  test.each(['SUB', 'PUSH', 'ROUTER', 'XSUB'] as const)('a %s SHALL have no subscribers', async (type) => {
    await rejected(untyped(ground.socket(type)).waitForSubscriber('a'), 'InvalidSocketType', 'ENOTSUP');
  });
});
