import { describe, expect, test } from '@jest/globals';
import type { PubSocket } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, receiveRest, until, untyped, useGround } from '../support/spec-ground.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

/** Waits until the publisher has heard of so many topics. */
function topics(pub: Pick<PubSocket, 'options'>, count: number): Promise<void> {
  return until(() => pub.options.topicsCount === count);
}

describe.each(TRANSPORTS)('RFC 29 over $name: PUB', (transport) => {
  const ground = useGround();

  test('PUB SHALL send each message to all subscribers whose subscription is a prefix of its first frame', async () => {
    const pub = ground.socket('PUB');
    const [a, ab, all] = [ground.socket('SUB'), ground.socket('SUB'), ground.socket('SUB')];
    a.subscribe('a');
    ab.subscribe('ab');
    all.subscribe('');
    await ground.join(transport, pub, a, ab, all);
    await topics(pub, 3);
    for (const text of ['a', 'abc', 'b', 'ba', '', 'ab']) await pub.send(text);
    expect(await receiveAll(a, 3)).toEqual(['a', 'abc', 'ab']);
    expect(await receiveAll(ab, 2)).toEqual(['abc', 'ab']);
    expect(await receiveAll(all, 6)).toEqual(['a', 'abc', 'b', 'ba', '', 'ab']);
  });

  test('PUB SHALL look at the first frame only, and SHALL NOT modify messages', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('topic');
    await ground.join(transport, pub, sub);
    await topics(pub, 1);
    await pub.sendMultipart(['other', 'topic']);
    await pub.sendMultipart(['topic!', '', 'body', '']);
    expect(await receive(sub)).toEqual(['topic!', '', 'body', '']);
  });

  test('PUB SHALL compare bytes: topics need not be text, and may be long', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    const long = Buffer.alloc(20_000, 7);
    sub.subscribe(Buffer.from([0xff, 0x00]), new Uint8Array(long));
    await ground.join(transport, pub, sub);
    await topics(pub, 2);
    await pub.send(Buffer.from([0xff]));
    await pub.send(long.subarray(1));
    await pub.send(Buffer.from([0xff, 0x00, 0x01]));
    await pub.send(Buffer.concat([long, Buffer.from('end')]));
    expect((await sub.recv()).data).toEqual(Buffer.from([0xff, 0x00, 0x01]));
    expect((await sub.recv()).size).toBe(20_003);
  });

  test('PUB SHALL filter: a subscriber without a filter of its own gets only what it asked for', async () => {
    const [pub, xsub] = [ground.socket('PUB'), ground.socket('XSUB')];
    await ground.join(transport, pub, xsub);
    await xsub.send(Buffer.from('\u0001wanted'));
    await topics(pub, 1);
    for (const text of ['unwanted', 'wanted', 'nor this', 'wanted too']) await pub.send(text);
    expect(await receiveAll(xsub, 2)).toEqual(['wanted', 'wanted too']);
  });

  test('PUB SHALL send a message once to a subscriber with several matching subscriptions', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('', 'a', 'ab', 'ab');
    await ground.join(transport, pub, sub);
    await topics(pub, 3);
    await pub.send('abc');
    await pub.send('end');
    expect(await receiveAll(sub, 2)).toEqual(['abc', 'end']);
  });

  test('PUB SHALL NOT block on sending: without a subscriber messages are gone', async () => {
    const pub = ground.socket('PUB', { sendHighWaterMark: 1, sendTimeout: 0 });
    await pub.send('before there is an endpoint');
    await pub.bind(transport.endpoint());
    for (const text of numbered('', 100)) await pub.send(text);
    expect([pub.writable, pub.trySend('again')]).toEqual([true, true]);
    const sub = ground.socket('SUB');
    sub.subscribe('');
    await ground.link(pub.lastEndpoint, pub, sub);
    await topics(pub, 1);
    await pub.send('now');
    expect(await receive(sub)).toEqual(['now']);
  });

  test('PUB SHALL silently drop what a full subscriber cannot take, for that one only, and counts it', async () => {
    const pub = ground.socket('PUB', { sendHighWaterMark: 5, sendTimeout: 0 });
    const slow = ground.socket('SUB', { receiveHighWaterMark: 5 });
    const quick = ground.socket('SUB');
    slow.subscribe('', 'slow');
    quick.subscribe('', 'quick');
    await ground.join(transport, pub, slow, quick);
    await topics(pub, 3);
    const body = Buffer.alloc(200_000);
    const sent = numbered('', 100);
    for (const text of sent) {
      await pub.sendMultipart([text, body]);
      expect((await receive(quick))[0]).toBe(text);
    }
    const dropped = pub.stats().dropped['high-water-mark'] ?? 0;
    expect(dropped).toBeGreaterThan(0);
    const got: string[] = [];
    while (got.length < sent.length - dropped) got.push((await receive(slow))[0] ?? '');
    // What it got is a part of what was sent, in order, and begins at the first.
    expect(got).toEqual(sent.filter((text) => got.includes(text)));
    expect(got[0]).toBe('0');
    await pub.send('room again');
    expect(await receive(slow)).toEqual(['room again']);
  });

  test('PUB SHALL drop a message that nobody subscribed to without counting it as lost', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('a');
    await ground.join(transport, pub, sub);
    await topics(pub, 1);
    await pub.send('b');
    await pub.send('a');
    expect(await receive(sub)).toEqual(['a']);
    expect([pub.stats().dropped, sub.stats().dropped]).toEqual([{}, {}]);
  });

  test('PUB SHALL forget a subscriber that has gone', async () => {
    const [pub, leaving, staying] = [ground.socket('PUB'), ground.socket('SUB'), ground.socket('SUB')];
    leaving.subscribe('a');
    staying.subscribe('b');
    await ground.join(transport, pub, leaving, staying);
    await topics(pub, 2);
    await leaving.close();
    await topics(pub, 1);
    for (const text of ['a', 'b']) await pub.send(text);
    expect(await receive(staying)).toEqual(['b']);
    expect(pub.stats().dropped).toEqual({});
  });

  test('PUB SHALL NOT receive messages: what a subscriber sends beside subscriptions is dropped and counted', async () => {
    const [pub, xsub] = [ground.socket('PUB'), ground.socket('XSUB')];
    await ground.join(transport, pub, xsub);
    await xsub.send('a message');
    await xsub.send(Buffer.from([1]));
    await topics(pub, 1);
    expect(pub.stats().dropped).toEqual({ unexpected: 1 });
    const any = untyped(pub);
    expect(any.readable).toBe(false);
    await rejected(any.recv(), 'InvalidSocketType', 'ENOTSUP');
    await rejected(any.recvMultipart(), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => any.tryRecv(), 'InvalidSocketType', 'ENOTSUP');
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: SUB', (transport) => {
  const ground = useGround();

  test('SUB SHALL NOT receive anything before it subscribed, and nothing that was sent before', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    await ground.join(transport, pub, sub);
    await pub.send('too early');
    sub.subscribe('');
    await topics(pub, 1);
    await pub.send('in time');
    expect(await receive(sub)).toEqual(['in time']);
  });

  test('SUB SHALL tell a publisher that it connects to later all that it subscribed to', async () => {
    const sub = ground.socket('SUB');
    sub.subscribe('a', 'b');
    for (const name of ['first', 'second']) {
      const pub = ground.socket('PUB');
      await ground.join(transport, pub, sub);
      await topics(pub, 2);
      await pub.send(`b ${name}`);
      expect(await receive(sub)).toEqual([`b ${name}`]);
    }
  });

  test('SUB SHALL bind as well as connect', async () => {
    const [sub, pub] = [ground.socket('SUB'), ground.socket('PUB')];
    sub.subscribe('');
    await ground.join(transport, sub, pub);
    await topics(pub, 1);
    await pub.send('from a connecting publisher');
    expect(await receive(sub)).toEqual(['from a connecting publisher']);
  });

  test('SUB SHALL count subscriptions: as many unsubscriptions end one', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('a', 'a', 'z');
    await ground.join(transport, pub, sub);
    sub.unsubscribe('a', 'unknown');
    sub.subscribe('marker 1');
    await topics(pub, 3);
    expect(sub.options.topicsCount).toBe(3);
    await pub.send('a1');
    expect(await receive(sub)).toEqual(['a1']);
    sub.unsubscribe('a');
    await topics(pub, 2);
    await pub.send('a2');
    await pub.send('z');
    expect(await receive(sub)).toEqual(['z']);
  });

  test('SUB SHALL subscribe to everything without an argument, and unsubscribe likewise', async () => {
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe();
    sub.subscribe('kept');
    await ground.join(transport, pub, sub);
    await topics(pub, 2);
    await pub.send('anything');
    expect(await receive(sub)).toEqual(['anything']);
    sub.unsubscribe();
    await topics(pub, 1);
    await pub.send('something');
    await pub.send('kept');
    expect(await receive(sub)).toEqual(['kept']);
  });

  test('SUB SHALL filter itself what a publisher sends without being asked', async () => {
    const [xpub, sub] = [ground.socket('XPUB', { manual: true }), ground.socket('SUB')];
    sub.subscribe('a');
    await ground.join(transport, xpub, sub);
    await xpub.recv();
    xpub.subscribe('');
    for (const text of ['b', 'c', 'a']) await xpub.send(text);
    expect(await receive(sub)).toEqual(['a']);
    expect(sub.stats().dropped).toEqual({ 'not-subscribed': 2 });
  });

  test('SUB SHALL NOT deliver what is still on its way after it unsubscribed', async () => {
    const [xpub, sub] = [ground.socket('XPUB', { manual: true }), ground.socket('SUB')];
    sub.subscribe('a', 'b');
    await ground.join(transport, xpub, sub);
    await xpub.recv();
    xpub.subscribe('');
    await xpub.send('a1');
    await xpub.send('a2');
    await xpub.send('b');
    expect(await receive(sub)).toEqual(['a1']);
    sub.unsubscribe('a');
    expect(await receive(sub)).toEqual(['b']);
    expect(sub.stats().dropped).toEqual({ 'not-subscribed': 1 });
  });

  test('SUB SHALL receive incoming messages from its publishers using a fair-queuing strategy', async () => {
    const sub = ground.socket('SUB');
    sub.subscribe('');
    const endpoint = await sub.bind(transport.endpoint());
    for (const name of ['a', 'b', 'c']) {
      const pub = ground.socket('PUB', { linger: -1 });
      await ground.link(endpoint, sub, pub);
      await topics(pub, 1);
      for (const text of numbered(name, 2)) await pub.send(text);
      await pub.close();
    }
    await ground.log(sub).nth('disconnect', 3);
    expect(await receiveAll(sub, 6)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
  });

  test('SUB SHALL NOT send messages', async () => {
    const sub = untyped(ground.socket('SUB'));
    expect(sub.writable).toBe(false);
    await rejected(sub.send('no'), 'InvalidSocketType', 'ENOTSUP');
    await rejected(sub.sendMultipart(['no', 'no']), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => sub.trySend('no'), 'InvalidSocketType', 'ENOTSUP');
  });

  test('SUB SHALL NOT lose subscriptions beyond its high-water mark', async () => {
    const sub = ground.socket('SUB', { sendHighWaterMark: 10 });
    const all = numbered('topic ', 3000);
    sub.subscribe(...all.slice(0, 1500));
    const pub = ground.socket('PUB');
    await ground.join(transport, pub, sub);
    sub.subscribe(...all.slice(1500));
    await topics(pub, 3000);
    await pub.send('topic 2999');
    expect(await receive(sub)).toEqual(['topic 2999']);
  });
});

