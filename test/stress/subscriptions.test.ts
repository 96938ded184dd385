import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { ownAddress } from '../support/loopback.js';
import { turns, until } from '../support/turns.js';

const COUNT = 10_000;
const topics = Array.from({ length: COUNT }, (_, n) => `topic/${n}/`);

describe.each(['tcp', 'inproc'])('10,000 subscriptions over %s', (scheme) => {
  let context: Context;

  beforeEach(() => {
    context = new Context({ defaults: { linger: 0 } });
  });

  afterEach(() => context.term());

  test('each is served, survives the loss of the publisher, and can be taken back', async () => {
    const options = { sendHighWaterMark: 0, receiveHighWaterMark: 0 };
    const sub = context.socket(SocketType.Sub, { ...options, reconnectInterval: 1 });
    const other = context.socket(SocketType.Sub, options);
    let pub = context.socket(SocketType.XPub, options);
    const endpoint = await pub.bind(scheme === 'tcp' ? `tcp://${ownAddress()}:*` : 'inproc://a');
    sub.subscribe(...topics);
    expect(sub.options.topicsCount).toBe(COUNT);
    await sub.connect(endpoint);
    other.subscribe('other');
    await other.connect(endpoint);
    await until(() => pub.options.topicsCount === COUNT + 1);

    for (const topic of topics) await pub.send([topic, 'body']);
    await pub.send('topic/none');
    await pub.send('other');
    for (const topic of topics) expect(String((await sub.recvMultipart())[0])).toBe(topic);
    expect(String(await other.recv())).toBe('other');

    if (scheme === 'tcp') {
      await pub.close();
      pub = context.socket(SocketType.XPub, options);
      await pub.bind(endpoint);
      await until(() => pub.options.topicsCount === COUNT + 1);
      await pub.send(topics.at(-1)!);
      expect(String(await sub.recv())).toBe(topics.at(-1));
    }

    sub.unsubscribe(...topics);
    expect(sub.options.topicsCount).toBe(0);
    await until(() => pub.options.topicsCount === 1);
    await other.close();
    await until(() => pub.options.topicsCount === 0);
    for (const topic of topics) await pub.send(topic);
    await turns(5);
    expect(sub.tryRecv()).toBeUndefined();
  });
});
