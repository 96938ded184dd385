import { afterEach, describe, expect, test } from '@jest/globals';
import { Context } from 'rzmq';

const contexts: Context[] = [];

async function pair() {
  const context = new Context({ defaults: { linger: 0 } });
  contexts.push(context);
  const pull = context.socket('PULL');
  const push = context.socket('PUSH');
  await push.connect(await pull.bind('inproc://iteration'));
  return { pull, push };
}

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.term();
});

describe('the iterator of a socket', () => {
  test('SHALL take no message with it when it is left while it waits', async () => {
    const { pull, push } = await pair();
    const iterator = pull[Symbol.asyncIterator]();
    const waiting = iterator.next();
    expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await iterator.next()).toEqual({ value: undefined, done: true });
    await push.send('first');
    expect((await pull.recv()).toString()).toBe('first');
  });

  test('SHALL serve steps that were asked for at once in their order, and several loops in turn', async () => {
    const { pull, push } = await pair();
    const [left, right] = [pull[Symbol.asyncIterator](), pull[Symbol.asyncIterator]()];
    const steps = [left.next(), right.next(), left.next()];
    for (const text of ['1', '2', '3']) await push.send(text);
    const got = await Promise.all(steps);
    expect(got.map(({ value }) => value?.map(String))).toEqual([['1'], ['2'], ['3']]);
  });

  test('SHALL leave the socket open when a loop is left, and end when the socket closes', async () => {
    const { pull, push } = await pair();
    await push.send('a');
    await push.send('b');
    for await (const [frame] of pull) {
      expect(String(frame)).toBe('a');
      break;
    }
    const rest: string[] = [];
    for await (const [frame] of pull) {
      rest.push(String(frame));
      void pull.close();
    }
    expect(rest).toEqual(['b']);
  });
});

describe('connect', () => {
  test('SHALL give a routing id to its own connection, whatever else is connected at the same time', async () => {
    const context = new Context({ defaults: { linger: 0 } });
    contexts.push(context);
    const router = context.socket('ROUTER', { mandatory: true });
    const [one, two] = [context.socket('DEALER'), context.socket('DEALER')];
    const endpoints = [await one.bind('tcp://127.0.0.1:0'), await two.bind('tcp://127.0.0.1:0')] as const;
    await expect(router.connect('tcp://nowhere', { routingId: 'lost' })).rejects.toMatchObject({
      code: 'InvalidEndpoint',
    });
    await Promise.all([
      router.connect(endpoints[0], { routingId: 'one' }),
      router.connect(endpoints[1], { routingId: 'two' }),
    ]);
    await router.send(['two', 'for two']);
    await router.send(['one', 'for one']);
    expect([String(await one.recv()), String(await two.recv())]).toEqual(['for one', 'for two']);
  });

  test('SHALL connect again to an endpoint that has been given up', async () => {
    const context = new Context({ defaults: { linger: 0 } });
    contexts.push(context);
    const dealer = context.socket('DEALER');
    const first = context.socket('DEALER');
    await first.bind('inproc://again');
    await dealer.connect('inproc://again');
    await dealer.send('1');
    expect(String(await first.recv())).toBe('1');
    const lost = new Promise((resolve) => dealer.events.once('disconnect', resolve));
    await first.close();
    await lost;
    const second = context.socket('DEALER');
    await second.bind('inproc://again');
    await dealer.connect('inproc://again');
    await dealer.send('2');
    expect(String(await second.recv())).toBe('2');
  });
});
