import { afterEach, describe, expect, test } from '@jest/globals';
import { type DishSocket, Msg, MsgFlags, type RadioSocket } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receiveAll, receiveRest, until, untyped, useGround } from '../support/spec-ground.js';
import { command, frame, RawPeers } from '../support/spec-raw-peer.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

let markers = 0;

/** What the DISH has said before is known to the RADIO, once it knows of this too. */
async function heard(radio: RadioSocket, dish: DishSocket): Promise<void> {
  const group = `marker ${++markers}`;
  dish.join(group);
  await radio.waitForSubscriber(group);
  dish.leave(group);
}

/** The next messages, each as `group: body`. */
async function groups(dish: DishSocket, count: number): Promise<string[]> {
  const all: string[] = [];
  while (all.length < count) {
    const msg = await dish.recv();
    all.push(`${msg.group}: ${String(msg)}`);
  }
  return all;
}

describe.each(TRANSPORTS)('RFC 48 over $name: RADIO and DISH', (transport) => {
  const ground = useGround();

  test('RADIO SHALL send a message to each DISH that has joined its group, and to no other', async () => {
    const [radio, a, ab] = [ground.socket('RADIO'), ground.socket('DISH'), ground.socket('DISH')];
    a.join('a');
    ab.join('a', 'b');
    await ground.join(transport, radio, a, ab);
    await heard(radio, a);
    await heard(radio, ab);
    await radio.send('1', { group: 'a' });
    await radio.send('2', { group: 'b' });
    await radio.send('3', { group: 'c' });
    await radio.send(Buffer.from('4'), { group: Buffer.from('a') });
    expect(radio.trySend('5', { group: 'b' })).toBe(true);
    expect(await groups(a, 2)).toEqual(['a: 1', 'a: 4']);
    expect(await groups(ab, 4)).toEqual(['a: 1', 'b: 2', 'a: 4', 'b: 5']);
    expect([radio.options.type, a.options.type, radio.options.threadSafe, a.options.linger]).toEqual([14, 15, true, 0]);
  });

  test('a group SHALL match as a whole: neither a prefix nor a longer one', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    await ground.join(transport, radio, dish);
    dish.join('group');
    await heard(radio, dish);
    for (const group of ['', 'g', 'grou', 'groups', 'Group']) await radio.send(`to ${group}`, { group });
    await radio.send('yes', { group: 'group' });
    expect(await groups(dish, 1)).toEqual(['group: yes']);
    expect(receiveRest(dish)).toEqual([]);
  });

  test('a message without a group SHALL go to the empty group', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    await ground.join(transport, radio, dish);
    dish.join('');
    await heard(radio, dish);
    await radio.send('plain');
    await radio.send(new Msg('a Msg'));
    expect(await groups(dish, 2)).toEqual([': plain', ': a Msg']);
  });

  test('a group SHALL be any text or bytes but 0, at most 255 of them', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    await ground.join(transport, radio, dish);
    const long = 'x'.repeat(255);
    dish.join('grüße', long, Buffer.from([1, 255, 254]));
    await heard(radio, dish);
    await radio.send('1', { group: 'grüße' });
    await radio.send('2', { group: long });
    await radio.send('3', { group: Buffer.from([1, 255, 253]) });
    await radio.send('4', { group: Buffer.from([1, 255, 254]) });
    expect((await groups(dish, 2)).sort()).toEqual(['grüße: 1', `${long}: 2`]);
    expect(String(await dish.recv())).toBe('4');
    for (const wrong of ['x'.repeat(256), 'ü'.repeat(128), 'a\0b', 1, null]) {
      thrown(() => dish.join(wrong as string), 'InvalidArgument', 'EINVAL');
      thrown(() => dish.leave(wrong as string), 'InvalidArgument', 'EINVAL');
      await rejected(radio.send('x', { group: wrong as string }), 'InvalidArgument', 'EINVAL');
    }
  });

  test('DISH SHALL return an error when it joins a group twice, or leaves one that it is not in', () => {
    const dish = ground.socket('DISH');
    dish.join('a');
    thrown(() => dish.join('a'), 'InvalidArgument', 'EINVAL');
    thrown(() => dish.leave('b'), 'InvalidArgument', 'EINVAL');
    dish.leave('a');
    thrown(() => dish.leave('a'), 'InvalidArgument', 'EINVAL');
    dish.join('a');
  });

  test('DISH SHALL NOT receive what is sent to a group that it has left', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    dish.join('a', 'b');
    await ground.join(transport, radio, dish);
    await heard(radio, dish);
    await radio.send('1', { group: 'a' });
    expect(await groups(dish, 1)).toEqual(['a: 1']);
    dish.leave('a');
    await radio.send('2', { group: 'a' });
    await radio.send('3', { group: 'b' });
    expect(await groups(dish, 1)).toEqual(['b: 3']);
  });

  test('DISH SHALL NOT receive what was there before it left', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    dish.join('a', 'b');
    await ground.join(transport, radio, dish);
    await heard(radio, dish);
    await radio.send('1', { group: 'a' });
    await radio.send('2', { group: 'b' });
    await until(() => dish.readable);
    dish.leave('a');
    expect(await groups(dish, 1)).toEqual(['b: 2']);
    expect(dish.stats().dropped['not-subscribed']).toBeGreaterThanOrEqual(1);
  });

  test('DISH SHALL receive from all of its radios, and tell each of its groups', async () => {
    const dish = ground.socket('DISH');
    const [one, two] = [ground.socket('RADIO'), ground.socket('RADIO')];
    dish.join('early');
    await ground.join(transport, one, dish);
    await ground.join(transport, dish, two);
    dish.join('late');
    await heard(one, dish);
    await heard(two, dish);
    await one.send('1', { group: 'early' });
    await two.send('2', { group: 'late' });
    expect((await groups(dish, 2)).sort()).toEqual(['early: 1', 'late: 2']);
  });

  test('RADIO SHALL be able to wait until somebody has joined a group', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    await rejected(radio.waitForSubscriber('ü', { timeout: 0 }), 'Timeout', 'EAGAIN');
    const waiting = [radio.waitForSubscriber('ü'), radio.waitForSubscriber(Buffer.from('ü'))];
    await ground.join(transport, radio, dish);
    dish.join('ü');
    await Promise.all(waiting);
    await rejected(radio.waitForSubscriber('', { timeout: 0 }), 'Timeout', 'EAGAIN');
    await dish.close();
    await until(() => radio.stats().peers === 0);
    await rejected(radio.waitForSubscriber('ü', { timeout: 0 }), 'Timeout', 'EAGAIN');
  });

  test('a message SHALL keep its group when it is sent on', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    const [relay, last] = [ground.socket('RADIO'), ground.socket('DISH')];
    dish.join('a');
    last.join('a');
    await ground.join(transport, radio, dish);
    await ground.join(transport, relay, last);
    await heard(radio, dish);
    await heard(relay, last);
    await radio.send('on and on', { group: 'a' });
    const msg = await dish.recv();
    await relay.send(msg);
    await relay.send(msg.copy());
    expect(await groups(last, 2)).toEqual(['a: on and on', 'a: on and on']);
    expect([msg.routingId, new Msg('x').group]).toEqual([0, '']);
  });

  test('RADIO SHALL NOT block on sending, and SHALL drop what is for a group that nobody has joined', async () => {
    const radio = ground.socket('RADIO');
    await radio.send('to nobody', { group: 'a' });
    expect(radio.writable).toBe(true);
    const dish = ground.socket('DISH');
    await ground.join(transport, radio, dish);
    for (let i = 0; i < 1000; i++) await radio.send('to nobody', { group: 'a' });
    expect(radio.stats().dropped).toEqual({});
  });

  test('RADIO SHALL drop messages for a DISH that is full, and give the others theirs', async () => {
    const radio = ground.socket('RADIO', { sendHighWaterMark: 1 });
    const [slow, quick] = [ground.socket('DISH', { receiveHighWaterMark: 1 }), ground.socket('DISH')];
    slow.join('all');
    quick.join('all');
    await ground.join(transport, radio, slow, quick);
    await heard(radio, slow);
    await heard(radio, quick);
    const body = Buffer.alloc(1 << 20);
    for (let i = 0; i < 60; i++) {
      await radio.send(body, { group: 'all' });
      expect((await quick.recv()).size).toBe(body.length);
    }
    expect(radio.stats().dropped['high-water-mark']).toBeGreaterThan(0);
    await until(() => slow.readable);
  });

  test('RADIO SHALL wait for a DISH that is full with XPUB_NODROP', async () => {
    const radio = ground.socket('RADIO', { noDrop: true, sendHighWaterMark: 1 });
    const dish = ground.socket('DISH', { receiveHighWaterMark: 1 });
    dish.join('all');
    await ground.join(transport, radio, dish);
    await heard(radio, dish);
    // More than lies between the two.
    const sends = numbered('', 64).map((text) => radio.send(Buffer.alloc(1 << 20, text), { group: 'all' }));
    radio.options.sendTimeout = 20;
    await rejected(radio.send('too late', { group: 'all' }), 'Timeout', 'EAGAIN');
    for (const text of numbered('', 64)) expect((await dish.recv()).equals(Buffer.alloc(1 << 20, text))).toBe(true);
    await Promise.all(sends);
    expect(radio.stats().dropped).toEqual({});
  });

  test('a RADIO that waits SHALL be released when the DISH leaves', async () => {
    const radio = ground.socket('RADIO', { noDrop: true, sendHighWaterMark: 1 });
    const dish = ground.socket('DISH', { receiveHighWaterMark: 1 });
    dish.join('all');
    await ground.join(transport, radio, dish);
    await heard(radio, dish);
    const sends = numbered('', 64).map(() => radio.send(Buffer.alloc(1 << 20), { group: 'all' }));
    dish.leave('all');
    await Promise.all(sends);
    await radio.send('to nobody', { group: 'all' });
  });

  test('neither SHALL do what is the other’s, and a message SHALL have one frame', async () => {
    const [radio, dish] = [ground.socket('RADIO'), ground.socket('DISH')];
    await rejected(untyped(radio).recv(), 'InvalidSocketType', 'ENOTSUP');
    await rejected(untyped(dish).send('x'), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => untyped(radio).join('a'), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => untyped(radio).leave('a'), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => untyped(ground.socket('SUB')).join('a'), 'InvalidSocketType', 'ENOTSUP');
    thrown(() => untyped(dish).subscribe('a'), 'InvalidOption', 'EINVAL');
    await rejected(untyped(radio).send(['a', 'b'], { group: 'a' }), 'InvalidMessage', 'EINVAL');
    await rejected(radio.send(new Msg('a', MsgFlags.MORE), { group: 'a' }), 'InvalidMessage', 'EINVAL');
    await rejected(untyped(radio).send('x', { routingId: 1 }), 'InvalidArgument', 'EINVAL');
    await rejected(untyped(radio).send('x', { routingId: 1, group: 'a' }), 'InvalidArgument', 'EINVAL');
    expect([untyped(radio).readable, untyped(dish).writable]).toEqual([false, false]);
    await dish.close();
    thrown(() => dish.join('a'), 'SocketClosed', 'ENOTSOCK');
  });
});

