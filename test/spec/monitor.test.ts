import { constants } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { MonitorEvent, ProtocolError, type SocketEvent } from 'rzmq';
import { receive, turn, useGround } from '../support/spec-ground.js';
import { command, greeting, RawPeers, ready } from '../support/spec-raw-peer.js';
import { TCP, TRANSPORTS } from '../support/spec-transports.js';

async function all(events: AsyncIterable<SocketEvent>): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of events) types.push(type);
  return types;
}

describe.each(TRANSPORTS)('monitoring over $name: zmq_socket_monitor', (transport) => {
  const ground = useGround();

  test('several observers SHALL each see every event, from when they began', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const first = pull.monitor();
    const heard: string[] = [];
    pull.events.on('event', ({ type }) => heard.push(type));
    await ground.join(transport, pull, push);
    const late = pull.monitor();
    await push.close();
    await ground.log(pull).nth('disconnect');
    await pull.close();
    const expected = ['bind', 'accept', 'handshake', 'disconnect', 'close', 'end'];
    expect(await all(first)).toEqual(expected);
    expect(heard).toEqual(expected);
    expect(await all(late)).toEqual(['disconnect', 'close', 'end']);
  });

  test('an observer SHALL see only the events that its mask names', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const handshakes = pull.monitor(MonitorEvent.HANDSHAKE_SUCCEEDED | MonitorEvent.MONITOR_STOPPED);
    await ground.join(transport, pull, push);
    await pull.close();
    expect(await all(handshakes)).toEqual(['handshake', 'end']);
  });

  test('a mask that is no number SHALL be refused', () => {
    const pull = ground.socket('PULL');
    for (const mask of ['bind', 1.5, Number.NaN, null]) {
      expect(() => pull.monitor(mask as number)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    }
  });

  test('an observer that goes SHALL not disturb the others', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const [staying, going] = [pull.monitor(), pull.monitor()];
    await ground.join(transport, pull, push);
    for await (const { type } of going) {
      expect(type).toBe('bind');
      break;
    }
    await pull.close();
    expect((await all(staying)).at(-1)).toBe('end');
    expect(await going.next()).toEqual({ done: true, value: undefined });
  });

  test('events of a connection SHALL tell the peer, one object for all events and messages', async () => {
    const dealer = ground.socket('DEALER', { routingId: 'me', metadata: ['X-Colour:red'] });
    const router = ground.socket('ROUTER');
    await ground.join(transport, router, dealer);
    await dealer.send('hello');
    const [, message] = await router.recvMultipart();
    await dealer.close();
    const { peer: greeted } = await ground.log(router).nth('handshake');
    const { peer: gone } = await ground.log(router).nth('disconnect');
    expect([greeted?.socketType, String(greeted?.routingId), greeted?.userId]).toEqual(['DEALER', 'me', undefined]);
    expect(gone).toBe(greeted);
    expect(message?.peer).toBe(greeted);
    // Nothing but the type and the routing id is said over inproc, as with libzmq.
    expect(message?.peer?.get('x-colour')).toBe(transport.name === 'inproc' ? undefined : 'red');
  });

  test('PIPES_STATS SHALL tell, when asked, what waits for each peer and from it', async () => {
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER', { routingId: 'me' })];
    const endpoint = await ground.join(transport, router, dealer);
    await Promise.all([dealer.send('1'), dealer.send('2'), dealer.send('3')]);
    await receive(router);
    await router.recvMultipart();
    expect(ground.log(router).of('pipe:stats')).toEqual([]);
    router.publishPipeStats();
    expect(ground.log(router).of('pipe:stats')).toMatchObject([
      { event: 0x10000, endpoint, value: 0, queuedOut: 0, queuedIn: 1, peer: { socketType: 'DEALER' } },
    ]);
    await router.close();
    expect(() => router.publishPipeStats()).toThrow(expect.objectContaining({ code: 'SocketClosed' }));
  });
});

