import { describe, expect, it } from '@jest/globals';
import { COMMAND, command, frame, greeting, message, ping, pong, property, ready } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

/** A machine that waits for the READY of its peer. */
function waiting(): TestMachine {
  const machine = new TestMachine({ socketType: 'ROUTER' }).start();
  machine.feed(greeting());
  return machine;
}

const VIOLATION = 'ProtocolViolation EPROTO fatal';

describe('what may not come before READY (RFC 37, "NULL"; zmtp 12)', () => {
  it.each([
    ['a message', message('hello')],
    ['an empty message', message('')],
    ['a message of several frames', message('a', 'b')],
    ['PING', ping(0)],
    ['PONG', pong()],
    ['SUBSCRIBE', command('SUBSCRIBE', 'T')],
    ['HELLO', command('HELLO', '\x05admin\x06secret')],
    ['WELCOME', command('WELCOME')],
    ['INITIATE', command('INITIATE', property('Socket-Type', 'DEALER'))],
    ['READY in small letters', command('ready', property('Socket-Type', 'DEALER'))],
    ['a name longer than its frame', frame(COMMAND, Buffer.from('\x06READY'))],
    [
      'a name that reaches into the next frame',
      Buffer.concat([frame(COMMAND, Buffer.from('\x05READ')), Buffer.from('Y')]),
    ],
    ['a command without a name', frame(COMMAND, Buffer.from('\0'))],
    ['a frame without a body', frame(COMMAND, Buffer.alloc(0))],
    ['another greeting', greeting()],
  ])('%s closes the connection', (_name, bytes) => {
    const machine = waiting();
    machine.feed(Buffer.concat([bytes, ready('DEALER'), message('late')]));
    expect(machine.sink.failures).toHaveLength(1);
    expect(machine.sink.failure?.fatal).toBe(true);
    expect(machine.sink.failure?.code).toBe('ProtocolViolation');
    expect([machine.sink.peers, machine.sink.messages, machine.sink.violations]).toEqual([[], [], []]);
  });

  it('messages may come right behind READY, in one piece with it and with the greeting', () => {
    const machine = new TestMachine({ socketType: 'ROUTER' }).start();
    machine.feed(Buffer.concat([greeting(), ready('DEALER'), message('a'), message('b', 'c')]));
    expect(machine.delivered).toEqual(['61', '62|63']);
  });

  it('a second READY is nothing but an unknown command: it changes nothing of what is known', () => {
    const machine = waiting();
    machine.feed(
      Buffer.concat([ready('DEALER', 'one'), ready('PUB', 'two'), command('READY', Buffer.from([255])), message('a')]),
    );
    expect(machine.sink.peers.map(({ routingId }) => routingId.toString())).toEqual(['one']);
    expect([machine.delivered, machine.verdict]).toEqual([['61'], 'open']);
    expect(machine.sink.messages[0]?.[0]?.metadata?.routingId.toString()).toBe('one');
  });
});

describe('ERROR ends the handshake for good (RFC 37; libzmq tells three statuses apart)', () => {
  const error = (reason: string): Buffer => command('ERROR', Buffer.from([reason.length, ...Buffer.from(reason)]));

  it.each(['300', '400', '500'])('%s is a refused authentication', (reason) => {
    const machine = waiting();
    machine.feed(error(reason));
    expect(machine.verdict).toBe('AuthenticationFailure EACCES fatal');
    expect(machine.sink.failure?.message).toContain(reason);
  });

  it.each(['', '200', '401', '4000', '400 ', '600', 'Invalid client', 'x'.repeat(255)])(
    '"%s" is a closed connection',
    (reason) => {
      const machine = waiting();
      machine.feed(error(reason));
      expect(machine.verdict).toBe('ConnectionClosed EPIPE fatal');
    },
  );

  it.each([
    ['no length', ''],
    ['a length that is too small', '\x02400'],
    ['a length that is too large', '\x04400'],
    ['octets after the reason', '\x03400!'],
  ])('with %s it is a violation of the protocol', (_name, data) => {
    const machine = waiting();
    machine.feed(command('ERROR', data));
    expect(machine.verdict).toBe(VIOLATION);
  });

  it('a reason is shown in one line, whatever is in it', () => {
    const machine = waiting();
    machine.feed(error('line\nline\0"'));
    expect(machine.sink.failure?.message).not.toMatch(/[\n\0]/);
  });

  it('after the handshake it is ignored, as libzmq does', () => {
    const machine = new TestMachine().connect();
    machine.feed(Buffer.concat([error('400'), message('a')]));
    expect([machine.delivered, machine.verdict]).toEqual([['61'], 'open']);
  });
});

describe('ZMQ_HANDSHAKE_IVL', () => {
  const LATE = 'Timeout ETIMEDOUT';

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a greeting', greeting().subarray(0, 32)],
    ['a greeting', greeting()],
    ['a greeting and half a READY', Buffer.concat([greeting(), ready('DEALER').subarray(0, 20)])],
  ])('a peer that has sent %s by then is given up, and may be tried again', (_name, bytes) => {
    const machine = new TestMachine({ handshakeInterval: 300 }).start();
    machine.feed(bytes);
    expect(machine.machine.nextDeadline).toBe(machine.now + 300);
    machine.advance(299);
    expect(machine.verdict).toBe('open');
    machine.advance(1);
    expect(machine.verdict).toBe(LATE);
    expect(machine.sink.failure?.message).toContain('ZMQ_HANDSHAKE_IVL');
    expect(machine.sink.violations).toEqual([]);
  });

  it('counts from the start: bytes that drip in do not prolong it', () => {
    const machine = new TestMachine({ handshakeInterval: 300 }).start();
    for (const octet of greeting()) {
      machine.feed(Buffer.from([octet]));
      machine.advance(5);
    }
    expect(machine.verdict).toBe(LATE);
  });

  it('does not count any more when the handshake is complete', () => {
    const machine = new TestMachine({ handshakeInterval: 300 }).connect();
    expect(machine.machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
    machine.now += 10_000;
    machine.tick();
    expect(machine.verdict).toBe('open');
  });

  it('0: a handshake may take for ever', () => {
    const machine = new TestMachine({ handshakeInterval: 0 }).start();
    expect(machine.machine.nextDeadline).toBe(Number.POSITIVE_INFINITY);
    machine.now += 10_000_000;
    machine.tick();
    expect(machine.verdict).toBe('open');
  });

  it('is still waited for after a tick that came too early', () => {
    const machine = new TestMachine({ handshakeInterval: 300 }).start();
    machine.now += 299;
    machine.tick();
    expect([machine.verdict, machine.machine.nextDeadline]).toEqual(['open', machine.now + 1]);
    machine.now += 1;
    machine.tick();
    expect(machine.verdict).toBe(LATE);
  });
});
