import { Actor, type AnyActor } from './actor.js';
import { ZmqError } from './errors.js';
import type { ActorServices } from './services.js';
import type { SocketCore } from './socket-core.js';

/** The root of all actors of a Context: it owns the sockets. */
export class ContextCore extends Actor<never> {
  private terminatedBy: ZmqError | null = null;

  public constructor(private readonly services: ActorServices) {
    super(null, services.scheduler);
  }

  /** Takes a new socket in. Throws ContextTerminated (ETERM) after `terminate`. */
  public add(create: () => SocketCore): SocketCore {
    this.assertRunning();
    const socket = create();
    this.adopt(socket);
    return socket;
  }

  /** Throws ContextTerminated (ETERM) after `terminate`. */
  public assertRunning(): void {
    if (this.terminatedBy !== null) throw this.terminatedBy;
  }

  /** Closes every socket, each with its own linger; resolves when nothing of them is left. Again is the same. */
  public terminate(): Promise<void> {
    if (this.terminatedBy === null) {
      this.terminatedBy = new ZmqError('ContextTerminated', 'The Context has been terminated: make a new one.', {
        fatal: true,
      });
      for (const socket of this.sockets) void socket.close(this.terminatedBy);
      this.stop(Number.POSITIVE_INFINITY);
    }
    return this.ended();
  }

  /** True after `terminate`. */
  public get terminated(): boolean {
    return this.terminatedBy !== null;
  }

  /** The sockets that have not ended. */
  public get sockets(): readonly SocketCore[] {
    return [...this.family] as unknown as SocketCore[];
  }

  public override childFailed(child: AnyActor, error: ZmqError): void {
    this.services.logger.error('a socket failed', { socket: (child as unknown as SocketCore).socketType, error });
  }

  protected onCommand(): void {
    // It has no commands but stop.
  }

  protected onStop(): void {
    this.release();
  }
}
