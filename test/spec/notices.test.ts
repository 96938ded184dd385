import { describe, expect, test } from '@jest/globals';
import type { SocketByType } from 'rzmq';
import { receive, receiveAll, receiveRest, until, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

/** The types that talk to a DEALER or ROUTER, and the peer to try each with. */
const HELLO = [
  ['ROUTER', 'DEALER'],
  ['DEALER', 'DEALER'],
  ['REP', 'DEALER'],
] as const;

const NO_HELLO = [
  ['PAIR', 'PAIR'],
  ['PUSH', 'PULL'],
  ['REQ', 'ROUTER'],
  ['XPUB', 'XSUB'],
] as const satisfies readonly (readonly [keyof SocketByType, keyof SocketByType])[];

describe.each(TRANSPORTS)('ROUTER_NOTIFY over $name', (transport) => {
  const ground = useGround();

  test.each([
    [0, ['me|x']],
    [1, ['me|', 'me|x']],
    [2, ['me|x', 'me|']],
    [3, ['me|', 'me|x', 'me|']],
  ])(
    'with %d, ROUTER SHALL receive an empty message when a peer comes (1) and when it goes (2)',
    async (notify, all) => {
      const router = ground.socket('ROUTER', { routerNotify: notify });
      const dealer = ground.socket('DEALER', { routingId: 'me', linger: -1 });
      await ground.join(transport, router, dealer);
      await dealer.send('x');
      await dealer.close();
      expect(await receiveAll(router, all.length)).toEqual(all);
      await ground.log(router).nth('disconnect');
      expect(receiveRest(router)).toEqual([]);
      expect(router.stats().dropped).toEqual({});
    },
  );

  test('ROUTER SHALL be able to answer the notice of a peer that came', async () => {
    const router = ground.socket('ROUTER', { routerNotify: 1 });
    const dealer = ground.socket('DEALER');
    await ground.join(transport, router, dealer);
    const [id] = await router.recvMultipart();
    if (id === undefined) throw new Error('no id');
    expect(id.metadata?.socketType).toBe('DEALER');
    await router.send([id.data, 'welcome']);
    expect(await receive(dealer)).toEqual(['welcome']);
  });

  test('ROUTER SHALL receive notices of the peers that it connects to', async () => {
    const router = ground.socket('ROUTER', { routerNotify: 3 });
    const dealer = ground.socket('DEALER', { routingId: 'me' });
    await ground.join(transport, dealer, router);
    expect(await receive(router)).toEqual(['me', '']);
    await dealer.close();
    expect(await receive(router)).toEqual(['me', '']);
  });

  test('ROUTER SHALL NOT receive a notice of a peer that it disconnects from itself', async () => {
    const router = ground.socket('ROUTER', { routerNotify: 3 });
    const dealer = ground.socket('DEALER', { routingId: 'me' });
    const endpoint = await ground.join(transport, dealer, router);
    expect(await receive(router)).toEqual(['me', '']);
    await router.disconnect(endpoint);
    await ground.log(dealer).nth('disconnect');
    expect(receiveRest(router)).toEqual([]);
  });

  test('ROUTER SHALL NOT be told that a peer goes whose id another one has taken over', async () => {
    const router = ground.socket('ROUTER', { routerNotify: 3, handover: true });
    const old = ground.socket('DEALER', { routingId: 'me', reconnectInterval: -1 });
    const endpoint = await ground.join(transport, router, old);
    expect(await receive(router)).toEqual(['me', '']);
    const heir = ground.socket('DEALER', { routingId: 'me' });
    await heir.connect(endpoint);
    expect(await receive(router)).toEqual(['me', '']);
    await ground.log(old).nth('disconnect');
    await heir.send('still here');
    expect(await receive(router)).toEqual(['me', 'still here']);
  });

  test('REP SHALL accept it, and hear nothing', async () => {
    const rep = ground.socket('REP', { routerNotify: 3 });
    const req = ground.socket('REQ', { linger: -1 });
    await ground.join(transport, rep, req);
    await req.send('x');
    expect(await receive(rep)).toEqual(['x']);
    expect(rep.stats().dropped).toEqual({});
  });
});

describe.each(TRANSPORTS)('HELLO_MSG over $name', (transport) => {
  const ground = useGround();

  test.each(HELLO)('a bound %s SHALL send it to a %s before anything else', async (type, peerType) => {
    const socket = ground.socket(type, { helloMessage: 'hello' });
    const peer = ground.socket(peerType);
    await ground.join(transport, socket, peer);
    expect(await receive(peer)).toEqual(['hello']);
  });

  test('what waits for the peer SHALL come after it, on every connection', async () => {
    const endpoint = await ground.vacant(transport);
    const dealer = ground.socket('DEALER', { helloMessage: Buffer.from('hello') });
    await dealer.connect(endpoint);
    await dealer.send('first');
    const peer = ground.socket('DEALER');
    await peer.bind(endpoint);
    expect(await receiveAll(peer, 2)).toEqual(['hello', 'first']);
  });

  test.each(NO_HELLO)('a %s SHALL NOT send it to a %s', async (type, peerType) => {
    const socket = ground.socket(type, { helloMessage: 'hello' });
    const peer = ground.socket(peerType);
    await ground.join(transport, socket, peer);
    await socket.close();
    await ground.log(peer).nth('disconnect');
    expect('tryRecv' in peer && receiveRest(peer)).toEqual([]);
  });

  test('it SHALL be the one of the bind or connect, and nothing SHALL clear it', async () => {
    const socket = ground.socket('DEALER', { helloMessage: 'hello' });
    const early = ground.socket('DEALER');
    const endpoint = await ground.join(transport, socket, early);
    socket.options.helloMessage = '';
    expect(socket.options.helloMessage).toBeNull();
    const late = ground.socket('DEALER');
    await ground.link(endpoint, socket, late);
    expect(await receive(late)).toEqual(['hello']);
  });
});

describe.each(TRANSPORTS)('DISCONNECT_MSG over $name', (transport) => {
  const ground = useGround();

  test('ROUTER SHALL receive it from a peer that had connected and is gone, after its last message', async () => {
    const router = ground.socket('ROUTER', { disconnectMessage: 'bye' });
    const dealer = ground.socket('DEALER', { routingId: 'me', linger: -1 });
    await ground.join(transport, router, dealer);
    await dealer.send('last');
    await dealer.close();
    expect(await receiveAll(router, 2)).toEqual(['me|last', 'me|bye']);
  });

  test('ROUTER SHALL receive it beyond RCVHWM', async () => {
    const router = ground.socket('ROUTER', { disconnectMessage: 'bye', receiveHighWaterMark: 2 });
    const dealer = ground.socket('DEALER', { routingId: 'me', linger: -1 });
    await ground.join(transport, router, dealer);
    await dealer.send('1');
    await dealer.send('2');
    await dealer.close();
    expect(await receiveAll(router, 3)).toEqual(['me|1', 'me|2', 'me|bye']);
  });

  test('ROUTER SHALL NOT receive it from a peer that it had connected to', async () => {
    const router = ground.socket('ROUTER', { disconnectMessage: 'bye' });
    const dealer = ground.socket('DEALER');
    await ground.join(transport, dealer, router);
    await dealer.close();
    await ground.log(router).nth('disconnect');
    expect(receiveRest(router)).toEqual([]);
  });

  test.each(['DEALER', 'PAIR'] as const)('a %s SHALL NOT receive it', async (type) => {
    const socket = ground.socket(type, { disconnectMessage: 'bye' });
    const peer = ground.socket(type);
    await ground.join(transport, socket, peer);
    await peer.close();
    await ground.log(socket).nth('disconnect');
    expect(receiveRest(socket)).toEqual([]);
  });
});

describe.each(TRANSPORTS)('HICCUP_MSG over $name', (transport) => {
  const ground = useGround();

  test('DEALER SHALL receive it when a peer that it had connected to is gone', async () => {
    const dealer = ground.socket('DEALER', { hiccupMessage: 'hiccup' });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, dealer);
    await router.close();
    expect(await receive(dealer)).toEqual(['hiccup']);
    expect(dealer.stats().dropped).toEqual({});
  });

  test('DEALER SHALL receive it with IMMEDIATE too', async () => {
    const dealer = ground.socket('DEALER', { hiccupMessage: 'hiccup', immediate: true });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, dealer);
    await router.close();
    expect(await receive(dealer)).toEqual(['hiccup']);
  });

  test('DEALER SHALL NOT receive it from a peer that had connected to it', async () => {
    const dealer = ground.socket('DEALER', { hiccupMessage: 'hiccup' });
    const router = ground.socket('ROUTER');
    await ground.join(transport, dealer, router);
    await router.close();
    await ground.log(dealer).nth('disconnect');
    expect(receiveRest(dealer)).toEqual([]);
  });
});

