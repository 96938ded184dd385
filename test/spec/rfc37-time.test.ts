import { afterEach, describe, expect, test } from '@jest/globals';
import { receive, useGround } from '../support/spec-ground.js';
import { command, frame, hex, RawPeers } from '../support/spec-raw-peer.js';
import { STREAMS } from '../support/spec-transports.js';

describe('RFC 37: time limits, with a peer that is silent', () => {
  const ground = useGround();
  const peers = new RawPeers();
  afterEach(() => peers.close());

  test('HANDSHAKE_IVL: a bound socket SHALL close a connection whose handshake does not come', async () => {
    const pull = ground.socket('PULL', { handshakeInterval: 20 });
    const peer = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
    const { error } = await ground.log(pull).nth('handshake:error:other');
    expect([error?.code, error?.errno]).toEqual(['Timeout', 'ETIMEDOUT']);
    await peer.closed();
    expect(ground.log(pull).types.at(-1)).toBe('disconnect');
  });

  test('HANDSHAKE_IVL: a connecting socket SHALL close such a connection, and try again', async () => {
    const push = ground.socket('PUSH', { handshakeInterval: 20 });
    // The second handshake may take as long as the machine needs.
    push.events.once('handshake:error:other', () => {
      push.options.handshakeInterval = 60_000;
    });
    const { endpoint, accept } = await peers.listen();
    await push.connect(endpoint);
    await (await accept()).closed();
    const next = await accept();
    await next.shake('PULL');
    await push.send('hello');
    expect(String((await next.readFrame()).body)).toBe('hello');
    expect(ground.log(push).types).toContain('handshake:error:other');
  });

  test('HEARTBEAT_IVL: a socket SHALL send PING with its TTL in tenths of a second', async () => {
    const pull = ground.socket('PULL', { heartbeatInterval: 20, heartbeatTimeToLive: 1250, heartbeatTimeout: 0 });
    const peer = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
    await peer.shake('PUSH');
    const ping = { flags: 4, body: hex('04', Buffer.from('PING'), '000c') };
    expect(await peer.readFrame()).toEqual(ping);
    expect(await peer.readFrame()).toEqual(ping);
    peer.send(frame(0, 'still alive'));
    expect(await receive(pull)).toEqual(['still alive']);
  });

  test('HEARTBEAT_TIMEOUT: a peer that answers nothing SHALL be taken for lost, and be connected to again', async () => {
    const push = ground.socket('PUSH', { heartbeatInterval: 20 });
    const { endpoint, accept } = await peers.listen();
    await push.connect(endpoint);
    const peer = await accept();
    await peer.shake('PULL');
    const { error } = await ground.log(push).nth('disconnect');
    expect([error?.code, error?.errno, error?.fatal]).toEqual(['Timeout', 'ETIMEDOUT', false]);
    await peer.closed();
    await (await accept()).shake('PULL');
  });

  test('PONG SHALL keep the connection', async () => {
    const pull = ground.socket('PULL', { heartbeatInterval: 20, heartbeatTimeout: 60_000 });
    const peer = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
    await peer.shake('PUSH');
    for (let left = 5; left > 0; left--) {
      expect((await peer.readFrame()).body.subarray(1, 5).toString()).toBe('PING');
      peer.send(command('PONG'));
    }
    peer.send(frame(0, 'done'));
    expect(await receive(pull)).toEqual(['done']);
  });

  test('the TTL of a PING SHALL end the connection when nothing comes after it', async () => {
    const pull = ground.socket('PULL');
    const peer = await peers.connect(await pull.bind('tcp://127.0.0.1:0'));
    await peer.shake('PUSH');
    peer.send(command('PING', hex('0001')));
    expect((await peer.readFrame()).body.toString('latin1')).toBe('\u0004PONG');
    const { error } = await ground.log(pull).nth('disconnect');
    expect([error?.code, error?.errno]).toEqual(['Timeout', 'ETIMEDOUT']);
    await peer.closed();
  });
});

describe.each(STREAMS)('RFC 37 over $name: heartbeats between two sockets', (transport) => {
  const ground = useGround();

  test('heartbeats on both sides SHALL NOT disturb what is sent', async () => {
    const options = { heartbeatInterval: 5, heartbeatTimeout: 60_000, heartbeatTimeToLive: 60_000 };
    const [left, right] = [ground.socket('PAIR', options), ground.socket('PAIR', options)];
    await ground.join(transport, left, right);
    for (let i = 0; i < 200; i++) {
      await left.sendMultipart([String(i), Buffer.alloc(i * 500)]);
      expect((await receive(right))[0]).toBe(String(i));
      await right.send(`re ${i}`);
      expect(await receive(left)).toEqual([`re ${i}`]);
    }
    expect([...ground.log(left).of('disconnect'), ...ground.log(right).of('disconnect')]).toEqual([]);
  });
});
