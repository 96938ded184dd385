import { describe, expect, it } from '@jest/globals';
import { allocationsOf } from '../../support/allocations.js';
import { command, frame, greeting, LONG, longHeader, MORE, message, property } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

const MB = 1 << 20;
const TOO_LARGE = 'ProtocolViolation EMSGSIZE fatal';

describe('a peer is not believed on its word', () => {
  it.each([
    ['2^32', 2n ** 32n],
    ['2^40', 2n ** 40n],
    ['2^47', 2n ** 47n],
    ['2^53', 2n ** 53n],
    ['2^63 - 1', 2n ** 63n - 1n],
    ['2^63', 2n ** 63n],
    ['2^64 - 1', 2n ** 64n - 1n],
  ])(
    'a frame that declares %s octets makes nothing of that size: it is refused, or grows with what comes',
    (_name, size) => {
      for (const flags of [0, MORE, 4]) {
        const machine = new TestMachine().connect();
        const { largest, total } = allocationsOf(() => {
          machine.feed(longHeader(flags, size));
          for (let i = 0; i < 4; i++) machine.feed(Buffer.alloc(1000, 1));
        });
        expect(largest).toBeLessThanOrEqual(16 * MB);
        expect(total).toBeLessThanOrEqual(20 * MB);
        if (machine.verdict !== 'open') expect(machine.verdict).toBe(TOO_LARGE);
        expect([machine.sink.messages, machine.sink.violations]).toEqual([[], []]);
      }
    },
  );

  it('nor in the handshake', () => {
    const machine = new TestMachine().start();
    machine.feed(greeting());
    const { largest } = allocationsOf(() => machine.feed(longHeader(4, 2n ** 31n)));
    expect(largest).toBeLessThanOrEqual(16 * MB);
  });

  it('the memory of a large body grows as its bytes come, and the body is whole at the end', () => {
    const body = Buffer.alloc(40 * MB);
    for (let i = 0; i < body.length; i += 4093) body[i] = i % 251;
    const machine = new TestMachine().connect();
    machine.feed(longHeader(0, BigInt(body.length)));
    const first = allocationsOf(() => machine.feed(body.subarray(0, MB), 65_536));
    expect(first.total).toBeLessThanOrEqual(16 * MB + MB);
    const rest = allocationsOf(() => machine.feed(body.subarray(MB), MB));
    expect(rest.total).toBeLessThanOrEqual(3 * body.length);
    machine.feed(message('next'));
    expect(machine.sink.messages[0]?.[0]?.data.equals(body)).toBe(true);
    expect(machine.sink.messages[1]?.[0]?.toString()).toBe('next');
  });

  it('a size that no machine can hold is refused at the header, whatever ZMQ_MAXMSGSIZE is', () => {
    for (const maxMessageSize of [-1, Number.MAX_SAFE_INTEGER]) {
      const machine = new TestMachine({ maxMessageSize }).connect();
      machine.feed(longHeader(0, 2n ** 64n - 1n));
      expect(machine.verdict).toBe(TOO_LARGE);
    }
  });
});

describe('memory in proportion to what came', () => {
  it.each([8000, 60_000, 65_000, 65_535])('a frame of %d octets that comes octet by octet', (size) => {
    const machine = new TestMachine().connect();
    const bytes = message(Buffer.alloc(size));
    const { total } = allocationsOf(() => machine.feed(bytes, 1));
    expect(machine.sink.messages).toHaveLength(1);
    expect(total).toBeLessThanOrEqual(2 * MB);
  });

  it('a chunk of 4 MB that comes at a reader that has stopped', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => false;
    const chunk = Buffer.concat(Array.from({ length: 4096 }, () => message(Buffer.alloc(1021))));
    const { total } = allocationsOf(() => machine.feedChunk(chunk));
    expect(machine.sink.messages).toHaveLength(1);
    expect(total).toBeLessThanOrEqual(32 * MB);
    machine.sink.onMessage = () => true;
    machine.resume();
    expect(machine.sink.messages).toHaveLength(4096);
  });

  it('a connection that has just been made costs little', () => {
    const { total } = allocationsOf(() => void new TestMachine().connect());
    expect(total).toBeLessThanOrEqual(32_768);
  });
});

