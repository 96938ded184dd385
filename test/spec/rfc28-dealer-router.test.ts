import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, sendUntilFull, turn, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 28 over $name: DEALER', (transport) => {
  const ground = useGround();

  test('DEALER SHALL NOT filter or modify outgoing or incoming messages', async () => {
    const [left, right] = [ground.socket('DEALER'), ground.socket('DEALER')];
    await ground.join(transport, left, right);
    await left.sendMultipart(['', 'a', '', '']);
    expect(await receive(right)).toEqual(['', 'a', '', '']);
    await right.send('');
    expect(await receive(left)).toEqual(['']);
  });

  test('DEALER MAY send any number of requests before the first reply', async () => {
    const [dealer, rep] = [ground.socket('DEALER'), ground.socket('REP')];
    await ground.join(transport, rep, dealer);
    for (const text of numbered('', 10)) await dealer.sendMultipart(['', text]);
    for (let left = 10; left > 0; left--) await rep.send(`re ${(await receive(rep)).join()}`);
    expect(await receiveAll(dealer, 10)).toEqual(numbered('|re ', 10));
  });

  test('DEALER SHALL route outgoing messages to available peers using a round-robin strategy', async () => {
    const dealer = ground.socket('DEALER');
    const peers = [ground.socket('DEALER'), ground.socket('DEALER'), ground.socket('DEALER')];
    await ground.join(transport, dealer, ...peers);
    for (const text of numbered('', 6)) await dealer.send(text);
    for (const [index, peer] of peers.entries())
      expect(await receiveAll(peer, 2)).toEqual([`${index}`, `${index + 3}`]);
  });

  test('DEALER SHALL receive incoming messages from its peers using a fair-queuing strategy', async () => {
    const dealer = ground.socket('DEALER');
    const endpoint = await dealer.bind(transport.endpoint());
    for (const name of ['a', 'b', 'c']) {
      const peer = ground.socket('DEALER', { linger: -1 });
      await ground.link(endpoint, dealer, peer);
      for (const text of numbered(name, 2)) await peer.send(text);
      await peer.close();
    }
    await ground.log(dealer).nth('disconnect', 3);
    expect(await receiveAll(dealer, 6)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
  });

  test('DEALER SHALL block on sending, or return a suitable error, when it has no available peers', async () => {
    const dealer = ground.socket('DEALER', { sendTimeout: 20 });
    await rejected(dealer.send('nobody'), 'Timeout', 'EAGAIN');
    dealer.options.sendTimeout = 0;
    await rejected(dealer.send('nobody'), 'ResourceLimitReached', 'EAGAIN');
    expect([dealer.writable, dealer.trySend('nobody')]).toEqual([false, false]);
    dealer.options.sendTimeout = -1;
    const waiting = dealer.send('somebody');
    const peer = ground.socket('DEALER');
    await ground.join(transport, peer, dealer);
    await waiting;
    expect(await receive(peer)).toEqual(['somebody']);
  });

  test('DEALER SHALL create a double queue when it connects, and SHALL bound it: 5 takes exactly 5', async () => {
    const endpoint = await ground.vacant(transport);
    const dealer = ground.socket('DEALER', { sendHighWaterMark: 5 });
    await dealer.connect(endpoint);
    expect(await sendUntilFull(dealer, String)).toBe(5);
    const peer = ground.socket('DEALER');
    await peer.bind(endpoint);
    expect(await receiveAll(peer, 5)).toEqual(numbered('', 5));
  });

  test('DEALER SHALL queue outgoing and incoming messages independently', async () => {
    const left = ground.socket('DEALER', { sendHighWaterMark: 1, sendTimeout: 0 });
    const right = ground.socket('DEALER', { receiveHighWaterMark: 1 });
    await ground.join(transport, left, right);
    const body = Buffer.alloc(1 << 20);
    expect(await sendUntilFull(left, () => body)).toBeGreaterThan(0);
    for (const text of numbered('', 20)) await right.send(text);
    expect(await receiveAll(left, 20)).toEqual(numbered('', 20));
  });

  test('DEALER SHALL NOT discard messages that it cannot queue', async () => {
    const left = ground.socket('DEALER', { sendHighWaterMark: 2 });
    const right = ground.socket('DEALER', { receiveHighWaterMark: 2 });
    await ground.join(transport, right, left);
    const sends = numbered('', 200).map((text) => left.send([text, Buffer.alloc(20_000)]));
    for (const text of numbered('', 200)) expect((await receive(right))[0]).toBe(text);
    await Promise.all(sends);
    expect(left.stats().dropped).toEqual({});
  });
});

describe.each(STREAMS)('RFC 28 over $name: DEALER and its connections', (transport) => {
  const ground = useGround();

  test('DEALER SHALL maintain the double queue whether or not the connection is established', async () => {
    const dealer = ground.socket('DEALER');
    const [first, second] = [ground.socket('ROUTER', { linger: -1 }), ground.socket('DEALER')];
    const endpoint = await ground.join(transport, first, dealer);
    await dealer.send('who am I?');
    const [id] = await first.recvMultipart();
    await first.sendMultipart([id ?? '', 'answer of the first']);
    await first.close();
    await ground.log(dealer).nth('disconnect');
    for (const text of numbered('', 3)) await dealer.send(text);
    await second.bind(endpoint);
    expect(await receiveAll(second, 3)).toEqual(numbered('', 3));
    expect(await receive(dealer)).toEqual(['answer of the first']);
  });
});

