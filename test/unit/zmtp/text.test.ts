import { describe, expect, it } from '@jest/globals';
import { message, parseFrames } from '../../support/naive-zmtp.js';
import { TestMachine } from '../../support/test-machine.js';

/** Characters of one, two, three and four octets, and halves of surrogate pairs, which become U+FFFD (three octets). */
const UNITS: readonly (readonly [name: string, unit: string])[] = [
  ['ASCII', 'a'],
  ['two octets', 'é'],
  ['three octets', '€'],
  ['surrogate pairs', '𝄞'],
  ['a lone high surrogate', '\ud834'],
  ['a lone low surrogate', '\udd1e'],
  ['a mixture', 'aé€𝄞\ud834b'],
];

/** Around the sizes at which the encoder changes its way: a third of 255 and of 16384, 255 and 256 octets, 16384 octets. */
const LENGTHS = [
  0, 1, 2, 42, 43, 63, 64, 84, 85, 86, 127, 128, 129, 254, 255, 256, 257, 682, 5460, 5461, 5462, 8192, 16_384, 16_385,
  70_000,
];

function textOf(unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

describe('text frames are the UTF-8 of the text', () => {
  it.each(UNITS)('%s: every length around 85, 255, 256, 5461 and 16384', (_name, unit) => {
    for (const length of LENGTHS) {
      const text = textOf(unit, length);
      const machine = new TestMachine().connect();
      machine.send(text);
      expect(machine.sink.written.equals(message(Buffer.from(text, 'utf8')))).toBe(true);
    }
  });

  it.each(UNITS)('%s: many in one batch, in the middle of a message, and after bytes', (_name, unit) => {
    const texts = LENGTHS.map((length) => textOf(unit, length));
    const machine = new TestMachine().connect();
    machine.send(...texts, texts, [Buffer.from('bytes'), ...texts, ''], 'end');
    const bodies = parseFrames(machine.sink.written).map(({ body }) => body.toString('utf8'));
    const plain = texts.map((text) => Buffer.from(text, 'utf8').toString('utf8'));
    expect(bodies).toEqual([...plain, ...plain, 'bytes', ...plain, '', 'end']);
  });

  it('every length from 0 to 600, of one to three octets each, has its length in the shortest form', () => {
    for (const unit of ['a', 'é', '€']) {
      const machine = new TestMachine().connect();
      const texts = Array.from({ length: 600 }, (_, length) => unit.repeat(length));
      machine.send(...texts);
      expect(parseFrames(machine.sink.written).map(({ body }) => body.toString('utf8'))).toEqual(texts);
    }
  });

  it('a text that mixes one and three octets to exactly 255 and 256 octets', () => {
    for (let wide = 0; wide <= 85; wide++) {
      for (const octets of [254, 255, 256]) {
        const narrow = octets - wide * 3;
        if (narrow < 0) continue;
        const text = 'a'.repeat(narrow) + '€'.repeat(wide);
        const machine = new TestMachine().connect();
        machine.send(text);
        expect(machine.sink.written.equals(message(text))).toBe(true);
      }
    }
  });
});
