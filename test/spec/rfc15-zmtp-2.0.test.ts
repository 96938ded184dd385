import { expect, test } from '@jest/globals';
import { command, frame, message } from '../support/naive-zmtp.js';
import { receive, receiveAll } from '../support/spec-ground.js';
import { everyPattern, everywhere, NUMBERS, OldPeer, SIGNATURE, ZMTP_2_0 } from '../support/spec-old-peer.js';
import type { RawPeer } from '../support/spec-raw-peer.js';

everywhere(ZMTP_2_0, (old) => {
  test('the greeting SHALL come in stages: the signature, our major version, then the type of the socket', async () => {
    const { raws } = await old.raw('DEALER', { routingId: 'ident' });
    const raw = raws[0] as RawPeer;
    expect((await raw.read(10)).toString('hex')).toBe('ff00000000000000067f');
    raw.send(SIGNATURE);
    expect((await raw.read(1)).toString('hex')).toBe('03');
    raw.send(Buffer.of(1));
    expect((await raw.read(1)).toString('hex')).toBe('05');
    raw.send(Buffer.of(6));
    expect((await raw.read(7)).toString('hex')).toBe('00056964656e74');
  });

  test.each(Object.entries(NUMBERS))('a %s SHALL say that its type is %d', async (type, number) => {
    const { raws } = await old.raw(type as 'PAIR');
    const peer = await new OldPeer(raws[0] as RawPeer, ZMTP_2_0).shake('PAIR');
    expect([peer.type, peer.routingId]).toEqual([number, '']);
  });

  test('frames SHALL be flags, length, body, the length in eight octets from 256 on', async () => {
    const { socket, peer } = await old.meet('PUSH', 'PULL');
    await socket.sendMultipart(['', Buffer.alloc(255, 1), Buffer.alloc(256, 2)]);
    expect((await peer.raw.read(2)).toString('hex')).toBe('0100');
    expect((await peer.raw.read(257)).subarray(0, 2).toString('hex')).toBe('01ff');
    expect((await peer.raw.read(265)).subarray(0, 9).toString('hex')).toBe('020000000000000100');
  });

  test('reserved flags, and a long length where a short one would do, SHALL be understood', async () => {
    const { socket, peer } = await old.meet('PULL', 'PUSH');
    peer.raw.send(frame(0xf8, Buffer.from('a')), frame(0, Buffer.from('b'), true));
    expect(await receiveAll(socket, 2)).toEqual(['a', 'b']);
  });

  test('what looks like a command of ZMTP 3 SHALL be ignored, as libzmq does', async () => {
    const { socket, peer } = await old.meet('XPUB', 'SUB');
    peer.raw.send(command('PING', Buffer.from('0001')), command('SUBSCRIBE', 'x'), message('\x01y'));
    expect(await receive(socket)).toEqual(['\x01y']);
  });

  everyPattern(old);
});
