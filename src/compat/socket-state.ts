import type { Socket as Inner } from '../index.js';
import { SOCKET_TYPE_NUMBER } from '../plugin.js';
import type { IEndsWithProcess } from './at-exit.js';
import { Context } from './context.js';
import { compatible, compatibly, type ErrnoError, errnoError } from './errors.js';
import type { KeepAlive } from './keep-alive.js';
import type { IObserved } from './observer.js';
import { Operations } from './operations.js';
import { type ISocketOfOptions, OptionFace } from './option-face.js';
import { atExit } from './process-wide.js';

/** The names of the types by libzmq's number. */
const TYPES: ReadonlyMap<number, string> = new Map(
  Object.entries(SOCKET_TYPE_NUMBER).map(([name, number]) => [number, name]),
);

/** What is behind a socket of this API: a socket of ours, and what zeromq.js knows beside it. */
export class SocketState implements IObserved, ISocketOfOptions, IEndsWithProcess {
  public readonly inner: Inner;
  public readonly keepAlive: KeepAlive;
  public readonly options: OptionFace;
  public readonly operations: Operations;
  public closed = false;
  private endpoints = 0;
  /** Binds and unbinds that are under way, and a proxy: `close` waits for them. */
  private busy = 0;
  private proxied = false;
  private closeAsked = false;

  public constructor(
    type: number,
    public readonly context: Context,
  ) {
    const name = TYPES.get(type);
    if (name === undefined) throw errnoError('EINVAL', `There is no socket type ${type} in this package.`);
    this.inner = compatibly(() => Context.makeSocket(context, name));
    this.keepAlive = Context.keepAliveOf(context);
    this.options = new OptionFace(this);
    this.operations = new Operations(this.inner, this.keepAlive);
    atExit.enlist(this);
  }

  public get strict(): boolean {
    return this.context.strict;
  }

  public get inUse(): boolean {
    return this.endpoints > 0 || this.busy > 0;
  }

  public warn(property: string, text: string): void {
    Context.warn(this.context, property, text);
  }

  /** Throws EBADF when it is closed, and EBUSY when it is a proxy's, or in the middle of a bind and the Context is strict. */
  public assertUsable(): void {
    if (this.closed) throw closedError();
    if (this.proxied) throw errnoError('EBUSY', 'The socket belongs to a proxy.');
    if (this.busy > 0 && this.strict) throw errnoError('EBUSY', 'The socket is being bound or unbound.');
  }

  public bind(address: string): Promise<void> {
    return this.change(address, 1, () => this.inner.bind(address));
  }

  public unbind(address: string): Promise<void> {
    return this.change(address, -1, () => this.inner.unbind(address));
  }

  public bindSync(address: string): void {
    this.changeNow(address, 1, () => this.inner.bindSync(address));
  }

  public unbindSync(address: string): void {
    this.changeNow(address, -1, () => this.inner.unbindSync(address));
  }

  public connect(address: string, routingId?: string): void {
    this.changeNow(address, 1, () => this.inner.connectSync(address, routingId === undefined ? {} : { routingId }));
  }

  public disconnect(address: string): void {
    this.changeNow(address, -1, () => this.inner.disconnectSync(address));
  }

  public close(): void {
    if (this.closed) return;
    this.closeAsked = true;
    if (this.busy > 0) return;
    this.closed = true;
    this.endpoints = 0;
    atExit.discharge(this);
    Context.socketClosed(this.context);
    this.operations.close();
    // It lingers, and keeps the process alive meanwhile; nothing can go wrong that anybody could be told of.
    this.inner.close().catch(() => undefined);
  }

  /** The process has nothing else to do: what is queued goes out first. */
  public finish(): void {
    if (this.inner.stats().queuedOut > 0) this.close();
  }

  /** Throws EINVAL when it is neither bound nor connected, or closed, and EBUSY when another proxy has it. */
  public assertCanBeProxied(end: string): void {
    if (this.endpoints === 0) {
      const detail = `The ${end.toLowerCase()} of a proxy needs an endpoint before it runs: bind or connect it.`;
      throw errnoError('EINVAL', detail, { text: `${end} socket must be bound or connected` });
    }
    this.assertUsable();
  }

  /** A proxy has it from now on. */
  public enterProxy(): void {
    this.proxied = true;
    this.busy++;
  }

  /** The proxy has ended, and its sockets with it. */
  public leaveProxy(): void {
    this.proxied = false;
    this.busy--;
    this.close();
  }

  private async change(address: string, by: 1 | -1, work: () => Promise<unknown>): Promise<void> {
    this.busy++;
    try {
      await this.keepAlive.during(work());
      this.endpoints += by;
    } catch (error) {
      throw compatible(error, address);
    } finally {
      this.busy--;
      if (this.closeAsked) this.close();
    }
  }

  private changeNow(address: string, by: 1 | -1, work: () => unknown): void {
    compatibly(work, address);
    this.endpoints += by;
  }
}

function closedError(): ErrnoError {
  return errnoError('EBADF', 'The socket is closed.');
}
