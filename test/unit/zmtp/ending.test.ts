import { describe, expect, it } from '@jest/globals';
import type { IMechanismSink } from '../../../src/core/contracts/mechanism.js';
import { ZmqError } from '../../../src/core/errors.js';
import {
  COMMAND,
  frame,
  greeting,
  longHeader,
  message,
  parseCommand,
  parseFrames,
  ping,
  ready,
} from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

/** Everything that can still be told to a machine that is at its end. */
function tellEverything(machine: TestMachine): void {
  machine.feed(Buffer.concat([message('late'), ping(1), longHeader(0, 2n ** 64n - 1n)]));
  machine.feedChunk(message('late'));
  machine.resume();
  machine.machine.flushDue();
  machine.machine.flush();
  machine.now += 1_000_000;
  machine.tick();
  machine.release();
  machine.machine.refuse(new ZmqError('Internal', 'again'));
  machine.machine.close();
  machine.machine.close();
}

describe('the verdict is said once, and nothing is said after it', () => {
  it.each<[string, (machine: TestMachine) => void]>([
    ['a frame that is too large', (machine) => machine.feed(longHeader(0, 2n ** 64n - 1n))],
    ['the pattern, which cannot go on', (machine) => machine.machine.refuse(new ZmqError('ProtocolViolation', 'no'))],
    ['a silent peer', (machine) => machine.advance(10_000)],
  ])('%s', (_name, cause) => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeout: 100 }, maxMessageSize: 1000 }).connect();
    machine.machine.send('not flushed');
    cause(machine);
    expect(machine.sink.failures).toHaveLength(1);
    expect(machine.machine.ready).toBe(false);
    tellEverything(machine);
    expect(machine.sink.failures).toHaveLength(1);
    expect(machine.sink.messages).toEqual([]);
    expect(machine.sink.violations).toEqual([]);
  });

  it('while bytes are stuck', () => {
    const machine = new TestMachine().connect();
    machine.sink.accepting = false;
    machine.send('stuck');
    machine.feed(Buffer.concat([ping(0), longHeader(0, 2n ** 64n - 1n)]));
    machine.sink.accepting = true;
    tellEverything(machine);
    expect(machine.sink.failures).toHaveLength(1);
    expect(machine.sink.violations).toEqual([]);
  });

  it.each([
    ['the greeting', Buffer.from('nonsense')],
    ['the handshake', Buffer.concat([greeting(), message('x')])],
  ])('in %s', (_name, bytes) => {
    const machine = new TestMachine({ handshakeInterval: 100 }).start();
    machine.feed(bytes);
    tellEverything(machine);
    expect(machine.sink.failures).toHaveLength(1);
    expect(machine.sink.violations).toEqual([]);
  });

  it('what was collected and not written still counts as unsent, so that somebody can say that it is lost', () => {
    const machine = new TestMachine({ maxMessageSize: 100 }).connect();
    machine.machine.send('a');
    machine.machine.send('b');
    machine.feed(message(Buffer.alloc(101)));
    expect(machine.machine.unsent).toBe(2);
    machine.machine.flushDue();
    expect([machine.machine.unsent, machine.sink.written.length]).toEqual([2, 0]);
  });
});

describe('a machine that is closed from above', () => {
  it('says nothing at all any more', () => {
    const machine = new TestMachine({ heartbeat: { interval: 100, timeout: 100 } }).connect();
    machine.machine.close();
    tellEverything(machine);
    expect([machine.sink.failures, machine.sink.messages, machine.sink.written.length]).toEqual([[], [], 0]);
  });

  it('before it was started, or in the middle of the handshake, is just as quiet', () => {
    for (const bytes of [Buffer.alloc(0), greeting(), Buffer.concat([greeting(), ready('DEALER').subarray(0, 10)])]) {
      const machine = new TestMachine().start();
      machine.feed(bytes);
      machine.sink.takeWritten();
      machine.machine.close();
      tellEverything(machine);
      expect([machine.sink.failures, machine.sink.peers, machine.sink.written.length]).toEqual([[], [], 0]);
    }
  });

  it('leaves what it has delivered as it was', () => {
    const machine = new TestMachine().connect();
    machine.feed(message('kept', 'too'));
    machine.machine.close();
    expect(machine.sink.messages[0]?.map(String)).toEqual(['kept', 'too']);
  });
});

describe('a mechanism that takes its time (contract of IMechanism)', () => {
  /** A mechanism that a test plays. */
  function played(): { machine: TestMachine; sink: () => IMechanismSink; commands: string[]; closed: () => number } {
    let sink: IMechanismSink | undefined;
    let closed = 0;
    const commands: string[] = [];
    const machine = new TestMachine({
      mechanism: [
        'TEST',
        {
          start: (given) => {
            sink = given;
          },
          onCommand: (name, data) => void commands.push(`${name}:${data.toString('latin1')}`),
          close: () => {
            closed++;
          },
        },
      ],
    }).start();
    machine.feed(greeting({ mechanism: 'TEST' }));
    machine.sink.takeWritten();
    return { machine, sink: () => sink as IMechanismSink, commands, closed: () => closed };
  }

  it('hears every command of the handshake, with its data', () => {
    const { machine, commands } = played();
    machine.feed(
      Buffer.concat([frame(COMMAND, Buffer.from('\x05HELLOworld')), frame(COMMAND, Buffer.from('\x02HI'))]),
      3,
    );
    expect(commands).toEqual(['HELLO:world', 'HI:']);
  });

  it('may complete later, from a call of its own: then messages are taken, and not before', () => {
    const { machine, sink } = played();
    expect(machine.machine.ready).toBe(false);
    sink().sendCommand('READY', Buffer.from('data'));
    sink().complete(new Map([['socket-type', Buffer.from('DEALER')]]));
    const [first] = parseFrames(machine.sink.written);
    expect([first?.flags, parseCommand(first!.body).name]).toEqual([COMMAND, 'READY']);
    machine.feed(message('a'));
    expect(machine.delivered).toEqual(['61']);
  });

  it('may fail later, and is closed once', () => {
    const { machine, sink, closed } = played();
    sink().fail(new ZmqError('AuthenticationFailure', 'no', { fatal: true }));
    expect([machine.verdict, closed()]).toEqual(['AuthenticationFailure EACCES fatal', 1]);
    machine.machine.close();
    expect(closed()).toBe(1);
  });

  it('says nothing any more after the machine was closed', () => {
    const { machine, sink, closed } = played();
    machine.machine.close();
    sink().sendCommand('READY', Buffer.alloc(0));
    sink().complete(new Map());
    sink().fail(new ZmqError('Internal', 'late'));
    machine.machine.flushDue();
    expect([machine.sink.written.length, machine.sink.peers, machine.sink.failures, closed()]).toEqual([0, [], [], 1]);
  });

  it('its commands go out in order behind the greeting, even when the network is full', () => {
    const { machine, sink } = played();
    machine.sink.accepting = false;
    for (let i = 0; i < 100; i++) sink().sendCommand('STEP', Buffer.alloc(i, i));
    machine.endTurn();
    for (let i = 100; i < 200; i++) sink().sendCommand('STEP', Buffer.alloc(i, i));
    machine.release();
    const sizes = parseFrames(machine.sink.written).map(({ body }) => parseCommand(body).data.length);
    expect(sizes).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(machine.sink.violations).toEqual([]);
  });
});
