import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, receiveRest, sendUntilFull, useGround } from '../support/spec-ground.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 31 over $name: PAIR', (transport) => {
  const ground = useGround();

  test('PAIR MAY both send and receive, in any order and at the same time', async () => {
    const [left, right] = [ground.socket('PAIR'), ground.socket('PAIR')];
    await ground.join(transport, left, right);
    const sends = [
      ...numbered('l', 500).map((text) => left.send(text)),
      ...numbered('r', 500).map((t) => right.send(t)),
    ];
    expect(await receiveAll(right, 500)).toEqual(numbered('l', 500));
    expect(await receiveAll(left, 500)).toEqual(numbered('r', 500));
    await Promise.all(sends);
  });

  test('PAIR SHALL NOT filter or modify outgoing or incoming messages', async () => {
    const [left, right] = [ground.socket('PAIR'), ground.socket('PAIR')];
    await ground.join(transport, left, right);
    await left.sendMultipart(['', Buffer.from([0, 1, 255]), '']);
    await left.send('');
    const message = await right.recvMultipart();
    expect(message.map((frame) => [...frame.data])).toEqual([[], [0, 1, 255], []]);
    expect(await receive(right)).toEqual(['']);
  });

  test('PAIR SHALL create its queue when it connects, and SHALL bound it: 5 takes exactly 5', async () => {
    const endpoint = await ground.vacant(transport);
    const [early, late] = [ground.socket('PAIR', { sendHighWaterMark: 5 }), ground.socket('PAIR')];
    await early.connect(endpoint);
    expect(await sendUntilFull(early, String)).toBe(5);
    expect(early.trySend('sixth')).toBe(false);
    await late.bind(endpoint);
    expect(await receiveAll(late, 5)).toEqual(numbered('', 5));
  });

  test('PAIR SHALL block on sending, or return a suitable error, when it has no available peer', async () => {
    const pair = ground.socket('PAIR', { sendTimeout: 20 });
    await rejected(pair.send('nobody'), 'Timeout', 'EAGAIN');
    await pair.bind(transport.endpoint());
    await rejected(pair.send('nobody'), 'Timeout', 'EAGAIN');
    expect(pair.writable).toBe(false);
    pair.options.sendTimeout = -1;
    const waiting = pair.send('somebody');
    const peer = ground.socket('PAIR');
    await peer.connect(pair.lastEndpoint);
    await waiting;
    expect(await receive(peer)).toEqual(['somebody']);
  });

  test('PAIR SHALL NOT discard messages that it cannot queue', async () => {
    const left = ground.socket('PAIR', { sendHighWaterMark: 2 });
    const right = ground.socket('PAIR', { receiveHighWaterMark: 2 });
    await ground.join(transport, left, right);
    const sends = numbered('', 200).map((text) => left.send([text, Buffer.alloc(20_000)]));
    for (const text of numbered('', 200)) expect((await receive(right))[0]).toBe(text);
    await Promise.all(sends);
    expect(left.stats().dropped).toEqual({});
  });

  test('PAIR SHALL be connected to at most one peer: a second one that connects gets and gives nothing', async () => {
    const [pair, first, second] = [ground.socket('PAIR'), ground.socket('PAIR'), ground.socket('PAIR')];
    const endpoint = await ground.join(transport, pair, first);
    await second.connect(endpoint);
    await second.send('intrusion');
    await ground.log(second).nth('disconnect');
    for (const text of numbered('', 4)) await pair.send(text);
    expect(await receiveAll(first, 4)).toEqual(numbered('', 4));
    await first.send('from the first');
    expect(await receive(pair)).toEqual(['from the first']);
    expect(receiveRest(second)).toEqual([]);
    expect(receiveRest(pair)).toEqual([]);
    expect(pair.stats().peers).toBe(1);
  });

  test('PAIR SHALL be connected to at most one peer: a second one that it connects to gets and gives nothing', async () => {
    const [pair, first, second] = [ground.socket('PAIR'), ground.socket('PAIR'), ground.socket('PAIR')];
    await ground.join(transport, first, pair);
    await second.bind(transport.endpoint());
    await pair.connect(second.lastEndpoint);
    await ground.log(second).nth('disconnect');
    for (const text of numbered('', 4)) await pair.send(text);
    expect(await receiveAll(first, 4)).toEqual(numbered('', 4));
    expect(receiveRest(second)).toEqual([]);
    expect(pair.stats().peers).toBe(1);
  });

  test('PAIR SHALL take a new peer once the first has left', async () => {
    const [pair, first, next] = [ground.socket('PAIR'), ground.socket('PAIR'), ground.socket('PAIR')];
    const endpoint = await ground.join(transport, pair, first);
    await first.close();
    await ground.log(pair).nth('disconnect');
    await ground.link(endpoint, pair, next);
    await pair.send('welcome');
    expect(await receive(next)).toEqual(['welcome']);
    await next.send('thanks');
    expect(await receive(pair)).toEqual(['thanks']);
  });

  test('PAIR SHALL deliver what a lost peer sent, before what its next peer sends', async () => {
    const [pair, first] = [ground.socket('PAIR'), ground.socket('PAIR', { linger: -1 })];
    const endpoint = await ground.join(transport, pair, first);
    for (const text of numbered('first', 3)) await first.send(text);
    await first.close();
    await ground.log(pair).nth('disconnect');
    const next = ground.socket('PAIR');
    await ground.link(endpoint, pair, next);
    await next.send('next');
    expect(await receiveAll(pair, 4)).toEqual([...numbered('first', 3), 'next']);
  });
});

