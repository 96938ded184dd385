import { describe, expect, test } from '@jest/globals';
import { rejected, thrown } from '../support/spec-errors.js';
import {
  MOVING,
  numbered,
  receive,
  receiveAll,
  sendUntilFull,
  turn,
  until,
  untyped,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 30 over $name: PUSH', (transport) => {
  const ground = useGround();

  test('PUSH SHALL route outgoing messages to the peers that connected in a round-robin', async () => {
    const push = ground.socket('PUSH');
    const pulls = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PULL')] as const;
    await ground.join(transport, push, ...pulls);
    for (const text of numbered('', 9)) await push.send(text);
    expect(await receiveAll(pulls[0], 3)).toEqual(['0', '3', '6']);
    expect(await receiveAll(pulls[1], 3)).toEqual(['1', '4', '7']);
    expect(await receiveAll(pulls[2], 3)).toEqual(['2', '5', '8']);
  });

  test('PUSH SHALL route outgoing messages to the peers that it connected to in a round-robin', async () => {
    const push = ground.socket('PUSH');
    const pulls = [ground.socket('PULL'), ground.socket('PULL'), ground.socket('PULL')] as const;
    for (const pull of pulls) await ground.join(transport, pull, push);
    for (const text of numbered('', 9)) await push.send(text);
    expect(await receiveAll(pulls[0], 3)).toEqual(['0', '3', '6']);
    expect(await receiveAll(pulls[1], 3)).toEqual(['1', '4', '7']);
    expect(await receiveAll(pulls[2], 3)).toEqual(['2', '5', '8']);
  });

  test('PUSH SHALL give all frames of a message to the same peer', async () => {
    const push = ground.socket('PUSH');
    const pulls = [ground.socket('PULL'), ground.socket('PULL')] as const;
    await ground.join(transport, push, ...pulls);
    for (const text of numbered('', 4)) await push.sendMultipart([text, '', `${text}!`]);
    expect(await receiveAll(pulls[0], 2)).toEqual(['0||0!', '2||2!']);
    expect(await receiveAll(pulls[1], 2)).toEqual(['1||1!', '3||3!']);
  });

  test('PUSH SHALL leave a lost peer out of the round', async () => {
    const push = ground.socket('PUSH');
    const [leaving, staying] = [ground.socket('PULL'), ground.socket('PULL')];
    await ground.join(transport, push, leaving, staying);
    await leaving.close();
    await ground.log(push).nth('disconnect');
    for (const text of numbered('', 4)) await push.send(text);
    expect(await receiveAll(staying, 4)).toEqual(numbered('', 4));
  });

  test('PUSH SHALL block on sending, or return a suitable error, when it has no available peers', async () => {
    const push = ground.socket('PUSH', { sendTimeout: 20 });
    await push.bind(transport.endpoint());
    expect(push.writable).toBe(false);
    expect(push.trySend('never')).toBe(false);
    await rejected(push.send('never'), 'Timeout', 'EAGAIN');
    push.options.sendTimeout = 0;
    await rejected(push.send('never'), 'ResourceLimitReached', 'EAGAIN');
    const pull = ground.socket('PULL');
    await ground.link(push.lastEndpoint, push, pull);
    await push.send('first');
    expect(await receive(pull)).toEqual(['first']);
  });

  test('PUSH SHALL send what was waiting, in its order, as soon as it has a peer', async () => {
    const push = ground.socket('PUSH');
    const sends = numbered('', 3).map((text) => push.send(text));
    const pull = ground.socket('PULL');
    await ground.join(transport, push, pull);
    await Promise.all(sends);
    expect(await receiveAll(pull, 3)).toEqual(numbered('', 3));
  });

  test('PUSH SHALL NOT discard messages that it cannot queue', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 2 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 2 });
    await ground.join(transport, push, pull);
    const sends = numbered('', 200).map((text) => push.send([text, Buffer.alloc(20_000)]));
    for (const text of numbered('', 200)) expect((await receive(pull))[0]).toBe(text);
    await Promise.all(sends);
    expect(push.stats().dropped).toEqual({});
  });

  test('PUSH SHALL consider a peer as available only while its queue is not full', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 2 });
    const [idle, busy] = [ground.socket('PULL', { receiveHighWaterMark: 2 }), ground.socket('PULL')];
    await ground.join(transport, push, idle, busy);
    const body = Buffer.alloc(200_000);
    const got: string[] = [];
    const reading = (async () => {
      for await (const [first] of busy) got.push(String(first));
    })();
    // The idle one takes a few and is full; then the busy one has to get all of the rest.
    for (const text of numbered('', 100)) await push.send([text, body]);
    // Then the idle one reads what it was given, until all are here.
    const helping = (async () => {
      for await (const [first] of idle) got.push(String(first));
    })();
    await until(() => got.length === 100);
    expect(new Set(got)).toEqual(new Set(numbered('', 100)));
    await Promise.all([busy.close(), idle.close()]);
    await Promise.all([reading, helping]);
  });

  test('PUSH SHALL create a queue when it connects, and SHALL bound it by its high-water mark: 5 takes exactly 5', async () => {
    const endpoint = await ground.vacant(transport);
    const push = ground.socket('PUSH', { sendHighWaterMark: 5, sendTimeout: 0 });
    await push.connect(endpoint);
    for (const text of numbered('', 5)) await push.send(text);
    expect(push.writable).toBe(false);
    await rejected(push.send('sixth'), 'ResourceLimitReached', 'EAGAIN');
    const pull = ground.socket('PULL');
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 5)).toEqual(numbered('', 5));
  });

  test('PUSH SHALL NOT receive messages', async () => {
    const push = untyped(ground.socket('PUSH'));
    expect(push.readable).toBe(false);
    await rejected(push.recv(), 'InvalidSocketType', 'ENOTSUP');
    await rejected(push.recvMultipart(), 'InvalidSocketType', 'ENOTSUP');
    await rejected(push.recvMany(1), 'InvalidSocketType', 'ENOTSUP');
    await rejected(push[Symbol.asyncIterator]().next(), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => push.tryRecv(), 'InvalidSocketType', 'ENOTSUP');
  });
});

