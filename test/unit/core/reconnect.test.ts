import { describe, expect, it } from '@jest/globals';
import type { IRandom } from '../../../src/core/contracts/random.js';
import { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { type ConnectionStage, isFinal, reconnectDelay } from '../../../src/core/reconnect.js';
import { SEED, SeededRandom } from '../../support/seeded-random.js';

function options(changes: Partial<SocketOptionValues>): SocketOptionValues {
  return { ...defaultValues('PUSH'), ...changes };
}

/** A random number that is always the least, or always the most. */
const least: IRandom = { below: () => 0, bytes: (size: number) => Buffer.alloc(size) };
const most: IRandom = { below: (bound: number) => bound - 1, bytes: (size: number) => Buffer.alloc(size) };

function delays(reconnectInterval: number, reconnectMaxInterval: number, random = least): (number | undefined)[] {
  const values = options({ reconnectInterval, reconnectMaxInterval });
  return [0, 1, 2, 3, 4, 5].map((attempt) => reconnectDelay(attempt, values, random));
}

describe('the delay before the next attempt (ZMQ_RECONNECT_IVL, ZMQ_RECONNECT_IVL_MAX)', () => {
  it.each([0, -1])('ZMQ_RECONNECT_IVL %d: there is no next attempt', (interval) => {
    expect(delays(interval, 0)).toEqual(Array(6).fill(undefined));
    expect(delays(interval, 5000)).toEqual(Array(6).fill(undefined));
  });

  it('without a maximum it is the interval plus less than one more, and does not grow', () => {
    expect(delays(100, 0)).toEqual([100, 100, 100, 100, 100, 100]);
    expect(delays(100, 0, most)).toEqual([199, 199, 199, 199, 199, 199]);
    expect(delays(1, 0, most)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('with a maximum it doubles with each failed attempt, and stays at the maximum', () => {
    expect(delays(50, 800)).toEqual([50, 100, 200, 400, 800, 800]);
    const jittered = delays(50, 800, most);
    expect(jittered).toEqual([99, 149, 249, 449, 800, 800]);
  });

  it('a maximum that is not above the interval is the delay (libzmq 4.3.6)', () => {
    expect(delays(100, 40, most)).toEqual([40, 40, 40, 40, 40, 40]);
    expect(delays(100, 100, most)).toEqual([100, 100, 100, 100, 100, 100]);
  });

  it('is finite after any number of attempts', () => {
    for (const attempt of [30, 31, 100, 1100, 1e9]) {
      expect(reconnectDelay(attempt, options({ reconnectInterval: 1, reconnectMaxInterval: 30_000 }), most)).toBe(
        30_000,
      );
      expect(reconnectDelay(attempt, options({ reconnectInterval: 2 ** 31 - 1, reconnectMaxInterval: 0 }), least)).toBe(
        2 ** 31 - 1,
      );
    }
  });

  it(`has a jitter that spreads over a whole interval (RZMQ_TEST_SEED=${SEED})`, () => {
    const random = new SeededRandom(SEED);
    const values = options({ reconnectInterval: 100, reconnectMaxInterval: 0 });
    const seen = new Set(Array.from({ length: 5000 }, () => reconnectDelay(0, values, random)));
    expect([Math.min(...(seen as Set<number>)), Math.max(...(seen as Set<number>)), seen.size]).toEqual([
      100, 199, 100,
    ]);
  });
});

describe('whether another attempt makes sense (ZMQ_RECONNECT_STOP)', () => {
  const refused = new ZmqError('ConnectionRefused', '');
  const nobody = new ZmqError('IoError', '', { errno: 'ENOENT' });
  const timeout = new ZmqError('Timeout', '', { errno: 'ETIMEDOUT' });
  const fatal = new ZmqError('ProtocolViolation', '', { fatal: true });
  const STAGES: readonly ConnectionStage[] = ['connect', 'handshake', 'traffic'];

  it.each(STAGES)('a fatal error is final in the stage %s, whatever the options are', (stage) => {
    for (const reconnectStop of [0, 1, 2, 3, 4, 7])
      expect(isFinal(stage, fatal, options({ reconnectStop }), false)).toBe(true);
  });

  it.each<[number, ConnectionStage, ZmqError | undefined, boolean, boolean]>([
    [0, 'connect', refused, false, false],
    [0, 'connect', refused, true, false],
    [0, 'handshake', timeout, false, false],
    [0, 'traffic', undefined, false, false],
    [1, 'connect', refused, false, true],
    [1, 'connect', timeout, false, false],
    [1, 'connect', undefined, false, false],
    [1, 'handshake', refused, false, false],
    [1, 'traffic', refused, false, false],
    [2, 'connect', refused, false, false],
    [2, 'handshake', timeout, false, true],
    [2, 'handshake', undefined, false, true],
    [2, 'traffic', timeout, false, false],
    [3, 'connect', refused, false, true],
    [3, 'handshake', timeout, false, true],
    [3, 'traffic', undefined, false, false],
    [4, 'connect', refused, false, false],
    [4, 'connect', refused, true, true],
    [4, 'connect', nobody, true, true],
    [4, 'connect', timeout, true, false],
    [4, 'handshake', refused, true, false],
    [4, 'traffic', refused, true, false],
  ])('RECONNECT_STOP %d, stage %s, error %p, leaving %p: %p', (reconnectStop, stage, error, leaving, final) => {
    expect(isFinal(stage, error, options({ reconnectStop }), leaving)).toBe(final);
  });
});
