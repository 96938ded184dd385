import type { IScheduler } from '../../core/contracts/clock.js';
import type {
  IDirectConnection,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
} from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { aborted } from './dial.js';
import { makeDirectPair } from './direct-pair.js';

type Options = Readonly<SocketOptionValues>;

/** A connect that waits for somebody to bind. */
interface Waiting {
  readonly endpoint: string;
  resolve(connection: IDirectConnection): void;
}

/** A name in use. Its events begin in the turn after `listen`, so that its owner has the listener by then. */
interface Bound {
  readonly events: IListenerEvents;
  accepts: boolean;
}

/**
 * `inproc://name`: peers in this process that share this transport, and therefore their Context. Any name will do.
 * A connect may come before the bind, and waits for it as long as its signal lets it.
 */
export class InprocTransport implements ITransport {
  public readonly schemes: readonly string[] = ['inproc'];

  private readonly scheduler: IScheduler;
  private readonly bound: Map<string, Bound> = new Map();
  private readonly waiting: Map<string, Set<Waiting>> = new Map();

  public constructor(scheduler: IScheduler) {
    this.scheduler = scheduler;
  }

  public check(_endpoint: ParsedEndpoint, _role: 'bind' | 'connect', _options: Options): void {
    // Every name is right.
  }

  public listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    return new Promise((resolve) => resolve(this.listenNow(endpoint, options, events)));
  }

  public listenNow({ address, endpoint }: ParsedEndpoint, _options: Options, events: IListenerEvents): IListener {
    if (this.bound.has(address)) throw inUse(endpoint);
    const bound: Bound = { events, accepts: false };
    this.bound.set(address, bound);
    this.scheduler.nextTurn(() => {
      bound.accepts = true;
      this.match(address);
    });
    const close = (): Promise<void> => {
      if (this.bound.get(address) === bound) this.bound.delete(address);
      return Promise.resolve();
    };
    return { endpoint, close };
  }

  public connect(
    { address, endpoint }: ParsedEndpoint,
    _options: Options,
    signal: AbortSignal,
  ): Promise<IDirectConnection> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(aborted(endpoint));
        return;
      }
      const onAbort = (): void => {
        this.forget(address, waiting);
        reject(aborted(endpoint));
      };
      const waiting: Waiting = {
        endpoint,
        resolve: (connection) => {
          signal.removeEventListener('abort', onAbort);
          resolve(connection);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const others = this.waiting.get(address);
      if (others === undefined) this.waiting.set(address, new Set([waiting]));
      else others.add(waiting);
      this.scheduler.endOfTurn(() => this.match(address));
    });
  }

  public isBound(address: string): boolean {
    return this.bound.has(address);
  }

  public join(address: string): IDirectConnection | undefined {
    const bound = this.bound.get(address);
    if (bound === undefined) return undefined;
    const [accepted, connected] = makeDirectPair(address, this.scheduler);
    if (bound.accepts) bound.events.onConnection(accepted);
    else {
      this.scheduler.nextTurn(() => {
        if (this.bound.get(address) === bound) bound.events.onConnection(accepted);
        else accepted.destroy();
      });
    }
    return connected;
  }

  /** Brings all who wait for a name together with the one who has bound it. */
  private match(address: string): void {
    const bound = this.bound.get(address);
    if (bound === undefined || !bound.accepts) return;
    for (const waiting of this.waiting.get(address) ?? []) {
      // What is told here may close the listener, or make another connect give up.
      if (this.bound.get(address) !== bound) return;
      this.forget(address, waiting);
      const [accepted, connected] = makeDirectPair(address, this.scheduler);
      bound.events.onConnection(accepted);
      waiting.resolve(connected);
    }
  }

  private forget(address: string, waiting: Waiting): void {
    const all = this.waiting.get(address);
    all?.delete(waiting);
    if (all?.size === 0) this.waiting.delete(address);
  }
}

function inUse(endpoint: string): ZmqError {
  return new ZmqError('AddrInUse', `Cannot bind ${endpoint}: a socket of this Context is bound to that name.`, {
    endpoint,
  });
}
