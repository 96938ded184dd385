import { describe, expect, test } from '@jest/globals';
import { oldFrame, oldLongHeader, oldMessage } from '../support/naive-zmtp.js';
import { receive, receiveAll } from '../support/spec-ground.js';
import { everyPattern, everywhere, type OldGround, ZMTP_1_0, ZMTP_1_0_VERSIONED } from '../support/spec-old-peer.js';
import type { RawPeer } from '../support/spec-raw-peer.js';

/** What the frames of 1.0 have, with and without a greeting in front of them. */
function framing(old: OldGround): void {
  test('frames SHALL be length, flags, body; the length counts the flags, and is ff and eight octets from 255 on', async () => {
    const { socket, peer } = await old.meet('PUSH', 'PULL');
    await socket.sendMultipart(['', Buffer.alloc(253, 1), Buffer.alloc(254, 2)]);
    expect((await peer.raw.read(2)).toString('hex')).toBe('0101');
    expect((await peer.raw.read(255)).subarray(0, 2).toString('hex')).toBe('fe01');
    expect((await peer.raw.read(264)).subarray(0, 10).toString('hex')).toBe('ff00000000000000ff00');
  });

  test('reserved flags, and a long length where a short one would do, SHALL be understood', async () => {
    const { socket, peer } = await old.meet('PULL', 'PUSH');
    peer.raw.send(oldFrame(0xfe, Buffer.from('a')), oldFrame(0, Buffer.from('b'), true));
    expect(await receiveAll(socket, 2)).toEqual(['a', 'b']);
  });

  test.each([
    ['short', Buffer.of(0)],
    ['long', oldLongHeader(0, 0n)],
  ])('a %s length of 0 SHALL end the connection for good', async (_name, bytes) => {
    const { socket, peer } = await old.meet('PULL', 'PUSH');
    peer.raw.send(oldMessage('before'), bytes);
    const { error } = await old.ground.log(socket).nth('disconnect');
    expect([error?.code, error?.fatal]).toEqual(['ProtocolViolation', true]);
    expect(await receive(socket)).toEqual(['before']);
    expect(old.ground.log(socket).of('connect:retry')).toEqual([]);
    await peer.raw.closed();
  });

  everyPattern(old);
}

everywhere(ZMTP_1_0, (old) => {
  test('to such a peer our signature SHALL be the head of our routing id, whose octets follow', async () => {
    const { raws } = await old.raw('DEALER', { routingId: 'ident' });
    const raw = raws[0] as RawPeer;
    expect((await raw.read(10)).toString('hex')).toBe('ff00000000000000067f');
    raw.send('01 00');
    expect(String(await raw.read(5))).toBe('ident');
  });

  test('a greeting with a long length SHALL be understood', async () => {
    const { socket, raws } = await old.raw('ROUTER');
    (raws[0] as RawPeer).send(oldLongHeader(0, 3n), Buffer.from('me'), oldMessage('hello'));
    expect(await receive(socket)).toEqual(['me', 'hello']);
  });

  test('a publisher SHALL send such a peer everything, because it filters for itself', async () => {
    const { socket, peer } = await old.meet('PUB', 'SUB');
    for (const text of ['any', 'thing']) await socket.send(text);
    expect(await peer.hearAll(2)).toEqual(['any', 'thing']);
  });

  framing(old);
});

everywhere(ZMTP_1_0_VERSIONED, framing);

describe('RFC 13: what is no ZMTP 1.0', () => {
  everywhere({ ...ZMTP_1_0, name: 'something else' }, (old) => {
    test.each([
      ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
      ['TLS', Buffer.from('1603010200010001fc0303', 'hex')],
      ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
      ['zeros', Buffer.alloc(64)],
    ])('%s SHALL NOT be taken for a routing id', async (_name, bytes) => {
      const { socket, raws } = await old.raw('PULL');
      raws[0]?.send(bytes);
      expect(await (raws[0] as RawPeer).closed()).toHaveLength(10);
      const { error } = await old.ground.log(socket).nth('handshake:error:protocol');
      expect(error?.message).toContain('does not speak ZMTP');
    });
  });
});
