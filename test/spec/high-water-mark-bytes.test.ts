import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { MOVING, numbered, receive, receiveAll, sendUntilFull, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

const KILOBYTE = 1024;
/** More than the kernel holds for a peer that does not read, many times. */
const LARGE = 1 << 20;

describe.each(TRANSPORTS)('high-water marks in bytes over $name', (transport) => {
  const ground = useGround();

  test('for a peer that is not there yet, SEND_HIGH_WATER_MARK_BYTES SHALL be what waits, and one message', async () => {
    const endpoint = await ground.vacant(transport);
    const push = ground.socket('PUSH', { sendHighWaterMarkBytes: 10 * KILOBYTE });
    await push.connect(endpoint);
    expect(await sendUntilFull(push, (index) => [String(index % 10), Buffer.alloc(KILOBYTE)])).toBe(10);
    expect(push.stats()).toMatchObject({ queuedOut: 10, queuedBytesOut: 10 * (KILOBYTE + 1) });
    push.options.sendTimeout = 0;
    await rejected(push.send('one more'), 'ResourceLimitReached', 'EAGAIN');
    expect(push.writable).toBe(false);

    push.options.sendTimeout = -1;
    const waiting = push.send('waits');
    const pull = ground.socket('PULL');
    await pull.bind(endpoint);
    for (const text of numbered('', 10)) expect((await receive(pull))[0]).toBe(text);
    await waiting;
    expect(await receive(pull)).toEqual(['waits']);
    await until(() => push.stats().queuedBytesOut === 0);
  });

  test('a message that is larger than both marks SHALL pass, with others before and after it', async () => {
    const pull = ground.socket('PULL', { receiveHighWaterMarkBytes: 10 });
    const push = ground.socket('PUSH', { sendHighWaterMarkBytes: 10 });
    await ground.join(transport, pull, push);
    const sizes = [1, LARGE, 0, LARGE, 5];
    const sending = Promise.all(sizes.map((size) => push.send(Buffer.alloc(size))));
    for (const size of sizes) expect((await pull.recv()).size).toBe(size);
    await sending;
  });

  test.each([
    ['PUSH', 'PULL'],
    ['DEALER', 'DEALER'],
    ['PAIR', 'PAIR'],
    ['DEALER', 'ROUTER'],
    ['CLIENT', 'SERVER'],
    ['SCATTER', 'GATHER'],
    ['CHANNEL', 'CHANNEL'],
  ] as const)('a %s SHALL wait for a %s that does not read, and go on when it does', async (sending, receiving) => {
    const marks = { sendHighWaterMarkBytes: 3 * LARGE, receiveHighWaterMarkBytes: 2 * LARGE };
    const [receiver, sender] = [ground.socket(receiving, marks), ground.socket(sending, marks)];
    await ground.join(transport, receiver, sender);
    const body = Buffer.alloc(LARGE);
    const taken = await sendUntilFull(sender, () => body, MOVING, 500);
    expect(taken).toBeLessThan(500);
    await until(() => receiver.stats().queuedIn === 2);
    expect(receiver.stats().queuedBytesIn).toBe(2 * LARGE);
    const { queuedBytesOut, queuedOut } = sender.stats();
    expect(queuedBytesOut).toBeGreaterThan(2 * LARGE);
    expect(queuedBytesOut).toBeLessThan(4 * LARGE + KILOBYTE);
    expect(sender.stats().pipes).toMatchObject([{ queuedOut, queuedBytesOut, queuedIn: 0, queuedBytesIn: 0 }]);

    const waiting = sender.send('waits');
    for (let i = 0; i < taken; i++) expect((await receiver.recvMultipart()).at(-1)?.size).toBe(LARGE);
    await waiting;
    expect((await receive(receiver)).at(-1)).toBe('waits');
    expect(sender.stats().dropped).toEqual({});
  });

  test('a PUB SHALL drop what a subscriber at the mark misses, and count it', async () => {
    const endpoint = await ground.vacant(transport);
    const pub = ground.socket('PUB', { sendHighWaterMarkBytes: 4 * LARGE });
    const slow = ground.socket('SUB', { receiveHighWaterMarkBytes: LARGE });
    slow.subscribe('');
    await pub.bind(endpoint);
    await slow.connect(endpoint);
    await pub.waitForSubscriber('');
    const count = 64;
    for (let index = 0; index < count; index++) await pub.send([String(index), Buffer.alloc(LARGE)]);
    const missed = pub.stats().dropped['high-water-mark'] ?? 0;
    expect(missed).toBeGreaterThan(0);
    expect(pub.stats().queuedBytesOut).toBeLessThan(6 * LARGE);
    for (let index = 0; index < count - missed; index++) {
      expect((await slow.recvMultipart())[1]?.size).toBe(LARGE);
    }
    // It has caught up, and gets what comes next.
    await until(() => pub.stats().queuedBytesOut === 0);
    await pub.send('again');
    expect(await receive(slow)).toEqual(['again']);
  });

  test('a PUB with XPUB_NODROP SHALL wait at the mark', async () => {
    const pub = ground.socket('XPUB', { sendHighWaterMarkBytes: LARGE, noDrop: true });
    const slow = ground.socket('SUB', { receiveHighWaterMarkBytes: LARGE });
    slow.subscribe('');
    await ground.join(transport, pub, slow);
    await pub.waitForSubscriber('');
    const taken = await sendUntilFull(pub, () => Buffer.alloc(LARGE), MOVING, 500);
    expect(taken).toBeLessThan(500);
    for (let index = 0; index < taken; index++) expect((await slow.recv()).size).toBe(LARGE);
    expect(pub.stats().dropped).toEqual({});
  });

  test.each([false, true])('a ROUTER at the mark SHALL drop, or wait with ROUTER_MANDATORY (%p)', async (mandatory) => {
    const router = ground.socket('ROUTER', { sendHighWaterMarkBytes: LARGE, mandatory });
    const dealer = ground.socket('DEALER', { routingId: 'a', receiveHighWaterMarkBytes: LARGE });
    await ground.join(transport, router, dealer);
    const count = await sendUntilFull(router, () => ['a', Buffer.alloc(LARGE)], MOVING, 64);
    const { 'high-water-mark': missed = 0 } = router.stats().dropped;
    if (mandatory) {
      expect([count < 64, missed]).toEqual([true, 0]);
      router.options.sendTimeout = 0;
      await rejected(router.send(['a', 'x']), 'ResourceLimitReached', 'EAGAIN');
      await rejected(router.send(['b', 'x']), 'HostUnreachable', 'EHOSTUNREACH');
    } else {
      expect(count).toBe(64);
      expect(missed).toBeGreaterThan(0);
    }
    for (let index = 0; index < count - missed; index++) expect((await dealer.recv()).size).toBe(LARGE);
  });

  test('a REQ and a REP SHALL talk with marks that every message exceeds', async () => {
    const marks = { sendHighWaterMarkBytes: 1, receiveHighWaterMarkBytes: 1 };
    const [rep, req] = [ground.socket('REP', marks), ground.socket('REQ', marks)];
    await ground.join(transport, rep, req);
    for (const text of ['first', 'second']) {
      await req.send(text);
      expect(await receive(rep)).toEqual([text]);
      await rep.send([text, 'answered']);
      expect(await receive(req)).toEqual([text, 'answered']);
    }
  });

  test('subscriptions SHALL arrive at a publisher whose marks each of them exceeds', async () => {
    const marks = { sendHighWaterMarkBytes: 1, receiveHighWaterMarkBytes: 1 };
    const [xpub, xsub] = [ground.socket('XPUB', marks), ground.socket('XSUB', marks)];
    await ground.join(transport, xpub, xsub);
    for (const topic of numbered('topic', 50)) await xsub.send(`\u0001${topic}`);
    expect((await receiveAll(xpub, 50)).toSorted()).toEqual(numbered('\u0001topic', 50).toSorted());
    await xpub.send(['topic7', 'text']);
    expect(await receive(xsub)).toEqual(['topic7', 'text']);
  });

  test('both SHALL take effect at once, for messages that wait already', async () => {
    const endpoint = await ground.vacant(transport);
    const push = ground.socket('PUSH');
    await push.connect(endpoint);
    for (let i = 0; i < 10; i++) await push.send(Buffer.alloc(KILOBYTE));
    push.options.sendHighWaterMarkBytes = 5 * KILOBYTE;
    const waiting = push.send('waits');
    expect(push.writable).toBe(false);
    push.options.sendHighWaterMarkBytes = 0;
    await waiting;
    const pull = ground.socket('PULL', { receiveHighWaterMarkBytes: KILOBYTE });
    await pull.bind(endpoint);
    await until(() => pull.stats().queuedIn > 0);
    pull.options.receiveHighWaterMarkBytes = 0;
    await until(() => pull.stats().queuedIn === 11);
    expect(pull.stats().queuedBytesIn).toBe(10 * KILOBYTE + 5);
  });
});

describe.each(STREAMS)('high-water marks in bytes over $name', (transport) => {
  const ground = useGround();

  test('a STREAM SHALL be held to them', async () => {
    const marks = { sendHighWaterMarkBytes: LARGE, receiveHighWaterMarkBytes: LARGE };
    const [bound, stream] = [ground.socket('STREAM', marks), ground.socket('STREAM', marks)];
    await ground.join(transport, bound, stream);
    const [id] = await stream.recvMultipart();
    const taken = await sendUntilFull(stream, () => [id?.data ?? '', Buffer.alloc(LARGE)], MOVING, 200);
    expect(taken).toBeLessThan(200);
    await until(() => bound.stats().queuedBytesIn >= LARGE);
    expect(bound.stats().queuedBytesIn).toBeLessThan(LARGE + 8192 + 1);
    expect(stream.stats().queuedBytesOut).toBeGreaterThanOrEqual(LARGE);
    let came = 0;
    while (came < taken * LARGE) came += (await bound.recvMultipart())[1]?.size ?? 0;
    expect(came).toBe(taken * LARGE);
  });
});
