import { afterEach, describe, expect, test } from '@jest/globals';
import { receive, useGround } from '../support/spec-ground.js';
import { command, frame, greeting, hex, property, RawPeers, ready } from '../support/spec-raw-peer.js';

const ANY = 'tcp://127.0.0.1:0';

describe('RFC 37: what a peer sees of the greeting and the handshake', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('the greeting SHALL be 64 octets: signature, version 3.1, mechanism, as-server, filler', async () => {
    const peer = await peers.connect(await ground.socket('PULL').bind(ANY));
    peer.send(greeting());
    const expected = hex('ff0000000000000001 7f 03 01', Buffer.from('NULL'), '00'.repeat(16), '00', '00'.repeat(31));
    expect(await peer.read(64)).toEqual(expected);
  });

  test('the greeting SHALL come in stages, so that an old peer can be recognised', async () => {
    const peer = await peers.connect(await ground.socket('PULL').bind(ANY));
    const mine = greeting();
    expect((await peer.read(10)).toString('hex')).toBe('ff00000000000000017f');
    peer.send(mine.subarray(0, 10));
    expect((await peer.read(1)).toString('hex')).toBe('03');
    peer.send(mine.subarray(10, 11));
    expect((await peer.read(53))[0]).toBe(1);
    peer.send(mine.subarray(11), ready('PUSH'), frame(0, 'hello'));
  });

  test.each([
    ['PULL', 'PUSH', '04 1a 05 5245414459 0b 536f636b65742d54797065 00000004 50554c4c'],
    ['REP', 'REQ', '04 19 05 5245414459 0b 536f636b65742d54797065 00000003 524550'],
    [
      'ROUTER',
      'DEALER',
      '04 29 05 5245414459 0b 536f636b65742d54797065 00000006 524f55544552 08 4964656e74697479 00000000',
    ],
  ] as const)(
    'READY of a %s SHALL name its socket type, and its identity where it has a meaning',
    async (type, peerType, bytes) => {
      const peer = await peers.connect(await ground.socket(type).bind(ANY));
      peer.send(greeting(), ready(peerType));
      await peer.read(64);
      expect(await peer.read(hex(bytes).length)).toEqual(hex(bytes));
    },
  );

  test('READY SHALL be sent without waiting for that of the peer', async () => {
    const listener = await peers.listen();
    await ground.socket('DEALER', { routingId: 'cli' }).connect(listener.endpoint);
    const peer = await listener.accept();
    peer.send(greeting());
    await peer.read(64);
    const { flags, body } = await peer.readFrame();
    expect(flags).toBe(4);
    expect(body).toEqual(
      hex('05', Buffer.from('READY'), property('Socket-Type', 'DEALER'), property('Identity', 'cli')),
    );
  });

  test('padding, filler, as-server and a higher version of the peer SHALL be ignored', async () => {
    const pull = ground.socket('PULL');
    const endpoint = await pull.bind(ANY);
    for (const [major, minor] of [
      [3, 1],
      [3, 7],
      [4, 0],
    ] as const) {
      const peer = await peers.connect(endpoint);
      const mine = greeting(minor, 'NULL', major);
      mine.fill(0xaa, 1, 9);
      mine[32] = 1;
      mine.fill(0xbb, 33);
      peer.send(mine, ready('PUSH'), frame(0, `${major}.${minor}`));
      expect(await receive(pull)).toEqual([`${major}.${minor}`]);
    }
  });

  test('a message right behind READY SHALL be taken', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    peer.send(greeting(), ready('PUSH'), frame(1, 'pipe'), frame(0, 'lined'));
    expect(await receive(pull)).toEqual(['pipe', 'lined']);
  });

  test('property names SHALL be compared without case, and unknown ones are passed on', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    const data = Buffer.concat([
      property('socket-TYPE', 'PUSH'),
      property('X-Colour', 'red'),
      property('Resource', ''),
    ]);
    peer.send(greeting(), command('READY', data), frame(0, 'hello'));
    const { metadata } = await pull.recv();
    expect(metadata?.socketType).toBe('PUSH');
    expect([metadata?.get('x-colour'), metadata?.get('RESOURCE'), metadata?.get('none')]).toEqual([
      'red',
      '',
      undefined,
    ]);
  });

  test.each<[string, readonly (string | Uint8Array)[]]>([
    ['a mechanism that it does not have', [greeting(1, 'PLAIN')]],
    ['a mechanism with the wrong case', [greeting(1, 'null')]],
    ['a socket type that may not talk to it', [greeting(), ready('SUB')]],
    ['a socket type that does not exist', [greeting(), ready('NONSENSE')]],
    ['a command before READY', [greeting(), command('PING', hex('0000'))]],
    ['a message before READY', [greeting(), frame(0, 'hello')]],
    [
      'READY with a property that is cut off',
      [greeting(), command('READY', property('Socket-Type', 'PUSH').subarray(0, -1))],
    ],
    ['no ZMTP at all', [Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')]],
  ])('a PULL SHALL close the connection of a peer that sends %s, and say so', async (_, bytes) => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    peer.send(...bytes);
    await peer.closed();
    const { error, endpoint } = await ground.log(pull).nth('handshake:error:protocol');
    expect([error?.code, error?.errno, error?.endpoint]).toEqual(['ProtocolViolation', 'EPROTO', endpoint]);
    expect(ground.log(pull).of('handshake')).toEqual([]);
  });

  test('a full greeting SHALL be sent to a peer with another mechanism', async () => {
    const peer = await peers.connect(await ground.socket('PULL').bind(ANY));
    peer.send(greeting(1, 'CURVE'));
    expect(await peer.closed()).toHaveLength(64);
  });

  test('a client SHALL NOT connect again after an ERROR', async () => {
    const listener = await peers.listen();
    const push = ground.socket('PUSH');
    await push.connect(listener.endpoint);
    const peer = await listener.accept();
    peer.send(greeting(), command('ERROR', frame(0, '400').subarray(1)));
    const { error } = await ground.log(push).nth('disconnect');
    expect(error?.fatal).toBe(true);
    expect(ground.log(push).of('connect:retry')).toEqual([]);
    await peer.closed();
  });

  test('a client SHALL connect again after a connection that ended in the handshake', async () => {
    const listener = await peers.listen();
    const push = ground.socket('PUSH');
    await push.connect(listener.endpoint);
    (await listener.accept()).destroy();
    await ground.log(push).nth('handshake:error:other');
    await ground.log(push).nth('connect:retry');
    const second = await listener.accept();
    await second.shake('PULL');
    await push.send('at last');
    expect(String((await second.readFrame()).body)).toBe('at last');
  });
});

