import { describe, expect, it } from '@jest/globals';
import { SecretboxCipher } from '../../../src/engines/crypto/secretbox.js';
import { NoncePrefix } from '../../../src/engines/mechanisms/curve-box.js';
import { CurveTraffic } from '../../../src/engines/mechanisms/curve-traffic.js';
import { CIPHERS } from '../../support/ciphers.js';
import {
  CLIENT_SECRET,
  CURVE_CLIENT,
  CURVE_SERVER,
  publicKeyOf,
  ScriptedKeys,
  ScriptedRandom,
  SERVER_SECRET,
  secureMachine,
} from '../../support/curve-ground.js';
import { greeting } from '../../support/naive-zmtp.js';
import { subscription } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Captured {
  readonly keys: Readonly<Record<string, string>>;
  readonly vouch_nonce?: string;
  readonly welcome_nonce?: string;
  readonly frames: readonly {
    readonly from_: 'client' | 'server';
    readonly name: string;
    readonly frame: string;
    readonly box_plaintext: string;
    readonly cookie?: string;
  }[];
}

// Two connections with libzmq: in the first it is the server, in the second the client.
const [first, second] = (vectors('curve') as { captures: [Captured, Captured] }).captures;
const GREETING = greeting({ mechanism: 'CURVE' });

const frame = ({ frames }: Captured, name: string) => frames.find((one) => one.name.startsWith(name))!;
const messages = (captured: Captured, from: string) =>
  captured.frames.filter((one) => one.from_ === from && one.name.startsWith('MESSAGE'));

describe('CURVE, byte for byte as libzmq', () => {
  it('the keys of the recordings are those of the tests', () => {
    expect(first.keys['S_secret']).toBe(SERVER_SECRET.toString('hex'));
    expect(first.keys['C_secret']).toBe(CLIENT_SECRET.toString('hex'));
    expect(first.keys['C_public']).toBe(publicKeyOf(CLIENT_SECRET).toString('hex'));
  });

  it.each(CIPHERS)('a client says to libzmq what was recorded (%s)', (_name, cipher) => {
    const client = secureMachine(CURVE_CLIENT, {
      socketType: 'XSUB',
      cipher,
      agreement: new ScriptedKeys([fromHex(first.keys['c_prime_secret']!)]),
      random: new ScriptedRandom([fromHex(first.vouch_nonce!)]),
    }).start();
    client.feed(GREETING);
    expect(client.sink.takeWritten().subarray(64).toString('hex')).toBe(frame(first, 'HELLO').frame);
    client.feed(fromHex(frame(first, 'WELCOME').frame));
    expect(client.sink.takeWritten().toString('hex')).toBe(frame(first, 'INITIATE').frame);
    client.feed(fromHex(frame(first, 'READY').frame));
    expect(client.sink.peers.map((peer) => peer.socketType)).toEqual(['XPUB']);
    client.send(subscription(true, 'A'));
    expect(client.sink.takeWritten().toString('hex')).toBe(messages(first, 'client')[0]!.frame);
    for (const message of messages(first, 'server')) client.feed(fromHex(message.frame));
    expect(client.delivered).toEqual(['4131|7a7a']);
    expect(client.verdict).toBe('open');
  });

  it.each(CIPHERS)(
    'a server says to libzmq what was recorded, but for a cookie of its own making (%s)',
    (_n, cipher) => {
      const server = secureMachine(CURVE_SERVER, {
        socketType: 'ROUTER',
        cipher,
        agreement: new ScriptedKeys([fromHex(second.keys['s_prime_secret']!)]),
        random: new ScriptedRandom([fromHex(frame(second, 'WELCOME').cookie!), fromHex(second.welcome_nonce!)]),
      }).start();
      server.feed(GREETING);
      server.sink.takeWritten();
      server.feed(fromHex(frame(second, 'HELLO').frame));
      expect(server.sink.takeWritten().toString('hex')).toBe(frame(second, 'WELCOME').frame);
      server.feed(fromHex(frame(second, 'INITIATE').frame));
      expect(server.sink.takeWritten().toString('hex')).toBe(frame(second, 'READY').frame);
      expect(server.sink.peers.map((peer) => [peer.socketType, String(peer.routingId)])).toEqual([['DEALER', 'me']]);
      for (const message of messages(second, 'client')) server.feed(fromHex(message.frame));
      expect(server.delivered).toEqual([`${Buffer.from('one').toString('hex')}|${'79'.repeat(230)}`]);
      server.send('reply');
      expect(server.sink.takeWritten().toString('hex')).toBe(messages(second, 'server')[0]!.frame);
    },
  );

  it.each([
    ['first', 'client', 'MESSAGE_OF_CLIENT', 2, 'MESSAGE_OF_SERVER'],
    ['first', 'server', 'MESSAGE_OF_SERVER', 1, 'MESSAGE_OF_CLIENT'],
    ['second', 'client', 'MESSAGE_OF_CLIENT', 2, 'MESSAGE_OF_SERVER'],
    ['second', 'server', 'MESSAGE_OF_SERVER', 1, 'MESSAGE_OF_CLIENT'],
  ] as const)('every MESSAGE of the %s recording, from the %s', (name, from, sendPrefix, sent, receivePrefix) => {
    const captured = name === 'first' ? first : second;
    const key = fromHex(captured.keys['session_key_beforenm']!);
    const cipher = new SecretboxCipher();
    const traffic = (send: keyof typeof NoncePrefix, receive: keyof typeof NoncePrefix) =>
      new CurveTraffic(cipher, {
        key,
        sendPrefix: NoncePrefix[send],
        receivePrefix: NoncePrefix[receive],
        sent,
        received: Buffer.alloc(8),
      });
    const sender = traffic(sendPrefix, receivePrefix);
    const receiver = traffic(receivePrefix, sendPrefix);
    for (const { frame: hex, box_plaintext } of messages(captured, from)) {
      const wire = fromHex(hex);
      const body = wire.subarray((wire[0]! & 2) === 0 ? 2 : 9);
      const plain = fromHex(box_plaintext);
      const buffer = Buffer.alloc(33 + plain.length - 1);
      plain.copy(buffer, 32);
      const flags = (plain[0]! & 1) | ((plain[0]! & 2) << 1);
      sender.seal(flags, buffer, 0, plain.length - 1);
      expect(buffer.toString('hex')).toBe(body.toString('hex'));
      expect(receiver.open(buffer, 0, buffer.length)).toBe(flags);
      expect(buffer.subarray(32).equals(plain)).toBe(true);
    }
  });
});
