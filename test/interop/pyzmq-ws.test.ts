import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Authenticator, curveKeyPair, type SocketOptionsInit } from 'rzmq';
import { type AnySocket, receive, until, untyped, useGround } from '../support/spec-ground.js';
import { PLUGINS } from '../support/spec-transports.js';
import { type TheirSocket, WebSocketLibzmq } from './pyzmq-ws.js';

/** libzmq is the judge of ws: the sub-protocols, the frames, the pings. */
let libzmq: WebSocketLibzmq;
const ground = useGround();
beforeAll(() => {
  libzmq = new WebSocketLibzmq();
});
afterAll(() => libzmq.kill());

const [server, client] = [curveKeyPair(), curveKeyPair()];

interface Security {
  readonly name: string;
  readonly ourServer: SocketOptionsInit;
  readonly ourClient: SocketOptionsInit;
  readonly theirServer: Readonly<Record<string, unknown>>;
  readonly theirClient: Readonly<Record<string, unknown>>;
}

const NULL: Security = { name: 'NULL', ourServer: {}, ourClient: {}, theirServer: {}, theirClient: {} };
const CURVE: Security = {
  name: 'CURVE',
  ourServer: { curveServer: true, curveSecretKey: server.secretKey },
  ourClient: {
    curveServerKey: server.publicKey,
    curvePublicKey: client.publicKey,
    curveSecretKey: client.secretKey,
  },
  theirServer: { curve_server: 1, curve_secretkey: server.secretKey },
  theirClient: {
    curve_serverkey: server.publicKey,
    curve_publickey: client.publicKey,
    curve_secretkey: client.secretKey,
  },
};

/** Ours and theirs, connected. */
async function joined(
  types: readonly [
    ours: 'DEALER' | 'REQ' | 'REP' | 'ROUTER' | 'PUSH' | 'PULL' | 'PUB' | 'SUB' | 'PAIR',
    theirs: string,
  ],
  whoBinds: 'we' | 'they',
  { ourServer, ourClient, theirServer, theirClient }: Security,
  options: SocketOptionsInit = {},
): Promise<[ours: AnySocket, theirs: TheirSocket]> {
  const [ourType, theirType] = types;
  const weBind = whoBinds === 'we';
  const ours = ground.socket(ourType, { ...(weBind ? ourServer : ourClient), ...options });
  const theirs = await libzmq.socket(theirType, weBind ? theirClient : theirServer);
  const shaken = ground.log(ours).next('handshake');
  if (weBind) await theirs.connect(await ours.bind('ws://127.0.0.1:0/path'));
  else await ours.connect(await theirs.bind('/path'));
  await shaken;
  return [ours, theirs];
}

const SIZES = [0, 1, 124, 125, 126, 255, 256, 65_534, 65_535, 65_536, 1_000_000];

describe.each([NULL, CURVE])('with $name', (security) => {
  describe.each(['we', 'they'] as const)('where %s bind', (whoBinds) => {
    it('messages of every size go both ways', async () => {
      const [ours, theirs] = await joined(['DEALER', 'DEALER'], whoBinds, security);
      const socket = untyped(ours);
      for (const size of SIZES) {
        const body = Buffer.alloc(size, size);
        await socket.send(['first', body, '']);
        expect((await theirs.recv()).map(({ length }) => length)).toEqual([5, size, 0]);
        await theirs.send('', body);
        const [, received] = await socket.recvMultipart();
        expect(received?.data.equals(body)).toBe(true);
      }
    });

    it('both sides answer pings, and stay together', async () => {
      const heartbeat = { heartbeatInterval: 20, heartbeatTimeout: 300 };
      const [ours, theirs] = await joined(['DEALER', 'DEALER'], whoBinds, security, heartbeat);
      // A connection outlives thirty pings and its time-out, be it not the first: a machine may stand still for so long.
      let lost: number;
      do {
        lost = ground.log(ours).of('disconnect').length;
        await new Promise((resolve) => setTimeout(resolve, 700));
      } while (ground.log(ours).of('disconnect').length > lost);
      await untyped(ours).send('still here');
      expect(String(await theirs.recv())).toBe('still here');
    });
  });
});

