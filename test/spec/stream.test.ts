import { afterEach, describe, expect, test } from '@jest/globals';
import { Msg, MsgFlags, type RouterSocket, SocketOption, type StreamSocket } from 'rzmq';
import { rejected, thrown } from '../support/spec-errors.js';
import { receive, receiveRest, until, useGround } from '../support/spec-ground.js';
import { RawPeers } from '../support/spec-raw-peer.js';
import { STREAMS } from '../support/spec-transports.js';

/** The next message as its routing id and its bytes. */
async function next(stream: StreamSocket | RouterSocket): Promise<[id: Buffer, text: string]> {
  const [id, data, ...more] = await stream.recvMultipart();
  if (id === undefined || data === undefined || more.length > 0) throw new Error('not [id, data]');
  return [id.data, data.toString()];
}

/** Receives until so many bytes have come. */
async function collect(stream: StreamSocket, size: number): Promise<string> {
  let text = '';
  while (text.length < size) text += (await next(stream))[1];
  return text;
}

describe('STREAM over tcp, and a bare peer', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('STREAM SHALL tell with an empty message that a peer has come, and under which id', async () => {
    const stream = ground.socket('STREAM');
    const endpoint = await stream.bind('tcp://127.0.0.1:0');
    await peers.connect(endpoint);
    const [id, text] = await next(stream);
    expect([id.length, id[0], text]).toEqual([5, 0, '']);
    await peers.connect(endpoint);
    expect((await next(stream))[0].equals(id)).toBe(false);
    expect([stream.options.type, stream.options.threadSafe, stream.stats().peers]).toEqual([11, false, 2]);
  });

  test('STREAM SHALL exchange bytes as they are', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const [id] = await next(stream);
    peer.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    expect(await next(stream)).toEqual([id, 'GET / HTTP/1.0\r\n\r\n']);
    await stream.send([id, 'HTTP/1.0 200 OK\r\n\r\n']);
    expect(stream.trySend([id, Buffer.from([0, 255, 1])])).toBe(true);
    await stream.send([id, 'several', '', ' frames']);
    await stream.send([id, new Msg('!')]);
    const expected = Buffer.concat([
      Buffer.from('HTTP/1.0 200 OK\r\n\r\n'),
      Buffer.from([0, 255, 1]),
      Buffer.from('several frames!'),
    ]);
    expect(await peer.read(expected.length)).toEqual(expected);
  });

  test('STREAM SHALL take a message frame by frame', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const [id] = await next(stream);
    await stream.send(new Msg(id, MsgFlags.MORE));
    await stream.send('data');
    expect((await peer.read(4)).toString()).toBe('data');
    peer.send(Buffer.from('back'));
    expect([String(await stream.recv()), String(await stream.recv())]).toEqual([id.toString(), 'back']);
  });

  test('STREAM SHALL say where bytes come from', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    peer.send(Buffer.from('x'));
    const [head] = await stream.recvMultipart();
    expect(head?.metadata?.address).toMatch(/^127\.0\.0\.1:\d+$/);
    const [, data] = await stream.recvMultipart();
    expect(data?.metadata?.address).toBe(head?.metadata?.address);
  });

  test('STREAM SHALL give received bytes in messages of at most 8192', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    await next(stream);
    peer.send(Buffer.alloc(100_000, 'x'));
    let size = 0;
    while (size < 100_000) {
      const [, data] = await stream.recvMultipart();
      expect(data?.size).toBeLessThanOrEqual(8192);
      size += data?.size ?? 0;
    }
    expect(size).toBe(100_000);
  });

  test('STREAM SHALL tell with an empty message that a peer has gone, after its last bytes', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const [id] = await next(stream);
    peer.send(Buffer.from('last'));
    expect(await next(stream)).toEqual([id, 'last']);
    peer.destroy();
    expect(await next(stream)).toEqual([id, '']);
    await rejected(stream.send([id, 'too late']), 'HostUnreachable', 'EHOSTUNREACH');
  });

  test('STREAM SHALL NOT tell of peers with STREAM_NOTIFY 0', async () => {
    const stream = ground.socket('STREAM', { notify: false });
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    peer.send(Buffer.from('x'));
    expect((await next(stream))[1]).toBe('x');
    peer.destroy();
    await ground.log(stream).nth('disconnect');
    expect(receiveRest(stream)).toEqual([]);
    await rejected(stream.setOption(SocketOption.STREAM_NOTIFY, 2), 'InvalidOptionValue', 'EINVAL');
  });

  test('an empty message SHALL close the connection, after what was sent before it, and bring no notice', async () => {
    const stream = ground.socket('STREAM');
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const [id] = await next(stream);
    await stream.send([id, 'a']);
    await stream.send([id, 'b']);
    await stream.send([id, '']);
    await rejected(stream.send([id, 'c']), 'HostUnreachable', 'EHOSTUNREACH');
    expect((await peer.closed()).toString()).toBe('ab');
    await ground.log(stream).nth('disconnect');
    expect(receiveRest(stream)).toEqual([]);
    expect([stream.stats().dropped, stream.stats().peers]).toEqual([{}, 0]);
  });

  test('STREAM SHALL return an error for an id that nobody has, and ignore an id alone', async () => {
    const stream = ground.socket('STREAM');
    await rejected(stream.send(['nobody', 'x']), 'HostUnreachable', 'EHOSTUNREACH');
    thrown(() => stream.trySend(['nobody', 'x']), 'HostUnreachable', 'EHOSTUNREACH');
    await stream.send('nobody');
    await stream.send(['nobody']);
    expect([stream.writable, stream.stats().dropped]).toEqual([true, { 'no-route': 2 }]);
  });

  test('STREAM SHALL wait for a peer that does not read, and go on when it does', async () => {
    const stream = ground.socket('STREAM', { sendHighWaterMark: 3 });
    const server = await peers.listen();
    await stream.connect(server.endpoint);
    const peer = await server.accept();
    const [id] = await next(stream);
    peer.pause();
    // More than lies between the two.
    const sends = Array.from({ length: 64 }, (_, index) => stream.send([id, Buffer.alloc(1 << 20, index)]));
    stream.options.sendTimeout = 20;
    await rejected(stream.send([id, 'too late']), 'Timeout', 'EAGAIN');
    peer.resume();
    await Promise.all(sends);
    const all = await peer.read(64 << 20);
    for (let index = 0; index < 64; index++)
      expect([all[index << 20], all[((index + 1) << 20) - 1]]).toEqual([index, index]);
    expect(stream.stats().dropped).toEqual({});
  });

  test('STREAM SHALL hold a peer back that sends more than is received, and lose nothing', async () => {
    const stream = ground.socket('STREAM', { receiveHighWaterMark: 4, notify: false });
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const size = 20 << 20;
    peer.send(Buffer.alloc(size, 'x'));
    await until(() => stream.readable);
    expect((await collect(stream, size)).length).toBe(size);
  });

  test('MAXMSGSIZE, HELLO_MSG and DISCONNECT_MSG SHALL have no effect on bytes', async () => {
    const stream = ground.socket('STREAM', { maxMessageSize: 3, helloMessage: 'hello', disconnectMessage: 'bye' });
    const peer = await peers.connect(await stream.bind('tcp://127.0.0.1:0'));
    const [id] = await next(stream);
    peer.send(Buffer.from('longer than 3'));
    expect(await next(stream)).toEqual([id, 'longer than 3']);
    await stream.send([id, 'x']);
    expect((await peer.read(1)).toString()).toBe('x');
    peer.destroy();
    expect(await next(stream)).toEqual([id, '']);
    expect(receiveRest(stream)).toEqual([]);
  });
});

