import { proxy, type SteerableProxy } from '../index.js';
import { compatible, compatibly, errnoError } from './errors.js';
import { Socket } from './socket.js';

/** Passes messages between two sockets, both ways. The sockets are the proxy's while it runs, and closed when it ends. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: it is the name that programs know.
export class Proxy<F extends Socket = Socket, B extends Socket = Socket> {
  public readonly frontEnd: F;
  public readonly backEnd: B;
  #running: SteerableProxy | null = null;

  public constructor(frontEnd: F, backEnd: B) {
    for (const end of [frontEnd, backEnd] as unknown[]) {
      if (typeof end !== 'object' || end === null) throw new TypeError('The two ends of a proxy are sockets.');
      Socket.stateOf(end);
    }
    this.frontEnd = frontEnd;
    this.backEnd = backEnd;
  }

  /** Passes messages on until `terminate`. Both sockets have to be bound or connected by now (EINVAL). */
  public run(): Promise<void> {
    const front = Socket.stateOf(this.frontEnd);
    const back = Socket.stateOf(this.backEnd);
    front.assertCanBeProxied('Front-end');
    back.assertCanBeProxied('Back-end');
    const running = compatibly(() => proxy(front.inner, back.inner));
    this.#running = running;
    front.enterProxy();
    back.enterProxy();
    const over = running.ended
      .then(
        () => undefined,
        (error: unknown) => {
          throw compatible(error);
        },
      )
      .finally(() => {
        this.#running = null;
        front.leaveProxy();
        back.leaveProxy();
      });
    return front.keepAlive.during(over);
  }

  /** Passes nothing on until `resume`. EBADF when the proxy does not run. */
  public pause(): void {
    this.#current().pause();
  }

  /** Goes on after `pause`. EBADF when the proxy does not run. */
  public resume(): void {
    this.#current().resume();
  }

  /** Ends the proxy: `run` resolves. EBADF when the proxy does not run. */
  public terminate(): void {
    void this.#current().terminate();
  }

  #current(): SteerableProxy {
    if (this.#running === null) throw errnoError('EBADF', 'The proxy does not run.');
    return this.#running;
  }
}
