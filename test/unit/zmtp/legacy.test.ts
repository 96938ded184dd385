import { describe, expect, it } from '@jest/globals';
import type { OutMessage } from '../../../src/core/msg.js';
import { SOCKET_TYPE_NUMBER } from '../../../src/core/socket-type.js';
import {
  command,
  frame,
  MORE,
  message,
  messagesOf,
  oldFrame,
  oldGreeting,
  oldLongHeader,
  oldMessage,
  parseFrames,
  parseOldFrames,
  ping,
} from '../../support/naive-zmtp.js';
import { subscription, TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Step {
  libzmq?: string;
  peer?: string;
}

interface Case {
  description: string;
  steps: Step[];
  libzmq_received: string[] | null;
}

interface Legacy {
  cases: Case[];
  frame_headers: { framing: string; body: number; head: string }[];
}

const { cases, frame_headers: headers } = vectors('legacy') as Legacy;
const silent = { start: () => undefined, onCommand: () => undefined, close: () => undefined };

const isThree = ({ description }: Case): boolean => description.startsWith('ZMTP 3.x');
const olds = cases.filter((vector) => !isThree(vector));
const isFramedAs1 = ({ description }: Case): boolean => /1\.0|revision 0/.test(description);

/** What one side of a captured exchange sent, or both in one. */
function bytesOf(steps: readonly Step[], side: 'peer' | 'libzmq'): Buffer {
  return fromHex(steps.map((step) => step[side] ?? '').join(''));
}

/** The type and the routing id of the libzmq socket of a capture. */
function selfOf({ description, steps }: Case): { socketType: string; routingId: string } {
  const socketType = /libzmq (DEALER|ROUTER|XPUB|PUB|SUB)/.exec(description)?.[1] ?? 'DEALER';
  return { socketType, routingId: (steps[0]?.libzmq ?? '').endsWith('067f') ? 'ident' : '' };
}

/** The calls that make a socket write these bytes. */
function sendsOf(vector: Case, bytes: Buffer): OutMessage[] {
  const frames = isFramedAs1(vector) ? parseOldFrames(bytes) : parseFrames(bytes);
  return messagesOf(frames).map((parts) => {
    const first = parts[0] as Buffer;
    return selfOf(vector).socketType === 'SUB' ? subscription(first[0] === 1, first.subarray(1)) : [...parts];
  });
}

/** What the application of libzmq received: one message of so many frames, or the subscriptions of an XPUB. */
function expectedOf(vector: Case): string[] {
  const { socketType } = selfOf(vector);
  const frames = vector.libzmq_received ?? [];
  // To the machine, the routing id is no part of the message.
  if (socketType === 'ROUTER') return [frames.slice(1).join('|')];
  if (socketType === 'PUB') return ['01'];
  if (socketType === 'SUB') return ['5431'];
  return frames;
}

describe('captured exchanges of libzmq with older peers (RFC 15, RFC 13)', () => {
  it.each(olds)('$description', (vector) => {
    const machine = new TestMachine(selfOf(vector)).start();
    for (const { peer, libzmq } of vector.steps) {
      if (peer !== undefined) machine.feed(fromHex(peer));
      if (libzmq === undefined) continue;
      // Nothing written: what libzmq said here was its application's.
      if (machine.sink.written.length === 0) machine.send(...sendsOf(vector, fromHex(libzmq)));
      expect(machine.sink.takeWritten().toString('hex')).toBe(libzmq);
    }
    expect(machine.delivered).toEqual(expectedOf(vector));
    const named = vector.description.includes('identity "me"') ? 'me' : '';
    expect(machine.sink.peers.map(({ routingId }) => routingId.toString())).toEqual([named]);
    expect([machine.verdict, machine.sink.violations]).toEqual(['open', []]);
  });

  it.each(olds)('split at each octet: $description', (vector) => {
    const theirs = bytesOf(vector.steps, 'peer');
    for (let at = 0; at <= theirs.length; at++) {
      for (const size of [1000, 1]) {
        const machine = new TestMachine(selfOf(vector)).start();
        machine.feed(theirs.subarray(0, at), size);
        machine.feed(theirs.subarray(at), size);
        expect(machine.delivered).toEqual(expectedOf(vector));
        const said = machine.sink.written.toString('hex');
        expect(bytesOf(vector.steps, 'libzmq').toString('hex').startsWith(said)).toBe(true);
        expect([machine.verdict, machine.machine.ready, machine.sink.violations]).toEqual(['open', true, []]);
      }
    }
  });

  it.each(olds)(
    'half of it, up to each octet, waits for the rest until the handshake time is up: $description',
    (vector) => {
      // Up to the end of the peer's routing id.
      const last = vector.steps.findLastIndex(({ libzmq }, i) => libzmq !== undefined && i < 6);
      const theirs = bytesOf(vector.steps.slice(0, last + 1), 'peer');
      for (let at = 0; at < theirs.length; at++) {
        const machine = new TestMachine({ ...selfOf(vector), handshakeInterval: 500 }).start();
        machine.feed(theirs.subarray(0, at), 1);
        if (machine.machine.ready) break;
        machine.advance(499);
        expect(machine.verdict).toBe('open');
        machine.advance(1);
        expect([machine.verdict, machine.sink.peers]).toEqual(['Timeout ETIMEDOUT', []]);
      }
    },
  );

  it('a peer with the revision octet 2 gets the full 3.1 greeting', () => {
    const { steps } = cases.find(isThree) as Case;
    const machine = new TestMachine();
    machine.start().feed(bytesOf(steps, 'peer'));
    expect(machine.sink.written.toString('hex')).toBe(bytesOf(steps, 'libzmq').toString('hex'));
    expect(machine.verdict).toBe('open');
  });

  it('what waits for the network goes out in order when it has room', () => {
    for (const vector of olds) {
      const machine = new TestMachine(selfOf(vector));
      machine.sink.accepting = false;
      machine.start().feed(bytesOf(vector.steps, 'peer'), 1);
      machine.release();
      const said = machine.sink.written.toString('hex');
      const expected = bytesOf(vector.steps, 'libzmq').toString('hex');
      expect(expected.startsWith(said)).toBe(true);
      expect(said.length).toBeGreaterThanOrEqual(20);
      expect([machine.verdict, machine.machine.ready, machine.sink.violations]).toEqual(['open', true, []]);
    }
  });
});

describe('the head of a frame', () => {
  it.each(headers)('of $body octets in $framing is $head', ({ framing, body, head }) => {
    const machine = new TestMachine();
    if (framing === '2.0') machine.connect();
    else machine.start().feed(fromHex('0100'));
    machine.sink.takeWritten();
    machine.send(Buffer.alloc(body));
    expect(machine.sink.written.subarray(0, head.length / 2).toString('hex')).toBe(head);
    expect(machine.sink.written).toHaveLength(head.length / 2 + body);
  });

  it.each([0, 1, 252, 253, 254, 255, 256, 8180, 16_384, 16_385, 65_536, 300_000])(
    'ZMTP 1.0: a frame of %d octets is written and read, as text and as bytes',
    (size) => {
      const machine = new TestMachine().start();
      machine.feed(fromHex('0100'));
      machine.sink.takeWritten();
      const text = 'x'.repeat(size);
      machine.send(text, [Buffer.from(text), text]);
      const wire = machine.sink.written;
      expect(wire.equals(Buffer.concat([oldMessage(text), oldMessage(text, text)]))).toBe(true);
      machine.feed(wire, 1000);
      machine.feed(wire);
      expect(machine.sink.messages.map((frames) => frames.map(({ size: length }) => length))).toEqual([
        [size],
        [size, size],
        [size],
        [size, size],
      ]);
      expect(machine.sink.messages.flat().every((part) => part.toString() === text)).toBe(true);
    },
  );

  it('ZMTP 1.0: a long length where a short one would do is taken, and of the flags only MORE', () => {
    const machine = new TestMachine().start();
    machine.feed(
      Buffer.concat([fromHex('0100'), oldFrame(0xff, Buffer.from('a'), true), oldFrame(0xfe, Buffer.from('b'))]),
    );
    expect(machine.delivered).toEqual(['61|62']);
  });

  it.each([
    ['short', fromHex('00')],
    ['long', oldLongHeader(0, 0n)],
  ])('ZMTP 1.0: a %s length of 0 has no flags, and closes the connection for good', (_name, bytes) => {
    const machine = new TestMachine().start();
    machine.feed(Buffer.concat([fromHex('0100'), oldMessage('one'), bytes]));
    expect([machine.delivered, machine.verdict]).toEqual([['6f6e65'], 'ProtocolViolation EPROTO fatal']);
  });

  it.each([2n ** 63n, 2n ** 64n - 1n])('ZMTP 1.0: a length of %d is refused at once', (length) => {
    const machine = new TestMachine().start();
    machine.feed(Buffer.concat([fromHex('0100'), oldLongHeader(0, length)]));
    expect(machine.verdict).toBe('ProtocolViolation EMSGSIZE fatal');
  });

  it.each([0, 1])('ZMQ_MAXMSGSIZE is about the body, revision %d', (revision) => {
    const encode = revision === 0 ? oldFrame : frame;
    const machine = new TestMachine({ maxMessageSize: 100 }).start();
    machine.feed(
      Buffer.concat([oldGreeting(revision as 0 | 1, 5), encode(0, Buffer.alloc(0)), encode(0, Buffer.alloc(100))]),
    );
    expect([machine.verdict, machine.sink.messages.length]).toEqual(['open', 1]);
    machine.feed(encode(0, Buffer.alloc(101)).subarray(0, 2));
    expect(machine.verdict).toBe('ProtocolViolation EMSGSIZE fatal');
  });
});

describe('what older peers have, and have not', () => {
  const old: [string, Buffer][] = [
    ['1.0', fromHex('0100')],
    ['1.0 with a version octet', Buffer.concat([oldGreeting(0, 5), fromHex('0100')])],
    ['2.0', Buffer.concat([oldGreeting(1, 5), fromHex('0000')])],
  ];

  it.each(Object.entries(SOCKET_TYPE_NUMBER))('2.0: a %s says that its type is %d', (socketType, number) => {
    const machine = new TestMachine({ socketType }).start();
    machine.feed(oldGreeting(1, 0));
    expect(machine.sink.written.toString('hex')).toBe(`ff00000000000000017f03${Buffer.of(number).toString('hex')}0000`);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99, 255])(
    '2.0: the type %d of the peer is not looked at (libzmq)',
    (type) => {
      const machine = new TestMachine({ socketType: 'PULL' }).start();
      machine.feed(Buffer.concat([oldGreeting(1, type), fromHex('0000'), message('x')]));
      expect([machine.verdict, machine.delivered]).toEqual(['open', ['78']]);
    },
  );

  it('2.0 has nothing for a type that a module added; 1.0 does not ask', () => {
    const newer = new TestMachine({ socketType: 'CUSTOM' }).start();
    newer.feed(oldGreeting(1, 5));
    expect([newer.verdict, newer.sink.failure?.message]).toEqual([
      'ProtocolViolation EPROTO fatal',
      expect.stringContaining('CUSTOM'),
    ]);
    const older = new TestMachine({ socketType: 'CUSTOM' }).start();
    older.feed(fromHex('0100'));
    expect(older.machine.ready).toBe(true);
  });

  it.each(old)('%s: only the address is known of the peer, and its routing id if it has one', (_name, hello) => {
    const machine = new TestMachine({ socketType: 'ROUTER' }).start();
    machine.feed(hello);
    const [peer] = machine.sink.peers;
    expect([peer?.address, peer?.socketType, peer?.names()]).toEqual(['peer', undefined, []]);
  });

  it.each(old)('%s: no heartbeats', (_name, hello) => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeout: 100, timeToLive: 1000 } }).start();
    machine.feed(hello);
    machine.sink.takeWritten();
    expect(machine.machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
    machine.advance(10_000);
    expect([machine.sink.written.length, machine.verdict]).toEqual([0, 'open']);
  });

  it('2.0: what looks like a command is nothing (libzmq)', () => {
    const machine = new TestMachine({ socketType: 'XPUB' }).start();
    machine.feed(oldGreeting(1, 2));
    machine.feed(Buffer.concat([fromHex('0000'), ping(1), command('SUBSCRIBE', 'x'), message('\x01y')]));
    machine.sink.takeWritten();
    machine.advance(10_000);
    expect([machine.delivered, machine.sink.written.length, machine.verdict]).toEqual([['0179'], 0, 'open']);
  });

  it('1.0: a publisher behaves as if such a peer had asked for everything; 2.0 asks itself', () => {
    for (const socketType of ['PUB', 'XPUB']) {
      expect(
        old.map(([, hello]) => {
          const machine = new TestMachine({ socketType }).start();
          machine.feed(hello);
          return machine.delivered;
        }),
      ).toEqual([['01'], [], []]);
    }
  });

  it('1.0: that publisher, when it cannot take the news yet, goes on later', () => {
    const machine = new TestMachine({ socketType: 'XPUB' }).start();
    machine.sink.onMessage = () => false;
    machine.feed(Buffer.concat([fromHex('0100'), oldMessage('\x01a')]));
    expect([machine.isReading, machine.delivered]).toEqual([false, ['01']]);
    machine.sink.onMessage = () => true;
    machine.resume();
    expect(machine.delivered).toEqual(['01', '0161']);
  });

  it.each([
    ['1.0', (name: Buffer) => oldFrame(0, name)],
    ['2.0', (name: Buffer) => Buffer.concat([oldGreeting(1, 5), frame(0, name)])],
  ])(
    '%s: a routing id of 1, 255 and 1000 octets is read; one of more than MAX_HANDSHAKE_SIZE is not',
    (_name, hello) => {
      for (const size of [1, 253, 254, 255, 256, 1000, 65_536]) {
        const machine = new TestMachine({ socketType: 'ROUTER' }).start();
        machine.feed(hello(Buffer.alloc(size, 'i')));
        expect(machine.sink.peers[0]?.routingId).toHaveLength(size);
      }
      const machine = new TestMachine({ socketType: 'ROUTER' }).start();
      machine.feed(hello(Buffer.alloc(65_537, 'i')).subarray(0, 30));
      expect(machine.verdict).toBe('ProtocolViolation EMSGSIZE fatal');
    },
  );

  it('our own routing id goes out whole, also where its head was our signature', () => {
    for (const size of [1, 253, 254, 255]) {
      const routingId = 'i'.repeat(size);
      const bytes = Buffer.from(routingId);
      const newer = new TestMachine({ routingId }).start();
      newer.feed(oldGreeting(1, 5));
      expect(newer.sink.written.subarray(12).equals(frame(0, bytes))).toBe(true);
      const versioned = new TestMachine({ routingId }).start();
      versioned.feed(oldGreeting(0, 5));
      expect(versioned.sink.written.subarray(12).equals(oldFrame(0, bytes))).toBe(true);
      const older = new TestMachine({ routingId }).start();
      older.feed(fromHex('0100'));
      // The signature, read as the head of a long frame: its last octet is taken for flags.
      expect(older.sink.written.subarray(0, 9).equals(oldLongHeader(0, BigInt(size + 1)).subarray(0, 9))).toBe(true);
      expect(older.sink.written.subarray(10).equals(bytes)).toBe(true);
    }
  });

  it('ZMTP 1.0: a message of many frames, in reads of every size', () => {
    const parts = Array.from({ length: 300 }, (_, i) => Buffer.alloc(i, i));
    const wire = Buffer.concat(parts.map((part, i) => oldFrame(i < 299 ? MORE : 0, part)));
    for (const size of [1, 7, 1000, 65_536]) {
      const machine = new TestMachine().start();
      machine.feed(Buffer.concat([fromHex('0100'), wire]), size);
      expect(machine.sink.messages[0]?.map(({ data }) => data.equals(Buffer.alloc(data.length, data.length)))).toEqual(
        parts.map(() => true),
      );
    }
  });
});

