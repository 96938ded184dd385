import { describe, expect, test } from '@jest/globals';
import type { SocketType } from 'rzmq';
import { rejected } from '../support/spec-errors.js';
import { numbered, receive, receiveAll, receiveRest, sendUntilFull, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

/** A partner for each type. */
const PARTNER: Readonly<Record<SocketType, SocketType>> = {
  PAIR: 'PAIR',
  PUB: 'SUB',
  SUB: 'PUB',
  REQ: 'REP',
  REP: 'REQ',
  DEALER: 'DEALER',
  ROUTER: 'ROUTER',
  PULL: 'PUSH',
  PUSH: 'PULL',
  XPUB: 'XSUB',
  XSUB: 'XPUB',
  STREAM: 'STREAM',
  CLIENT: 'SERVER',
  SERVER: 'CLIENT',
  RADIO: 'DISH',
  DISH: 'RADIO',
  GATHER: 'SCATTER',
  SCATTER: 'GATHER',
  PEER: 'PEER',
  CHANNEL: 'CHANNEL',
};

describe.each(TRANSPORTS)('connections over $name', (transport) => {
  const ground = useGround();

  test.each([
    ['REQ', 1],
    ['DEALER', 1],
    ['SUB', 1],
    ['PUB', 1],
    ['PUSH', 2],
    ['PULL', 2],
    ['ROUTER', 2],
    ['REP', 2],
    ['XPUB', 2],
    ['XSUB', 2],
    ['CLIENT', 2],
    ['SERVER', 2],
    ['RADIO', 2],
    ['DISH', 2],
    ['SCATTER', 2],
    ['GATHER', 2],
    ['PEER', 2],
  ] as const)(
    'a %s that connects twice to the same endpoint SHALL make %i connection(s)',
    async (type, connections) => {
      const [bound, twice, marker] = [ground.socket(PARTNER[type]), ground.socket(type), ground.socket(type)];
      const endpoint = await bound.bind(transport.endpoint());
      await twice.connect(endpoint);
      await twice.connect(endpoint);
      expect(twice.lastEndpoint).toBe(endpoint);
      await marker.connect(endpoint);
      await ground.log(marker).nth('handshake');
      await ground.log(bound).nth('handshake', connections + 1);
      expect(ground.log(bound).of('accept')).toHaveLength(connections + 1);
    },
  );

  test('a socket MAY have any number of bound and connected endpoints at once', async () => {
    const hub = ground.socket('PULL');
    const pushes = [
      ground.socket('PUSH'),
      ground.socket('PUSH'),
      ground.socket('PUSH'),
      ground.socket('PUSH'),
    ] as const;
    for (const push of pushes.slice(0, 2)) await ground.join(transport, push, hub);
    for (const push of pushes.slice(2)) await ground.join(transport, hub, push);
    for (const [index, push] of pushes.entries()) await push.send(`from ${index}`);
    expect((await receiveAll(hub, 4)).sort()).toEqual(numbered('from ', 4));
    expect(hub.stats().peers).toBe(4);
  });

  test('a socket MAY bind before and connect after, or connect before and bind after', async () => {
    const endpoint = await ground.vacant(transport);
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    await push.connect(endpoint);
    await push.send('before there was anybody');
    await pull.bind(endpoint);
    expect(await receive(pull)).toEqual(['before there was anybody']);
  });

  test('unbind SHALL close the connections that were accepted through the endpoint, and no others', async () => {
    const pull = ground.socket('PULL');
    const [one, other] = [ground.socket('PUSH', { reconnectInterval: 0 }), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, pull, one);
    await ground.join(transport, pull, other);
    await pull.unbind(endpoint);
    await ground.log(one).nth('disconnect');
    await until(() => pull.stats().peers === 1);
    await other.send('still here');
    expect(await receive(pull)).toEqual(['still here']);
    await rejected(pull.unbind(endpoint), 'EndpointNotFound', 'ENOENT', endpoint);
  });

  test('unbind SHALL free the address', async () => {
    const [first, second] = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoint = await first.bind(transport.endpoint());
    await first.unbind(endpoint);
    expect(await second.bind(endpoint)).toBe(endpoint);
    await second.unbind(endpoint);
    expect(await first.bind(endpoint)).toBe(endpoint);
  });

  test('disconnect SHALL still send what is queued, within LINGER', async () => {
    const push = ground.socket('PUSH', { linger: -1 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    const endpoint = await ground.join(transport, pull, push);
    for (const text of numbered('', 60)) await push.send([text, Buffer.alloc(200_000)]);
    await push.disconnect(endpoint);
    for (const text of numbered('', 60)) expect((await receive(pull))[0]).toBe(text);
    await ground.log(pull).nth('disconnect');
    expect(push.stats().dropped).toEqual({});
    await rejected(push.disconnect(endpoint), 'EndpointNotFound', 'ENOENT', endpoint);
  });

  test('disconnect SHALL send what is queued to a peer that has not come yet, too', async () => {
    const endpoint = await ground.vacant(transport);
    const [push, pull] = [ground.socket('PUSH', { linger: -1 }), ground.socket('PULL')];
    await push.connect(endpoint);
    for (const text of numbered('', 3)) await push.send(text);
    await push.disconnect(endpoint);
    await pull.bind(endpoint);
    expect(await receiveAll(pull, 3)).toEqual(numbered('', 3));
    expect(push.stats().dropped).toEqual({});
  });

  test('disconnect with LINGER 0 SHALL drop what is queued, and count it', async () => {
    const push = ground.socket('PUSH', { linger: 0, sendTimeout: 20 });
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 3)) await push.send(text);
    await push.disconnect(endpoint);
    await rejected(push.send('nobody'), 'Timeout', 'EAGAIN');
    expect(push.stats().dropped).toEqual({ linger: 3 });
  });

  test('disconnect SHALL end all connections that were made to the endpoint', async () => {
    const [push, pull] = [ground.socket('PUSH'), ground.socket('PULL')];
    const endpoint = await ground.join(transport, pull, push, push);
    expect(pull.stats().peers).toBe(2);
    await push.disconnect(endpoint);
    await ground.log(pull).nth('disconnect', 2);
    await rejected(push.disconnect(endpoint), 'EndpointNotFound', 'ENOENT', endpoint);
  });

  test('a socket SHALL NOT connect again after disconnect, until it is told to', async () => {
    const [sub, pub, marker] = [ground.socket('SUB'), ground.socket('PUB'), ground.socket('SUB')];
    const endpoint = await ground.join(transport, pub, sub);
    await sub.disconnect(endpoint);
    await ground.log(pub).nth('disconnect');
    await ground.link(endpoint, pub, marker);
    expect(ground.log(pub).of('accept')).toHaveLength(2);
    await ground.link(endpoint, pub, sub);
    expect(pub.stats().peers).toBe(2);
  });

  test('messages that came from a lost peer SHALL stay readable', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH', { linger: -1 })];
    await ground.join(transport, pull, push);
    for (const text of numbered('', 3)) await push.send(text);
    await push.close();
    await ground.log(pull).nth('disconnect');
    expect(pull.stats().peers).toBe(0);
    expect(await receiveAll(pull, 3)).toEqual(numbered('', 3));
  });

  test('messages SHALL be dealt to a peer that is not there yet, and wait for it', async () => {
    const [push, here, late] = [ground.socket('PUSH'), ground.socket('PULL'), ground.socket('PULL')];
    await ground.join(transport, here, push);
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    for (const text of numbered('', 4)) await push.send(text);
    expect(await receiveAll(here, 2)).toEqual(['0', '2']);
    await late.bind(endpoint);
    expect(await receiveAll(late, 2)).toEqual(['1', '3']);
  });

  test('IMMEDIATE: nothing SHALL be queued for a peer that is not there', async () => {
    const push = ground.socket('PUSH', { immediate: true, sendTimeout: 0 });
    const [here, late] = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoint = await ground.vacant(transport);
    await push.connect(endpoint);
    await rejected(push.send('nobody'), 'ResourceLimitReached', 'EAGAIN');
    await ground.join(transport, here, push);
    for (const text of numbered('', 3)) await push.send(text);
    expect(await receiveAll(here, 3)).toEqual(numbered('', 3));
    await late.bind(endpoint);
    await ground.log(push).nth('handshake', 2);
    await until(() => push.stats().peers === 2);
    for (const text of numbered('', 4)) await push.send(text);
    expect([await receiveAll(here, 2), await receiveAll(late, 2)].flat().sort()).toEqual(numbered('', 4));
  });

  test('a failed bind SHALL leave nothing behind', async () => {
    const [owner, other] = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoint = await owner.bind(transport.endpoint());
    if (transport.name !== 'ipc') {
      await rejected(other.bind(endpoint), 'AddrInUse', 'EADDRINUSE', endpoint);
      const { error } = await ground.log(other).nth('bind:error');
      expect(error?.code).toBe('AddrInUse');
    }
    await rejected(other.bind(`${transport.name}://`), 'InvalidEndpoint', 'EINVAL', `${transport.name}://`);
    expect(other.lastEndpoint).toBe('');
    await rejected(other.unbind(endpoint), 'EndpointNotFound', 'ENOENT', endpoint);
    await owner.close();
    await other.bind(endpoint);
    expect(other.lastEndpoint).toBe(endpoint);
  });
});

