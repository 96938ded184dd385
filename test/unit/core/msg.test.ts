import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { ZmqError } from '../../../src/core/errors.js';
import { Metadata } from '../../../src/core/metadata.js';
import { checkMessage, frameBytes, frameToMsg, Msg, MsgFlags, type OutMessage } from '../../../src/core/msg.js';

const peer = new Metadata('127.0.0.1:1', new Map());

/** A window on a larger buffer, as received. */
function windowOf(text: string, flags: number = MsgFlags.NONE): { buffer: Buffer; msg: Msg } {
  const body = Buffer.from(text);
  // Memory of its own, as a read buffer is: not a part of the pool that Node makes small buffers from.
  const buffer = Buffer.allocUnsafeSlow(body.length + 11);
  buffer.write('before');
  buffer.set(body, 6);
  return { buffer, msg: new Msg(buffer, flags, 6, body.length, peer) };
}

describe('a frame that is made by the user', () => {
  it.each<[string, string | Uint8Array | undefined, string]>([
    ['nothing', undefined, ''],
    ['an empty text', '', ''],
    ['text', 'é€𝄞', 'é€𝄞'],
    ['a Buffer', Buffer.from('bytes'), 'bytes'],
    ['a Uint8Array', new Uint8Array([0x61, 0x62]), 'ab'],
    ['a window of an array', new Uint8Array([0x61, 0x62, 0x63]).subarray(1, 2), 'b'],
  ])('from %s', (_name, content, text) => {
    const msg = new Msg(content);
    expect([msg.toString(), msg.size, msg.length, msg.more, msg.metadata]).toEqual([
      text,
      Buffer.byteLength(text),
      Buffer.byteLength(text),
      false,
      undefined,
    ]);
    expect(Buffer.isBuffer(msg.data)).toBe(true);
    expect(msg.data.toString()).toBe(text);
  });

  it('references bytes, and does not copy them', () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const msg = new Msg(bytes);
    bytes[0] = 9;
    expect(msg.data[0]).toBe(9);
  });

  it.each([5, null, {}, [1, 2], true])('cannot be made from %p', (content) => {
    expect(() => new Msg(content as unknown as string)).toThrow(/a frame is a Msg, a string or a Uint8Array/);
  });

  it('says with MORE that others follow', () => {
    expect([new Msg('a', MsgFlags.MORE).more, new Msg('a', MsgFlags.COMMAND).more]).toEqual([true, false]);
  });
});

describe('a frame that was received', () => {
  it('is a window on the read buffer', () => {
    const { buffer, msg } = windowOf('hello', MsgFlags.MORE);
    expect([msg.size, msg.more, msg.metadata, msg.toString(), msg.toString('hex')]).toEqual([
      5,
      true,
      peer,
      'hello',
      '68656c6c6f',
    ]);
    expect(msg.data.buffer).toBe(buffer.buffer);
    expect([msg.data.toString(), msg.toString(), msg.data]).toEqual(['hello', 'hello', msg.data]);
    expect(msg.data).toBe(msg.data);
  });

  it('may be empty, at any place of the buffer', () => {
    for (const offset of [0, 3, 6]) {
      const msg = new Msg(Buffer.from('abcdef'), 0, offset, 0, undefined);
      expect([msg.size, msg.data.length, msg.toString(), msg.firstByte]).toEqual([0, 0, '', -1]);
    }
  });

  it('copy has bytes of its own, and all the rest', () => {
    const { buffer, msg } = windowOf('hello', MsgFlags.MORE);
    const copy = msg.copy();
    buffer.fill(0);
    expect([copy.toString(), copy.more, copy.metadata, copy.size]).toEqual(['hello', true, peer, 5]);
    expect(copy.data.buffer).not.toBe(buffer.buffer);
  });

  it('copies its content to where it is wanted, before and after its Buffer was made', () => {
    const { msg } = windowOf('hello');
    for (let i = 0; i < 2; i++) {
      const target = Buffer.alloc(7);
      msg.copyTo(target, 1);
      expect(target.toString('latin1')).toBe('\0hello\0');
      expect(msg.firstByte).toBe(0x68);
      expect(msg.source.toString('latin1', msg.start, msg.start + msg.size)).toBe('hello');
      expect(msg.data.length).toBe(5);
    }
  });

  it('equals what has the same bytes', () => {
    const { msg } = windowOf('hello');
    expect([msg.equals('hello'), msg.equals(Buffer.from('hello')), msg.equals(new Msg('hello'))]).toEqual([
      true,
      true,
      true,
    ]);
    expect([msg.equals('hell'), msg.equals('hellO'), msg.equals(new Uint8Array(5))]).toEqual([false, false, false]);
  });

  it('shows its size and a short look at its content', () => {
    expect(inspect(windowOf('hello', MsgFlags.MORE).msg)).toBe('Msg(5 bytes, more: "hello")');
    expect(inspect(new Msg('x'.repeat(100)))).toBe(`Msg(100 bytes: "${'x'.repeat(32)}"…)`);
    expect(inspect(new Msg(Buffer.from([0, 255])))).toBe('Msg(2 bytes: <00ff>)');
  });
});

describe('what can be sent', () => {
  it.each<[string, OutMessage]>([
    ['text', ''],
    ['bytes', new Uint8Array(0)],
    ['a Msg', new Msg()],
    ['frames of every kind', ['a', Buffer.from('b'), new Msg('c'), new Uint8Array(1), '']],
  ])('%s', (_name, message) => {
    expect(() => checkMessage(message)).not.toThrow();
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /undefined/],
    ['null', null, /null/],
    ['a number', 1, /number/],
    ['an array without frames', [], /without frames/],
    ['an array with a hole', Array(2), /undefined/],
    ['an array in an array', ['a', ['b']], /array inside/],
    ['another typed array', new Uint16Array(2), /object/],
    ['a DataView', new DataView(new ArrayBuffer(2)), /object/],
  ])('not %s, and the error says what it was', (_name, message, text) => {
    let error: ZmqError | undefined;
    try {
      checkMessage(message as OutMessage);
    } catch (thrown) {
      error = thrown as ZmqError;
    }
    expect([error?.code, error?.errno]).toEqual(['InvalidMessage', 'EINVAL']);
    expect(error?.message).toMatch(text);
  });

  it('frames as bytes, and as a received Msg', () => {
    expect(['é', Buffer.from('é'), new Msg('é')].map((frame) => frameBytes(frame).toString())).toEqual(['é', 'é', 'é']);
    const msg = frameToMsg('text', MsgFlags.MORE, peer);
    expect([msg.toString(), msg.more, msg.metadata]).toEqual(['text', true, peer]);
  });
});