describe.each(STREAMS)('RFC 31 over $name: queues and connections', (transport) => {
  const ground = useGround();

  test('PAIR SHALL maintain the queue of an outgoing connection while that is broken', async () => {
    const [pair, first, second] = [ground.socket('PAIR'), ground.socket('PAIR'), ground.socket('PAIR')];
    const endpoint = await ground.join(transport, first, pair);
    await first.close();
    await ground.log(pair).nth('disconnect');
    for (const text of numbered('', 3)) await pair.send(text);
    await second.bind(endpoint);
    expect(await receiveAll(second, 3)).toEqual(numbered('', 3));
  });

  test('PAIR SHALL let a refused peer in when it comes again after the first has left', async () => {
    const [pair, first, second] = [ground.socket('PAIR'), ground.socket('PAIR'), ground.socket('PAIR')];
    const endpoint = await ground.join(transport, pair, first);
    await second.connect(endpoint);
    await ground.log(second).nth('disconnect');
    await first.close();
    await pair.send('to the second');
    expect(await receive(second)).toEqual(['to the second']);
  });
});

describe('RFC 31 over inproc: queues and connections', () => {
  const ground = useGround();

  test('PAIR SHALL bound what is queued by its SNDHWM and the RCVHWM of its peer', async () => {
    const left = ground.socket('PAIR', { sendHighWaterMark: 10 });
    const right = ground.socket('PAIR', { receiveHighWaterMark: 3 });
    await ground.join(INPROC, left, right);
    expect(await sendUntilFull(left, String)).toBe(13);
    expect(await receiveAll(right, 13)).toEqual(numbered('', 13));
    expect(left.writable).toBe(true);
  });

  test('PAIR SHALL destroy the queue of a peer that left, and counts what was in it', async () => {
    const left = ground.socket('PAIR', { sendHighWaterMark: 2 });
    const right = ground.socket('PAIR', { receiveHighWaterMark: 2 });
    await ground.join(INPROC, left, right);
    expect(await sendUntilFull(left, String)).toBe(4);
    await right.close();
    await ground.log(left).nth('disconnect');
    expect(left.stats().dropped).toEqual({ 'peer-gone': 2 });
    expect(right.stats().dropped).toEqual({ unread: 2 });
  });
});
