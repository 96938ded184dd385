import { describe, expect, it } from '@jest/globals';
import type { OutMessage } from '../../../src/core/msg.js';
import { partnerOf, subscription, TestMachine } from '../../support/test-machine.js';

/** What a version has that the network can make of ours: an octet of the greeting, changed on its way. */
interface Version {
  readonly name: string;
  readonly at: number;
  readonly octet: number;
}

const VERSIONS: readonly Version[] = [
  { name: '1.0', at: 9, octet: 0x00 },
  { name: '1.0 with a version octet', at: 10, octet: 0 },
  { name: '2.0', at: 10, octet: 1 },
  { name: '3.0', at: 11, octet: 0 },
  { name: '3.1', at: 11, octet: 1 },
  { name: '3.9', at: 11, octet: 9 },
  { name: '5.0', at: 10, octet: 5 },
];

/** Framing and handshake are what both sides think that the other one speaks: only these can be different at two ends. */
const SAME_BYTES = [
  ['3.0', '3.1'],
  ['3.1', '3.0'],
  ['3.0', '5.0'],
  ['3.9', '3.0'],
];
const PAIRS = [...VERSIONS.map(({ name }) => [name, name]), ...SAME_BYTES] as [string, string][];
const isOld = (name: string): boolean => name < '3';

/**
 * Two machines, each of which takes the other one for some version, because the network changes one octet of each
 * greeting. So both speak what they would speak to such a peer.
 */
class Two {
  public readonly left: TestMachine;
  public readonly right: TestMachine;
  private readonly carried = { left: 0, right: 0 };
  /** Everything that the left one said, as it said it. */
  public said: Buffer = Buffer.alloc(0);

  public constructor(
    socketType: string,
    private readonly seenByLeft: string,
    private readonly seenByRight: string,
    private readonly size: number,
  ) {
    this.left = new TestMachine({ socketType, routingId: 'left' });
    this.right = new TestMachine({ socketType: partnerOf(socketType), routingId: 'r'.repeat(255) });
    this.left.start();
    this.right.start();
    this.carry();
  }

  public carry(): void {
    for (let moved = true; moved; ) {
      const toRight = this.left.sink.takeWritten();
      const toLeft = this.right.sink.takeWritten();
      moved = toRight.length > 0 || toLeft.length > 0;
      this.said = Buffer.concat([this.said, toRight]);
      this.right.feed(this.changed(toRight, 'left', this.seenByRight), this.size);
      this.left.feed(this.changed(toLeft, 'right', this.seenByLeft), this.size);
    }
  }

  private changed(bytes: Buffer, from: 'left' | 'right', version: string): Buffer {
    const { at, octet } = VERSIONS.find(({ name }) => name === version) as Version;
    const place = at - this.carried[from];
    if (place >= 0 && place < bytes.length) bytes[place] = octet;
    this.carried[from] += bytes.length;
    return bytes;
  }
}

const hexOf = (message: OutMessage): string =>
  (Array.isArray(message) ? message : [message]).map((part) => Buffer.from(part as string).toString('hex')).join('|');

const MESSAGES: OutMessage[] = [
  'one',
  '',
  ['a', '', 'c'],
  ['', Buffer.alloc(252, 1), Buffer.alloc(253, 2), Buffer.alloc(254, 3), Buffer.alloc(255, 4), Buffer.alloc(256, 5)],
  Buffer.alloc(600, 6),
  'last',
];
const TYPES = ['PAIR', 'DEALER', 'ROUTER', 'REQ', 'PUSH', 'PUB', 'XPUB'];

describe.each(PAIRS)('a machine that takes its peer for %s, and one that takes its own for %s', (left, right) => {
  it.each([1, 11, 64, 100_000])('understand each other, %d octets at a time', (size) => {
    for (const type of TYPES) {
      const two = new Two(type, left, right, size);
      expect([two.left.machine.ready, two.right.machine.ready]).toEqual([true, true]);
      const before = two.left.delivered.length;
      two.left.send(...MESSAGES);
      two.right.send(...MESSAGES);
      two.carry();
      expect(two.right.delivered.slice(-MESSAGES.length)).toEqual(MESSAGES.map(hexOf));
      expect(two.left.delivered.slice(before)).toEqual(MESSAGES.map(hexOf));
      expect([two.left.verdict, two.right.verdict]).toEqual(['open', 'open']);
      expect([...two.left.sink.violations, ...two.right.sink.violations]).toEqual([]);
    }
  });

  it('know the routing id where the version has it', () => {
    const two = new Two('DEALER', left, right, 5);
    expect(two.right.sink.peers[0]?.routingId.toString()).toBe('left');
    expect(two.left.sink.peers[0]?.routingId).toHaveLength(255);
    expect(two.left.sink.peers[0]?.socketType).toBe(isOld(left) ? undefined : 'DEALER');
  });

  it('subscribe by a command from 3.1 on, and by a message before', () => {
    const two = new Two('SUB', left, right, 1000);
    two.left.send(subscription(true, 'topic'), subscription(false, 'topic'));
    two.carry();
    const phantom = right === '1.0' ? ['01'] : [];
    expect(two.right.delivered).toEqual([...phantom, '01746f706963', '00746f706963']);
    expect(two.said.includes('SUBSCRIBE')).toBe(!isOld(left) && left !== '3.0');
  });
});

describe('peers that do not agree on what they speak', () => {
  it.each(VERSIONS.flatMap(({ name }) => VERSIONS.map((other) => [name, other.name] as const)))(
    '%s and %s: whatever comes of it, it is no more than the end of the connection',
    (left, right) => {
      for (const type of TYPES) {
        const two = new Two(type, left, right, 1000);
        if (two.left.machine.ready) two.left.send(...MESSAGES);
        if (two.right.machine.ready) two.right.send(...MESSAGES);
        two.carry();
        for (const machine of [two.left, two.right]) {
          expect(machine.sink.violations).toEqual([]);
          expect(machine.sink.failures.length).toBeLessThanOrEqual(1);
        }
      }
    },
  );
});
