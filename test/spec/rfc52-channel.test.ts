import { describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import {
  numbered,
  receive,
  receiveAll,
  receiveRest,
  sendUntilFull,
  untyped,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 52 over $name: CHANNEL', (transport) => {
  const ground = useGround();

  test('CHANNEL MAY both send and receive, in any order and at the same time', async () => {
    const [left, right] = [ground.socket('CHANNEL'), ground.socket('CHANNEL')];
    await ground.join(transport, left, right);
    for (const text of numbered('', 100)) {
      await left.send(`l${text}`);
      await right.send(`r${text}`);
    }
    expect(await receiveAll(right, 100)).toEqual(numbered('l', 100));
    expect(await receiveAll(left, 100)).toEqual(numbered('r', 100));
    expect([left.options.type, left.options.threadSafe]).toEqual([20, true]);
  });

  test('CHANNEL SHALL be connected to at most one peer', async () => {
    const [channel, first, second] = [ground.socket('CHANNEL'), ground.socket('CHANNEL'), ground.socket('CHANNEL')];
    const endpoint = await ground.join(transport, channel, first);
    await second.connect(endpoint);
    await second.send('intrusion');
    await ground.log(second).nth('disconnect');
    await first.send('from the first');
    expect(await receive(channel)).toEqual(['from the first']);
    expect(receiveRest(channel)).toEqual([]);
  });

  test('CHANNEL SHALL block on sending, or return a suitable error, when it has no peer, or that is full', async () => {
    const channel = ground.socket('CHANNEL', { sendTimeout: 20, sendHighWaterMark: 5 });
    await rejected(channel.send('x'), 'Timeout', 'EAGAIN');
    await channel.connect(await ground.vacant(transport));
    expect(await sendUntilFull(channel, String)).toBe(5);
    await rejected(channel.send('x'), 'Timeout', 'EAGAIN');
    expect([channel.writable, channel.trySend('x')]).toEqual([false, false]);
  });

  test('CHANNEL SHALL NOT send messages of several frames', async () => {
    const [left, right] = [ground.socket('CHANNEL'), ground.socket('CHANNEL')];
    await ground.join(transport, left, right);
    await rejected(untyped(left).send(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await rejected(left.send(new Msg('a', MsgFlags.MORE)), 'InvalidMessage', 'EINVAL');
    await left.send('one');
    expect(await receive(right)).toEqual(['one']);
  });

  test('CHANNEL SHALL take a new peer once the first has left, and first give what that sent', async () => {
    const [channel, first] = [ground.socket('CHANNEL'), ground.socket('CHANNEL', { linger: -1 })];
    const endpoint = await ground.join(transport, channel, first);
    await first.send('last words');
    await first.close();
    await ground.log(channel).nth('disconnect');
    const next = ground.socket('CHANNEL');
    await ground.link(endpoint, channel, next);
    await next.send('hello');
    expect(await receiveAll(channel, 2)).toEqual(['last words', 'hello']);
  });
});

describe('RFC 52 over inproc: queues', () => {
  const ground = useGround();

  test('CHANNEL SHALL tell what is readable without losing it, and counts it when it closes', async () => {
    const [left, right] = [ground.socket('CHANNEL'), ground.socket('CHANNEL')];
    await ground.join(INPROC, left, right);
    for (const text of numbered('', 3)) await left.send(text);
    expect(right.readable).toBe(true);
    expect(await receive(right)).toEqual(['0']);
    expect(right.readable).toBe(true);
    await right.close();
    expect(right.stats().dropped).toEqual({ unread: 2 });
  });
});
