import { describe, expect, test } from '@jest/globals';
import { rejected } from '../support/spec-errors.js';
import { until, untyped, useGround } from '../support/spec-ground.js';
import { STREAMS, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('RFC 51 over $name: PEER', (transport) => {
  const ground = useGround();

  test('who connects SHALL be told the number of its peer, and MAY send to it at once', async () => {
    const [bound, connecting] = [ground.socket('PEER'), ground.socket('PEER')];
    const endpoint = await bound.bind(transport.endpoint());
    const routingId = await connecting.connectPeer(endpoint);
    expect(routingId).toBeGreaterThan(0);
    await connecting.send('hi', { routingId });
    const hi = await bound.recv();
    expect(String(hi)).toBe('hi');
    await bound.send('welcome', { routingId: hi.routingId });
    const welcome = await connecting.recv();
    expect([String(welcome), welcome.routingId]).toEqual(['welcome', routingId]);
    expect([bound.options.type, bound.options.threadSafe, connecting.lastEndpoint]).toEqual([19, true, endpoint]);
  });

  test('PEER SHALL have a number for each peer, in both directions', async () => {
    const hub = ground.socket('PEER');
    const spokes = [ground.socket('PEER'), ground.socket('PEER')] as const;
    const ids: number[] = [];
    for (const spoke of spokes) ids.push(await hub.connectPeer(await spoke.bind(transport.endpoint())));
    expect(new Set(ids).size).toBe(2);
    for (const [index, routingId] of ids.entries()) await hub.send(`to ${index}`, { routingId });
    for (const [index, spoke] of spokes.entries()) {
      const msg = await spoke.recv();
      expect(String(msg)).toBe(`to ${index}`);
      await spoke.send(msg);
    }
    const answers = [await hub.recv(), await hub.recv()];
    expect(answers.map((msg) => `${String(msg)} from ${ids.indexOf(msg.routingId)}`).sort()).toEqual([
      'to 0 from 0',
      'to 1 from 1',
    ]);
  });

  test('PEER SHALL return an error for a peer that it does not have', async () => {
    const [bound, connecting] = [ground.socket('PEER'), ground.socket('PEER')];
    const endpoint = await bound.bind(transport.endpoint());
    const routingId = await connecting.connectPeer(endpoint);
    await rejected(connecting.send('x'), 'HostUnreachable', 'EHOSTUNREACH');
    await rejected(
      connecting.send('x', { routingId: (routingId % 0xffff_ffff) + 1 }),
      'HostUnreachable',
      'EHOSTUNREACH',
    );
    await connecting.disconnect(endpoint);
    await rejected(connecting.send('x', { routingId }), 'HostUnreachable', 'EHOSTUNREACH');
  });

  test('PEER SHALL NOT send messages of several frames', async () => {
    const [bound, connecting] = [ground.socket('PEER'), ground.socket('PEER')];
    const routingId = await connecting.connectPeer(await bound.bind(transport.endpoint()));
    await rejected(untyped(connecting).send(['a', 'b'], { routingId }), 'InvalidMessage', 'EINVAL');
  });

  test('PEER SHALL NOT connect so with IMMEDIATE, when there is nobody to have a number yet', async () => {
    const peer = ground.socket('PEER', { immediate: true });
    await rejected(peer.connectPeer(transport.endpoint()), 'InvalidArgument', 'EFAULT');
    const bound = ground.socket('PEER');
    await ground.join(transport, bound, peer);
    expect(peer.stats().peers).toBe(1);
  });

  test('PEER SHALL hear of both kinds of peers that are gone', async () => {
    const options = { helloMessage: 'hello', disconnectMessage: 'bye', hiccupMessage: 'hiccup' };
    const [bound, connecting] = [ground.socket('PEER', options), ground.socket('PEER', options)];
    const third = ground.socket('PEER');
    await connecting.connectPeer(await bound.bind(transport.endpoint()));
    expect([String(await bound.recv()), String(await connecting.recv())]).toEqual(['hello', 'hello']);
    await third.connect(bound.lastEndpoint);
    await until(() => bound.stats().peers === 2);
    await third.close();
    expect(String(await bound.recv())).toBe('bye');
    await bound.close();
    expect(String(await connecting.recv())).toBe('hiccup');
  });
});

describe('RFC 51: other types', () => {
  const ground = useGround();

  test.each(['SERVER', 'DEALER', 'ROUTER'] as const)('a %s SHALL have no connectPeer', async (type) => {
    await rejected(untyped(ground.socket(type)).connectPeer('inproc://x'), 'InvalidSocketType', 'ENOTSUP');
  });

  test('a wrong endpoint SHALL be refused as by connect', async () => {
    await rejected(ground.socket('PEER').connectPeer('tcp://nowhere'), 'InvalidEndpoint', 'EINVAL', 'tcp://nowhere');
  });
});

describe.each(STREAMS)('RFC 51 over $name: connections', (transport) => {
  const ground = useGround();

  test('the number SHALL stay the same when the connection is made again', async () => {
    const endpoint = await ground.vacant(transport);
    const peer = ground.socket('PEER');
    const routingId = await peer.connectPeer(endpoint);
    for (let round = 1; round <= 2; round++) {
      await peer.send(`round ${round}`, { routingId });
      const other = ground.socket('PEER');
      await other.bind(endpoint);
      const msg = await other.recv();
      expect(String(msg)).toBe(`round ${round}`);
      await other.send(msg);
      expect((await peer.recv()).routingId).toBe(routingId);
      await other.close();
      await until(() => peer.stats().peers === 0);
    }
  });
});