describe.each(STREAMS)('RFC 29 over $name: subscriptions and reconnection', (transport) => {
  const ground = useGround();

  test('SUB SHALL subscribe again, each topic once, when its publisher comes back, with what changed meanwhile', async () => {
    const [first, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    sub.subscribe('a', 'a', 'b', 'c');
    const endpoint = await ground.join(transport, first, sub);
    await topics(first, 3);
    await first.close();
    await ground.log(sub).nth('disconnect');
    sub.unsubscribe('b');
    sub.subscribe('d');
    const second = ground.socket('XPUB', { xpubVerbose: true });
    await second.bind(endpoint);
    expect(new Set(await receiveAll(second, 3))).toEqual(new Set(['\u0001a', '\u0001c', '\u0001d']));
    sub.subscribe('marker');
    expect(await receive(second)).toEqual(['\u0001marker']);
    await second.send('d!');
    expect(await receive(sub)).toEqual(['d!']);
  });

  test('PUB SHALL NOT keep messages for a subscriber that it connected to and lost', async () => {
    const [pub, first, second] = [ground.socket('PUB'), ground.socket('SUB'), ground.socket('SUB')];
    first.subscribe('');
    second.subscribe('');
    const endpoint = await ground.join(transport, first, pub);
    await topics(pub, 1);
    await first.close();
    await ground.log(pub).nth('disconnect');
    await second.bind(endpoint);
    await ground.log(pub).nth('handshake', 2);
    await topics(pub, 1);
    await pub.send('afterwards');
    const got = await receiveAll(second, 1);
    expect([...got, ...receiveRest(second)].at(-1)).toBe('afterwards');
  });
});

describe('RFC 29 over inproc: bounds', () => {
  const ground = useGround();

  test('PUB with SNDHWM 3 and a SUB with RCVHWM 2: the first 5 of 20 SHALL arrive', async () => {
    const pub = ground.socket('PUB', { sendHighWaterMark: 3 });
    const sub = ground.socket('SUB', { receiveHighWaterMark: 2 });
    sub.subscribe('');
    await ground.join(INPROC, pub, sub);
    await topics(pub, 1);
    for (const text of numbered('', 20)) await pub.send(text);
    expect(await receiveAll(sub, 5)).toEqual(numbered('', 5));
    expect(receiveRest(sub)).toEqual([]);
    expect(pub.stats().dropped).toEqual({ 'high-water-mark': 15 });
  });
});
