import { describe, expect, test } from '@jest/globals';
import type { SocketOptionsInit } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import {
  type Ground,
  MOVING,
  numbered,
  receive,
  receiveAll,
  receiveRest,
  sendUntilFull,
  until,
  useGround,
} from '../support/spec-ground.js';
import { INPROC, TRANSPORTS, type TransportCase } from '../support/spec-transports.js';

const on = (topic: string): string => `\u0001${topic}`;
const off = (topic: string): string => `\u0000${topic}`;

/**
 * Two subscribers do one thing after the other; what the publisher reports of it, with a marker in between, so that
 * silence is seen too: first, second, and repeated subscription; unsubscription while another has it, and the last one.
 */
async function reports(ground: Ground, transport: TransportCase, options: SocketOptionsInit): Promise<string[][]> {
  const xpub = ground.socket('XPUB', options);
  const [one, two] = [ground.socket('XSUB', VERBATIM), ground.socket('XSUB', VERBATIM)];
  await ground.join(transport, xpub, one, two);
  const steps = [
    { by: one, text: on('a') },
    { by: two, text: on('a') },
    { by: two, text: on('a') },
    { by: one, text: off('a') },
    { by: two, text: off('a') },
    { by: two, text: off('a') },
  ];
  const all: string[][] = [];
  for (const { by, text } of steps) {
    await by.send(text);
    await by.send('marker');
    const got: string[] = [];
    while (got.at(-1) !== 'marker') got.push((await receive(xpub)).join());
    all.push(got.slice(0, -1));
  }
  return all;
}

const VERBATIM: SocketOptionsInit = { xsubVerboseUnsubscribe: true };

