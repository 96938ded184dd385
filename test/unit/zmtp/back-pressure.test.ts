import { describe, expect, it } from '@jest/globals';
import { command, frame, MORE, message, messagesOf, parseFrames, ping } from '../../support/naive-zmtp.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';
import { TestMachine } from '../../support/test-machine.js';

describe('a reader that has no room stops the decoding', () => {
  it.each([0, 1, 2, 3, 7])('at the very message %d, with the rest of the bytes there already', (stopAt) => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => machine.sink.messages.length !== stopAt + 1;
    machine.feed(Buffer.concat(Array.from({ length: 8 }, (_, i) => message(`m${i}`, 'x'))));
    expect(machine.sink.messages).toHaveLength(stopAt + 1);
    expect(machine.isReading).toBe(false);
    machine.resume();
    expect(machine.sink.messages.map(([first]) => String(first))).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
      'm5',
      'm6',
      'm7',
    ]);
    expect(machine.isReading).toBe(true);
  });

  it('and after each resume at the next one', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => false;
    machine.feed(
      Buffer.concat([message('a'), message('b', ''), message(Buffer.alloc(100_000)), message('d'), message('e')]),
    );
    for (let i = 1; i <= 5; i++) {
      expect(machine.sink.messages).toHaveLength(i);
      machine.resume();
    }
    expect(machine.sink.messages).toHaveLength(5);
    expect(machine.isReading).toBe(true);
  });

  it('with a large body half there, which is read on after the resume', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => machine.sink.messages.length > 1;
    const large = message(Buffer.alloc(300_000, 7));
    machine.feed(Buffer.concat([message('a'), large.subarray(0, 150_000)]), 70_000);
    expect(machine.sink.messages).toHaveLength(1);
    machine.resume();
    machine.feed(large.subarray(150_000), 70_000);
    expect(machine.sink.messages[1]?.[0]?.equals(Buffer.alloc(300_000, 7))).toBe(true);
  });

  it('bytes that come all the same, in memory of the transport, are kept for later', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => false;
    const sent = Array.from({ length: 300 }, (_, i) => message(String(i), Buffer.alloc(i * 10)));
    for (const bytes of sent) machine.feedChunk(bytes);
    expect(machine.sink.messages).toHaveLength(1);
    machine.sink.onMessage = () => true;
    machine.resume();
    expect(machine.sink.messages.map(([first]) => Number(String(first)))).toEqual(sent.map((_, i) => i));
  });

  it('a resume that nobody asked for changes nothing', () => {
    const machine = new TestMachine();
    machine.resume();
    machine.connect();
    machine.resume();
    machine.feed(message('a'));
    machine.resume();
    expect(machine.delivered).toEqual(['61']);
    expect([machine.verdict, machine.sink.violations]).toEqual(['open', []]);
  });

  it('nothing is decoded after the end, not by a resume either', () => {
    const machine = new TestMachine().connect();
    machine.sink.onMessage = () => false;
    machine.feed(Buffer.concat([message('a'), message('b')]));
    machine.machine.close();
    expect(machine.machine.resume(machine.now)).toBe(false);
    expect(machine.delivered).toEqual(['61']);
  });

  it(`loses and doubles nothing, wherever it happens (RZMQ_TEST_SEED=${SEED})`, () => {
    const random = new SeededRandom(SEED);
    for (let round = 0; round < 100; round++) {
      const machine = new TestMachine({ socketType: 'XPUB' }).connect();
      machine.sink.onMessage = () => random.below(3) > 0;
      const pieces: Buffer[] = [];
      for (let i = 0; i < 40; i++) {
        const size = random.pick([0, 1, 100, 256, 5000, 70_000]);
        pieces.push(frame(MORE, Buffer.from(`${i}`)), ping(0), frame(0, random.bytes(size)));
        if (random.oneIn(3)) pieces.push(command(random.pick(['SUBSCRIBE', 'CANCEL']), `t${i}`));
      }
      const bytes = Buffer.concat(pieces);
      machine.feed(bytes, random.cuts(bytes.length, 20_000));
      for (let left = 1000; !machine.isReading && left > 0; left--) machine.resume();
      const expected = messagesOf(parseFrames(bytes)).map((frames) =>
        frames.map((body) => body.toString('hex')).join('|'),
      );
      expect(machine.delivered.length).toBe(expected.length);
      expect(machine.delivered.every((found, i) => found === expected[i])).toBe(true);
    }
  });
});

describe('a network that has no room', () => {
  it('stops the encoding until it has taken everything', () => {
    const machine = new TestMachine().connect();
    machine.sink.accepting = false;
    machine.machine.send('a');
    machine.machine.send('b');
    expect([machine.machine.ready, machine.machine.unsent]).toEqual([true, 2]);
    machine.machine.flush();
    expect([machine.machine.ready, machine.machine.unsent]).toEqual([false, 2]);
    machine.machine.flush();
    machine.release();
    expect([machine.machine.ready, machine.machine.unsent]).toEqual([true, 0]);
    expect(machine.sink.written.equals(Buffer.concat([message('a'), message('b')]))).toBe(true);
    expect(machine.sink.violations).toEqual([]);
  });

  it('has everything in one write at the end of the turn, when it is little', () => {
    const machine = new TestMachine().connect();
    for (let i = 0; i < 100; i++) machine.machine.send(`m${i}`);
    expect([machine.sink.flushAsked, machine.sink.written.length, machine.machine.unsent]).toEqual([true, 0, 100]);
    machine.send('last');
    expect(parseFrames(machine.sink.written)).toHaveLength(101);
    expect(machine.machine.unsent).toBe(0);
  });

  it('gets a full batch before the turn is over, so that memory stays bounded', () => {
    const machine = new TestMachine().connect();
    for (let i = 0; i < 1000; i++) machine.machine.send(Buffer.alloc(1000));
    expect(machine.sink.written.length).toBeGreaterThan(900_000);
    expect(machine.machine.unsent).toBeLessThan(100);
    for (let i = 0; i < 50; i++) machine.machine.send(Buffer.alloc(100_000));
    expect(machine.machine.unsent).toBeLessThan(20);
  });

  it('may keep large and small bodies by reference: none of them changes before it is taken', () => {
    const machine = new TestMachine().connect();
    const bodies = Array.from({ length: 60 }, (_, i) => Buffer.alloc(i % 3 === 0 ? 20_000 : 700, i));
    machine.sink.accepting = false;
    for (const body of bodies) {
      if (!machine.machine.ready) machine.release();
      machine.sink.accepting = false;
      machine.send([body, 'x', body]);
      // What is owed while the bytes are stuck must not touch their memory.
      machine.feed(ping(0, 'context'));
    }
    machine.release();
    const sent = messagesOf(parseFrames(machine.sink.written));
    expect(sent.map(([first]) => first?.[0])).toEqual(bodies.map(([octet]) => octet));
    expect(sent.every(([first, , last], i) => first?.equals(bodies[i]!) && last?.equals(bodies[i]!))).toBe(true);
    expect(machine.sink.violations).toEqual([]);
  });

  it('a message of many frames that does not fit into one batch goes out whole', () => {
    const machine = new TestMachine().connect();
    const frames = Array.from({ length: 500 }, (_, i) => Buffer.alloc(1000, i));
    machine.send(frames, frames);
    const sent = messagesOf(parseFrames(machine.sink.written));
    expect(sent.map((found) => found.every((body, i) => body.equals(frames[i]!)))).toEqual([true, true]);
  });
});
