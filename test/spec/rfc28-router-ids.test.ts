import { describe, expect, test } from '@jest/globals';
import { rejected, thrown } from '../support/spec-errors.js';
import {
  MOVING,
  numbered,
  receive,
  receiveAll,
  receiveRest,
  sendUntilFull,
  turn,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 28 over $name: identities at a ROUTER', (transport) => {
  const ground = useGround();

  test('a peer without an identity SHALL get one of 5 bytes that begins with a binary zero and counts up', async () => {
    const router = ground.socket('ROUTER');
    const dealers = [ground.socket('DEALER'), ground.socket('DEALER'), ground.socket('DEALER')];
    await ground.join(transport, router, ...dealers);
    const numbers: number[] = [];
    for (const dealer of dealers) {
      await dealer.send('hello');
      const id = (await router.recvMultipart())[0]?.data ?? Buffer.alloc(0);
      expect([id.length, id[0]]).toEqual([5, 0]);
      numbers.push(id.readUInt32BE(1));
    }
    const [first = 0] = numbers;
    expect(numbers).toEqual([first, (first + 1) >>> 0, (first + 2) >>> 0]);
  });

  test('a generated identity SHALL lead back to its peer, as a Msg and as bytes', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    await ground.join(transport, router, ground.socket('DEALER'), dealer);
    await dealer.send('hello');
    const [id] = await router.recvMultipart();
    if (id === undefined) throw new Error('no identity');
    await router.sendMultipart([id, 'as a Msg']);
    await router.sendMultipart([Buffer.from(id.data), 'as bytes']);
    await router.sendMultipart([new Uint8Array(id.data), 'as other bytes']);
    expect(await receiveAll(dealer, 3)).toEqual(['as a Msg', 'as bytes', 'as other bytes']);
  });

  test.each([
    ['of 1 byte', Buffer.from([1])],
    ['of 255 bytes', Buffer.alloc(255, 0xfe)],
    ['of bytes that are no text', Buffer.from([0xff, 0x00, 0xc3])],
    ['of text beyond ASCII', Buffer.from('Größe')],
  ])('an identity %s SHALL be kept byte for byte', async (_, routingId) => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId })];
    await ground.join(transport, router, dealer);
    await dealer.send('hello');
    const [id] = await router.recvMultipart();
    expect(id?.data.equals(routingId)).toBe(true);
    await router.sendMultipart([routingId, 'back']);
    expect(await receive(dealer)).toEqual(['back']);
  });

  test('a ROUTER knows its peer as soon as its handshake event was told', async () => {
    const [router, dealer] = [
      ground.socket('ROUTER', { mandatory: true }),
      ground.socket('DEALER', { routingId: 'a' }),
    ];
    await router.bind(transport.endpoint());
    const known = ground.log(router).nth('handshake');
    await dealer.connect(router.lastEndpoint);
    await known;
    await router.sendMultipart(['a', 'hello']);
    expect(await receive(dealer)).toEqual(['hello']);
  });

  test('CONNECT_ROUTING_ID SHALL name the peer of the next connection only, whatever that calls itself', async () => {
    const router = ground.socket('ROUTER');
    const [first, second] = [ground.socket('DEALER', { routingId: 'x' }), ground.socket('DEALER', { routingId: 'y' })];
    await first.bind(transport.endpoint());
    await second.bind(transport.endpoint());
    await router.connect(first.lastEndpoint, { routingId: 'given' });
    expect(router.options.connectRoutingId).toBeNull();
    await router.connect(second.lastEndpoint);
    await first.send('from the first');
    expect(await receive(router)).toEqual(['given', 'from the first']);
    await second.send('from the second');
    expect(await receive(router)).toEqual(['y', 'from the second']);
    await router.sendMultipart(['given', 'to the first']);
    expect(await receive(first)).toEqual(['to the first']);
  });

  test('a peer with CONNECT_ROUTING_ID SHALL be addressable before its handshake', async () => {
    const endpoint = await ground.vacant(transport);
    const router = ground.socket('ROUTER', { mandatory: true });
    await router.connect(endpoint, { routingId: 'early' });
    await router.sendMultipart(['early', 'before you were there']);
    const dealer = ground.socket('DEALER');
    await dealer.bind(endpoint);
    expect(await receive(dealer)).toEqual(['before you were there']);
  });

  test('without HANDOVER, of two peers with the same identity the newcomer SHALL be ignored, connected as it is', async () => {
    const router = ground.socket('ROUTER');
    const [owner, newcomer] = [
      ground.socket('DEALER', { routingId: 'a' }),
      ground.socket('DEALER', { routingId: 'a' }),
    ];
    await ground.join(transport, router, owner, newcomer);
    await newcomer.send('ignored');
    await router.sendMultipart(['a', 'to the owner']);
    expect(await receive(owner)).toEqual(['to the owner']);
    await owner.send('from the owner');
    expect(await receive(router)).toEqual(['a', 'from the owner']);
    expect(receiveRest(router)).toEqual([]);
    expect(ground.log(newcomer).of('disconnect')).toEqual([]);
    expect(receiveRest(newcomer)).toEqual([]);
  });

  test('what an ignored newcomer sent SHALL be counted when it leaves', async () => {
    const router = ground.socket('ROUTER');
    const owner = ground.socket('DEALER', { routingId: 'a' });
    const newcomer = ground.socket('DEALER', { routingId: 'a', linger: -1 });
    await ground.join(transport, router, owner, newcomer);
    for (const text of numbered('', 3)) await newcomer.send(text);
    await newcomer.close();
    await ground.log(router).nth('disconnect');
    await turn();
    expect(router.stats().dropped).toEqual({ unexpected: 3 });
  });

  test('with HANDOVER, the newcomer SHALL take the identity over, and the old peer is closed', async () => {
    const router = ground.socket('ROUTER', { handover: true });
    const owner = ground.socket('DEALER', { routingId: 'a', reconnectInterval: 0 });
    const newcomer = ground.socket('DEALER', { routingId: 'a' });
    await ground.join(transport, router, owner, newcomer);
    await ground.log(owner).nth('disconnect');
    await router.sendMultipart(['a', 'to the newcomer']);
    expect(await receive(newcomer)).toEqual(['to the newcomer']);
    await newcomer.send('from the newcomer');
    expect(await receive(router)).toEqual(['a', 'from the newcomer']);
    expect(receiveRest(owner)).toEqual([]);
  });

  test('with HANDOVER, what the old peer sent before SHALL stay readable', async () => {
    const router = ground.socket('ROUTER', { handover: true });
    const owner = ground.socket('DEALER', { routingId: 'a', reconnectInterval: 0 });
    await ground.join(transport, router, owner);
    await owner.send('my last words');
    await new Promise<void>((resolve) => setImmediate(resolve));
    const newcomer = ground.socket('DEALER', { routingId: 'a' });
    await ground.link(router.lastEndpoint, router, newcomer);
    await newcomer.send('my first');
    expect(await receiveAll(router, 2)).toEqual(['a|my last words', 'a|my first']);
  });

  test('an identity SHALL be free again when its peer has left', async () => {
    const router = ground.socket('ROUTER', { mandatory: true });
    const [first, second] = [ground.socket('DEALER', { routingId: 'a' }), ground.socket('DEALER', { routingId: 'a' })];
    await ground.join(transport, router, first);
    await first.close();
    await ground.log(router).nth('disconnect');
    await rejected(router.sendMultipart(['a', 'nobody']), 'HostUnreachable', 'EHOSTUNREACH');
    await ground.link(router.lastEndpoint, router, second);
    await router.sendMultipart(['a', 'somebody']);
    expect(await receive(second)).toEqual(['somebody']);
  });

  test('MANDATORY: an identity that nobody has SHALL be an error', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'a' })];
    await ground.join(transport, router, dealer);
    await router.sendMultipart(['b', 'dropped']);
    router.options.mandatory = true;
    await rejected(router.sendMultipart(['b', 'refused']), 'HostUnreachable', 'EHOSTUNREACH');
    thrown(() => router.trySend(['b', 'refused']), 'HostUnreachable', 'EHOSTUNREACH');
    router.options.mandatory = false;
    await router.sendMultipart(['b', 'dropped']);
    expect(router.stats().dropped).toEqual({ 'no-route': 2 });
  });

  test('MANDATORY: a full peer SHALL make send wait up to SNDTIMEO, and nothing is dropped', async () => {
    const router = ground.socket('ROUTER', { mandatory: true, sendHighWaterMark: 2, sendTimeout: 20 });
    const dealer = ground.socket('DEALER', { routingId: 'a', receiveHighWaterMark: 2 });
    await ground.join(transport, router, dealer);
    const body = Buffer.alloc(1 << 20);
    const taken = await sendUntilFull(router, (index) => ['a', String(index), body], MOVING);
    expect(router.trySend(['a', 'no room'])).toBe(false);
    await rejected(router.sendMultipart(['a', 'no room']), 'Timeout', 'EAGAIN');
    router.options.sendTimeout = -1;
    const waiting = router.sendMultipart(['a', 'last']);
    const got: string[] = [];
    while (got.length <= taken) got.push((await receive(dealer))[0] ?? '');
    await waiting;
    expect(got).toEqual([...numbered('', taken), 'last']);
    expect(router.stats().dropped).toEqual({});
  });

  test('MANDATORY: a sender that waits for a peer that leaves SHALL hear that it is unreachable', async () => {
    const router = ground.socket('ROUTER', { mandatory: true, sendHighWaterMark: 1 });
    const dealer = ground.socket('DEALER', { routingId: 'a', receiveHighWaterMark: 1 });
    await ground.join(transport, router, dealer);
    await sendUntilFull(router, () => ['a', Buffer.alloc(1 << 20)], MOVING);
    const waiting = router.sendMultipart(['a', 'too late']);
    await Promise.all([rejected(waiting, 'HostUnreachable', 'EHOSTUNREACH'), dealer.close()]);
  });
});

