import { type IClock, type IScheduler, ZmqError } from '../../plugin.js';
import type { SeededRandom } from '../clock/seeded-random.js';
import type { Trace } from './trace.js';

/** What waits for a cut, or for a dark machine, to be over. */
export interface Stalled {
  /** It may be over now. */
  retry(): void;
}

/** What all parts of a network share. */
export class NetworkServices {
  /** Bytes that the network took and that nobody will read, because their connection broke. */
  public lostBytes = 0;
  /** The connections that broke. */
  public brokenConnections = 0;
  public readonly stalled: Set<Stalled> = new Set();

  public constructor(
    public readonly clock: IClock,
    public readonly scheduler: IScheduler,
    public readonly random: SeededRandom,
    public readonly trace: Trace,
    /** How long something is sent again and again to somebody who does not answer. */
    public readonly giveUpAfter: number,
  ) {}

  /** Calls back after some time on the way; never at once. */
  public later(delay: number, callback: () => void): void {
    if (delay === 0) this.scheduler.nextTurn(callback);
    else this.clock.after(delay, callback);
  }

  /** What a connection ends with that did not end by itself. */
  public broken(how: 'reset' | 'timeout', connection: string): ZmqError {
    return how === 'reset'
      ? new ZmqError('ConnectionClosed', `The connection ${connection} was reset by its peer.`, { errno: 'ECONNRESET' })
      : new ZmqError('Timeout', `The connection ${connection} was closed: its peer does not answer.`, {
          errno: 'ETIMEDOUT',
        });
  }
}