describe.each(TRANSPORTS)('RFC 28 over $name: ROUTER', (transport) => {
  const ground = useGround();

  test('ROUTER SHALL prefix each incoming message with the identity of the peer that it came from', async () => {
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, ground.socket('DEALER', { routingId: 'a' }));
    const [a, b] = [ground.socket('DEALER', { routingId: 'one' }), ground.socket('DEALER', { routingId: 'two' })];
    await ground.link(router.lastEndpoint, router, a, b);
    await a.sendMultipart(['', 'from one']);
    expect(await receive(router)).toEqual(['one', '', 'from one']);
    await b.send('from two');
    expect(await receive(router)).toEqual(['two', 'from two']);
  });

  test('ROUTER SHALL remove the first frame of an outgoing message, and route the rest to the peer that it names', async () => {
    const router = ground.socket('ROUTER');
    const [a, b] = [ground.socket('DEALER', { routingId: 'a' }), ground.socket('DEALER', { routingId: 'b' })];
    await ground.join(transport, router, a, b);
    await router.sendMultipart(['b', 'one']);
    await router.sendMultipart(['a', '', 'two', '']);
    await router.sendMultipart(['b', 'three']);
    expect(await receiveAll(b, 2)).toEqual(['one', 'three']);
    expect(await receive(a)).toEqual(['', 'two', '']);
  });

  test('ROUTER SHALL receive incoming messages from its peers using a fair-queuing strategy', async () => {
    const router = ground.socket('ROUTER');
    const endpoint = await router.bind(transport.endpoint());
    for (const name of ['a', 'b', 'c']) {
      const dealer = ground.socket('DEALER', { routingId: name, linger: -1 });
      await ground.link(endpoint, router, dealer);
      for (const text of numbered('', 2)) await dealer.send(text);
      await dealer.close();
    }
    await ground.log(router).nth('disconnect', 3);
    expect(await receiveAll(router, 6)).toEqual(['a|0', 'b|0', 'c|0', 'a|1', 'b|1', 'c|1']);
  });

  test('ROUTER SHALL silently drop a message to an identity that nobody has, and counts it', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'a' })];
    await ground.join(transport, router, dealer);
    await router.sendMultipart(['nobody', 'lost']);
    expect(router.trySend(['nobody', 'lost too'])).toBe(true);
    await router.sendMultipart(['a', 'found']);
    expect(await receive(dealer)).toEqual(['found']);
    expect(router.stats().dropped).toEqual({ 'no-route': 2 });
  });

  test('ROUTER SHALL ignore a message that is only an identity', async () => {
    const router = ground.socket('ROUTER', { mandatory: true });
    const dealer = ground.socket('DEALER', { routingId: 'a' });
    await ground.join(transport, router, dealer);
    await router.send('a');
    await router.send('nobody');
    await router.sendMultipart(['a']);
    await router.sendMultipart(['a', 'something']);
    expect(await receive(dealer)).toEqual(['something']);
  });

  test('ROUTER SHALL NOT block on sending: what a full peer cannot take is dropped and counted', async () => {
    const router = ground.socket('ROUTER', { sendHighWaterMark: 2 });
    const dealer = ground.socket('DEALER', { routingId: 'a', receiveHighWaterMark: 2 });
    await ground.join(transport, router, dealer);
    const body = Buffer.alloc(200_000);
    for (const text of numbered('', 100)) await router.sendMultipart(['a', text, body]);
    expect(router.writable).toBe(true);
    const dropped = router.stats().dropped['high-water-mark'] ?? 0;
    expect(dropped).toBeGreaterThan(0);
    const got: number[] = [];
    while (got.length < 100 - dropped) got.push(Number((await receive(dealer))[0]));
    expect(got).toEqual([...got].sort((a, b) => a - b));
    await until(() => router.stats().peers === 1);
    await router.sendMultipart(['a', 'room again']);
    expect(await receive(dealer)).toEqual(['room again']);
  });

  test('ROUTER SHALL NOT let a full peer hold up another', async () => {
    const router = ground.socket('ROUTER', { sendHighWaterMark: 1 });
    const idle = ground.socket('DEALER', { routingId: 'idle', receiveHighWaterMark: 1 });
    const busy = ground.socket('DEALER', { routingId: 'busy' });
    await ground.join(transport, router, idle, busy);
    for (let left = 50; left > 0; left--) await router.sendMultipart(['idle', Buffer.alloc(200_000)]);
    for (const text of numbered('', 20)) {
      await router.sendMultipart(['busy', text]);
      expect(await receive(busy)).toEqual([text]);
      // What node:tls has written it says a turn later.
      await turn();
    }
  });

  test('ROUTER and ROUTER talk when each knows the name of the other', async () => {
    const [left, right] = [ground.socket('ROUTER', { routingId: 'L' }), ground.socket('ROUTER', { routingId: 'R' })];
    await ground.join(transport, left, right);
    await left.sendMultipart(['R', 'hello']);
    expect(await receive(right)).toEqual(['L', 'hello']);
    await right.sendMultipart(['L', 'hello too']);
    expect(await receive(left)).toEqual(['R', 'hello too']);
  });
});