describe.each(STREAMS)('notices over $name, and connections that come back', (transport) => {
  const ground = useGround();

  test('each connection SHALL bring its hello, and each loss its hiccup', async () => {
    const dealer = ground.socket('DEALER', { helloMessage: 'hello', hiccupMessage: 'hiccup' });
    const endpoint = await ground.vacant(transport);
    await dealer.connect(endpoint);
    for (let round = 1; round <= 3; round++) {
      const peer = ground.socket('DEALER');
      await peer.bind(endpoint);
      expect(await receive(peer)).toEqual(['hello']);
      await peer.close();
      expect(await receive(dealer)).toEqual(['hiccup']);
    }
  });

  test('an attempt that comes to nothing SHALL bring nothing', async () => {
    const endpoint = await ground.vacant(transport);
    const dealer = ground.socket('DEALER', { hiccupMessage: 'hiccup' });
    await dealer.connect(endpoint);
    await ground.log(dealer).nth('connect:retry', 2);
    expect(receiveRest(dealer)).toEqual([]);
  });

  test('the notices of a ROUTER that connects SHALL tell each coming and going, under one id', async () => {
    const endpoint = await ground.vacant(transport);
    const router = ground.socket('ROUTER', { routerNotify: 3 });
    await router.connect(endpoint, { routingId: 'peer' });
    for (let round = 1; round <= 2; round++) {
      const dealer = ground.socket('DEALER');
      await dealer.bind(endpoint);
      expect(await receive(router)).toEqual(['peer', '']);
      await dealer.close();
      expect(await receive(router)).toEqual(['peer', '']);
    }
    await until(() => router.stats().peers === 0);
    expect(receiveRest(router)).toEqual([]);
  });
});