describe('when older peers are refused', () => {
  it.each(olds)('with a security mechanism at once, so that nobody can talk us down: $description', ({ steps }) => {
    for (const size of [1, 1000]) {
      for (const options of [
        { mechanism: ['PLAIN', silent] as const },
        { zapDomain: 'global' },
        { allowZmtp2: false },
      ]) {
        const machine = new TestMachine(options);
        machine.start().feed(bytesOf(steps, 'peer'), size);
        expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
        expect(machine.sink.failure?.message).toMatch(/PLAIN|ZAP|ALLOW_ZMTP2/);
        expect(machine.sink.messages).toEqual([]);
        // The signature, and at most our major version: nothing that an older peer would take for a message.
        expect('ff00000000000000017f03').toContain(machine.sink.written.toString('hex'));
        expect(machine.sink.violations).toEqual([]);
      }
    }
  });

  it.each([
    ['text', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['TLS', fromHex('1603010200010001fc0303')],
    ['SSH', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')],
    ['a frame of length 0', fromHex('00')],
    ['a long frame whose flags are no end of a greeting', fromHex('ff000000000000000302')],
  ])('what cannot be a routing id is none, whoever says it: %s', (_name, bytes) => {
    const machine = new TestMachine().start();
    machine.feed(bytes, 1);
    expect([machine.verdict, machine.sink.written.length]).toEqual(['ProtocolViolation EPROTO fatal', 10]);
    expect(machine.sink.failure?.message).toContain('does not speak ZMTP');
  });
});