describe.each(TRANSPORTS)('RFC 30 over $name: PULL', (transport) => {
  const ground = useGround();

  test('PULL SHALL receive incoming messages from its peers using a fair-queuing strategy', async () => {
    const pull = ground.socket('PULL');
    const endpoint = await pull.bind(transport.endpoint());
    for (const name of ['a', 'b', 'c']) {
      const push = ground.socket('PUSH', { linger: -1 });
      await ground.link(endpoint, pull, push);
      for (const text of numbered(name, 3)) await push.send(text);
      // Once the connection has ended, all that was sent is here, and stays readable.
      await push.close();
    }
    await ground.log(pull).nth('disconnect', 3);
    expect(await receiveAll(pull, 9)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  test('PULL SHALL NOT let one peer keep the others waiting', async () => {
    const pull = ground.socket('PULL', { receiveHighWaterMark: 10 });
    const [loud, quiet] = [ground.socket('PUSH'), ground.socket('PUSH')];
    await ground.join(transport, pull, loud, quiet);
    let stop = false;
    const shouting = (async () => {
      while (!stop) await loud.send('loud');
    })();
    expect(await receive(pull)).toEqual(['loud']);
    await quiet.send('quiet');
    let heard = '';
    while (heard !== 'quiet') heard = (await receive(pull)).join();
    stop = true;
    const draining = (async () => {
      for await (const _ of pull);
    })();
    await shouting;
    await pull.close();
    await draining;
  });

  test('PULL SHALL deliver the messages of one peer in their order', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    await ground.join(transport, pull, push);
    const sending = (async () => {
      for (const text of numbered('', 5000)) await push.send(text);
    })();
    expect(await receiveAll(pull, 5000)).toEqual(numbered('', 5000));
    await sending;
  });

  test('PULL SHALL NOT send messages', async () => {
    const pull = untyped(ground.socket('PULL'));
    await ground.join(transport, pull, ground.socket('PUSH'));
    expect(pull.writable).toBe(false);
    await rejected(pull.send('no'), 'InvalidSocketType', 'ENOTSUP');
    await rejected(pull.sendMultipart(['no', 'no']), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => pull.trySend('no'), 'InvalidSocketType', 'ENOTSUP');
  });
});

describe.each(STREAMS)('RFC 30 over $name: queues and connections', (transport) => {
  const ground = useGround();

  test('PUSH SHALL maintain the queue of an outgoing connection whether or not it is established', async () => {
    const push = ground.socket('PUSH');
    const first = ground.socket('PULL');
    const endpoint = await ground.join(transport, first, push);
    await push.send('to the first');
    expect(await receive(first)).toEqual(['to the first']);
    await first.close();
    await ground.log(push).nth('disconnect');
    for (const text of numbered('', 3)) await push.send(text);
    const second = ground.socket('PULL');
    await second.bind(endpoint);
    expect(await receiveAll(second, 3)).toEqual(numbered('', 3));
    expect(push.stats().dropped).toEqual({});
  });

  test('PUSH SHALL keep what the queue of an outgoing connection holds when the connection is reset', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 50 });
    const first = ground.socket('PULL', { receiveHighWaterMark: 1 });
    const endpoint = await ground.join(transport, first, push);
    const body = Buffer.alloc(1 << 20);
    const sent = await sendUntilFull(push, (index) => [String(index), body], MOVING);
    await first.close();
    await ground.log(push).nth('disconnect');
    const last = push.send('last');
    const second = ground.socket('PULL');
    await second.bind(endpoint);
    const got: string[] = [];
    while (got.at(-1) !== 'last') got.push((await receive(second))[0] ?? '');
    await last;
    // Only what had left the queue may be lost; what was in it (more than half of 50) comes without a gap.
    expect(got.length).toBeGreaterThan(25);
    expect(got.slice(0, -1)).toEqual(numbered('', sent).slice(sent - got.length + 1));
  });

  test('PUSH SHALL destroy the queue of a peer that connected to it and left, and counts what was in it', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 50 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    await ground.join(transport, push, pull);
    const body = Buffer.alloc(1 << 20);
    await sendUntilFull(push, () => body, MOVING);
    await pull.close();
    await ground.log(push).nth('disconnect');
    const { dropped } = push.stats();
    expect((dropped['peer-gone'] ?? 0) + (dropped['connection-lost'] ?? 0)).toBeGreaterThan(25);
    const next = ground.socket('PULL');
    await ground.link(push.lastEndpoint, push, next);
    await push.send('for the next');
    expect(await receive(next)).toEqual(['for the next']);
  });
});

