import { Actor } from './actor.js';
import { termReport } from './close-ledger.js';
import type { CloseReport, TermReport } from './contracts/close-report.js';
import { ZmqError } from './errors.js';
import type { ActorServices } from './services.js';
import type { SocketCore } from './socket-core.js';

/** The root of all actors of a Context: it owns the sockets. */
export class ContextCore extends Actor<never, SocketCore> {
  private terminatedBy: ZmqError | null = null;
  private closing: Promise<CloseReport>[] = [];
  private held = true;

  public constructor(private readonly services: ActorServices) {
    super(null, services.scheduler);
  }

  /** Takes a new socket in. Throws ContextTerminated (ETERM) after `terminate`. */
  public add(create: () => SocketCore): SocketCore {
    this.assertRunning();
    const socket = create();
    this.adopt(socket);
    if (!this.held) socket.handles.unref();
    return socket;
  }

  /** Throws ContextTerminated (ETERM) after `terminate`. */
  public assertRunning(): void {
    if (this.terminatedBy !== null) throw this.terminatedBy;
  }

  /** Whether the sockets of now, and later ones, keep the process alive. */
  public hold(held: boolean): void {
    this.held = held;
    for (const { handles, closed } of this.sockets) {
      if (held) handles.ref();
      else if (!closed) handles.unref();
    }
  }

  /**
   * Closes every socket, each with its own linger, but none for longer than `limit` ms; resolves when nothing of them is
   * left. Again is the same, with the earlier end.
   */
  public async terminate(limit: number = Number.POSITIVE_INFINITY): Promise<TermReport> {
    const first = this.terminatedBy === null;
    this.terminatedBy ??= new ZmqError('ContextTerminated', 'The Context has been terminated: make a new one.', {
      fatal: true,
    });
    const error = this.terminatedBy;
    const closing = this.sockets.map((socket) => socket.close(error, limit));
    if (first) {
      this.closing = closing;
      this.stop(Number.POSITIVE_INFINITY);
    }
    await this.ended();
    return termReport(await Promise.all(this.closing));
  }

  /** True after `terminate`. */
  public get terminated(): boolean {
    return this.terminatedBy !== null;
  }

  /** The sockets that have not ended. */
  public get sockets(): readonly SocketCore[] {
    return [...this.family];
  }

  public override childFailed({ socketType }: SocketCore, error: ZmqError): void {
    this.services.logger.error('a socket failed', { socket: socketType, error });
  }

  protected onCommand(): void {
    // It has no commands but stop.
  }

  protected onStop(): void {
    this.release();
  }
}
