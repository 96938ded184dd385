import { describe, expect, it } from '@jest/globals';
import { TestMachine } from '../../support/test-machine.js';
import { fromHex, vectors } from '../../support/vectors.js';

interface Legacy {
  cases: { description: string; steps: { libzmq?: string; peer?: string }[] }[];
  frame_headers: { framing: string; body: number; head: string }[];
}

const { cases, frame_headers: headers } = vectors('legacy') as Legacy;
const silent = { start: () => undefined, onCommand: () => undefined, close: () => undefined };

/** What the peer of a captured exchange sent. */
function peerBytes(steps: Legacy['cases'][number]['steps']): Buffer {
  return fromHex(steps.map(({ peer }) => peer ?? '').join(''));
}

const isThree = ({ description }: { description: string }): boolean => description.startsWith('ZMTP 3.x');

describe('older protocols (RFC 15, RFC 13)', () => {
  it('a peer with the revision byte 2 gets the full 3.1 greeting, as from libzmq', () => {
    const { steps } = cases.find(isThree) as Legacy['cases'][number];
    const machine = new TestMachine();
    machine.start().feed(peerBytes(steps));
    expect(machine.sink.written.toString('hex')).toBe(steps.map(({ libzmq }) => libzmq ?? '').join(''));
    expect(machine.verdict).toBe('open');
  });

  it.each(headers.filter(({ framing }) => framing === '2.0'))(
    'a frame of $body octets has the header $head in ZMTP 2.0 and 3.x alike',
    ({ body, head }) => {
      const machine = new TestMachine().connect();
      machine.send(Buffer.alloc(body));
      expect(machine.sink.written.subarray(0, head.length / 2).toString('hex')).toBe(head);
      expect(machine.sink.written).toHaveLength(head.length / 2 + body);
    },
  );

  it.each(cases.filter((vector) => !isThree(vector)))(
    'with a security mechanism an older peer is closed at once, so that nobody can talk us down: $description',
    ({ steps }) => {
      for (const size of [1, 1000]) {
        const machine = new TestMachine({ mechanism: ['PLAIN', silent] });
        machine.start().feed(peerBytes(steps), size);
        expect(machine.verdict).toBe('ProtocolViolation EPROTO fatal');
        expect(machine.sink.messages).toEqual([]);
        // The signature, and at most our major version: nothing that an older peer would take for a message.
        expect('ff00000000000000017f03').toContain(machine.sink.written.toString('hex'));
        expect(machine.sink.violations).toEqual([]);
      }
    },
  );
});
