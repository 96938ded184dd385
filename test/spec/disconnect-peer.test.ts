import { describe, expect, test } from '@jest/globals';
import { rejected, thrown } from '../support/spec-errors.js';
import { turn, until, untyped, useGround } from '../support/spec-ground.js';
import { INPROC, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('disconnectPeer over $name', (transport) => {
  const ground = useGround();

  test.each([
    ['SERVER', 'CLIENT'],
    ['PEER', 'PEER'],
    ['ROUTER', 'DEALER'],
  ] as const)('a %s SHALL close the connection to that %s, and to no other', async (type, other) => {
    const socket = ground.socket(type);
    const [unwanted, kept] = [ground.socket(other), ground.socket(other)];
    const endpoint = await socket.bind(transport.endpoint());
    const ids: (number | Buffer)[] = [];
    for (const peer of [unwanted, kept]) {
      let routingId = 0;
      if (other === 'PEER') routingId = await untyped(peer).connectPeer(endpoint);
      else await peer.connect(endpoint);
      await untyped(peer).send('hello', other === 'PEER' ? { routingId } : {});
      const first = await socket.recv();
      ids.push(type === 'ROUTER' ? first.data : first.routingId);
      if (type === 'ROUTER') await socket.recv();
    }
    const [id = 0, keptId = 0] = ids;
    socket.disconnectPeer(id);
    // From now on nobody has that routing id.
    thrown(() => socket.disconnectPeer(id), 'HostUnreachable', 'EHOSTUNREACH');
    const { error } = await ground.log(socket).nth('disconnect');
    expect([error?.code, error?.endpoint]).toEqual(['ConnectionClosed', endpoint]);
    await ground.log(unwanted).nth('disconnect');
    expect(ground.log(kept).of('disconnect')).toEqual([]);
    // Who was accepted may come again; over inproc nobody does.
    if (transport === INPROC) await until(() => socket.stats().peers === 1);
    else await ground.log(socket).nth('handshake', 3);
    if (typeof keptId === 'number') await untyped(socket).send('still here', { routingId: keptId });
    else await untyped(socket).send([keptId, 'still here']);
    expect(String(await kept.recv())).toBe('still here');
  });

  test('a PEER that had connected SHALL NOT connect again, and what was queued SHALL be counted', async () => {
    const [bound, connecting] = [ground.socket('PEER'), ground.socket('PEER')];
    const endpoint = await bound.bind(transport.endpoint());
    const routingId = await connecting.connectPeer(endpoint);
    await ground.log(bound).nth('handshake');
    connecting.disconnectPeer(routingId);
    await ground.log(bound).nth('disconnect');
    await rejected(connecting.disconnect(endpoint), 'EndpointNotFound', 'ENOENT');
    await rejected(connecting.send('x', { routingId }), 'HostUnreachable', 'EHOSTUNREACH');
    await turn();
    expect(ground.log(connecting).of('connect:retry')).toEqual([]);

    const later = await connecting.connectPeer(await ground.vacant(transport));
    await connecting.send('for nobody', { routingId: later });
    connecting.disconnectPeer(later);
    await until(() => connecting.stats().pipes.length === 0);
    expect(connecting.stats().dropped).toEqual({ linger: 1 });
  });

  test('what the peer had sent before and nobody has read yet SHALL be received all the same', async () => {
    const [server, client] = [ground.socket('SERVER'), ground.socket('CLIENT')];
    await ground.join(transport, server, client);
    await client.send('one');
    await client.send('two');
    const one = await server.recv();
    await until(() => server.stats().queuedIn === 1);
    server.disconnectPeer(one.routingId);
    expect(String(await server.recv())).toBe('two');
  });

  test('it SHALL be refused for what is no peer, on other types, and when the socket is closed', async () => {
    const [peer, router, push] = [ground.socket('PEER'), ground.socket('ROUTER'), ground.socket('PUSH')];
    for (const nobody of [0, 7, 'name']) {
      thrown(() => peer.disconnectPeer(nobody), 'HostUnreachable', 'EHOSTUNREACH');
      thrown(() => router.disconnectPeer(nobody), 'HostUnreachable', 'EHOSTUNREACH');
    }
    thrown(() => untyped(push).disconnectPeer(1), 'InvalidSocketType', 'ENOTSUP');
    await peer.close();
    thrown(() => peer.disconnectPeer(1), 'SocketClosed', 'ENOTSOCK');
  });
});
