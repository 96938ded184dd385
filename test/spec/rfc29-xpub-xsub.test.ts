import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, receiveRest, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

/** The message by which a subscriber subscribes, and the one by which it unsubscribes. */
const on = (topic: string): string => `\u0001${topic}`;
const off = (topic: string): string => `\u0000${topic}`;

describe.each(TRANSPORTS)('RFC 29 over $name: XPUB', (transport) => {
  const ground = useGround();

  test('XPUB SHALL receive subscriptions and unsubscriptions from its peers as messages', async () => {
    const [xpub, sub] = [ground.socket('XPUB'), ground.socket('SUB')];
    await ground.join(transport, xpub, sub);
    sub.subscribe('a', '', Buffer.from([0, 1]));
    expect(await receiveAll(xpub, 3)).toEqual([on('a'), on(''), on('\u0000\u0001')]);
    sub.unsubscribe('a', '');
    expect(await receiveAll(xpub, 2)).toEqual([off('a'), off('')]);
  });

  test('XPUB SHALL report only the first subscription to a topic, and only the last unsubscription', async () => {
    const [xpub, one, two] = [ground.socket('XPUB'), ground.socket('SUB'), ground.socket('SUB')];
    await ground.join(transport, xpub, one, two);
    one.subscribe('a', 'a', 'one');
    expect(await receiveAll(xpub, 2)).toEqual([on('a'), on('one')]);
    two.subscribe('a', 'two');
    expect(await receive(xpub)).toEqual([on('two')]);
    one.unsubscribe('a', 'a', 'one');
    expect(await receive(xpub)).toEqual([off('one')]);
    two.unsubscribe('a');
    expect(await receive(xpub)).toEqual([off('a')]);
  });

  test('XPUB SHALL count a repeated subscription of one peer once: one unsubscription removes it', async () => {
    const [xpub, xsub] = [ground.socket('XPUB'), ground.socket('XSUB', { xsubVerboseUnsubscribe: true })];
    await ground.join(transport, xpub, xsub);
    for (const text of [on('a'), on('a'), off('a'), on('b')]) await xsub.send(text);
    expect(await receiveAll(xpub, 3)).toEqual([on('a'), off('a'), on('b')]);
    await xpub.send('a');
    await xpub.send('b');
    expect(await receive(xsub)).toEqual(['b']);
  });

  test('XPUB SHALL report an unsubscription of a topic that nobody has', async () => {
    const [xpub, xsub] = [ground.socket('XPUB'), ground.socket('XSUB', { xsubVerboseUnsubscribe: true })];
    await ground.join(transport, xpub, xsub);
    await xsub.send(off('never subscribed'));
    expect(await receive(xpub)).toEqual([off('never subscribed')]);
  });

  test('XPUB SHALL report as unsubscribed what a lost peer had, unless another peer has it too', async () => {
    const [xpub, leaving, staying] = [ground.socket('XPUB'), ground.socket('SUB'), ground.socket('SUB')];
    leaving.subscribe('a', 'shared');
    await ground.join(transport, xpub, leaving, staying);
    expect(new Set(await receiveAll(xpub, 2))).toEqual(new Set([on('a'), on('shared')]));
    staying.subscribe('shared', 'marker');
    expect(await receive(xpub)).toEqual([on('marker')]);
    await leaving.close();
    expect(await receive(xpub)).toEqual([off('a')]);
    await xpub.send('shared');
    expect(await receive(staying)).toEqual(['shared']);
    expect(receiveRest(xpub)).toEqual([]);
  });

  test('XPUB SHALL pass any other message of a subscriber to the application as it is', async () => {
    const [xpub, xsub] = [ground.socket('XPUB'), ground.socket('XSUB')];
    await ground.join(transport, xpub, xsub);
    await xsub.send('upstream');
    await xsub.sendMultipart(['many', '', 'parts']);
    await xsub.send('');
    expect(await receiveAll(xpub, 3)).toEqual(['upstream', 'many||parts', '']);
  });

  test('XPUB SHALL act on subscriptions whether or not the application receives them', async () => {
    const [xpub, sub] = [ground.socket('XPUB', { receiveHighWaterMark: 1 }), ground.socket('SUB')];
    await ground.join(transport, xpub, sub);
    sub.subscribe(...numbered('topic ', 100));
    await until(() => xpub.options.topicsCount === 100);
    await xpub.send('topic 99');
    expect(await receive(sub)).toEqual(['topic 99']);
    expect(await receiveAll(xpub, 100)).toEqual(numbered(on('topic '), 100));
  });

  test('XPUB SHALL say who a subscription came from', async () => {
    const [xpub, sub] = [ground.socket('XPUB'), ground.socket('SUB')];
    await ground.join(transport, xpub, sub);
    sub.subscribe('a');
    expect((await xpub.recv()).metadata?.socketType).toBe('SUB');
    await sub.close();
    expect((await xpub.recv()).metadata).toBeUndefined();
  });

  test('XPUB SHALL send as a PUB does', async () => {
    const [xpub, a, b] = [ground.socket('XPUB'), ground.socket('SUB'), ground.socket('SUB')];
    a.subscribe('a');
    b.subscribe('b');
    await ground.join(transport, xpub, a, b);
    await receiveAll(xpub, 2);
    for (const text of ['b1', 'a1', 'c1', 'a2', 'b2']) await xpub.send(text);
    expect(await receiveAll(a, 2)).toEqual(['a1', 'a2']);
    expect(await receiveAll(b, 2)).toEqual(['b1', 'b2']);
  });

  test('XPUB SHALL NOT block on sending, and waits on receiving', async () => {
    const xpub = ground.socket('XPUB', { receiveTimeout: 20 });
    await xpub.send('to nobody');
    expect([xpub.writable, xpub.readable]).toEqual([true, false]);
    await rejected(xpub.recv(), 'Timeout', 'EAGAIN');
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: XSUB', (transport) => {
  const ground = useGround();

  test('XSUB SHALL subscribe and unsubscribe by messages', async () => {
    const [xpub, xsub] = [ground.socket('XPUB'), ground.socket('XSUB')];
    await ground.join(transport, xpub, xsub);
    await xsub.send(on('a'));
    await xsub.send(Buffer.from(on('b')));
    expect(xsub.trySend(new Uint8Array(Buffer.from(on('c'))))).toBe(true);
    expect(await receiveAll(xpub, 3)).toEqual([on('a'), on('b'), on('c')]);
    expect(xsub.options.topicsCount).toBe(3);
    await xsub.send(off('b'));
    expect(await receive(xpub)).toEqual([off('b')]);
    expect(xsub.options.topicsCount).toBe(2);
  });

  test('XSUB SHALL send an unsubscription only when its own count of the topic comes to zero', async () => {
    const [xpub, xsub] = [ground.socket('XPUB', { xpubVerboser: true }), ground.socket('XSUB')];
    await ground.join(transport, xpub, xsub);
    for (const text of [on('a'), on('a'), off('never'), off('a'), off('a'), off('a'), on('b')]) await xsub.send(text);
    expect(await receiveAll(xpub, 4)).toEqual([on('a'), on('a'), off('a'), on('b')]);
  });

  test('XSUB SHALL NOT filter what it receives', async () => {
    const [xpub, xsub] = [ground.socket('XPUB', { manual: true }), ground.socket('XSUB')];
    await ground.join(transport, xpub, xsub);
    await xsub.send(on('a'));
    await xpub.recv();
    xpub.subscribe('');
    await xpub.send('not what was asked for');
    expect(await receive(xsub)).toEqual(['not what was asked for']);
  });

  test('XSUB SHALL send any other message to all publishers', async () => {
    const [xsub, one, two] = [ground.socket('XSUB'), ground.socket('XPUB'), ground.socket('XPUB')];
    await ground.join(transport, xsub, one, two);
    await xsub.sendMultipart(['to', 'all']);
    expect(await receive(one)).toEqual(['to', 'all']);
    expect(await receive(two)).toEqual(['to', 'all']);
  });

  test('XSUB SHALL NOT block on sending: what a full publisher cannot take is dropped and counted', async () => {
    const xsub = ground.socket('XSUB', { sendHighWaterMark: 3, sendTimeout: 0 });
    const endpoint = await ground.vacant(transport);
    await xsub.connect(endpoint);
    for (const text of numbered('', 10)) await xsub.send(text);
    expect(xsub.writable).toBe(true);
    expect(xsub.stats().dropped).toEqual({ 'high-water-mark': 7 });
    const xpub = ground.socket('XPUB');
    await xpub.bind(endpoint);
    expect(await receiveAll(xpub, 3)).toEqual(numbered('', 3));
  });

  test('XSUB SHALL tell every publisher that it finds later what it has subscribed to, before anything else', async () => {
    const xsub = ground.socket('XSUB');
    for (const text of [on('a'), on('b'), on('b'), on('c'), off('c')]) await xsub.send(text);
    for (let left = 2; left > 0; left--) {
      const endpoint = await ground.vacant(transport);
      const xpub = ground.socket('XPUB', { xpubVerbose: true });
      await xsub.connect(endpoint);
      await xsub.send('a message');
      await xpub.bind(endpoint);
      const got = await receiveAll(xpub, 3);
      expect([new Set(got.slice(0, 2)), got[2]]).toEqual([new Set([on('a'), on('b')]), 'a message']);
    }
  });

  test('XSUB SHALL receive incoming messages from its publishers using a fair-queuing strategy', async () => {
    const xsub = ground.socket('XSUB');
    await xsub.send(on(''));
    const endpoint = await xsub.bind(transport.endpoint());
    for (const name of ['a', 'b']) {
      const xpub = ground.socket('XPUB', { linger: -1 });
      await ground.link(endpoint, xsub, xpub);
      await xpub.recv();
      for (const text of numbered(name, 2)) await xpub.send(text);
      await xpub.close();
    }
    await ground.log(xsub).nth('disconnect', 2);
    expect(await receiveAll(xsub, 4)).toEqual(['a0', 'b0', 'a1', 'b1']);
  });
});

describe.each(TRANSPORTS)('RFC 29 over $name: a device between publishers and subscribers', (transport) => {
  const ground = useGround();

  test('XSUB and XPUB SHALL carry messages downstream and subscriptions upstream', async () => {
    const [front, back] = [ground.socket('XSUB'), ground.socket('XPUB')];
    const [pub, sub] = [ground.socket('PUB'), ground.socket('SUB')];
    const upstream = (async () => {
      for await (const message of back) await front.sendMultipart(message);
    })();
    const downstream = (async () => {
      for await (const message of front) await back.sendMultipart(message);
    })();
    await ground.join(transport, front, pub);
    await ground.join(transport, back, sub);
    sub.subscribe('a');
    await until(() => pub.options.topicsCount === 1);
    await pub.sendMultipart(['b', 'unwanted']);
    await pub.sendMultipart(['a', '', 'wanted']);
    expect(await receive(sub)).toEqual(['a', '', 'wanted']);
    sub.unsubscribe('a');
    await until(() => pub.options.topicsCount === 0);
    await Promise.all([front.close(), back.close()]);
    await Promise.all([upstream, downstream]);
  });
});

describe.each(STREAMS)('RFC 29 over $name: XPUB and XSUB after a reconnection', (transport) => {
  const ground = useGround();

  test('XSUB SHALL throw away what waited for the old publisher, and subscribe again', async () => {
    const [first, xsub] = [ground.socket('XPUB'), ground.socket('XSUB')];
    const endpoint = await ground.join(transport, first, xsub);
    await xsub.send(on('a'));
    expect(await receive(first)).toEqual([on('a')]);
    await first.close();
    await ground.log(xsub).nth('disconnect');
    const second = ground.socket('XPUB');
    await second.bind(endpoint);
    expect(await receive(second)).toEqual([on('a')]);
    await xsub.send('a message');
    expect(await receive(second)).toEqual(['a message']);
  });

  test('a connecting XPUB SHALL keep working after its subscriber came back', async () => {
    const [xpub, first, second] = [ground.socket('XPUB'), ground.socket('SUB'), ground.socket('SUB')];
    first.subscribe('a');
    second.subscribe('a', 'b');
    const endpoint = await ground.join(transport, first, xpub);
    expect(await receive(xpub)).toEqual([on('a')]);
    await first.close();
    await ground.log(xpub).nth('disconnect');
    await second.bind(endpoint);
    const reports = await receiveAll(xpub, 1);
    while (reports.at(-1) !== on('b')) reports.push((await receive(xpub)).join());
    await xpub.send('b');
    expect(await receive(second)).toEqual(['b']);
  });
});
