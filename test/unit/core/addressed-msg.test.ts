import { describe, expect, it } from '@jest/globals';
import { AddressedMsg, addressed, fromPeer, groupBytes, inGroup } from '../../../src/core/addressed-msg.js';
import { Metadata } from '../../../src/core/metadata.js';
import { Msg, MsgFlags, type OutMessage } from '../../../src/core/msg.js';

const peer = new Metadata('there', new Map());
const received = new Msg(Buffer.from('--body--'), MsgFlags.NONE, 2, 4, peer);

describe('a frame with an address', () => {
  it('is a window on the same bytes, from the same peer', () => {
    for (const msg of [fromPeer(received, 7), inGroup(received, Buffer.from('grüße'))]) {
      expect([String(msg), msg.size, msg.metadata, msg.source]).toEqual(['body', 4, peer, received.source]);
    }
    expect([fromPeer(received, 7).routingId, fromPeer(received, 7).group]).toEqual([7, '']);
    const inside = inGroup(received, Buffer.from('grüße'));
    expect([inside.routingId, inside.group]).toEqual([0, 'grüße']);
  });

  it('keeps its address when it is copied, and shares nothing any more', () => {
    const group = Buffer.from('group');
    const copy = new AddressedMsg(received, 9, group).copy();
    group.fill(0);
    expect([String(copy), copy.routingId, copy.group, copy.metadata]).toEqual(['body', 9, 'group', peer]);
    expect(copy.source).not.toBe(received.source);
  });

  it('is made of every kind of frame, also of one in an array', () => {
    for (const frame of ['body', Buffer.from('body'), new Uint8Array(Buffer.from('body')), received, ['body']]) {
      const msg = addressed(frame, { routingId: 1 }, 'routing id') as AddressedMsg;
      expect([String(msg), msg.routingId]).toEqual(['body', 1]);
    }
  });

  it('is not made where there is no address, or of what is refused later', () => {
    for (const message of ['body', ['a', 'b'], [], new Msg('a', MsgFlags.MORE), 5 as unknown as OutMessage]) {
      expect(addressed(message, {}, undefined)).toBe(message);
      if (message !== 'body') expect(addressed(message, { group: 'g' }, 'group')).toBe(message);
    }
  });

  it('is refused to a socket that has no such address', () => {
    expect(() => addressed('x', { group: 'g' }, 'routing id')).toThrow(/no such address/);
    expect(() => addressed('x', { routingId: 1 }, 'group')).toThrow(/no such address/);
    expect(() => addressed('x', { routingId: 1 }, undefined)).toThrow(/no such address/);
    expect(() => addressed('x', { routingId: 1, group: 'g' }, 'group')).toThrow(/no such address/);
  });

  it('has a group of at most 255 bytes without 0', () => {
    expect(groupBytes('x'.repeat(255))).toHaveLength(255);
    expect(groupBytes('')).toHaveLength(0);
    for (const wrong of ['x'.repeat(256), 'é'.repeat(128), '\0', Buffer.alloc(1), 1, undefined, null, ['a']]) {
      expect(() => groupBytes(wrong)).toThrow(/A group (is|has)/);
    }
  });
});