describe('ZMQ_MAXMSGSIZE', () => {
  // READY of a DEALER takes 35 octets, and has to pass.
  it.each([40, 100, 254, 255, 256, 65_535, 65_536, 100_000])(
    '%d: a frame of that size is taken; the header of a larger one closes the connection',
    (limit) => {
      for (const long of [false, true]) {
        const machine = new TestMachine({ maxMessageSize: limit }).connect();
        machine.feed(frame(0, Buffer.alloc(limit), long || limit > 255));
        expect(machine.sink.messages).toHaveLength(1);
        const larger = frame(0, Buffer.alloc(limit + 1), long || limit + 1 > 255);
        const headerSize = ((larger[0] as number) & LONG) === 0 ? 2 : 9;
        const { total } = allocationsOf(() => machine.feed(larger.subarray(0, headerSize)));
        expect(machine.verdict).toBe(TOO_LARGE);
        expect(machine.sink.failure?.message).toContain(`ZMQ_MAXMSGSIZE is ${limit}`);
        expect(total).toBeLessThanOrEqual(65_536);
      }
    },
  );

  it('counts for each frame, not for the message (libzmq)', () => {
    const machine = new TestMachine({ maxMessageSize: 64 }).connect();
    machine.feed(message(Buffer.alloc(60), Buffer.alloc(60), Buffer.alloc(64)));
    expect(machine.sink.messages).toHaveLength(1);
    expect(machine.verdict).toBe('open');
  });

  it('counts for handshake commands too: with 10, every handshake fails at READY (libzmq)', () => {
    const machine = new TestMachine({ maxMessageSize: 10 }).connect();
    expect(machine.verdict).toBe(TOO_LARGE);
    expect(machine.sink.peers).toEqual([]);
  });

  it('counts for the commands of the traffic', () => {
    const machine = new TestMachine({ maxMessageSize: 64 }).connect();
    machine.feed(command('WHAT', Buffer.alloc(59)));
    expect(machine.verdict).toBe('open');
    machine.feed(command('WHAT', Buffer.alloc(60)));
    expect(machine.verdict).toBe(TOO_LARGE);
  });

  it('lets what came before the frame be delivered', () => {
    const machine = new TestMachine({ maxMessageSize: 64 }).connect();
    machine.feed(Buffer.concat([message('one'), message('two', 'three'), message(Buffer.alloc(65)), message('four')]));
    expect(machine.sink.messages.map(String)).toEqual(['one', 'two,three']);
    expect(machine.verdict).toBe(TOO_LARGE);
  });

  it('-1 is no limit', () => {
    const machine = new TestMachine({ maxMessageSize: -1 }).connect();
    machine.feed(message(Buffer.alloc(20 * MB)), MB);
    expect(machine.sink.messages).toHaveLength(1);
  });
});

describe('MAX_HANDSHAKE_SIZE', () => {
  const tooMuch = (limit: number): Buffer => command('READY', Buffer.alloc(limit - 5));

  it('the header of a larger command closes the connection before anything of it is kept', () => {
    const machine = new TestMachine().start();
    machine.feed(greeting());
    const header = tooMuch(65_536).subarray(0, 9);
    const { total } = allocationsOf(() => machine.feed(header));
    expect(machine.verdict).toBe(TOO_LARGE);
    expect(machine.sink.failure?.message).toContain('MAX_HANDSHAKE_SIZE is 65536');
    expect(total).toBeLessThanOrEqual(65_536);
  });

  it('metadata up to that size is taken, and after the handshake it means nothing', () => {
    const machine = new TestMachine({ maxHandshakeSize: 1000 }).start();
    const data = Buffer.concat([
      property('Socket-Type', 'DEALER'),
      property('X-Much', Buffer.alloc(1000 - 6 - 22 - 11)),
    ]);
    machine.feed(Buffer.concat([greeting(), command('READY', data), message(Buffer.alloc(100_000))]));
    expect([data.length, machine.verdict, machine.sink.messages.length]).toEqual([994, 'open', 1]);
    const other = new TestMachine({ maxHandshakeSize: 999 }).start();
    other.feed(Buffer.concat([greeting(), command('READY', data)]));
    expect(other.verdict).toBe(TOO_LARGE);
  });

  it('the smaller one of it and ZMQ_MAXMSGSIZE counts; -1 is no limit', () => {
    const cases: [number, number, number, string][] = [
      [100, -1, 101, TOO_LARGE],
      [-1, 100, 101, TOO_LARGE],
      [100, 1000, 101, TOO_LARGE],
      [1000, 100, 101, TOO_LARGE],
      [-1, -1, 1_000_000, 'ProtocolViolation EPROTO fatal'],
    ];
    for (const [maxHandshakeSize, maxMessageSize, size, verdict] of cases) {
      const machine = new TestMachine({ maxHandshakeSize, maxMessageSize }).start();
      machine.feed(Buffer.concat([greeting(), command('READY', Buffer.alloc(size - 6, 0xff))]));
      expect(machine.verdict).toBe(verdict);
    }
  });
});

