import { afterEach, describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { numbered, receiveAll, sendUntilFull, until, untyped, useGround } from '../support/spec-ground.js';
import { frame, RawPeers } from '../support/spec-raw-peer.js';
import { INPROC, STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 41 over $name: CLIENT', (transport) => {
  const ground = useGround();

  test('CLIENT SHALL deal its messages to its servers in turn, and receive from them in turn', async () => {
    const client = ground.socket('CLIENT');
    const servers = [ground.socket('SERVER'), ground.socket('SERVER')] as const;
    for (const server of servers) await ground.join(transport, server, client);
    for (const text of numbered('', 6)) await client.send(text);
    for (const [index, server] of servers.entries()) {
      for (const text of ['0', '2', '4']) {
        const msg = await server.recv();
        expect(Number(String(msg))).toBe(Number(text) + index);
        await server.send(`answer to ${String(msg)}`, { routingId: msg.routingId });
      }
    }
    expect((await receiveAll(client, 6)).sort()).toEqual(numbered('answer to ', 6));
    expect([client.options.type, client.options.threadSafe]).toEqual([13, true]);
  });

  test('CLIENT SHALL block on sending, or return a suitable error, when it has no server, or all are full', async () => {
    const client = ground.socket('CLIENT', { sendTimeout: 20, sendHighWaterMark: 5 });
    expect(client.writable).toBe(false);
    await rejected(client.send('x'), 'Timeout', 'EAGAIN');
    await client.connect(await ground.vacant(transport));
    expect(await sendUntilFull(client, String)).toBe(5);
    await rejected(client.send('x'), 'Timeout', 'EAGAIN');
  });

  test('CLIENT SHALL NOT send messages of several frames', async () => {
    const [client, server] = [ground.socket('CLIENT'), ground.socket('SERVER')];
    await ground.join(transport, server, client);
    await rejected(untyped(client).send(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await rejected(client.send(new Msg('a', MsgFlags.MORE)), 'InvalidMessage', 'EINVAL');
    thrown(() => untyped(client).trySend(['a', 'b']), 'InvalidMessage', 'EINVAL');
    await client.send('one');
    expect(String(await server.recv())).toBe('one');
  });

  test('CLIENT SHALL NOT take an address', async () => {
    const client = ground.socket('CLIENT');
    await rejected(untyped(client).send('x', { routingId: 1 }), 'InvalidArgument', 'EINVAL');
    await rejected(untyped(client).send('x', { group: 'g' }), 'InvalidArgument', 'EINVAL');
    thrown(() => untyped(client).trySend('x', { routingId: 1 }), 'InvalidArgument', 'EINVAL');
  });
});

describe.each(TRANSPORTS)('RFC 41 over $name: SERVER', (transport) => {
  const ground = useGround();

  test('SERVER SHALL give each client a number other than 0, and each of its messages that number', async () => {
    const server = ground.socket('SERVER');
    const clients = [ground.socket('CLIENT'), ground.socket('CLIENT'), ground.socket('CLIENT')] as const;
    await ground.join(transport, server, ...clients);
    const ids = new Set<number>();
    for (const client of clients) {
      await client.send('a');
      await client.send('b');
      const [a, b] = [await server.recv(), await server.recv()];
      expect([String(a), String(b), b.routingId]).toEqual(['a', 'b', a.routingId]);
      expect(a.metadata?.socketType).toBe('CLIENT');
      ids.add(a.routingId);
    }
    expect(ids.size).toBe(3);
    expect(ids.has(0)).toBe(false);
    expect([server.options.type, server.options.threadSafe]).toEqual([12, true]);
  });

  test('SERVER SHALL send to the client that the routing id names, and to no other', async () => {
    const server = ground.socket('SERVER');
    const clients = [ground.socket('CLIENT'), ground.socket('CLIENT'), ground.socket('CLIENT')] as const;
    await ground.join(transport, server, ...clients);
    for (const [index, client] of clients.entries()) await client.send(String(index));
    const asked = new Map<string, number>();
    while (asked.size < 3) {
      const msg = await server.recv();
      asked.set(String(msg), msg.routingId);
    }
    for (const [name, routingId] of [...asked].reverse()) {
      await server.send(`first to ${name}`, { routingId });
      expect(server.trySend(`second to ${name}`, { routingId })).toBe(true);
    }
    for (const [index, client] of clients.entries()) {
      expect(await receiveAll(client, 2)).toEqual([`first to ${index}`, `second to ${index}`]);
    }
  });

  test('SERVER SHALL send a received message back to who sent it, with or without a copy', async () => {
    const [server, client] = [ground.socket('SERVER'), ground.socket('CLIENT')];
    await ground.join(transport, server, client);
    await client.send('echo');
    const msg = await server.recv();
    await server.send(msg);
    await server.send(msg.copy());
    expect(await receiveAll(client, 2)).toEqual(['echo', 'echo']);
    await client.send('again');
    const again = await server.recv();
    expect([msg.group, new Msg('x').routingId, again.routingId]).toEqual(['', 0, msg.routingId]);
  });

  test('SERVER SHALL return an error for a message without a routing id, or with one that nobody has', async () => {
    const [server, client] = [ground.socket('SERVER'), ground.socket('CLIENT')];
    await ground.join(transport, server, client);
    await client.send('x');
    const { routingId } = await server.recv();
    await rejected(server.send('x'), 'HostUnreachable', 'EHOSTUNREACH');
    await rejected(server.send(new Msg('x')), 'HostUnreachable', 'EHOSTUNREACH');
    const other = routingId === 1 ? 2 : routingId - 1;
    await rejected(server.send('x', { routingId: other }), 'HostUnreachable', 'EHOSTUNREACH');
    for (const wrong of [0, -1, 0.5, 2 ** 32, Number.NaN, '1', null]) {
      await rejected(server.send('x', { routingId: wrong as number }), 'InvalidArgument', 'EINVAL');
    }
    await client.close();
    await until(() => server.stats().peers === 0);
    await rejected(server.send('x', { routingId }), 'HostUnreachable', 'EHOSTUNREACH');
  });

  test('SERVER SHALL wait for a client that is full, and give up when it goes', async () => {
    const server = ground.socket('SERVER', { sendHighWaterMark: 1 });
    const client = ground.socket('CLIENT', { receiveHighWaterMark: 1 });
    await ground.join(transport, server, client);
    await client.send('x');
    const { routingId } = await server.recv();
    // More than lies between the two.
    const sends = numbered('', 64).map(() => server.send(Buffer.alloc(1 << 20), { routingId }));
    const outcomes = Promise.allSettled(sends);
    server.options.sendTimeout = 20;
    await rejected(server.send('too late', { routingId }), 'Timeout', 'EAGAIN');
    await client.close();
    const errors = (await outcomes).flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { errno: string }).errno] : [],
    );
    expect(new Set(errors)).toEqual(new Set(['EHOSTUNREACH']));
    expect(errors.length).toBeLessThan(64);
  });

  test('SERVER SHALL NOT send messages of several frames', async () => {
    const [server, client] = [ground.socket('SERVER'), ground.socket('CLIENT')];
    await ground.join(transport, server, client);
    await client.send('x');
    const { routingId } = await server.recv();
    await rejected(untyped(server).send(['a', 'b'], { routingId }), 'InvalidMessage', 'EINVAL');
    await rejected(server.send(new Msg('a', MsgFlags.MORE), { routingId }), 'InvalidMessage', 'EINVAL');
    await untyped(server).send(['one'], { routingId });
    expect(await receiveAll(client, 1)).toEqual(['one']);
    await rejected(untyped(server).send('x', { group: 'g' }), 'InvalidArgument', 'EINVAL');
  });

  test('SERVER SHALL greet its clients, and hear of those that are gone, with their number', async () => {
    const server = ground.socket('SERVER', { helloMessage: 'hello', disconnectMessage: 'bye' });
    const client = ground.socket('CLIENT', { linger: -1 });
    await ground.join(transport, server, client);
    expect(await receiveAll(client, 1)).toEqual(['hello']);
    await client.send('x');
    const { routingId } = await server.recv();
    await client.close();
    const bye = await server.recv();
    expect([String(bye), bye.routingId]).toEqual(['bye', routingId]);
  });
});

