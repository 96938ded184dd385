import { describe, expect, it } from '@jest/globals';
import { Msg } from '../../../src/core/msg.js';
import { COMMAND, command, frame, greeting, LONG, MORE, parseFrames, ready } from '../../support/naive-zmtp.js';
import { subscription, TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Call {
  call: 'subscribe' | 'unsubscribe';
  topic: string;
  wire: string | null;
  wire_length?: number;
  head?: string;
}

interface PubSub {
  subscriber: { description: string; calls: Call[] }[];
  to_xpub: { description: string; hex: string | null; xpub_recv: string[] | null }[];
  xsub_application_sends: { xsub_send: string; wire: string }[];
}

const { subscriber, to_xpub: toXpub, xsub_application_sends: applicationSends } = vectors('pubsub') as PubSub;

describe('subscriptions are sent as libzmq sends them (RFC 37, "SUBSCRIBE"; RFC 23 for 3.0 peers)', () => {
  // An empty wire form is a call that the pattern does not pass on: nothing of the machine's.
  const calls = subscriber.flatMap(({ description, calls: list }) =>
    list.filter(({ wire }) => wire !== '').map((call) => ({ ...call, minor: description.includes('3.0') ? 0 : 1 })),
  );

  it.each(calls)(
    '$call "$topic" to a 3.$minor publisher',
    ({ call, topic, wire, wire_length: length, head, minor }) => {
      const machine = new TestMachine({ socketType: 'SUB' }).connect({ minor });
      machine.send(subscription(call === 'subscribe', topic.startsWith('x repeated') ? 'x'.repeat(300) : topic));
      const { written } = machine.sink;
      if (wire !== null) expect(written.toString('hex')).toBe(wire);
      if (head !== undefined) expect(written.toString('hex').slice(0, head.length)).toBe(head);
      if (length !== undefined) expect(written).toHaveLength(length);
    },
  );

  it.each([0, 1])(
    'to a 3.%d peer LONG follows from the size of the whole body, for every topic length (libzmq gets it wrong)',
    (minor) => {
      for (const subscribe of [true, false]) {
        for (let size = 240; size <= 260; size++) {
          const machine = new TestMachine({ socketType: 'XSUB' }).connect({ minor });
          const topic = Buffer.alloc(size, 0x74);
          machine.send(subscription(subscribe, topic));
          const body = minor === 0 ? Buffer.concat([Buffer.from([subscribe ? 1 : 0]), topic]) : undefined;
          const expected = body === undefined ? command(subscribe ? 'SUBSCRIBE' : 'CANCEL', topic) : frame(0, body);
          expect(machine.sink.written.equals(expected)).toBe(true);
          const [found] = parseFrames(machine.sink.written);
          expect((found?.flags as number) & ~LONG).toBe(minor === 0 ? 0 : COMMAND);
        }
      }
    },
  );

  it.each([
    [3, 2],
    [4, 0],
    [4, 1],
    [255, 0],
  ])('a publisher of version %d.%d gets commands: it knows all that 3.1 knows', (major, minor) => {
    const machine = new TestMachine({ socketType: 'SUB' }).start();
    machine.feed(Buffer.concat([greeting({ major, minor }), ready('PUB')]));
    machine.sink.takeWritten();
    machine.send(subscription(true, 'A'));
    expect(machine.sink.written.toString('latin1')).toBe('\x04\x0b\x09SUBSCRIBEA');
  });

  it.each(applicationSends.filter(({ wire }) => wire !== ''))(
    'what an XSUB application sends itself ($xsub_send) stays a message on a 3.1 connection',
    ({ xsub_send: body, wire }) => {
      for (const form of [fromHex(body), new Msg(fromHex(body)), [fromHex(body)]]) {
        const machine = new TestMachine({ socketType: 'XSUB' }).connect();
        machine.send(form);
        expect(machine.sink.written.toString('hex')).toBe(wire);
      }
    },
  );
});

describe('subscriptions are taken in both forms on every version (libzmq)', () => {
  const received = toXpub.flatMap(({ description, hex, xpub_recv: delivered }) =>
    // What the pattern does not deliver (a duplicate), the machine hands to it all the same.
    hex === null ? [] : [{ description, hex, delivered: delivered ?? ['0142'] }],
  );

  it.each(received)('$description', ({ hex, delivered }) => {
    for (const minor of [0, 1]) {
      const machine = new TestMachine({ socketType: 'XPUB' }).connect({ minor });
      machine.feed(fromHex(hex));
      expect(machine.delivered).toEqual(delivered);
    }
  });

  it.each([0, 1, 244, 245, 246, 255, 256, 70_000])('a topic of %d octets', (size) => {
    const machine = new TestMachine({ socketType: 'PUB' }).connect();
    const topic = Buffer.alloc(size, 0x74);
    machine.feed(Buffer.concat([command('SUBSCRIBE', topic), command('CANCEL', topic), command('SUBSCRIBE', 'end')]));
    expect(machine.delivered).toEqual([`01${'74'.repeat(size)}`, `00${'74'.repeat(size)}`, '01656e64']);
  });

  it('a command between the frames of a message leaves the message whole', () => {
    const machine = new TestMachine({ socketType: 'XPUB' }).connect();
    machine.feed(Buffer.concat([frame(MORE, Buffer.from('a')), command('SUBSCRIBE', 'T'), frame(0, Buffer.from('b'))]));
    expect(machine.delivered).toEqual(['0154', '61|62']);
  });

  it('a publisher that stops reading stops at the very subscription', () => {
    const machine = new TestMachine({ socketType: 'XPUB' }).connect();
    machine.sink.onMessage = () => false;
    machine.feed(Buffer.concat([command('SUBSCRIBE', 'a'), command('CANCEL', 'b'), command('SUBSCRIBE', 'c')]));
    expect(machine.delivered).toEqual(['0161']);
    machine.resume();
    expect(machine.delivered).toEqual(['0161', '0062']);
    machine.resume();
    expect(machine.delivered).toEqual(['0161', '0062', '0163']);
  });
});

describe('a socket that nobody can subscribe to', () => {
  it.each(['PAIR', 'REQ', 'REP', 'DEALER', 'ROUTER', 'PULL', 'PUSH', 'SUB', 'XSUB', 'RADIO', 'DISH'])(
    'a %s never gets a command as if it were a message: SUBSCRIBE and CANCEL are ignored',
    (socketType) => {
      const machine = new TestMachine({ socketType }).connect();
      machine.feed(Buffer.concat([command('SUBSCRIBE', 'T'), command('CANCEL', 'T'), frame(0, Buffer.from('x'))]));
      expect(machine.delivered).toEqual(['78']);
    },
  );
});

describe('groups (RFC 48)', () => {
  it.each([0, 1])('a DISH joins and leaves by commands, at a 3.%d peer too', (minor) => {
    const machine = new TestMachine({ socketType: 'DISH' }).connect({ minor });
    machine.send(subscription(true, 'grp'));
    machine.send(subscription(false, 'grp'));
    expect(machine.sink.written.toString('hex')).toBe('0408044a4f494e6772700409054c45415645677270');
  });

  it('to a RADIO, JOIN and LEAVE are messages: 01 or 00, then the group', () => {
    const machine = new TestMachine({ socketType: 'RADIO' }).connect();
    machine.feed(Buffer.concat([command('JOIN', 'grp'), command('LEAVE', 'grp'), command('JOIN', '')]));
    expect(machine.delivered).toEqual(['01677270', '00677270', '01']);
  });

  it.each(['DISH', 'XPUB', 'PUB', 'SUB', 'SERVER', 'PULL'])('a %s ignores JOIN and LEAVE', (socketType) => {
    const machine = new TestMachine({ socketType }).connect();
    machine.feed(Buffer.concat([command('JOIN', 'T'), command('LEAVE', 'T'), frame(0, Buffer.from('x'))]));
    expect(machine.delivered).toEqual(['78']);
  });
});
