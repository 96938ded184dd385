import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Context, curveKeyPair, type SocketOptionsInit, SocketType } from 'rzmq';
import { type TlsSettings, tls } from 'rzmq/tls';
import { ONE_SIDED, pem, TLS_SETTINGS } from '../support/certificates.js';
import { EventLog } from '../support/spec-events.js';
import { useGround } from '../support/spec-ground.js';
import { expected } from './content.mjs';
import { LibzmqProcess } from './libzmq.js';
import { Stunnel, type StunnelOptions } from './stunnel.js';

/** stunnel in front of libzmq is the judge of tls: it is another TLS, and another ZMTP. */
let libzmq: LibzmqProcess;
const tunnels: Stunnel[] = [];
const ground = useGround();

beforeAll(async () => {
  libzmq = await LibzmqProcess.start();
});
afterEach(async () => {
  for (const tunnel of tunnels.splice(0)) await tunnel.kill();
});
afterAll(() => libzmq.kill());

async function tunnel(options: StunnelOptions): Promise<string> {
  const made = await Stunnel.start(options);
  tunnels.push(made);
  return made.address;
}

function context(settings: TlsSettings): Context {
  const defaults: SocketOptionsInit = { linger: 0, reconnectInterval: 10 };
  return ground.another({ modules: [tls(settings)], defaults });
}

const BODIES = [0, 1, 255, 256, 16_383, 16_384, 65_536, 3_000_000].map((size) => ({ seed: size, size }));

describe('we connect to libzmq behind stunnel', () => {
  it('messages of every size go both ways, and we are known by certificate', async () => {
    const router = await libzmq.socket('ROUTER', { receiveTimeout: 10_000 });
    const bound = await router.bind('tcp://127.0.0.1:*');
    const connect = bound.slice('tcp://'.length);
    const address = await tunnel({ client: false, connect, certificate: 'server', verify: true });
    const dealer = context(TLS_SETTINGS).socket(SocketType.Dealer, { routingId: 'us' });
    await dealer.connect(`tls://${address}`);
    for (const body of BODIES) {
      await dealer.send(['frame', Buffer.alloc(body.size, 3)]);
      const [id, frame] = await router.recv();
      expect([id, frame]).toEqual([expected('us'), expected('frame')]);
      await router.send(['us', body]);
      expect((await dealer.recv()).length).toBe(body.size);
    }
  });

  it('without a certificate nobody answers', async () => {
    const pull = await libzmq.socket('PULL');
    const connect = (await pull.bind('tcp://127.0.0.1:*')).slice('tcp://'.length);
    const address = await tunnel({ client: false, connect, certificate: 'server', verify: true });
    const push = context({ client: { ca: pem('authority') } }).socket(SocketType.Push);
    const log = new EventLog(push);
    await push.connect(`tls://${address}`);
    await log.nth('connect:retry', 2);
    expect(log.of('handshake')).toEqual([]);
  });
});

describe('libzmq behind stunnel connects to us', () => {
  it('and its messages say who it is', async () => {
    const pull = context(TLS_SETTINGS).socket(SocketType.Pull);
    const connect = (await pull.bind('tls://127.0.0.1:0')).slice('tls://'.length);
    const address = await tunnel({ client: true, connect, certificate: 'alice' });
    const push = await libzmq.socket('PUSH');
    await push.connect(`tcp://${address}`);
    for (const body of BODIES) await push.send([body]);
    for (const { size } of BODIES) {
      const message = await pull.recv();
      expect([message.length, message.peer?.userId]).toEqual([size, 'alice']);
    }
  });

  it('with CURVE of its own inside', async () => {
    const [server, client] = [curveKeyPair(), curveKeyPair()];
    const rep = context(ONE_SIDED).socket(SocketType.Rep, { curveServer: true, curveSecretKey: server.secretKey });
    const connect = (await rep.bind('tls://127.0.0.1:0')).slice('tls://'.length);
    const address = await tunnel({ client: true, connect });
    const req = await libzmq.socket('REQ', {
      curveServerKey: server.publicKey,
      curvePublicKey: client.publicKey,
      curveSecretKey: client.secretKey,
    });
    await req.connect(`tcp://${address}`);
    await req.send(['twice']);
    expect(String(await rep.recv())).toBe('twice');
    await rep.send('back');
    expect(await req.recv()).toEqual([expected('back')]);
  });

  it('a certificate of somebody else does not get in', async () => {
    const pull = context(TLS_SETTINGS).socket(SocketType.Pull);
    const log = new EventLog(pull);
    const connect = (await pull.bind('tls://127.0.0.1:0')).slice('tls://'.length);
    const address = await tunnel({ client: true, connect, certificate: 'mallory' });
    const push = await libzmq.socket('PUSH');
    await push.connect(`tcp://${address}`);
    expect((await log.nth('accept:error')).error?.code).toBe('AuthenticationFailure');
    expect(log.of('handshake')).toEqual([]);
  });
});
