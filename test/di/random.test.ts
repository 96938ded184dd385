import { describe, expect, test } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { contextModule, type IRandom, ITransport } from 'rzmq/plugin';
import { turns } from '../support/turns.js';
import { MemoryTransport } from './support/memory-transport.js';
import { SeededRandom, withRandom } from './support/services.js';
import { VirtualClock, withClock } from './support/virtual-clock.js';

/** The intervals between the attempts to reach nobody, and the routing ids that a ROUTER gives to three nameless peers. */
async function life(random: IRandom): Promise<{ intervals: number[]; ids: string[] }> {
  const clock = new VirtualClock();
  const memory = contextModule(({ bind }) => bind(ITransport).toConstantValue(new MemoryTransport('memory')));
  const context = new Context({ modules: [withClock(clock), withRandom(random), memory], defaults: { linger: 0 } });
  const dealer = context.socket(SocketType.Dealer, { reconnectInterval: 1000 });
  const intervals: number[] = [];
  dealer.events.on('connect:retry', ({ interval }) => void intervals.push(interval));
  await dealer.connect('memory://nobody');
  await turns(5);
  await clock.advance(20_000);

  const router = context.socket(SocketType.Router);
  await router.bind('memory://a');
  const ids: string[] = [];
  for (let n = 0; n < 3; n++) {
    const peer = context.socket(SocketType.Dealer);
    await peer.connect('memory://a');
    await peer.send('hello');
    ids.push((await router.recvMultipart())[0].toString('hex'));
  }
  await context.term();
  return { intervals, ids };
}

describe('a Context whose randomness is replaced', () => {
  test('waits as long, and gives the same routing ids, with the same seed', async () => {
    const first = await life(new SeededRandom(42));
    expect(await life(new SeededRandom(42))).toEqual(first);
    expect(first.intervals.length).toBeGreaterThan(9);
    expect(new Set(first.ids).size).toBe(3);
    for (const id of first.ids) expect(id).toMatch(/^00[0-9a-f]{8}$/);
  });

  test('lives otherwise with another seed, within the same bounds', async () => {
    const first = await life(new SeededRandom(42));
    const other = await life(new SeededRandom(43));
    expect(other.intervals).not.toEqual(first.intervals);
    expect(other.ids).not.toEqual(first.ids);
    for (const interval of [...first.intervals, ...other.intervals]) {
      expect(interval).toBeGreaterThanOrEqual(1000);
      expect(interval).toBeLessThan(2000);
    }
  });

  test('asks it for nothing but numbers below a bound', async () => {
    const bounds: number[] = [];
    const { intervals, ids } = await life({
      below: (bound) => {
        bounds.push(bound);
        return bound - 1;
      },
      bytes: (size) => Buffer.alloc(size, 0xff),
    });
    expect(new Set(intervals)).toEqual(new Set([1999]));
    // The counter in the ids goes round at its end.
    expect(ids).toEqual(['00ffffffff', '0000000000', '0000000001']);
    expect(bounds.every((bound) => bound > 0 && bound <= 2 ** 32)).toBe(true);
  });
});