describe('STREAM over tcp, and connect', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('ROUTING_ID SHALL be the id of the last connect, and bytes MAY be sent to it at once', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM');
    expect(stream.options.routingId.length).toBe(0);
    await stream.connect(server.endpoint);
    const id = stream.options.routingId;
    await stream.send([id, 'GET']);
    const peer = await server.accept();
    expect((await peer.read(3)).toString()).toBe('GET');
    expect(await next(stream)).toEqual([id, '']);
    peer.send(Buffer.from('OK'));
    expect(await next(stream)).toEqual([id, 'OK']);
    await stream.connect(server.endpoint);
    expect(stream.options.routingId.equals(id)).toBe(false);
    expect(await stream.getOption(SocketOption.ROUTING_ID)).toEqual(stream.options.routingId);
  });

  test('CONNECT_ROUTING_ID SHALL name the connection, before there is one', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM');
    await stream.connect(server.endpoint, { routingId: 'web' });
    expect(stream.options.routingId.toString()).toBe('web');
    await stream.send(['web', 'GET']);
    const peer = await server.accept();
    expect((await peer.read(3)).toString()).toBe('GET');
    expect(await receive(stream)).toEqual(['web', '']);
    peer.send(Buffer.from('OK'));
    expect(await receive(stream)).toEqual(['web', 'OK']);
  });

  test('a second connection of the same name SHALL be refused', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM');
    await stream.connect(server.endpoint, { routingId: 'web' });
    const first = await server.accept();
    await stream.connect(server.endpoint, { routingId: 'web' });
    const { error } = await ground.log(stream).nth('disconnect');
    expect(error?.code).toBe('ResourceLimitReached');
    first.send(Buffer.from('still here'));
    expect(await receive(stream)).toEqual(['web', '']);
    expect(await receive(stream)).toEqual(['web', 'still here']);
  });

  test('a connection that is lost SHALL be made again, under its id, with a notice each', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM');
    await stream.connect(server.endpoint, { routingId: 'web' });
    for (let round = 1; round <= 3; round++) {
      const peer = await server.accept();
      expect(await receive(stream)).toEqual(['web', '']);
      await stream.send(['web', `round ${round}`]);
      expect((await peer.read(7)).toString()).toBe(`round ${round}`);
      peer.destroy();
      expect(await receive(stream)).toEqual(['web', '']);
    }
  });

  test('a connection that the application closes SHALL NOT be made again', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM');
    await stream.connect(server.endpoint, { routingId: 'web' });
    const peer = await server.accept();
    expect(await receive(stream)).toEqual(['web', '']);
    await stream.send(['web', 'bye']);
    await stream.send(['web', '']);
    expect((await peer.closed()).toString()).toBe('bye');
    await ground.log(stream).nth('disconnect');
    expect(ground.log(stream).of('connect:retry')).toEqual([]);
    expect(receiveRest(stream)).toEqual([]);
    await stream.disconnect(server.endpoint);
    await stream.connect(server.endpoint, { routingId: 'web' });
    await server.accept();
    expect(await receive(stream)).toEqual(['web', '']);
  });

  test('closing the socket SHALL send what is queued, within LINGER', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM', { linger: -1 });
    await stream.connect(server.endpoint, { routingId: 'web' });
    await stream.send(['web', 'queued before the connection']);
    const closing = stream.close();
    const peer = await server.accept();
    expect((await peer.closed()).toString()).toBe('queued before the connection');
    await closing;
  });

  test('IMMEDIATE SHALL make the peer unknown until it is there', async () => {
    const server = await peers.listen();
    const stream = ground.socket('STREAM', { immediate: true });
    await stream.connect(server.endpoint);
    await server.accept();
    const [id, text] = await next(stream);
    expect(text).toBe('');
    await stream.send([id, 'x']);
  });
});