describe('what events tell over tcp', () => {
  const ground = useGround();
  const raw = new RawPeers();
  afterEach(() => raw.close());

  test('both ends of the connection SHALL be told, each with the addresses of its own side', async () => {
    const [pull, push] = [ground.socket('PULL'), ground.socket('PUSH')];
    const endpoint = await pull.bind('tcp://0.0.0.0:0');
    const port = endpoint.slice(endpoint.lastIndexOf(':') + 1);
    await push.connect(`tcp://localhost:${port}`);
    const { localEndpoint, remoteEndpoint, address, endpoint: given } = await ground.log(push).nth('connect');
    expect([given, remoteEndpoint]).toEqual([`tcp://localhost:${port}`, `tcp://127.0.0.1:${port}`]);
    expect(`tcp://${address}`).toBe(remoteEndpoint);
    for (const type of ['accept', 'handshake'] as const) {
      expect(await ground.log(pull).nth(type)).toMatchObject({
        endpoint,
        localEndpoint: remoteEndpoint,
        remoteEndpoint: localEndpoint,
      });
    }
  });

  test('a failed bind SHALL be told as libzmq does: closed, then failed, with the errno', async () => {
    const [first, second] = [ground.socket('PULL'), ground.socket('PULL')];
    const endpoint = await first.bind(TCP.endpoint());
    await expect(second.bind(endpoint)).rejects.toThrow('EADDRINUSE');
    const { value, error } = await ground.log(second).nth('bind:error');
    expect([value, error?.code]).toEqual([constants.errno.EADDRINUSE, 'AddrInUse']);
    expect(ground.log(second).types).toEqual(['close', 'bind:error']);
  });

  test('a handshake with a peer of the wrong type SHALL be told with the reason, by both sides', async () => {
    // libzmq says only DISCONNECTED here with NULL, and this with the other mechanisms.
    const [pull, pub] = [ground.socket('PULL'), ground.socket('PUB')];
    await pub.connect(await pull.bind(TCP.endpoint()));
    const failures = [
      ground.log(pull).nth('handshake:error:protocol'),
      ground.log(pub).nth('handshake:error:protocol'),
    ];
    // Who notices first closes, and the other may see that first.
    const { value, error } = await Promise.race(failures);
    expect([value, error?.detail]).toEqual([ProtocolError.ZMTP_INVALID_METADATA, ProtocolError.ZMTP_INVALID_METADATA]);
    await ground.log(pull).nth('disconnect');
  });

  test.each([300, 400, 500])('ERROR %d of the peer SHALL be told as a refused authentication', async (status) => {
    const { endpoint, accept } = await raw.listen();
    const pull = ground.socket('PULL');
    await pull.connect(endpoint);
    (await accept()).send(greeting(), command('ERROR', Buffer.from(`\x03${status}`)));
    const { value, error } = await ground.log(pull).nth('handshake:error:auth');
    expect([value, error?.code, error?.detail]).toEqual([status, 'AuthenticationFailure', status]);
  });

  test('a peer that claims to be somebody SHALL not be taken for verified', async () => {
    const pull = ground.socket('PULL');
    const peer = await raw.connect(await pull.bind(TCP.endpoint()));
    const claim = Buffer.concat([Buffer.from('\x07User-Id\0\0\0\x04root')]);
    peer.send(greeting(), ready('PUSH', claim));
    const event = await ground.log(pull).nth('handshake');
    expect([event.peer?.userId, event.peer?.get('User-Id'), event.peer?.names()]).toEqual([
      undefined,
      undefined,
      ['socket-type', 'user-id'],
    ]);
  });
});

describe('the dropped event', () => {
  const ground = useGround();

  test('SHALL tell the first loss of a reason at once, with what was lost in the same turn', async () => {
    const router = ground.socket('ROUTER');
    const told = ground.log(router).next('dropped');
    await Promise.all([router.send(['nobody', '1']), router.send(['nobody', '2']), router.send(['nobody', '3'])]);
    expect(await told).toMatchObject({ reason: 'no-route', messages: 3, value: 3, event: MonitorEvent.DROPPED });
  });

  test('SHALL tell what is left when the socket closes, before the end', async () => {
    const router = ground.socket('ROUTER');
    await router.send(['nobody', '1']);
    await ground.log(router).nth('dropped');
    for (let i = 0; i < 5; i++) await router.send(['nobody', '2']);
    await turn();
    await router.close();
    expect(ground.log(router).of('dropped')).toMatchObject([{ messages: 1 }, { reason: 'no-route', messages: 5 }]);
    expect(ground.log(router).types).toEqual(['dropped', 'dropped', 'end']);
  });

  test('SHALL come outside of the send that lost, so that a listener may send itself', async () => {
    const router = ground.socket('ROUTER');
    let inside = false;
    const heard: boolean[] = [];
    router.events.on('dropped', () => {
      heard.push(inside);
      if (heard.length === 1) router.trySend(['nobody', 'again']);
    });
    inside = true;
    router.trySend(['nobody', '1']);
    inside = false;
    await ground.log(router).nth('dropped');
    expect(heard).toEqual([false]);
    expect(router.stats().dropped).toEqual({ 'no-route': 2 });
  });
});