describe.each(STREAMS)('RFC 28 over $name: identities and reconnection', (transport) => {
  const ground = useGround();

  test('a connecting ROUTER SHALL keep the identity of an anonymous peer over reconnections', async () => {
    const router = ground.socket('ROUTER');
    const first = ground.socket('DEALER');
    const endpoint = await ground.join(transport, first, router);
    await first.send('first');
    const [before] = await router.recvMultipart();
    await first.close();
    await ground.log(router).nth('disconnect');
    const second = ground.socket('DEALER');
    await second.bind(endpoint);
    await second.send('second');
    const [after] = await router.recvMultipart();
    expect(after?.data).toEqual(before?.data);
    await router.sendMultipart([before ?? '', 'back']);
    expect(await receive(second)).toEqual(['back']);
  });

  test('a bound ROUTER SHALL give an anonymous peer that comes back a new identity', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    const endpoint = await ground.join(transport, router, dealer);
    await dealer.send('first');
    const [before] = await router.recvMultipart();
    await router.unbind(endpoint);
    await ground.log(dealer).nth('disconnect');
    await router.bind(endpoint);
    await dealer.send('second');
    const [after] = await router.recvMultipart();
    expect(after?.data).not.toEqual(before?.data);
    await router.sendMultipart([before ?? '', 'to the old one']);
    await router.sendMultipart([after ?? '', 'to the new one']);
    expect(await receive(dealer)).toEqual(['to the new one']);
  });

  test('a named peer that comes back SHALL be found under its name again', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'a' })];
    const endpoint = await ground.join(transport, router, dealer);
    await router.unbind(endpoint);
    await ground.log(dealer).nth('disconnect');
    const again = ground.log(router).nth('handshake', 2);
    await router.bind(endpoint);
    await again;
    await router.sendMultipart(['a', 'welcome back']);
    expect(await receive(dealer)).toEqual(['welcome back']);
  });
});

describe('RFC 28 over inproc: bounds of a ROUTER', () => {
  const ground = useGround();

  test('MANDATORY: a peer takes SNDHWM + RCVHWM messages, then send would block', async () => {
    const router = ground.socket('ROUTER', { mandatory: true, sendHighWaterMark: 2 });
    const dealer = ground.socket('DEALER', { routingId: 'a', receiveHighWaterMark: 2 });
    await ground.join(INPROC, router, dealer);
    expect(await sendUntilFull(router, (index) => ['a', String(index)])).toBe(4);
    expect(router.writable).toBe(false);
    expect(await receiveAll(dealer, 4)).toEqual(numbered('', 4));
    expect(router.writable).toBe(true);
  });
});