describe.each(TRANSPORTS)('RFC 29 over $name: what an XPUB reports', (transport) => {
  const ground = useGround();

  test('by default the first subscription, the last unsubscription, and one of what nobody has', async () => {
    expect(await reports(ground, transport, {})).toEqual([[on('a')], [], [], [], [off('a')], [off('a')]]);
  });

  test('with VERBOSE every subscription', async () => {
    const all = [[on('a')], [on('a')], [on('a')], [], [off('a')], [off('a')]];
    expect(await reports(ground, transport, { xpubVerbose: true })).toEqual(all);
  });

  test('with VERBOSER every subscription and every unsubscription', async () => {
    const all = [[on('a')], [on('a')], [on('a')], [off('a')], [off('a')], [off('a')]];
    expect(await reports(ground, transport, { xpubVerboser: true })).toEqual(all);
  });

  test('with MANUAL every subscription and every unsubscription', async () => {
    const all = [[on('a')], [on('a')], [on('a')], [off('a')], [off('a')], [off('a')]];
    expect(await reports(ground, transport, { manual: true })).toEqual(all);
  });

  test('with VERBOSER also what a lost peer had and others have', async () => {
    const xpub = ground.socket('XPUB', { xpubVerboser: true });
    const [leaving, staying] = [ground.socket('SUB'), ground.socket('SUB')];
    leaving.subscribe('shared');
    staying.subscribe('shared');
    await ground.join(transport, xpub, leaving, staying);
    expect(await receiveAll(xpub, 2)).toEqual([on('shared'), on('shared')]);
    await leaving.close();
    expect(await receive(xpub)).toEqual([off('shared')]);
    await xpub.send('shared');
    expect(await receive(staying)).toEqual(['shared']);
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: XPUB_MANUAL', (transport) => {
  const ground = useGround();

  test('a MANUAL XPUB SHALL subscribe the peer of the message received last, to whatever it likes', async () => {
    const xpub = ground.socket('XPUB', { manual: true });
    const [one, two] = [ground.socket('XSUB'), ground.socket('XSUB')];
    await ground.join(transport, xpub, one, two);
    await one.send(on('a'));
    expect(await receive(xpub)).toEqual([on('a')]);
    await xpub.send('a, but nobody was subscribed');
    xpub.subscribe('A');
    await two.send(on('b'));
    expect(await receive(xpub)).toEqual([on('b')]);
    xpub.subscribe('B', 'C');
    for (const text of ['a', 'A', 'b', 'B', 'C']) await xpub.send(text);
    expect(await receive(one)).toEqual(['A']);
    expect(await receiveAll(two, 2)).toEqual(['B', 'C']);
    await two.send(off('b'));
    expect(await receive(xpub)).toEqual([off('b')]);
    xpub.unsubscribe('B');
    for (const text of ['B', 'C']) await xpub.send(text);
    expect(await receive(two)).toEqual(['C']);
  });

  test('a MANUAL XPUB SHALL report what a lost peer asked for, and forget what it was given', async () => {
    const [xpub, sub] = [ground.socket('XPUB', { manual: true }), ground.socket('SUB')];
    sub.subscribe('a');
    await ground.join(transport, xpub, sub);
    await xpub.recv();
    xpub.subscribe('X', 'Y');
    expect(xpub.options.topicsCount).toBe(2);
    await sub.close();
    expect(await receive(xpub)).toEqual([off('a')]);
    expect(xpub.options.topicsCount).toBe(0);
    xpub.subscribe('for nobody');
    expect(xpub.options.topicsCount).toBe(0);
    expect(receiveRest(xpub)).toEqual([]);
  });

  test('without MANUAL a publisher SHALL NOT subscribe anybody', async () => {
    const xpub = ground.socket('XPUB');
    thrown(() => xpub.subscribe('a'), 'InvalidOption', 'EINVAL');
    thrown(() => xpub.unsubscribe('a'), 'InvalidOption', 'EINVAL');
    await xpub.bind(transport.endpoint());
    xpub.options.manual = true;
    xpub.subscribe('a');
    expect(xpub.options.topicsCount).toBe(0);
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: other options of publishers and subscribers', (transport) => {
  const ground = useGround();

  test('WELCOME_MSG SHALL be the first message of every new subscriber that wants it', async () => {
    const xpub = ground.socket('XPUB', { welcomeMessage: 'W: welcome' });
    const [wants, wantsNot] = [ground.socket('SUB'), ground.socket('SUB')];
    wants.subscribe('W', 'a');
    wantsNot.subscribe('a', 'n');
    await ground.join(transport, xpub, wants, wantsNot);
    await receiveAll(xpub, 3);
    xpub.options.welcomeMessage = null;
    const late = ground.socket('SUB');
    late.subscribe('W', 'a');
    await ground.link(xpub.lastEndpoint, xpub, late);
    late.subscribe('late');
    expect(await receive(xpub)).toEqual([on('late')]);
    await xpub.send('a1');
    expect(await receiveAll(wants, 2)).toEqual(['W: welcome', 'a1']);
    expect(await receive(wantsNot)).toEqual(['a1']);
    expect(await receive(late)).toEqual(['a1']);
  });

  test('NODROP: a full subscriber SHALL make send wait, and then misses nothing', async () => {
    const pub = ground.socket('PUB', { noDrop: true, sendHighWaterMark: 2, sendTimeout: 20 });
    const [slow, quick] = [ground.socket('SUB', { receiveHighWaterMark: 2 }), ground.socket('SUB')];
    slow.subscribe('a', 's');
    quick.subscribe('a', 'q');
    await ground.join(transport, pub, slow, quick);
    await until(() => pub.options.topicsCount === 3);
    const body = Buffer.alloc(1 << 20);
    const taken = await sendUntilFull(pub, (index) => ['a', String(index), body], MOVING);
    await rejected(pub.sendMultipart(['a', 'no room']), 'Timeout', 'EAGAIN');
    expect(pub.trySend(['a', 'no room'])).toBe(false);
    await pub.send('q: for the one that has room');
    pub.options.sendTimeout = -1;
    const waiting = pub.sendMultipart(['a', 'last']);
    const got: string[] = [];
    while (got.at(-1) !== 'last') got.push(String((await slow.recvMultipart())[1]));
    await waiting;
    expect(got).toEqual([...numbered('', taken), 'last']);
    const quickGot: string[] = [];
    while (quickGot.at(-1) !== 'last') quickGot.push(String((await quick.recvMultipart()).at(1) ?? 'q'));
    expect(quickGot).toEqual([...numbered('', taken), 'q', 'last']);
    expect(pub.stats().dropped).toEqual({});
  });

  test('INVERT_MATCHING: a message SHALL go to those whose subscriptions it does not match', async () => {
    const pub = ground.socket('PUB', { invertMatching: true });
    const [notA, notB] = [
      ground.socket('SUB', { invertMatching: true }),
      ground.socket('SUB', { invertMatching: true }),
    ];
    notA.subscribe('a');
    notB.subscribe('b');
    await ground.join(transport, pub, notA, notB);
    await until(() => pub.options.topicsCount === 2);
    for (const text of ['a', 'b', 'c']) await pub.send(text);
    expect(await receiveAll(notA, 2)).toEqual(['b', 'c']);
    expect(await receiveAll(notB, 2)).toEqual(['a', 'c']);
  });

  test('INVERT_MATCHING: a subscriber without a subscription SHALL get everything', async () => {
    const pub = ground.socket('PUB', { invertMatching: true });
    const sub = ground.socket('SUB', { invertMatching: true });
    await ground.join(transport, pub, sub);
    await pub.send('anything');
    expect(await receive(sub)).toEqual(['anything']);
  });

  test('every frame of a multipart message that looks like a subscription SHALL be one', async () => {
    const [xpub, xsub] = [ground.socket('XPUB'), ground.socket('XSUB', { onlyFirstSubscribe: true })];
    await ground.join(transport, xpub, xsub);
    await xsub.sendMultipart(['text', on('a'), off('b')]);
    expect((await receiveAll(xpub, 3)).sort()).toEqual([off('b'), on('a'), 'text'].sort());
    await xpub.send('a');
    expect(await receive(xsub)).toEqual(['a']);
  });

  test('ONLY_FIRST_SUBSCRIBE: a message whose first frame is no subscription SHALL be a message', async () => {
    const xpub = ground.socket('XPUB', { onlyFirstSubscribe: true });
    const xsub = ground.socket('XSUB', { onlyFirstSubscribe: true });
    await ground.join(transport, xpub, xsub);
    await xsub.sendMultipart(['text', on('a')]);
    expect(await receive(xpub)).toEqual(['text', on('a')]);
    expect(xpub.options.topicsCount).toBe(0);
    await xsub.send(on('b'));
    expect(await receive(xpub)).toEqual([on('b')]);
  });

  test('XSUB_VERBOSE_UNSUBSCRIBE: every unsubscription SHALL be sent', async () => {
    const xpub = ground.socket('XPUB', { xpubVerboser: true });
    const xsub = ground.socket('XSUB', { xsubVerboseUnsubscribe: true });
    await ground.join(transport, xpub, xsub);
    for (const text of [on('a'), on('a'), off('a'), off('a'), off('a')]) await xsub.send(text);
    expect(await receiveAll(xpub, 5)).toEqual([on('a'), on('a'), off('a'), off('a'), off('a')]);
  });
});

describe('RFC 29 over inproc: NODROP', () => {
  const ground = useGround();

  test('NODROP: a message SHALL go to none of the subscribers while one of them is full', async () => {
    const pub = ground.socket('PUB', { noDrop: true, sendHighWaterMark: 1 });
    const [slow, quick] = [ground.socket('SUB', { receiveHighWaterMark: 1 }), ground.socket('SUB')];
    slow.subscribe('', 's');
    quick.subscribe('', 'q');
    await ground.join(INPROC, pub, slow, quick);
    await until(() => pub.options.topicsCount === 3);
    expect(await sendUntilFull(pub, String)).toBe(2);
    expect(await receiveAll(quick, 2)).toEqual(['0', '1']);
    expect(receiveRest(quick)).toEqual([]);
    expect(await receiveAll(slow, 2)).toEqual(['0', '1']);
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: MANUAL_LAST_VALUE', (transport) => {
  const ground = useGround();

  test('the message after a subscription SHALL go only to the peer that it came from, and the next to all', async () => {
    const xpub = ground.socket('XPUB', { manualLastValue: true });
    const [one, two] = [ground.socket('SUB'), ground.socket('SUB')];
    expect(xpub.options.manual).toBe(true);
    await ground.join(transport, xpub, one, two);
    one.subscribe('a');
    expect(await receive(xpub)).toEqual([on('a')]);
    xpub.subscribe('a');
    await xpub.send('a1');
    expect(await receive(one)).toEqual(['a1']);
    two.subscribe('a');
    expect(await receive(xpub)).toEqual([on('a')]);
    xpub.subscribe('a');
    await xpub.send('a2');
    await xpub.send('a3');
    expect(await receiveAll(two, 2)).toEqual(['a2', 'a3']);
    expect(await receive(one)).toEqual(['a3']);
  });

  test('it SHALL go to nobody when that peer does not get such messages', async () => {
    const xpub = ground.socket('XPUB', { manualLastValue: true });
    const [one, two] = [ground.socket('SUB'), ground.socket('SUB')];
    await ground.join(transport, xpub, one, two);
    one.subscribe('a');
    await receive(xpub);
    xpub.subscribe('a');
    two.subscribe('b');
    await receive(xpub);
    xpub.subscribe('b');
    for (const text of ['a1', 'a2']) await xpub.send(text);
    expect(await receive(one)).toEqual(['a2']);
  });

  test('it SHALL go to all when that peer is gone', async () => {
    const xpub = ground.socket('XPUB', { manualLastValue: true });
    const [one, two] = [ground.socket('SUB'), ground.socket('SUB')];
    await ground.join(transport, xpub, one, two);
    one.subscribe('a');
    await receive(xpub);
    xpub.subscribe('a');
    await xpub.send('a1');
    two.subscribe('a');
    await receive(xpub);
    xpub.subscribe('a');
    await two.close();
    await until(() => xpub.stats().peers === 1);
    await xpub.send('a2');
    expect(await receiveAll(one, 2)).toEqual(['a1', 'a2']);
  });

  test('with NODROP it SHALL wait for that peer only, and still be only for it', async () => {
    const xpub = ground.socket('XPUB', { manualLastValue: true, noDrop: true, sendHighWaterMark: 1 });
    const [one, two] = [ground.socket('SUB'), ground.socket('SUB', { receiveHighWaterMark: 1 })];
    await ground.join(transport, xpub, one, two);
    one.subscribe('a');
    await receive(xpub);
    xpub.subscribe('a');
    await xpub.send('a0');
    two.subscribe('a');
    await receive(xpub);
    xpub.subscribe('a');
    await xpub.send('a1');
    expect(await receive(two)).toEqual(['a1']);
    await xpub.send('a2');
    expect(await receiveAll(one, 2)).toEqual(['a0', 'a2']);
    expect(await receive(two)).toEqual(['a2']);
  });
});
