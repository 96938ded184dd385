import { describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receiveAll, receiveRest, sendUntilFull, untyped, useGround } from '../support/spec-ground.js';
import { INPROC, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 49 over $name: SCATTER', (transport) => {
  const ground = useGround();

  test('SCATTER SHALL route outgoing messages to connected peers using a round-robin strategy', async () => {
    const scatter = ground.socket('SCATTER');
    const gathers = [ground.socket('GATHER'), ground.socket('GATHER'), ground.socket('GATHER')] as const;
    await ground.join(transport, scatter, ...gathers);
    for (const text of numbered('', 9)) await scatter.send(text);
    expect(await receiveAll(gathers[0], 3)).toEqual(['0', '3', '6']);
    expect(await receiveAll(gathers[1], 3)).toEqual(['1', '4', '7']);
    expect(await receiveAll(gathers[2], 3)).toEqual(['2', '5', '8']);
  });

  test('SCATTER SHALL block on sending, or return a suitable error, when it has no connected peers', async () => {
    const scatter = ground.socket('SCATTER', { sendTimeout: 20 });
    expect([scatter.writable, scatter.trySend('x')]).toEqual([false, false]);
    await rejected(scatter.send('x'), 'Timeout', 'EAGAIN');
  });

  test('SCATTER SHALL NOT discard messages that it cannot queue', async () => {
    const endpoint = await ground.vacant(transport);
    const scatter = ground.socket('SCATTER', { sendHighWaterMark: 5 });
    await scatter.connect(endpoint);
    expect(await sendUntilFull(scatter, String)).toBe(5);
    const gather = ground.socket('GATHER');
    await gather.bind(endpoint);
    expect(await receiveAll(gather, 5)).toEqual(numbered('', 5));
  });

  test('SCATTER SHALL NOT send messages of several frames', async () => {
    const [scatter, gather] = [ground.socket('SCATTER'), ground.socket('GATHER')];
    await ground.join(transport, gather, scatter);
    await rejected(untyped(scatter).send(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await rejected(untyped(scatter).sendMultipart(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await rejected(scatter.send(new Msg('a', MsgFlags.MORE)), 'InvalidMessage', 'EINVAL');
    thrown(() => scatter.trySend(new Msg('a', MsgFlags.MORE)), 'InvalidMessage', 'EINVAL');
    thrown(() => untyped(scatter).trySend(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await untyped(scatter).send(['one']);
    await scatter.send('two');
    expect(await receiveAll(gather, 2)).toEqual(['one', 'two']);
    expect(scatter.stats().dropped).toEqual({});
  });

  test('SCATTER SHALL NOT receive', async () => {
    const scatter = ground.socket('SCATTER');
    await rejected(untyped(scatter).recv(), 'InvalidSocketType', 'ENOTSUP');
    expect([untyped(scatter).readable, scatter.options.threadSafe, scatter.options.type]).toEqual([false, true, 17]);
  });
});

describe.each(TRANSPORTS)('RFC 49 over $name: GATHER', (transport) => {
  const ground = useGround();

  test('GATHER SHALL receive incoming messages from its peers using a fair-queuing strategy', async () => {
    const gather = ground.socket('GATHER');
    const scatters = [ground.socket('SCATTER'), ground.socket('SCATTER'), ground.socket('SCATTER')] as const;
    await ground.join(transport, gather, ...scatters);
    for (const [index, scatter] of scatters.entries()) {
      for (let i = 0; i < 50; i++) await scatter.send(String(index));
    }
    const all = await receiveAll(gather, 150);
    for (const name of ['0', '1', '2']) expect(all.filter((text) => text === name)).toHaveLength(50);
  });

  test('GATHER SHALL tell what is readable without losing it', async () => {
    const [scatter, gather] = [ground.socket('SCATTER'), ground.socket('GATHER')];
    await ground.join(transport, gather, scatter);
    expect(gather.readable).toBe(false);
    const first = gather.recv();
    await scatter.send('1');
    await scatter.send('2');
    expect(String(await first)).toBe('1');
    const second = gather.recvMultipart();
    expect((await second).map(String)).toEqual(['2']);
    expect(receiveRest(gather)).toEqual([]);
  });

  test('GATHER SHALL NOT send', async () => {
    const gather = ground.socket('GATHER');
    await rejected(untyped(gather).send('x'), 'InvalidSocketType', 'ENOTSUP');
    expect([untyped(gather).writable, gather.options.threadSafe, gather.options.type]).toEqual([false, true, 16]);
  });
});

describe('RFC 49 over inproc: queues', () => {
  const ground = useGround();

  test('GATHER SHALL count a message that was looked at and not received when it closes', async () => {
    const [scatter, gather] = [ground.socket('SCATTER'), ground.socket('GATHER')];
    await ground.join(INPROC, gather, scatter);
    for (const text of numbered('', 3)) await scatter.send(text);
    expect(gather.readable).toBe(true);
    await gather.close();
    expect(gather.stats().dropped).toEqual({ unread: 3 });
  });
});
