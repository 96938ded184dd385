import { describe, expect, it } from '@jest/globals';
import { SodiumCipher } from '../../../src/engines/crypto/sodium.js';
import { CIPHERS, sodium } from '../../support/ciphers.js';
import { CURVE_CLIENT, CURVE_SERVER, carry, secureMachine } from '../../support/curve-ground.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { hexOf, type TestMachine } from '../../support/test-machine.js';

/** Both sides of a connection, and a network between them that the seed decides about. */
class Play {
  private readonly random: SeededRandom;
  private readonly sides: readonly [TestMachine, TestMachine];
  private readonly sent: [string[], string[]] = [[], []];
  /** What was sent and has not arrived, by who sent it. */
  private readonly under: [Buffer, Buffer] = [Buffer.alloc(0), Buffer.alloc(0)];

  public constructor(seed: number) {
    this.random = new SeededRandom(seed);
    const cipher = this.random.pick(CIPHERS)[1];
    this.sides = [secureMachine(CURVE_SERVER, { cipher }).start(), secureMachine(CURVE_CLIENT, { cipher }).start()];
  }

  /** Whatever the network does to the pieces: all arrives, in order, once. */
  public honest(steps: number): void {
    for (let i = 0; i < steps; i++) this.step(i);
    carry(...this.sides, (bytes) => bytes);
    this.deliver(0, this.under[0].length);
    this.deliver(1, this.under[1].length);
    carry(...this.sides);
    this.check(true);
  }

  /** Somebody changes, drops, repeats or exchanges what is on its way. */
  public hostile(steps: number): void {
    for (let i = 0; i < steps; i++) this.step(i);
    const side = this.random.below(2) as 0 | 1;
    this.collect();
    this.say(side);
    this.say(side);
    this.collect();
    this.meddle(side);
    this.deliver(side, this.under[side].length);
    this.check(false);
  }

  private step(i: number): void {
    const side = this.random.below(2) as 0 | 1;
    if (this.sides[side].machine.ready && this.random.oneIn(2)) this.say(side);
    this.collect();
    // The beginning has to come through, or nothing would ever be said.
    const room = this.under[side].length;
    this.deliver(side, i < 20 ? room : this.random.below(room + 1));
  }

  private say(side: 0 | 1): void {
    const machine = this.sides[side];
    if (!machine.machine.ready) return;
    const frames = Array.from({ length: this.random.between(1, 3) }, () =>
      this.random.bytes(this.random.pick([0, 1, 100, 222, 223, 1000, 17_000])),
    );
    this.sent[side].push(frames.map((frame) => frame.toString('hex')).join('|'));
    machine.send(frames);
  }

  private collect(): void {
    for (const side of [0, 1] as const) {
      this.under[side] = Buffer.concat([this.under[side], this.sides[side].sink.takeWritten()]);
    }
  }

  private deliver(from: 0 | 1, size: number): void {
    const bytes = this.under[from].subarray(0, size);
    this.under[from] = this.under[from].subarray(size);
    if (bytes.length > 0) this.sides[1 - from]!.feed(bytes, this.random.cuts(bytes.length, 5000));
  }

  private meddle(side: 0 | 1): void {
    const bytes = Buffer.from(this.under[side]);
    const at = this.random.below(bytes.length + 1);
    const to = Math.min(bytes.length, at + this.random.between(1, 40));
    const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    switch (this.random.below(4)) {
      case 0:
        if (at < bytes.length) bytes[at]! ^= 1 << this.random.below(8);
        this.under[side] = bytes;
        break;
      case 1:
        this.under[side] = Buffer.concat([before, after]);
        break;
      case 2:
        this.under[side] = Buffer.concat([before, middle, middle, after]);
        break;
      default:
        this.under[side] = Buffer.concat([before, after, middle]);
    }
  }

  private check(all: boolean): void {
    for (const side of [0, 1] as const) {
      const machine = this.sides[1 - side]!;
      const got = machine.sink.messages.map(hexOf);
      expect(got).toEqual(all ? this.sent[side] : this.sent[side].slice(0, got.length));
      expect(machine.sink.violations).toEqual([]);
      if (all) expect(machine.verdict).toBe('open');
    }
  }
}

describe(`CURVE over any network (seed ${SEED})`, () => {
  it('delivers everything once and in order, however it is cut', () => {
    for (let i = 0; i < 15; i++) new Play(SEED + i).honest(60);
  });

  it('delivers nothing that was not sent, and nothing after what was meddled with', () => {
    for (let i = 0; i < 60; i++) new Play(SEED + i).hostile(40);
  });

  it('frames that change their places end the connection, and only what came in order is delivered', () => {
    const random = new SeededRandom(SEED);
    const cipher = new SodiumCipher(sodium());
    for (let round = 0; round < 25; round++) {
      const server = secureMachine(CURVE_SERVER, { cipher }).start();
      const client = secureMachine(CURVE_CLIENT, { cipher }).start();
      carry(server, client);
      const frames = Array.from({ length: 8 }, (_unused, i) => {
        client.send(String(i));
        return client.sink.takeWritten();
      });
      const order = frames.map((_frame, i) => i);
      const [a, b] = [random.below(8), random.below(8)];
      [order[a], order[b]] = [order[b]!, order[a]!];
      for (const i of order) server.feed(frames[i]!);
      const got = server.sink.messages.map((parts) => Number(String(parts[0])));
      expect(got).toEqual(order.slice(0, got.length));
      expect(got.every((number, i) => i === 0 || number > got[i - 1]!)).toBe(true);
      expect(server.verdict).toBe(a === b ? 'open' : 'ProtocolViolation EPROTO fatal');
    }
  });
});
