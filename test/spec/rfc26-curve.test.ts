import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { curveKeyPair, type SocketOptionsInit } from 'rzmq';
import { Ground } from '../support/spec-ground.js';
import { STREAMS, TCP } from '../support/spec-transports.js';

const server = curveKeyPair();
const client = curveKeyPair();
const SERVER: SocketOptionsInit = { curveServer: true, curveSecretKey: server.secretKey };
const CLIENT: SocketOptionsInit = {
  curveServerKey: server.publicKey,
  curvePublicKey: client.publicKey,
  curveSecretKey: client.secretKey,
};

const ground = new Ground();
afterEach(() => ground.end());

describe.each(STREAMS)('RFC 26, CURVE over $name', (transport) => {
  it('carries messages both ways, whoever binds', async () => {
    for (const [bound, connecting] of [
      [SERVER, CLIENT],
      [CLIENT, SERVER],
    ] as const) {
      const one = ground.socket('PAIR', bound);
      const other = ground.socket('PAIR', connecting);
      await ground.join(transport, one, other);
      const large = Buffer.alloc(3_000_000, 'large ');
      await Promise.all([one.send(['a', '', large]), other.send('b')]);
      expect((await other.recvMultipart()).map(({ size }) => size)).toEqual([1, 0, large.length]);
      expect(String(await one.recv())).toBe('b');
    }
  });

  it('carries subscriptions, and their end', async () => {
    const xpub = ground.socket('XPUB', SERVER);
    const sub = ground.socket('SUB', CLIENT);
    await ground.join(transport, xpub, sub);
    sub.subscribe('A');
    expect(String(await xpub.recv())).toBe('\x01A');
    await xpub.send('B');
    await xpub.send('A1');
    expect(String(await sub.recv())).toBe('A1');
    sub.unsubscribe('A');
    expect(String(await xpub.recv())).toBe('\0A');
  });

  it('does not talk to a socket without it, which does not try again', async () => {
    const pull = ground.socket('PULL', SERVER);
    const endpoint = await pull.bind(transport.endpoint());
    const push = ground.socket('PUSH');
    const [failed] = await Promise.all([ground.log(pull).nth('handshake:error:protocol'), push.connect(endpoint)]);
    expect(failed).toMatchObject({ value: 0x11000002, error: { code: 'ProtocolViolation' } });
  });

  it('fails at a server with another key, and is tried again', async () => {
    const pull = ground.socket('PULL', SERVER);
    const endpoint = await pull.bind(transport.endpoint());
    const push = ground.socket('PUSH', { ...CLIENT, curveServerKey: curveKeyPair().publicKey });
    await push.connect(endpoint);
    expect(await ground.log(pull).nth('handshake:error:protocol', 2)).toMatchObject({ value: 0x11000001 });
    expect(ground.log(push).of('connect:retry').length).toBeGreaterThan(0);
    expect(ground.log(push).of('handshake')).toHaveLength(0);
  });
});

/** A relay that changes a bit of what the client sends once it is told to. */
class Tamperer {
  public armed = false;
  private readonly relay: Server;
  private readonly sockets: Socket[] = [];

  public constructor(endpoint: string) {
    const { hostname, port } = new URL(endpoint);
    this.relay = createServer((from) => {
      const to = connect(Number(port), hostname);
      this.sockets.push(from, to);
      for (const socket of [from, to]) socket.on('error', () => undefined);
      from.on('close', () => to.destroy());
      to.on('close', () => from.destroy());
      to.pipe(from);
      from.on('data', (bytes: Buffer) => {
        const last = bytes.length - 1;
        if (this.armed) bytes[last] = (bytes[last] as number) ^ 1;
        this.armed = false;
        to.write(bytes);
      });
    });
  }

  public async listen(): Promise<string> {
    await once(this.relay.listen(0, '127.0.0.1'), 'listening');
    return `tcp://127.0.0.1:${(this.relay.address() as { port: number }).port}`;
  }

  public async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.relay.close();
    await once(this.relay, 'close');
  }
}

describe('RFC 26, somebody in between', () => {
  it('who changes a bit ends that connection, and no other; the message is not delivered', async () => {
    const pull = ground.socket('PULL', SERVER);
    const endpoint = await pull.bind(TCP.endpoint());
    const tamperer = new Tamperer(endpoint);
    const [there, honest] = [ground.socket('PUSH', CLIENT), ground.socket('PUSH', CLIENT)];
    await ground.link(endpoint, pull, honest);
    await ground.link(await tamperer.listen(), pull, there);
    await there.send('as it is');
    expect(String(await pull.recv())).toBe('as it is');
    tamperer.armed = true;
    await there.send('changed');
    const ended = await ground.log(pull).nth('disconnect');
    expect(ended).toMatchObject({ error: { code: 'ProtocolViolation', detail: 0x11000001 } });
    await honest.send('goes on');
    expect(String(await pull.recv())).toBe('goes on');
    expect(ground.log(honest).of('disconnect')).toHaveLength(0);
    await tamperer.close();
  });
});
