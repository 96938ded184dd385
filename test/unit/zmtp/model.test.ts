import { describe, expect, it } from '@jest/globals';
import { Msg, type OutMessage } from '../../../src/core/msg.js';
import { COMMAND, command, frame, MORE, parseCommand, parseFrames, ping } from '../../support/naive-zmtp.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { TestMachine } from '../../support/test-machine.js';

const SIZES = [
  0, 1, 2, 17, 85, 86, 254, 255, 256, 257, 1000, 4096, 8190, 16_384, 16_385, 40_000, 65_535, 65_536, 90_000,
];

/** One conversation of a machine with a naive peer: everything that may happen, in an order that the seed decides. */
class Play {
  private readonly machine: TestMachine = new TestMachine({ socketType: 'PAIR' }).connect();
  private readonly random: SeededRandom;
  /** What the peer has sent, and we must deliver. */
  private readonly expectedIn: string[] = [];
  private readonly pings: string[] = [];
  /** What we were asked to send. */
  private readonly expectedOut: string[] = [];
  private waiting: OutMessage[] = [];

  public constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.machine.sink.onMessage = () => !this.random.oneIn(5);
  }

  public run(steps: number): void {
    for (let i = 0; i < steps; i++) this.step();
    while (!this.machine.isReading) this.machine.resume();
    this.machine.release();
    this.trySending();
    this.check();
  }

  private step(): void {
    switch (this.random.below(6)) {
      case 0:
      case 1: {
        const bytes = this.peerSays();
        const most = this.random.pick([bytes.length < 5000 ? 1 : 50, 1000, 100_000]);
        this.machine.feed(bytes, this.random.cuts(bytes.length, most));
        break;
      }
      case 2:
      case 3:
        this.waiting.push(this.weSay());
        this.trySending();
        break;
      case 4:
        if (!this.machine.isReading) this.machine.resume();
        break;
      default:
        if (this.random.oneIn(2)) this.machine.sink.accepting = false;
        else this.machine.release();
        this.trySending();
    }
  }

  /** A message with everything that may come between its frames. */
  private peerSays(): Buffer {
    const pieces: Buffer[] = [];
    const bodies = this.bodies();
    bodies.forEach((body, i) => {
      while (this.random.oneIn(4)) pieces.push(this.noise());
      const flags = (this.random.below(32) << 3) | (i < bodies.length - 1 ? MORE : 0);
      pieces.push(frame(flags, body, body.length > 255 || this.random.oneIn(10)));
    });
    this.expectedIn.push(bodies.map((body) => body.toString('hex')).join('|'));
    return Buffer.concat(pieces);
  }

  private noise(): Buffer {
    switch (this.random.below(3)) {
      case 0:
        return command(this.random.pick(['PONG', 'READY', 'ERROR', 'Q']), this.random.bytes(this.random.below(300)));
      case 1:
        return frame(COMMAND, this.random.bytes(0));
      default: {
        const context = this.random.bytes(this.random.below(20));
        this.pings.push(context.subarray(0, 16).toString('hex'));
        return ping(0, context);
      }
    }
  }

  private weSay(): OutMessage {
    const bodies = this.bodies();
    this.expectedOut.push(bodies.map((body) => body.toString('hex')).join('|'));
    const frames = bodies.map((body) => {
      const wide = Buffer.concat([Buffer.from('<'), body, Buffer.from('>')]);
      const text = body.toString('utf8');
      const forms = [body, new Uint8Array(body), new Msg(body), new Msg(wide, 0, 1, body.length, undefined)];
      return Buffer.from(text, 'utf8').equals(body) ? this.random.pick([...forms, text]) : this.random.pick(forms);
    });
    return frames.length === 1 && this.random.oneIn(2) ? frames[0]! : frames;
  }

  private bodies(): Buffer[] {
    return Array.from({ length: this.random.pick([1, 1, 2, 3, 5]) }, () => {
      const size = this.random.pick(SIZES);
      return this.random.oneIn(2) ? Buffer.alloc(size, this.random.between(0x20, 0x7e)) : this.random.bytes(size);
    });
  }

  private trySending(): void {
    while (this.machine.machine.ready && this.waiting.length > 0) {
      this.machine.send(this.waiting.shift()!);
    }
  }

  private check(): void {
    const { sink } = this.machine;
    const sent: string[] = [];
    const pongs: string[] = [];
    let parts: string[] = [];
    for (const { flags, body } of parseFrames(sink.written)) {
      if ((flags & COMMAND) !== 0) {
        expect(parts).toEqual([]);
        expect(parseCommand(body).name).toBe('PONG');
        pongs.push(parseCommand(body).data.toString('hex'));
        continue;
      }
      parts.push(body.toString('hex'));
      if ((flags & MORE) !== 0) continue;
      sent.push(parts.join('|'));
      parts = [];
    }
    const same = (a: readonly string[], b: readonly string[]): boolean =>
      a.length === b.length && a.every((x, i) => x === b[i]);
    expect(same(this.machine.delivered, this.expectedIn)).toBe(true);
    expect(same(sent, this.expectedOut)).toBe(true);
    // Of the PONGs some may be missing when our bytes were stuck, never the order, and never the last.
    let at = 0;
    for (const pong of pongs) {
      const found = this.pings.indexOf(pong, at);
      expect(found).toBeGreaterThanOrEqual(at);
      at = found + 1;
    }
    if (!sink.wasStuck) expect(pongs).toEqual(this.pings);
    expect(pongs.at(-1)).toBe(this.pings.at(-1));
    expect([this.machine.verdict, sink.violations]).toEqual(['open', []]);
  }
}

describe('a machine and a naive peer', () => {
  it(`agree on every message, in 100 random conversations (RZMQ_TEST_SEED=${SEED})`, () => {
    for (let i = 0; i < 100; i++) {
      try {
        new Play(SEED + i).run(40);
      } catch (error) {
        throw new Error(`conversation ${i} of seed ${SEED} failed`, { cause: error });
      }
    }
  });
});

describe('random bytes', () => {
  it(`never end in more than one closed connection, in 2000 attempts (RZMQ_TEST_SEED=${SEED})`, () => {
    const random = new SeededRandom(SEED);
    for (let i = 0; i < 2000; i++) {
      const machine = random.oneIn(3) ? new TestMachine().start() : new TestMachine({ socketType: 'XPUB' }).connect();
      machine.sink.onMessage = () => !random.oneIn(3);
      for (let j = 0; j < 10; j++) {
        const bytes = random.bytes(random.below(200));
        // Small lengths, so that frames come to an end.
        if (random.oneIn(2)) for (let k = 0; k < bytes.length; k += 1 + random.below(8)) bytes[k] = random.below(8);
        machine.feed(bytes, random.cuts(bytes.length, 50));
        machine.resume();
      }
      expect(machine.sink.failures.length).toBeLessThanOrEqual(1);
      expect(machine.sink.violations).toEqual([]);
    }
  });
});