describe.each(STREAMS)('broken connections over $name', (transport) => {
  const ground = useGround();

  test('a connecting socket SHALL come back to a peer that was restarted, again and again, and lose no queued message', async () => {
    const push = ground.socket('PUSH');
    let pull = ground.socket('PULL');
    const endpoint = await ground.join(transport, pull, push);
    for (let round = 1; round <= 4; round++) {
      await pull.close();
      await ground.log(push).nth('disconnect', round);
      for (const text of numbered(`round ${round} `, 5)) await push.send(text);
      pull = ground.socket('PULL');
      await pull.bind(endpoint);
      expect(await receiveAll(pull, 5)).toEqual(numbered(`round ${round} `, 5));
    }
    expect(push.stats().dropped).toEqual({});
  });

  test('IMMEDIATE: the queue of a lost peer SHALL be dropped, and counted', async () => {
    const push = ground.socket('PUSH', { immediate: true, sendHighWaterMark: 20, sendTimeout: 20 });
    const pull = ground.socket('PULL', { receiveHighWaterMark: 1 });
    await ground.join(transport, pull, push);
    await sendUntilFull(push, () => Buffer.alloc(1 << 20), 50);
    await pull.close();
    await ground.log(push).nth('disconnect');
    await rejected(push.send('nobody'), 'Timeout', 'EAGAIN');
    const { dropped } = push.stats();
    const sum = Object.values(dropped).reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(10);
  });

  test('the events of a connection SHALL come in their order, on both sides', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await ground.join(transport, pull, push);
    await pull.unbind(endpoint);
    await ground.log(pull).nth('close');
    await ground.log(push).nth('connect:retry');
    const delay = transport.name === 'tcp' ? (['connect:delay'] as const) : [];
    expect(ground.log(pull).types.slice(0, 3)).toEqual(['bind', 'accept', 'handshake']);
    const expected = [...delay, 'connect', 'handshake', 'disconnect', 'connect:retry'];
    expect(ground.log(push).types.slice(0, expected.length)).toEqual(expected);
    const [bind] = ground.log(pull).of('bind');
    expect([bind?.endpoint, bind?.event]).toEqual([endpoint, 8]);
    const retry = await ground.log(push).nth('connect:retry');
    expect(retry.interval).toBeGreaterThanOrEqual(10);
    expect(retry.interval).toBeLessThan(20);
  });

  test('a peer that closes SHALL be told with what it received before', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH', { linger: -1 })];
    await ground.join(transport, pull, push);
    const sends = numbered('', 500).map((text) => push.send(text));
    await Promise.all(sends);
    await push.close();
    await ground.log(pull).nth('disconnect');
    expect(receiveRest(pull)).toEqual(numbered('', 500));
  });
});
