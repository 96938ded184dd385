import { describe, expect, it } from '@jest/globals';
import { greeting, ready } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Greetings {
  cases: { name: string; stages: { hex: string }[]; hex: string }[];
  acceptance: { name: string; hex: string; accepted: boolean }[];
}

const { cases, acceptance } = vectors('greetings') as Greetings;

/** A mechanism that says nothing: only the greeting is looked at. */
const silent = { start: () => undefined, onCommand: () => undefined, close: () => undefined };

describe('the greeting goes out in three stages (RFC 37, "Greeting"; libzmq captures)', () => {
  it.each(cases)('$name: signature at once, version after the peer signature, the rest after its version', (vector) => {
    const mechanism = (vector.name.split(/[-+]/)[0] as string).toUpperCase();
    const machine = new TestMachine({
      routingId: vector.name === 'NULL+routing-id' ? 'ident' : '',
      ...(mechanism === 'NULL' ? {} : { mechanism: [mechanism, silent] }),
    });
    const peer = greeting({ mechanism });
    const [first, second, third] = vector.stages.map(({ hex }) => hex);
    const written = (): string => machine.sink.takeWritten().toString('hex');

    machine.start();
    expect(written()).toBe(first);
    machine.feed(peer.subarray(0, 9), 1);
    expect(written()).toBe('');
    machine.feed(peer.subarray(9, 10));
    expect(written()).toBe(second);
    machine.feed(peer.subarray(10, 11));
    expect(written()).toBe(third);
    machine.feed(peer.subarray(11, 63), 1);
    expect(written()).toBe('');
    expect(machine.verdict).toBe('open');
  });

  it.each(cases)(
    '$name: the whole of it is the captured greeting when the peer sends its own in one piece',
    (vector) => {
      const mechanism = (vector.name.split(/[-+]/)[0] as string).toUpperCase();
      const machine = new TestMachine({
        routingId: vector.name === 'NULL+routing-id' ? 'ident' : '',
        mechanism: [mechanism, silent],
      });
      machine.start().feed(greeting({ mechanism }));
      expect(machine.sink.written.toString('hex')).toBe(vector.hex);
    },
  );

  it('waits for the network before each stage, and loses none', () => {
    const machine = new TestMachine();
    machine.sink.accepting = false;
    machine.start().feed(greeting());
    expect(machine.sink.written).toHaveLength(0);
    machine.release();
    expect(machine.sink.written.subarray(0, 64).toString('hex')).toBe(cases[0]?.hex);
    machine.feed(ready('DEALER'));
    expect(machine.machine.ready).toBe(true);
    expect(machine.sink.violations).toEqual([]);
  });
});

describe("the peer's greeting is judged as libzmq judges it", () => {
  it.each(acceptance)('$name: accepted $accepted', ({ hex, accepted }) => {
    const machine = new TestMachine({ socketType: 'ROUTER' });
    machine.start().feed(fromHex(hex));
    machine.feed(ready('DEALER'));
    expect(machine.verdict).toBe(accepted ? 'open' : 'ProtocolViolation EPROTO fatal');
    expect(machine.sink.peers).toHaveLength(accepted ? 1 : 0);
  });

  it.each(['PLAIN', 'CURVE', 'NULLX', 'X'.repeat(20)])(
    'another mechanism (%s) is refused, but only after our greeting is out in full (RFC 37)',
    (mechanism) => {
      const machine = new TestMachine();
      machine.start().feed(greeting({ mechanism }));
      expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
      expect(machine.sink.failure?.message).toContain(mechanism);
      expect(machine.sink.written.toString('hex')).toBe(cases[0]?.hex);
    },
  );

  it.each([2, 3, 4, 5, 127, 255])(
    'major version %d is spoken to with ZMTP 3 (RFC 37; libzmq accepts all from 2)',
    (major) => {
      const machine = new TestMachine();
      machine.start().feed(greeting({ major, minor: 9 }));
      machine.feed(ready('DEALER'));
      expect(machine.sink.peers).toHaveLength(1);
      expect(machine.sink.written.subarray(0, 64).toString('hex')).toBe(cases[0]?.hex);
    },
  );

  it.each([
    ['something that is no ZeroMQ', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['zeros', Buffer.alloc(64)],
    ['a signature that does not end', Buffer.from('ff00000000000000017e', 'hex')],
  ])('%s is refused before anything but the signature is sent', (_name, bytes) => {
    const machine = new TestMachine();
    machine.start().feed(bytes);
    expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
    expect(machine.sink.written.toString('hex')).toBe('ff00000000000000017f');
  });
});