describe.each(STREAMS)('STREAM over $name, and another STREAM', (transport) => {
  const ground = useGround();

  test('STREAM SHALL talk to a STREAM', async () => {
    const [bound, connecting] = [ground.socket('STREAM'), ground.socket('STREAM')];
    await ground.join(transport, bound, connecting);
    const id = connecting.options.routingId;
    expect(await next(connecting)).toEqual([id, '']);
    const [peer] = await next(bound);
    await connecting.send([id, 'question']);
    expect(await next(bound)).toEqual([peer, 'question']);
    await bound.send([peer, 'answer']);
    expect(await next(connecting)).toEqual([id, 'answer']);
    await bound.unbind(bound.lastEndpoint);
    expect(await next(connecting)).toEqual([id, '']);
  });
});

describe('STREAM: where there are no bytes', () => {
  const ground = useGround();

  test('inproc SHALL be refused', async () => {
    const stream = ground.socket('STREAM');
    await rejected(stream.bind('inproc://x'), 'IncompatibleTransport', 'ENOCOMPATPROTO');
    await rejected(stream.connect('inproc://x'), 'IncompatibleTransport', 'ENOCOMPATPROTO');
    const router = ground.socket('ROUTER', { routerRaw: true });
    await rejected(router.bind('inproc://x'), 'IncompatibleTransport', 'ENOCOMPATPROTO');
    await rejected(stream.bind('pgm://x'), 'UnsupportedTransport', 'EPROTONOSUPPORT');
  });
});

describe('ROUTER_RAW', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('ROUTER SHALL exchange bytes as a STREAM does, and tell of peers', async () => {
    const router = ground.socket('ROUTER', {
      routerRaw: true,
      probeRouter: true,
      helloMessage: 'hello',
      routerNotify: 3,
    });
    const peer = await peers.connect(await router.bind('tcp://127.0.0.1:0'));
    const [id, text] = await next(router);
    expect([id.length, text]).toEqual([5, '']);
    peer.send(Buffer.from('question'));
    expect(await next(router)).toEqual([id, 'question']);
    await router.send([id, 'answer']);
    expect((await peer.read(6)).toString()).toBe('answer');
    peer.destroy();
    expect(await next(router)).toEqual([id, '']);
  });

  test('ROUTER SHALL drop what is for nobody, unless MANDATORY is set, and close with an empty message', async () => {
    const router = ground.socket('ROUTER', { routerRaw: true });
    const peer = await peers.connect(await router.bind('tcp://127.0.0.1:0'));
    const [id] = await next(router);
    await router.send(['nobody', 'x']);
    router.options.mandatory = true;
    await rejected(router.send(['nobody', 'x']), 'HostUnreachable', 'EHOSTUNREACH');
    await router.send([id, 'last']);
    await router.send([id, '']);
    expect((await peer.closed()).toString()).toBe('last');
    await ground.log(router).nth('disconnect');
    expect(receiveRest(router)).toEqual([]);
  });

  test('it SHALL count from the next bind or connect on', async () => {
    const router = ground.socket('ROUTER');
    const zmtp = await router.bind('tcp://127.0.0.1:0');
    await router.setOption(SocketOption.ROUTER_RAW, 1);
    const raw = await router.bind('tcp://127.0.0.1:0');
    const dealer = ground.socket('DEALER', { routingId: 'dealer' });
    await dealer.connect(zmtp);
    await dealer.send('zmtp');
    expect(await receive(router)).toEqual(['dealer', 'zmtp']);
    const peer = await peers.connect(raw);
    await next(router);
    peer.send(Buffer.from('raw'));
    expect((await next(router))[1]).toBe('raw');
    thrown(() => ground.socket('REP', { routerRaw: true }), 'InvalidOption', 'EINVAL');
  });
});