describe('the properties of a peer (MAX_PROPERTIES)', () => {
  const ready = (count: number): Buffer =>
    command('READY', Buffer.concat(Array.from({ length: count }, (_, i) => property(`X-${i}`, ''))));

  it.each([
    [1024, 'open'],
    [1025, 'ProtocolViolation EPROTO fatal'],
  ])('%d: %s', (count, verdict) => {
    const machine = new TestMachine().start();
    machine.feed(Buffer.concat([greeting(), ready(count)]));
    expect(machine.verdict).toBe(verdict);
  });
});

describe('MAX_COMMAND_SIZE', () => {
  it('a larger command closes the connection at its header, or when it is here at once', () => {
    for (const limit of [1 << 20, 1000]) {
      const machine = new TestMachine({ maxCommandSize: limit, socketType: 'XPUB' }).connect();
      machine.feed(command('SUBSCRIBE', Buffer.alloc(limit - 10)));
      expect([machine.verdict, machine.sink.messages.length]).toEqual(['open', 1]);
      const larger = command('SUBSCRIBE', Buffer.alloc(limit - 9));
      const whole = new TestMachine({ maxCommandSize: limit, socketType: 'XPUB' }).connect();
      whole.feed(larger);
      expect([whole.verdict, whole.sink.messages.length]).toEqual([TOO_LARGE, 0]);
      machine.feed(larger.subarray(0, 9));
      expect(machine.verdict).toBe(TOO_LARGE);
      expect(machine.sink.failure?.message).toContain(`MAX_COMMAND_SIZE is ${limit}`);
    }
  });

  it('is nothing to messages, and -1 is no limit', () => {
    const machine = new TestMachine({ maxCommandSize: 1000 }).connect();
    machine.feed(message(Buffer.alloc(100_000)));
    expect([machine.verdict, machine.sink.messages.length]).toEqual(['open', 1]);
    const unlimited = new TestMachine({ maxCommandSize: -1, socketType: 'XPUB' }).connect();
    unlimited.feed(command('SUBSCRIBE', Buffer.alloc(5 * MB)));
    expect([unlimited.verdict, unlimited.sink.messages.length]).toEqual(['open', 1]);
  });

  it('a flood of commands that nobody knows leaves nothing behind', () => {
    const machine = new TestMachine().connect();
    const flood = Buffer.concat(Array.from({ length: 2000 }, () => command('WHAT', Buffer.alloc(100))));
    const { total } = allocationsOf(() => {
      for (let i = 0; i < 20; i++) machine.feed(flood, 65_536);
    });
    expect([machine.verdict, machine.sink.messages.length, machine.sink.written.length]).toEqual(['open', 0, 0]);
    // No more than the memory that the reads go into.
    expect(total).toBeLessThanOrEqual(2 * 20 * flood.length);
  });
});

describe('the frames of one message (MAX_FRAMES_PER_MESSAGE)', () => {
  const LIMIT = 1 << 20;

  /** A message of so many empty frames. */
  function frames(count: number): Buffer {
    const bytes = Buffer.alloc(count * 2);
    for (let i = 0; i < count - 1; i++) bytes[i * 2] = MORE;
    return bytes;
  }

  it('as many as are allowed are delivered', () => {
    const machine = new TestMachine().connect();
    machine.feed(frames(LIMIT), 65_536);
    expect([machine.verdict, machine.sink.messages[0]?.length]).toEqual(['open', LIMIT]);
  });

  it('one more closes the connection', () => {
    const machine = new TestMachine().connect();
    machine.feed(frames(LIMIT + 1), 65_536);
    expect([machine.verdict, machine.sink.messages.length]).toEqual(['ProtocolViolation EPROTO fatal', 0]);
  });
});
