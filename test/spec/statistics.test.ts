import { describe, expect, test } from '@jest/globals';
import { numbered, receiveAll, sendUntilFull, turn, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('statistics over $name', (transport) => {
  const ground = useGround();

  test('messages and bytes SHALL be counted on both sides, for each peer and in all', async () => {
    const pull = ground.socket('PULL');
    const [one, other] = [ground.socket('PUSH'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, pull, one, other);
    for (const text of numbered('x', 10)) await one.send(text);
    for (const text of numbered('y', 5)) await other.send(['a', text]);
    await receiveAll(pull, 15);
    const stats = pull.stats();
    expect([stats.messagesIn, stats.messagesOut, stats.peers, stats.queuedIn]).toEqual([15, 0, 2, 0]);
    expect(stats.pipes.map(({ messagesIn }) => messagesIn)).toEqual([10, 5]);
    expect(stats.pipes.map((pipe) => [pipe.endpoint, pipe.connected, pipe.peer?.socketType])).toEqual([
      [endpoint, true, 'PUSH'],
      [endpoint, true, 'PUSH'],
    ]);
    // 20 and 15 bytes of content, and what frames and handshakes take; over inproc there are no bytes.
    expect(one.stats().messagesOut).toBe(10);
    expect(one.stats().bytesOut).toBeGreaterThanOrEqual(transport.name === 'inproc' ? 0 : 20);
    expect(stats.bytesIn).toBe(one.stats().bytesOut + other.stats().bytesOut);
    expect(stats.bytesOut).toBe(one.stats().bytesIn + other.stats().bytesIn);
    if (transport.name === 'inproc') expect([stats.bytesIn, stats.bytesOut]).toEqual([0, 0]);
  });

  test('what has passed SHALL stay in the sums when the peer has gone', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await ground.join(transport, pull, push);
    await push.send('hello');
    await receiveAll(pull, 1);
    const { bytesIn } = pull.stats();
    await push.close();
    await ground.log(pull).nth('disconnect');
    await turn();
    expect(pull.stats()).toMatchObject({ messagesIn: 1, peers: 0, pipes: [] });
    expect(pull.stats().bytesIn).toBeGreaterThanOrEqual(bytesIn);
  });

  test('what waits SHALL be told, on both sides', async () => {
    const [pull, push] = [
      ground.socket('PULL', { receiveHighWaterMark: 3 }),
      ground.socket('PUSH', { sendHighWaterMark: 4 }),
    ];
    await ground.join(transport, pull, push);
    const taken = await sendUntilFull(push, () => Buffer.alloc(1 << 20), 50);
    await until(() => pull.stats().queuedIn === 3);
    const { queuedOut } = push.stats();
    expect(queuedOut).toBeGreaterThan(0);
    expect(push.stats().pipes).toMatchObject([{ queuedOut, queuedIn: 0 }]);
    expect(pull.stats().pipes).toMatchObject([{ queuedOut: 0, queuedIn: 3 }]);
    await receiveAll(pull, taken);
    await until(() => push.stats().queuedOut === 0);
    expect(pull.stats()).toMatchObject({ messagesIn: taken, queuedIn: 0 });
  });

  test('what is dropped SHALL be counted by reason, for the peer and in all', async () => {
    const pub = ground.socket('PUB', { sendHighWaterMark: 1 });
    const sub = ground.socket('SUB', { receiveHighWaterMark: 1 });
    sub.subscribe('');
    await ground.join(transport, pub, sub);
    await until(() => pub.stats().messagesIn === 1);
    while (pub.stats().dropped['high-water-mark'] === undefined) await pub.send(Buffer.alloc(1 << 20));
    const { dropped, pipes } = pub.stats();
    expect(pipes[0]?.dropped).toEqual(dropped);
    expect(await ground.log(pub).nth('dropped')).toMatchObject({ reason: 'high-water-mark' });
  });

  test('statistics SHALL be plain data but for the peers, which say who they are', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'me' })];
    await ground.join(transport, router, dealer);
    expect(JSON.parse(JSON.stringify(router.stats()))).toMatchObject({
      peers: 1,
      pipes: [{ connected: true, peer: { socketType: 'DEALER', routingId: 'me' } }],
    });
  });
});

describe.each(STREAMS)('statistics over $name', (transport) => {
  const ground = useGround();

  test('a pipe that outlives its connection SHALL go on counting', async () => {
    const [first, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, first, push);
    await push.send('one');
    await receiveAll(first, 1);
    const before = push.stats().bytesOut;
    await first.close();
    await ground.log(push).nth('disconnect');
    expect(push.stats()).toMatchObject({ peers: 0, messagesOut: 1, pipes: [{ connected: false, queuedOut: 0 }] });
    expect(push.stats().bytesOut).toBeGreaterThanOrEqual(before);
    await push.send('two');
    expect(push.stats()).toMatchObject({ queuedOut: 1, messagesOut: 1 });
    const second = ground.socket('PULL');
    await second.bind(endpoint);
    await receiveAll(second, 1);
    expect(push.stats()).toMatchObject({ peers: 1, queuedOut: 0, messagesOut: 2, pipes: [{ connected: true }] });
    expect(push.stats().bytesOut).toBeGreaterThan(before);
  });
});