describe.each(STREAMS)('RFC 48 over $name: connections', (transport) => {
  const ground = useGround();

  test('DISH SHALL join its groups again when a connection is made again', async () => {
    const endpoint = await ground.vacant(transport);
    const dish = ground.socket('DISH');
    dish.join('a', 'b', 'c');
    dish.leave('b');
    await dish.connect(endpoint);
    for (let round = 1; round <= 3; round++) {
      const radio = ground.socket('RADIO');
      await radio.bind(endpoint);
      await heard(radio, dish);
      for (const group of ['a', 'b', 'c']) await radio.send(`round ${round}`, { group });
      expect(await groups(dish, 2)).toEqual([`a: round ${round}`, `c: round ${round}`]);
      await radio.close();
      await until(() => dish.stats().peers === 0);
    }
  });
});

describe('RFC 48 over tcp: the wire', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  const JOIN = (group: string): Buffer => command('JOIN', Buffer.from(group));
  const LEAVE = (group: string): Buffer => command('LEAVE', Buffer.from(group));

  test('RADIO SHALL take JOIN and LEAVE commands, and send the group and the body as two frames', async () => {
    const radio = ground.socket('RADIO');
    const peer = await peers.connect(await radio.bind('tcp://127.0.0.1:0'));
    expect((await peer.shake('DISH')).includes('Socket-Type\0\0\0\u0005RADIO')).toBe(true);
    peer.send(JOIN('grp'), JOIN('x'.repeat(200)), command('PING', Buffer.from([0, 0])));
    expect((await peer.readFrame()).flags).toBe(4);
    await radio.send('body', { group: 'grp' });
    expect((await peer.read(11)).toString('hex')).toBe('01036772700004626f6479');
    peer.send(LEAVE('grp'), command('PING', Buffer.from([0, 0])));
    expect((await peer.readFrame()).flags).toBe(4);
    await radio.send('gone', { group: 'grp' });
    await radio.send('!', { group: 'x'.repeat(200) });
    expect(await peer.readFrame()).toEqual({ flags: 1, body: Buffer.from('x'.repeat(200)) });
  });

  test('RADIO SHALL ignore groups that are too long, messages, and subscriptions', async () => {
    const radio = ground.socket('RADIO');
    const peer = await peers.connect(await radio.bind('tcp://127.0.0.1:0'));
    await peer.shake('DISH');
    const long = Buffer.concat([Buffer.from('JOIN'), Buffer.alloc(256, 'x')]);
    peer.send(Buffer.concat([Buffer.from([6, 0, 0, 0, 0, 0, 0, 1, 5, 4]), long]));
    peer.send(frame(0, 'a message'), frame(1, 'two'), frame(0, 'frames'), command('SUBSCRIBE', Buffer.from('sub')));
    peer.send(JOIN('ok'), command('PING', Buffer.from([0, 0])));
    expect((await peer.readFrame()).flags).toBe(4);
    await radio.send('no', { group: 'sub' });
    await radio.send('yes', { group: 'ok' });
    expect((await peer.readFrame()).body.toString()).toBe('ok');
    await until(() => radio.stats().dropped.unexpected === 3);
  });

  test('DISH SHALL say JOIN and LEAVE as commands', async () => {
    const dish = ground.socket('DISH');
    dish.join('aa');
    const peer = await peers.connect(await dish.bind('tcp://127.0.0.1:0'));
    await peer.shake('RADIO');
    expect((await peer.read(9)).toString('hex')).toBe('0407044a4f494e6161');
    dish.join('bb');
    dish.leave('aa');
    expect((await peer.read(19)).toString('hex')).toBe('0407044a4f494e62620408054c454156456161');
    peer.send(frame(1, 'bb'), frame(0, 'xyz'));
    expect(await groups(dish, 1)).toEqual(['bb: xyz']);
  });

  test('DISH SHALL join by a command at a peer of version 3.0 too', async () => {
    const dish = ground.socket('DISH');
    dish.join('aa');
    const peer = await peers.connect(await dish.bind('tcp://127.0.0.1:0'));
    await peer.shake('RADIO', 0);
    expect((await peer.read(9)).toString('hex')).toBe('0407044a4f494e6161');
  });

  test.each([
    ['one frame', [frame(0, 'xyz')]],
    ['three frames', [frame(1, 'a'), frame(1, 'b'), frame(0, 'c')]],
  ])('DISH SHALL close the connection of a peer that sends %s', async (_what, frames) => {
    const dish = ground.socket('DISH', { receiveTimeout: 1000 });
    dish.join('aa');
    const peer = await peers.connect(await dish.bind('tcp://127.0.0.1:0'));
    await peer.shake('RADIO');
    await peer.read(9);
    const receiving = dish.recv().catch(() => undefined);
    peer.send(...frames);
    await peer.closed();
    const { error } = await ground.log(dish).nth('disconnect');
    expect([error?.code, error?.fatal]).toEqual(['ProtocolViolation', true]);
    await dish.close();
    await receiving;
  });
});

describe('RFC 48 over inproc: queues', () => {
  const ground = useGround();

  test('RADIO SHALL bound what is queued by its SNDHWM and the RCVHWM of the DISH', async () => {
    const radio = ground.socket('RADIO', { sendHighWaterMark: 2 });
    const dish = ground.socket('DISH', { receiveHighWaterMark: 3 });
    dish.join('a');
    await ground.join(INPROC, radio, dish);
    for (const text of numbered('', 10)) await radio.send(text, { group: 'a' });
    expect(radio.stats().dropped).toEqual({ 'high-water-mark': 5 });
    expect(await receiveAll(dish, 5)).toEqual(numbered('', 5));
  });
});
