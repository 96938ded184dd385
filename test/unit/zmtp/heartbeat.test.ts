import { describe, expect, it } from '@jest/globals';
import { frame, greeting, MORE, message, parseFrames, ping, pong, ready } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

/** How many PINGs were written since the last time. */
function pings(machine: TestMachine): number {
  return parseFrames(machine.sink.takeWritten()).filter(({ body }) => body.toString('latin1').startsWith('\x04PING'))
    .length;
}

const LOST = 'Timeout ETIMEDOUT';

describe('ZMQ_HEARTBEAT_IVL', () => {
  it('0: no PING, and no time at which to be asked', () => {
    const machine = new TestMachine({ heartbeat: { interval: 0, timeout: 100 } }).connect();
    expect(machine.machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
    machine.advance(100_000);
    expect([pings(machine), machine.verdict]).toEqual([0, 'open']);
  });

  it('a PING each interval from the end of the handshake on, whatever the traffic', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100 } }).connect();
    machine.advance(99);
    expect(pings(machine)).toBe(0);
    machine.advance(1);
    expect(pings(machine)).toBe(1);
    for (let i = 0; i < 20; i++) {
      machine.send('busy');
      machine.feed(message('busy'));
      machine.advance(50);
    }
    expect(pings(machine)).toBe(10);
  });

  it('does not begin before the handshake is complete', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeout: 100 } });
    machine.start().feed(greeting());
    machine.sink.takeWritten();
    machine.advance(1000);
    expect([machine.sink.written.length, machine.verdict]).toEqual([0, 'open']);
    machine.feed(ready('DEALER'));
    machine.advance(99);
    expect(pings(machine)).toBe(0);
    machine.advance(1);
    expect(pings(machine)).toBe(1);
  });

  it('goes to a ZMTP 3.0 peer too, as with libzmq', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100 } }).connect({ minor: 0 });
    machine.advance(100);
    expect(pings(machine)).toBe(1);
  });

  it('while our bytes are stuck no PING is piled up behind them', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100 } }).connect();
    machine.sink.accepting = false;
    machine.send('stuck');
    machine.advance(10_000);
    machine.release();
    expect(pings(machine)).toBe(0);
    machine.advance(100);
    expect(pings(machine)).toBe(1);
  });
});

describe('ZMQ_HEARTBEAT_TIMEOUT', () => {
  const heartbeat = { interval: 100, timeout: 250 };

  it('waits for no answer to a PING that could not be sent, because the network took nothing', () => {
    const machine = new TestMachine({ heartbeat }).connect();
    machine.sink.accepting = false;
    machine.send('stuck');
    machine.advance(10_000);
    expect(machine.verdict).toBe('open');
    machine.release();
    machine.advance(100 + 250);
    expect(machine.verdict).toBe(LOST);
  });

  it('a peer that says nothing after a PING is given up when the time-out is over', () => {
    const machine = new TestMachine({ heartbeat }).connect();
    machine.advance(349);
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe(LOST);
  });

  it('may be shorter than the interval', () => {
    const machine = new TestMachine({ heartbeat: { interval: 1000, timeout: 10 } }).connect();
    machine.advance(1009);
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe(LOST);
  });

  it('0: a silent peer is never given up', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeout: 0 } }).connect();
    machine.advance(100_000);
    expect([machine.verdict, pings(machine)]).toEqual(['open', 1000]);
  });

  it('is not fatal: whoever connected connects again', () => {
    const machine = new TestMachine({ heartbeat }).connect();
    machine.advance(1000);
    expect(machine.sink.failure?.fatal).toBe(false);
    expect(machine.sink.failures).toHaveLength(1);
  });

  it.each([
    ['PONG', pong()],
    ['a message', message('x')],
    ['a PING of its own', ping(0)],
    ['a frame of a message that is not complete', frame(MORE, Buffer.from('x'))],
    ['an unknown command', frame(4, Buffer.from('\x02HI'))],
  ])('anything that comes counts as a sign of life: %s', (_name, bytes) => {
    const machine = new TestMachine({ heartbeat }).connect();
    for (let i = 0; i < 50; i++) {
      machine.advance(100);
      machine.feed(bytes);
    }
    expect(machine.verdict).toBe('open');
    machine.advance(249);
    expect(machine.verdict).toBe('open');
    machine.advance(200);
    expect(machine.verdict).toBe(LOST);
  });

  it('a large message that arrives slowly is a sign of life all the time', () => {
    const machine = new TestMachine({ heartbeat }).connect();
    const bytes = message(Buffer.alloc(200_000));
    for (let at = 0; at < bytes.length; at += 2000) {
      machine.advance(200);
      machine.feed(bytes.subarray(at, at + 2000));
    }
    expect([machine.verdict, machine.sink.messages.length]).toEqual(['open', 1]);
  });

  it('what was heard before the PING does not count for it', () => {
    const machine = new TestMachine({ heartbeat }).connect();
    machine.advance(99);
    machine.feed(message('x'));
    machine.advance(250);
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe(LOST);
  });
});

describe('the TTL of a PING (RFC 37: the peer says when it is to be given up)', () => {
  it('0 promises nothing', () => {
    const machine = new TestMachine().connect();
    machine.feed(ping(0));
    expect(machine.machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
  });

  it('the next PING renews the promise', () => {
    const machine = new TestMachine().connect();
    for (let i = 0; i < 50; i++) {
      machine.feed(ping(1));
      machine.advance(99);
    }
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe(LOST);
  });

  it.each([
    ['in a read of its own', false],
    ['in the same read', true],
  ])('a later frame takes the promise back, until the next PING: %s', (_name, together) => {
    const machine = new TestMachine().connect();
    const pieces = [ping(1), message('x')];
    for (const bytes of together ? [Buffer.concat(pieces)] : pieces) machine.feed(bytes);
    machine.advance(10_000);
    expect(machine.verdict).toBe('open');
    machine.feed(ping(1));
    machine.advance(100);
    expect(machine.verdict).toBe(LOST);
  });
});

describe('a reader of ours that has stopped', () => {
  const heartbeat = { interval: 100, timeout: 100 };

  function stopped(): TestMachine {
    const machine = new TestMachine({ heartbeat }).connect();
    machine.sink.onMessage = () => false;
    machine.feed(message('full'));
    expect(machine.isReading).toBe(false);
    return machine;
  }

  it('is no reason to give the peer up: while we do not read, silence says nothing', () => {
    const machine = stopped();
    machine.advance(100_000);
    expect(machine.verdict).toBe('open');
  });

  it('is no reason either when the peer had promised to go on', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => false;
    machine.feed(Buffer.concat([ping(5), message('full')]));
    machine.advance(100_000);
    expect(machine.verdict).toBe('open');
  });

  it('gives the peer a whole time-out when it reads again', () => {
    const machine = stopped();
    machine.advance(199);
    machine.resume();
    machine.advance(1);
    expect(machine.verdict).toBe('open');
    machine.advance(1000);
    expect(machine.verdict).toBe(LOST);
  });
});