describe.each(STREAMS)('RFC 41 over $name: connections', (transport) => {
  const ground = useGround();

  test('a client that comes back SHALL get a new number', async () => {
    const server = ground.socket('SERVER');
    const client = ground.socket('CLIENT');
    const endpoint = await ground.join(transport, server, client);
    await client.send('1');
    const first = await server.recv();
    await server.unbind(endpoint);
    await server.bind(endpoint);
    await Promise.all([ground.log(server).nth('handshake', 2), ground.log(client).nth('handshake', 2)]);
    await client.send('2');
    const second = await server.recv();
    expect([String(second), second.routingId === first.routingId]).toEqual(['2', false]);
  });
});

describe('RFC 41 over inproc: queues', () => {
  const ground = useGround();

  test('SERVER SHALL count a message that was looked at and not received when it closes', async () => {
    const [server, client] = [ground.socket('SERVER'), ground.socket('CLIENT')];
    await ground.join(INPROC, server, client);
    for (const text of numbered('', 3)) await client.send(text);
    expect([server.readable, server.writable]).toEqual([true, true]);
    const [msg] = server.tryRecv() ?? [];
    expect([String(msg), msg?.routingId]).toEqual(['0', msg?.routingId]);
    expect(server.readable).toBe(true);
    await server.close();
    expect(server.stats().dropped).toEqual({ unread: 2 });
  });
});

describe('RFC 41, 49, 51 and 52 over tcp: a peer that sends several frames', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test.each([
    ['SERVER', 'CLIENT'],
    ['CLIENT', 'SERVER'],
    ['GATHER', 'SCATTER'],
    ['PEER', 'PEER'],
    ['CHANNEL', 'CHANNEL'],
  ] as const)('%s SHALL drop them, and go on receiving', async (type, peerType) => {
    const socket = ground.socket(type);
    const peer = await peers.connect(await socket.bind('tcp://127.0.0.1:0'));
    await peer.shake(peerType);
    peer.send(frame(1, 'a'), frame(0, 'b'), frame(1, ''), frame(1, ''), frame(0, ''), frame(0, 'single'));
    await until(() => socket.readable);
    expect((await socket.recvMultipart()).map(String)).toEqual(['single']);
    expect(socket.stats().dropped).toEqual({ unexpected: 2 });
    peer.send(frame(0, ''));
    expect(String(await socket.recv())).toBe('');
  });
});
