import type { IClock } from './contracts/clock.js';
import type { WaitOptions } from './contracts/socket.js';
import { ZmqError } from './errors.js';
import { waitUntil } from './wait-until.js';
import type { Watchers } from './watchers.js';

/** The socket, as far as waiting for its peers needs it. */
export interface ISocketInContact {
  readonly socketType: string;
  readonly watchers: Watchers;
  readonly clock: IClock;
  /** Throws SocketClosed or ContextTerminated once it is closed. */
  assertOpen(): void;
  /** Every endpoint that was asked for is bound, or has its peer. Throws when one of them never will. */
  readonly established: boolean;
  /** How many peers are connected, their handshake complete. */
  readonly peers: number;
  /** Whether somebody would be sent a message that is this topic; `undefined` for a type without subscribers. */
  reaches(topic: Uint8Array): boolean | undefined;
}

/** Waiting until somebody is there: what ends the sleeping before a first message. */
export class Contact {
  public constructor(private readonly socket: ISocketInContact) {}

  public ready(options?: WaitOptions): Promise<void> {
    const { socket } = this;
    return this.until(`the endpoints of the ${socket.socketType} to be in use`, () => socket.established, options);
  }

  public peers(count: number, options?: WaitOptions): Promise<void> {
    const { socket } = this;
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      const what = `waitForPeers takes a whole number, not ${String(count)}.`;
      return Promise.reject(new ZmqError('InvalidArgument', what));
    }
    return this.until(`${count} peers of the ${socket.socketType}`, () => socket.peers >= count, options);
  }

  public subscriber(topic: string | Uint8Array, options?: WaitOptions): Promise<void> {
    const { socket } = this;
    if (typeof topic !== 'string' && !((topic as unknown) instanceof Uint8Array)) {
      const what = `A topic is text or bytes, not ${topic === null ? 'null' : typeof topic}.`;
      return Promise.reject(new ZmqError('InvalidArgument', what));
    }
    const bytes = Buffer.from(topic as Uint8Array);
    const reached = (): boolean => {
      const answer = socket.reaches(bytes);
      if (answer !== undefined) return answer;
      const what = `A ${socket.socketType} socket has no subscribers: wait for those of a PUB, XPUB or RADIO.`;
      throw new ZmqError('InvalidSocketType', what);
    };
    return this.until(`a subscriber of ${JSON.stringify(bytes.toString())}`, reached, options);
  }

  private until(what: string, holds: () => boolean, options: WaitOptions | undefined): Promise<void> {
    const { socket } = this;
    const open = (): boolean => {
      socket.assertOpen();
      return holds();
    };
    return waitUntil({ what, holds: open }, socket.watchers, socket.clock, options);
  }
}