describe.each(['we', 'they'] as const)('patterns where %s bind', (whoBinds) => {
  it('REQ and REP', async () => {
    const [ours, theirs] = await joined(['REQ', 'REP'], whoBinds, NULL);
    await untyped(ours).send('q');
    await theirs.recv();
    await theirs.send('a');
    expect(await receive(untyped(ours))).toEqual(['a']);
    const [rep, req] = await joined(['REP', 'REQ'], whoBinds, NULL);
    await req.send('q');
    expect(await receive(untyped(rep))).toEqual(['q']);
    await untyped(rep).send('a');
    expect(String(await req.recv())).toBe('a');
  });

  it('ROUTER knows the routing id of the other side', async () => {
    const router = untyped(ground.socket('ROUTER'));
    const dealer = await libzmq.socket('DEALER', { routing_id: 'their name' });
    if (whoBinds === 'we') await dealer.connect(await router.bind('ws://127.0.0.1:0'));
    else await router.connect(await dealer.bind());
    await dealer.send('hello');
    expect(await receive(router)).toEqual(['their name', 'hello']);
    await router.send(['their name', 'hello too']);
    expect(String(await dealer.recv())).toBe('hello too');
  });

  it('SUB subscribes, and unsubscribes', async () => {
    const [pub, sub] = await joined(['PUB', 'SUB'], whoBinds, NULL);
    await sub.call('subscribe', { topic: 'a' });
    await sub.call('subscribe', { topic: 'b' });
    await untyped(pub).waitForSubscriber('b');
    await sub.call('unsubscribe', { topic: 'a' });
    // What came over the same connection after that: a topic of its own.
    await sub.call('subscribe', { topic: 'last' });
    await untyped(pub).waitForSubscriber('last');
    for (const topic of ['a', 'b', 'c']) await untyped(pub).send([topic, 'x']);
    expect((await sub.recv()).map(String)).toEqual(['b', 'x']);
    const [ours, theirs] = await joined(['SUB', 'PUB'], whoBinds, NULL);
    untyped(ours).subscribe('t');
    // A PUB of libzmq does not say when it knows: it is asked until it does.
    const got = receive(untyped(ours));
    let there = false;
    void got.then(() => {
      there = true;
    });
    while (!there) await theirs.send('topic', 'y');
    expect(await got).toEqual(['topic', 'y']);
  });

  it('PUSH and PULL, many', async () => {
    const [push, pull] = await joined(['PUSH', 'PULL'], whoBinds, NULL);
    for (let i = 0; i < 500; i++) await untyped(push).send(String(i));
    for (let i = 0; i < 500; i++) expect(String(await pull.recv())).toBe(String(i));
  });
});

it('PLAIN is the same sub-protocol: libzmq asks, and we let it in', async () => {
  const authenticator = new Authenticator({ plain: { admin: 'secret' } });
  const context = ground.another({ authenticator, modules: PLUGINS });
  const rep = ground.socket('REP', { plainServer: true }, context);
  const endpoint = await rep.bind('ws://127.0.0.1:0');
  const req = await libzmq.socket('REQ', { plain_username: 'admin', plain_password: 'secret' });
  await req.connect(endpoint);
  await req.send('q');
  const question = await rep.recv();
  expect(question.peer?.userId).toBe('admin');
});

it('libzmq does not get in with another mechanism than that of the socket', async () => {
  const rep = ground.socket('REP', CURVE.ourServer);
  const endpoint = await rep.bind('ws://127.0.0.1:0');
  const req = await libzmq.socket('REQ');
  await req.connect(endpoint);
  const { error } = await ground.log(rep).nth('accept:error');
  expect(error?.message).toContain('ZWS2.0/NULL');
  await until(() => rep.stats().peers === 0);
});

it('when libzmq crashes, we connect again', async () => {
  const doomed = new WebSocketLibzmq();
  const first = await doomed.socket('PULL');
  const endpoint = await first.bind();
  const push = ground.socket('PUSH', { reconnectInterval: 10 });
  await push.connect(endpoint);
  await push.send('1');
  expect(String(await first.recv())).toBe('1');
  await doomed.kill();
  await ground.log(push).nth('disconnect');
  const pull = ground.socket('PULL');
  await pull.bind(endpoint);
  await push.send('2');
  expect(await receive(pull)).toEqual(['2']);
});