describe.each(TRANSPORTS)('RFC 30 over $name: a peer that leaves', (transport) => {
  const ground = useGround();

  test('PUSH SHALL NOT give a waiting message to a peer that is leaving', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 1 });
    const [leaving, next] = [ground.socket('PULL', { receiveHighWaterMark: 1 }), ground.socket('PULL')];
    const endpoint = await ground.join(transport, push, leaving);
    await sendUntilFull(push, () => Buffer.alloc(1 << 20), MOVING);
    const waiting = push.send('waiting');
    await leaving.close();
    await ground.log(push).nth('disconnect');
    await ground.link(endpoint, push, next);
    await waiting;
    await push.send('after it');
    expect(await receiveAll(next, 2)).toEqual(['waiting', 'after it']);
  });
});

describe('RFC 30 over inproc: queues and connections', () => {
  const ground = useGround();

  test('PULL SHALL take from three full queues in turn, and from one that was empty after the others', async () => {
    const pull = ground.socket('PULL');
    const [a, b, c] = [ground.socket('PUSH'), ground.socket('PUSH'), ground.socket('PUSH')];
    await ground.join(INPROC, pull, a, b, c);
    for (const [push, name] of [
      [a, 'a'],
      [b, 'b'],
      [c, 'c'],
    ] as const) {
      for (const text of numbered(name, 3)) expect(push.trySend(text)).toBe(true);
    }
    expect(await receiveAll(pull, 4)).toEqual(['a0', 'b0', 'c0', 'a1']);
    expect(b.trySend('b3')).toBe(true);
    expect(await receiveAll(pull, 6)).toEqual(['b1', 'c1', 'a2', 'b2', 'c2', 'b3']);
    expect(c.trySend('c3') && a.trySend('a3')).toBe(true);
    expect(await receiveAll(pull, 2)).toEqual(['c3', 'a3']);
  });

  test('PUSH SHALL leave a full peer out of the round, and take it in again at the end when it has room', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 1 });
    const [small, large, other] = [
      ground.socket('PULL', { receiveHighWaterMark: 1 }),
      ground.socket('PULL'),
      ground.socket('PULL'),
    ];
    await ground.join(INPROC, push, small, large, other);
    for (const text of numbered('', 10)) await push.send(text);
    expect([await receiveAll(large, 4), await receiveAll(other, 4)]).toEqual([
      ['1', '4', '6', '8'],
      ['2', '5', '7', '9'],
    ]);
    expect(await receiveAll(small, 2)).toEqual(['0', '3']);
    await turn();
    for (const text of ['a', 'b', 'c']) await push.send(text);
    expect([await receive(large), await receive(other), await receive(small)]).toEqual([['a'], ['b'], ['c']]);
  });

  test('PUSH SHALL destroy the queue of a peer that left: each message is counted on one of the sides', async () => {
    const push = ground.socket('PUSH', { sendHighWaterMark: 2 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 3 });
    await ground.join(INPROC, push, pull);
    for (const text of numbered('', 5)) await push.send(text);
    expect(push.writable).toBe(false);
    await pull.close();
    await ground.log(push).nth('disconnect');
    expect(pull.stats().dropped).toEqual({ unread: 3 });
    expect(push.stats().dropped).toEqual({ 'peer-gone': 2 });
  });
});
