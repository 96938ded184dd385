import { describe, expect, it } from '@jest/globals';
import type { InMessage } from '../../../src/core/msg.js';
import { TestMachine } from '../../support/test-machine.js';

/** Two machines, and a network between them that hands over so many octets at a time. */
class Two {
  public readonly left: TestMachine = new TestMachine({ socketType: 'DEALER', routingId: 'left' });
  public readonly right: TestMachine = new TestMachine({ socketType: 'ROUTER' });

  public constructor(
    private readonly size: number,
    private readonly chunks = false,
  ) {
    this.left.start();
    this.right.start();
    this.carry();
  }

  /** Carries bytes both ways until none is left. */
  public carry(): void {
    for (let moved = true; moved; ) {
      const toRight = this.left.sink.takeWritten();
      const toLeft = this.right.sink.takeWritten();
      moved = toRight.length > 0 || toLeft.length > 0;
      this.hand(toRight, this.right);
      this.hand(toLeft, this.left);
    }
  }

  private hand(bytes: Buffer, machine: TestMachine): void {
    if (!this.chunks) machine.feed(bytes, this.size);
    else for (let at = 0; at < bytes.length; at += this.size) machine.feedChunk(bytes.subarray(at, at + this.size));
  }
}

/** Octets that tell where they are. */
function body(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >>> 8) * 7 + (i >>> 16)) & 255;
  return bytes;
}

const SIZES = [0, 1, 255, 256, 8191, 8192, 16_384, 16_385, 65_535, 65_536, 100_000, 5_000_000];
const BODIES = SIZES.map(body);
const MESSAGES: readonly (readonly Buffer[])[] = [
  ...BODIES.map((bytes) => [bytes]),
  [BODIES[0]!, BODIES[0]!],
  [BODIES[0]!, BODIES[1]!, BODIES[0]!, BODIES[10]!, BODIES[0]!],
  [BODIES[9]!, BODIES[0]!, BODIES[8]!],
  Array.from({ length: 300 }, () => BODIES[1]!),
];

const upTo = (limit: number): readonly (readonly Buffer[])[] =>
  MESSAGES.filter((frames) => frames.every(({ length }) => length <= limit));
const LARGE = upTo(100_000);
const SMALL = upTo(256);

/** Compares without making text of megabytes. */
function same(received: readonly InMessage[], sent: readonly (readonly Buffer[])[]): boolean {
  return (
    received.length === sent.length &&
    received.every(
      (message, i) =>
        message.length === sent[i]!.length &&
        message.every((frame, j) => frame.more === j < message.length - 1 && frame.data.equals(sent[i]![j]!)),
    )
  );
}

function exchange(two: Two, messages: readonly (readonly Buffer[])[]): void {
  for (const message of messages) {
    two.left.send(message);
    two.right.send(message);
    two.carry();
  }
  expect(same(two.right.sink.messages, messages)).toBe(true);
  expect(same(two.left.sink.messages, messages)).toBe(true);
  expect([two.left.verdict, two.right.verdict]).toEqual(['open', 'open']);
  expect([...two.left.sink.violations, ...two.right.sink.violations]).toEqual([]);
}

describe('two machines that talk to each other', () => {
  it.each([2, 7, 16, 63, 65, 255, 256, 257, 1000, 4095, 4097, 8191, 8192, 8193, 16_384, 65_535, 65_537])(
    'understand every message up to 100000 octets, both ways, when %d octets come at a time',
    (size) => {
      exchange(new Two(size), LARGE);
      exchange(new Two(size, true), LARGE);
    },
  );

  it.each([1460, 65_536, 10_000_000])(
    'understand a message of 5 MB, both ways, when %d octets come at a time',
    (size) => {
      exchange(new Two(size), MESSAGES);
      exchange(new Two(size, true), MESSAGES);
    },
  );

  it('understand every message, 5 MB too, when one octet comes at a time', () => {
    const two = new Two(1);
    for (const message of MESSAGES) two.left.send(message);
    two.carry();
    expect(same(two.right.sink.messages, MESSAGES)).toBe(true);
    exchange(new Two(1, true), SMALL);
  });

  it('understand small messages whatever the size of the pieces, from 1 to 600', () => {
    for (let size = 1; size <= 600; size++) exchange(new Two(size), SMALL);
  });

  it('know each other after the handshake', () => {
    const two = new Two(1);
    expect(two.right.sink.peers.map(({ socketType, routingId }) => [socketType, routingId.toString()])).toEqual([
      ['DEALER', 'left'],
    ]);
    expect(two.left.sink.peers.map(({ socketType, routingId }) => [socketType, routingId.toString()])).toEqual([
      ['ROUTER', ''],
    ]);
  });

  it('understand many messages that are sent in one turn', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => [Buffer.from(String(i)), body(i % 300)]);
    for (const size of [999, 65_536]) {
      const two = new Two(size);
      two.left.send(...many);
      two.carry();
      expect(same(two.right.sink.messages, many)).toBe(true);
    }
  });
});