describe('RFC 37: what a peer sees of the traffic', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('frames SHALL have a short size up to 255 octets, a long one beyond, and MORE on all but the last', async () => {
    const push = ground.socket('PUSH');
    const peer = await peers.connect(await push.bind(ANY));
    await peer.shake('PULL');
    const frames = [Buffer.alloc(0), Buffer.alloc(255, 1), Buffer.alloc(256, 2)];
    await push.sendMultipart(frames);
    expect(await peer.read(2)).toEqual(hex('0100'));
    expect(await peer.read(257)).toEqual(hex('01ff', Buffer.alloc(255, 1)));
    expect(await peer.read(265)).toEqual(hex('02 0000000000000100', Buffer.alloc(256, 2)));
  });

  test('a long size where a short one would do, and reserved flags, SHALL be understood', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    await peer.shake('PUSH');
    peer.send('03 0000000000000001 61', 'f8 01 72');
    expect(await receive(pull)).toEqual(['a', 'r']);
  });

  test('PING SHALL be answered by PONG with its context, also between the frames of a message', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    await peer.shake('PUSH');
    peer.send(frame(1, 'one'), command('PING', hex('000c', Buffer.from('context'))), frame(0, 'two'));
    expect(await receive(pull)).toEqual(['one', 'two']);
    expect(await peer.readFrame()).toEqual({ flags: 4, body: hex('04', Buffer.from('PONGcontext')) });
  });

  test('commands that are unknown, malformed or out of place SHALL be ignored, and never be delivered', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind(ANY));
    await peer.shake('PUSH');
    const ignored = [
      command('UNKNOWN'),
      ready('PUSH'),
      command('PONG'),
      command('SUBSCRIBE'),
      frame(4, ''),
      hex('040109'),
    ];
    peer.send(...ignored, frame(0, 'a message'));
    expect(await receive(pull)).toEqual(['a message']);
    expect(pull.tryRecv()).toBeUndefined();
  });

  test('a SUB SHALL subscribe by commands at a 3.1 peer, and by messages at a 3.0 peer', async () => {
    const sub = ground.socket('SUB');
    const endpoint = await sub.bind(ANY);
    sub.subscribe('A');
    const newer = await peers.connect(endpoint);
    await newer.shake('PUB', 1);
    expect(await newer.readFrame()).toEqual({ flags: 4, body: hex('09', Buffer.from('SUBSCRIBEA')) });
    const older = await peers.connect(endpoint);
    await older.shake('PUB', 0);
    expect(await older.readFrame()).toEqual({ flags: 0, body: hex('01', Buffer.from('A')) });
    sub.unsubscribe('A');
    expect(await newer.readFrame()).toEqual({ flags: 4, body: hex('06', Buffer.from('CANCELA')) });
    expect(await older.readFrame()).toEqual({ flags: 0, body: hex('00', Buffer.from('A')) });
  });

  test.each([0, 1])('a publisher SHALL accept both forms of a subscription of a 3.%i peer', async (minor) => {
    const xpub = ground.socket('XPUB');
    const peer = await peers.connect(await xpub.bind(ANY));
    await peer.shake('SUB', minor);
    peer.send(
      frame(0, '\u0001a'),
      command('SUBSCRIBE', Buffer.from('b')),
      frame(0, '\u0000a'),
      command('CANCEL', Buffer.from('b')),
    );
    for (const report of ['\u0001a', '\u0001b', '\u0000a', '\u0000b']) expect(await receive(xpub)).toEqual([report]);
  });

  test('a message that was received in part SHALL be discarded with its connection', async () => {
    const pull = ground.socket('PULL');
    const endpoint = await pull.bind(ANY);
    const first = await peers.connect(endpoint);
    await first.shake('PUSH');
    first.send(frame(0, 'whole'), frame(1, 'part'), hex('00 05', Buffer.from('unf')));
    expect(await receive(pull)).toEqual(['whole']);
    first.destroy();
    await ground.log(pull).nth('disconnect');
    const second = await peers.connect(endpoint);
    await second.shake('PUSH');
    second.send(frame(0, 'of the second'));
    expect(await receive(pull)).toEqual(['of the second']);
  });

  test('a PUSH SHALL discard what its peer sends all the same, and count it', async () => {
    const push = ground.socket('PUSH');
    const peer = await peers.connect(await push.bind(ANY));
    await peer.shake('PULL');
    peer.send(frame(0, 'one'), frame(1, 'two'), frame(0, 'parts'), command('PING', hex('0000')));
    expect((await peer.readFrame()).flags).toBe(4);
    expect(push.stats().dropped).toEqual({ unexpected: 2 });
    await push.send('still working');
    expect(String((await peer.readFrame()).body)).toBe('still working');
  });

  test('a REQ SHALL send an empty delimiter, and a REP SHALL send it back', async () => {
    const [req, rep] = [ground.socket('REQ'), ground.socket('REP')];
    const server = await peers.connect(await req.bind(ANY));
    await server.shake('REP');
    await req.send('hi');
    expect(await server.read(6)).toEqual(hex('0100 0002', Buffer.from('hi')));
    const client = await peers.connect(await rep.bind(ANY));
    await client.shake('REQ');
    client.send(frame(1, ''), frame(0, 'hi'));
    expect(await receive(rep)).toEqual(['hi']);
    await rep.sendMultipart(['yo', 'there']);
    expect(await client.read(13)).toEqual(hex('0100', '0102', Buffer.from('yo'), '0005', Buffer.from('there')));
  });
});
