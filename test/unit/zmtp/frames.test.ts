import { describe, expect, it } from '@jest/globals';
import { Msg } from '../../../src/core/msg.js';
import { COMMAND, frame, MORE, message, parseFrames } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Part {
  len: number;
  hex: string | null;
  repeat: string | null;
}

interface FrameVectors {
  sent: { description: string; parts: Part[]; wire_length: number; hex: string | null; head: string }[];
  received: { description: string; hex: string; delivers: string[] }[];
}

const { sent, received } = vectors('frames') as FrameVectors;

function bytesOf({ len, hex, repeat }: Part): Buffer {
  return repeat === null ? fromHex(hex as string) : Buffer.alloc(len, fromHex(repeat));
}

describe('frames are sent as libzmq sends them (RFC 37, "Framing")', () => {
  it.each(sent)('$description', ({ parts, wire_length: length, hex, head }) => {
    const bodies = parts.map(bytesOf);
    const forms = [
      bodies,
      bodies.map((body) => new Msg(body)),
      bodies.map((body) => body.toString('latin1')),
      bodies.map((body) => new Uint8Array(body)),
      // A window of a larger buffer, as a received message is.
      bodies.map(
        (body) => new Msg(Buffer.concat([Buffer.from('??'), body, Buffer.from('!')]), 0, 2, body.length, undefined),
      ),
    ];
    for (const form of forms) {
      const machine = new TestMachine().connect();
      machine.send(form.length === 1 ? form[0]! : form);
      const { written } = machine.sink;
      expect(written).toHaveLength(length);
      expect(written.subarray(0, head.length / 2).toString('hex')).toBe(head);
      if (hex !== null) expect(written.toString('hex')).toBe(hex);
      expect(parseFrames(written).map(({ body }) => body.toString('hex'))).toEqual(
        bodies.map((b) => b.toString('hex')),
      );
    }
  });

  it.each([0, 1, 254, 255, 256, 257, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 1 << 20])(
    'a body of %d octets has its length in the shortest form, as the first, the middle and the last frame',
    (size) => {
      const machine = new TestMachine().connect();
      const body = Buffer.alloc(size, 0xa5);
      machine.send([body, body, body], body);
      const frames = parseFrames(machine.sink.written);
      expect(frames.map(({ flags }) => flags & MORE)).toEqual([MORE, MORE, 0, 0]);
      expect(frames.every((found) => found.body.equals(body))).toBe(true);
    },
  );

  it('nothing but MORE and LONG is ever set on a message', () => {
    const machine = new TestMachine().connect();
    machine.send(new Msg('a', 0xff & ~2), [new Msg('b', 1), new Msg('c', 1)]);
    expect(parseFrames(machine.sink.written).map(({ flags }) => flags)).toEqual([0, MORE, 0]);
  });
});

describe('frames are taken as libzmq takes them', () => {
  it.each(received)('$description', ({ hex, delivers }) => {
    const machine = new TestMachine().connect();
    machine.feed(fromHex(hex));
    expect(machine.delivered).toEqual([delivers.join('|')]);
    expect(machine.verdict).toBe('open');
  });

  it.each([0x08, 0x10, 0x20, 0x40, 0x80, 0xf8])('the reserved flag bits %d mean nothing', (bits) => {
    const machine = new TestMachine().connect();
    machine.feed(Buffer.concat([frame(bits | MORE, Buffer.from('a')), frame(bits, Buffer.from('b'), true)]));
    expect(machine.delivered).toEqual(['61|62']);
  });

  it.each([0, 1, 255, 256, 65_535, 65_536])('a body of %d octets may have its length in eight octets', (size) => {
    const machine = new TestMachine().connect();
    machine.feed(Buffer.concat([frame(0, Buffer.alloc(size, 0x62), true), message('next')]));
    expect(machine.delivered).toEqual(['62'.repeat(size), Buffer.from('next').toString('hex')]);
  });

  it.each([255, 256, 8191, 8192, 65_534, 65_535, 65_536, 65_537, 1 << 20])(
    'a body of %d octets is delivered whole, and so is what follows',
    (size) => {
      const body = Buffer.alloc(size);
      for (let i = 0; i < size; i++) body[i] = i % 251;
      const machine = new TestMachine().connect();
      machine.feed(Buffer.concat([message('before', body, body), message(body), message('after')]));
      const [first, second, third] = machine.sink.messages;
      expect(first?.map(({ size: bytes }) => bytes)).toEqual([6, size, size]);
      expect(first?.[1]?.equals(body) && first[2]?.equals(body) && second?.[0]?.equals(body)).toBe(true);
      expect(third?.[0]?.toString()).toBe('after');
    },
  );

  it('a delivered frame never changes, whatever is read after it', () => {
    const machine = new TestMachine().connect();
    machine.feed(message('first', 'of', 'two'));
    const kept = machine.sink.messages[0]!;
    for (let i = 0; i < 30; i++) machine.feed(message(Buffer.alloc(5000, i)));
    machine.feed(message(Buffer.alloc(100_000, 1)));
    expect(kept.map(String)).toEqual(['first', 'of', 'two']);
  });
});

describe('commands in the traffic (RFC 37, "Commands"; libzmq ignores what it does not know)', () => {
  it.each([
    ['a second READY', frame(COMMAND, Buffer.from('\x05READY'))],
    ['ERROR', frame(COMMAND, Buffer.from('\x05ERROR\x03400'))],
    ['an unknown name', frame(COMMAND, Buffer.from('\x05WHAT?data'))],
    ['JOIN', frame(COMMAND, Buffer.from('\x04JOINgroup'))],
    ['a name in small letters', frame(COMMAND, Buffer.from('\x04ping\0\0'))],
    ['a name length beyond the body', frame(COMMAND, Buffer.from('\x09PING\0\0'))],
    ['a name of no length', frame(COMMAND, Buffer.from('\0PING\0\0'))],
    ['no body', frame(COMMAND, Buffer.alloc(0))],
    ['PONG', frame(COMMAND, Buffer.from('\x04PONGctx'))],
    ['an unknown command of 70000 octets', frame(COMMAND, Buffer.alloc(70_000, 1))],
    ['an unknown command with MORE set', frame(COMMAND | MORE, Buffer.from('\x05WHAT?data'))],
  ])('%s is ignored, also between the frames of a message', (_name, bytes) => {
    const machine = new TestMachine().connect();
    machine.feed(
      Buffer.concat([bytes, frame(MORE, Buffer.from('a')), bytes, bytes, frame(0, Buffer.from('b')), bytes]),
    );
    expect(machine.delivered).toEqual(['61|62']);
    expect([machine.verdict, machine.sink.peers.length, machine.sink.written.length]).toEqual(['open', 1, 0]);
  });
});
