import { describe, expect, it } from '@jest/globals';
import { READ_BUDGET } from '../../../src/core/budgets.js';
import type { IConnectionSink } from '../../../src/core/contracts/transport.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { SilentLogger } from '../../../src/engines/services/node-services.js';
import { Command, Event } from '../../../src/engines/uring/addon.js';
import { UringConnection } from '../../../src/engines/uring/uring-connection.js';
import { UringRing } from '../../../src/engines/uring/uring-ring.js';
import { CONFIG, ManualAddon } from '../../support/manual-addon.js';
import { ManualClock } from '../../support/manual-clock.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

const ECONNRESET = 104;
/** Less than a buffer of the ring: full ones would have it read into the memory of the reader. */
const PIECE = 1000;
const spec = { host: '127.0.0.1', port: 1, localHost: '', localPort: 0, settings: [], device: '' };

/** A connection whose kernel and event loop are the test. */
class Ground implements IConnectionSink {
  public readonly addon = new ManualAddon();
  public readonly scheduler = new ManualScheduler();
  public readonly clock = new ManualClock();
  public readonly connection: UringConnection;
  public wants = true;
  public pieces = 0;
  public size = 0;
  public readonly ends: (ZmqError | undefined)[] = [];
  public onPiece: () => void = () => undefined;
  private readonly slot: number;

  public constructor() {
    const ring = new UringRing(() => this.addon, CONFIG, new SilentLogger());
    ring.open();
    this.slot = ring.connect(spec, { onClosed: () => undefined });
    const facts = { endpoint: 'tcp://127.0.0.1:1', localAddress: '', remoteAddress: '' };
    const settings = { multishot: true, zeroCopyFrom: Number.POSITIVE_INFINITY, cork: false };
    this.connection = new UringConnection(this.slot, facts, settings, {
      clock: this.clock,
      scheduler: this.scheduler,
      ring,
    });
    this.connection.start(this);
    expect(this.kinds()).toEqual([Command.RECEIVE]);
  }

  public readBuffer(): Buffer {
    return Buffer.alloc(65_536);
  }
  public onRead(size: number): boolean {
    return this.onChunk(Buffer.alloc(size));
  }
  public onChunk(bytes: Uint8Array): boolean {
    this.pieces++;
    this.size += bytes.length;
    this.onPiece();
    return this.wants;
  }
  public onDrained(): void {}
  public onClosed(error: ZmqError | undefined): void {
    this.ends.push(error);
  }

  public say(kind: number, a = 0): void {
    this.addon.say([[kind, this.slot, a]]);
  }

  public kinds(): number[] {
    return this.addon.takeCommands().map(([kind]) => kind as number);
  }

  /** So many bytes arrive while the reader has no room. */
  public keep(size: number): void {
    this.connection.pause();
    for (let left = size; left > 0; left -= PIECE) this.say(Event.DATA, Math.min(PIECE, left));
    this.say(Event.PAUSED);
    this.kinds();
    expect(this.size).toBe(0);
  }
}

describe('a connection on the ring', () => {
  it('asks for no more when many small pieces are kept for a reader without room', () => {
    const ground = new Ground();
    ground.wants = false;
    for (let i = 0; i <= 256; i++) ground.say(Event.DATA, 1);
    expect(ground.kinds()).toEqual([Command.PAUSE]);
    ground.say(Event.PAUSED);
    ground.wants = true;
    ground.connection.resume();
    expect([ground.size, ground.kinds()]).toEqual([257, [Command.RECEIVE]]);
  });

  it('gives what it kept in shares, one in each turn, and receives after the last', () => {
    const ground = new Ground();
    const share = Math.ceil(READ_BUDGET / PIECE) * PIECE;
    ground.keep(2 * share + PIECE);
    ground.connection.resume();
    expect(ground.size).toBe(share);
    // It has its share, whoever says what meanwhile.
    ground.connection.resume();
    ground.connection.pause();
    ground.connection.resume();
    expect([ground.size, ground.kinds()]).toEqual([share, []]);
    ground.scheduler.turn();
    expect([ground.size, ground.kinds()]).toEqual([2 * share, []]);
    ground.connection.pause();
    ground.scheduler.turn();
    expect(ground.size).toBe(2 * share);
    ground.connection.resume();
    expect([ground.size, ground.kinds()]).toEqual([2 * share + PIECE, [Command.RECEIVE]]);
  });

  it.each([
    ['a FIN', Event.END, 0, [Command.SHUTDOWN, Command.CLOSE], undefined],
    ['a reset', Event.FAILED, ECONNRESET, [Command.CLOSE], 'ECONNRESET'],
  ])('that has its share reads to the end before %s counts', (_name, kind, errno, commands, error) => {
    const ground = new Ground();
    const size = READ_BUDGET + 10 * PIECE;
    ground.connection.pause();
    for (let left = size; left > 0; left -= PIECE) ground.say(Event.DATA, Math.min(PIECE, left));
    ground.connection.resume();
    expect(ground.size).toBeLessThan(size);
    ground.kinds();
    ground.say(kind, errno);
    expect(ground.kinds()).toEqual([]);
    ground.scheduler.settle();
    expect([ground.size, ground.kinds()]).toEqual([size, commands]);
    ground.say(Event.CLOSED);
    expect(ground.ends.map((end) => end?.errno)).toEqual([error]);
  });

  it('that is closed while it has its share gives no more, and reads on for the FIN of its peer', () => {
    const ground = new Ground();
    ground.keep(2 * READ_BUDGET);
    ground.connection.resume();
    const { size } = ground;
    ground.connection.close();
    expect(ground.kinds()).toEqual([Command.RECEIVE, Command.SHUTDOWN]);
    ground.scheduler.settle();
    ground.say(Event.DATA, PIECE);
    ground.say(Event.END);
    expect([ground.size, ground.kinds()]).toEqual([size, [Command.CLOSE]]);
    ground.say(Event.CLOSED);
    expect([ground.ends, ground.clock.pending]).toEqual([[undefined], 0]);
  });

  it('that is closed by its reader between two pieces gives no more', () => {
    const ground = new Ground();
    ground.keep(10 * PIECE);
    ground.onPiece = () => ground.connection.destroy();
    ground.connection.resume();
    ground.scheduler.settle();
    expect([ground.pieces, ground.kinds()]).toEqual([1, [Command.CLOSE]]);
  });
});
