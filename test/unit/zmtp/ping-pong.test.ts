import { describe, expect, it } from '@jest/globals';
import { command, frame, MORE, message, parseFrames, ping, pong } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Heartbeats {
  sent: { description: string; hex: string }[];
  ping_pong: { description: string; ping: string; pong: string }[];
  ttl_bug: { ttl_deciseconds: number; ping: string; expected_ms: number }[];
}

const { sent, ping_pong: pairs, ttl_bug: times } = vectors('heartbeat') as Heartbeats;

describe('PING and PONG on the wire (RFC 37, "Connection heartbeating")', () => {
  it.each([
    [1250, sent[0]?.hex],
    [0, sent[1]?.hex],
    [99, '04070450494e470000'],
    [100, '04070450494e470001'],
    [65_500, '04070450494e47028f'],
  ])('HEARTBEAT_TTL %d ms is sent in tenths of a second, rounded down', (timeToLive, hex) => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeToLive } }).connect();
    machine.advance(100);
    expect(machine.sink.written.toString('hex')).toBe(hex);
  });

  it.each([65_600, 66_000, 6_553_500])(
    'HEARTBEAT_TTL %d ms is never sent as more than 655: libzmq wraps at 16 bits',
    (timeToLive) => {
      const machine = new TestMachine({ heartbeat: { interval: 100, timeToLive } }).connect();
      machine.advance(100);
      expect(machine.sink.written.readUInt16BE(7)).toBeLessThanOrEqual(655);
    },
  );

  it.each(pairs)('$description', (vector) => {
    const machine = new TestMachine().connect();
    machine.feed(fromHex(vector.ping));
    expect(machine.sink.written.toString('hex')).toBe(vector.pong);
  });

  it.each(times)('a TTL of $ttl_deciseconds tenths is $expected_ms ms, in more than 16 bits', (vector) => {
    const machine = new TestMachine().connect();
    machine.feed(fromHex(vector.ping));
    machine.advance(vector.expected_ms - 1);
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe('Timeout ETIMEDOUT');
  });

  it.each(['', '\0'])(
    'a PING without a whole TTL (%j) is not answered: libzmq would answer with its own memory',
    (data) => {
      const machine = new TestMachine().connect();
      machine.feed(command('PING', data));
      expect([machine.sink.written.length, machine.verdict]).toEqual([0, 'open']);
    },
  );

  it.each([
    ['PINGs', ping(0)],
    ['commands that nobody knows', command('WHAT', 'is this')],
    ['commands without a name', frame(4, Buffer.alloc(0))],
    ['subscriptions to what is no publisher', command('SUBSCRIBE', 'x')],
  ])('a flood of %s has its turn like everybody, and what is behind it comes', (_what, flood) => {
    const machine = new TestMachine({ socketType: 'PULL' }).connect();
    machine.feed(Buffer.concat([...Array.from({ length: 2500 }, () => flood), message('behind it')]));
    const { sink } = machine;
    for (const rests of [1, 2]) {
      expect([sink.rests, machine.isReading, machine.delivered]).toEqual([rests, false, []]);
      machine.resume();
    }
    expect([sink.rests, sink.messages.map(String), machine.verdict]).toEqual([2, ['behind it'], 'open']);
  });

  it('a PING between the frames of a message is answered, and leaves the message whole', () => {
    const machine = new TestMachine().connect();
    machine.feed(Buffer.concat([frame(MORE, Buffer.from('a')), ping(0, 'x'), frame(0, Buffer.from('b'))]));
    expect(machine.delivered).toEqual(['61|62']);
    expect(machine.sink.written.equals(pong('x'))).toBe(true);
  });

  it('every PING of one read is answered in order, while the network takes our bytes', () => {
    const machine = new TestMachine().connect();
    const contexts = Array.from({ length: 5000 }, (_, i) => String(i));
    machine.feed(Buffer.concat(contexts.map((context) => ping(0, context))));
    while (!machine.isReading) machine.resume();
    const answers = parseFrames(machine.sink.written).map(({ body }) => body.toString('latin1'));
    expect(answers).toEqual(contexts.map((context) => `\x04PONG${context}`));
  });

  it('of a flood of PINGs that comes while our bytes are stuck at most one PONG is owed, the last', () => {
    const machine = new TestMachine().connect();
    machine.sink.accepting = false;
    machine.send('stuck');
    for (let i = 0; i < 1000; i++) {
      machine.feed(Buffer.concat(Array.from({ length: 100 }, (_, j) => ping(0, `${i}.${j}`))));
      if (!machine.isReading) machine.resume();
    }
    expect(machine.sink.stuck).toBe(true);
    machine.release();
    const frames = parseFrames(machine.sink.written).map(({ body }) => body.toString('latin1'));
    expect(frames).toEqual(['stuck', '\x04PONG999.99']);
    machine.feed(ping(0, 'later'));
    machine.send('free');
    expect(
      parseFrames(machine.sink.written)
        .map(({ body }) => body.toString('latin1'))
        .slice(2),
    ).toEqual(['\x04PONGlater', 'free']);
    expect(machine.sink.violations).toEqual([]);
  });
});
