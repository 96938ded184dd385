import type { ListenOptions, Server, Socket } from 'node:net';
import type { IListener, IListenerEvents } from '../../core/contracts/transport.js';
import { fromNodeError, ZmqError } from '../../core/errors.js';
import { StreamConnection, type StreamFacts, type StreamServices } from './stream-connection.js';

/** What differs between the listeners of tcp and ipc. */
export interface StreamListenerPlan {
  /** As it really is: wildcards filled in. */
  readonly endpoint: string;
  /** MAX_CONNECTIONS; -1: no limit. */
  readonly maxConnections: number;
  /** The addresses of an accepted socket. */
  facts(raw: Socket): StreamFacts;
  /** Why this peer may not connect; `undefined` when it may. */
  refusal?(raw: Socket): ZmqError | undefined;
  /** Closes the server. The address is free when it returns. */
  release(): void;
}

/** A bound endpoint over a server of node:net: tcp and ipc. Accepts until `close`. */
export class StreamListener implements IListener {
  public readonly endpoint: string;

  private readonly server: Server;
  private readonly plan: StreamListenerPlan;
  private readonly events: IListenerEvents;
  private readonly services: StreamServices;
  /** The accepted connections that are not gone yet. */
  private live = 0;
  private closed = false;

  /** @param server listens already, and accepts paused sockets (`pauseOnConnect`). */
  public constructor(server: Server, plan: StreamListenerPlan, events: IListenerEvents, services: StreamServices) {
    this.server = server;
    this.plan = plan;
    this.endpoint = plan.endpoint;
    this.events = events;
    this.services = services;
    server.on('connection', (raw: Socket) => this.accept(raw));
    server.on('error', (error) =>
      this.failed(fromNodeError(error, `Cannot accept at ${this.endpoint}`, this.endpoint)),
    );
  }

  /**
   * The server's own 'close' event is not waited for: it also waits for those connections that Node still counts,
   * and the address is free before it, because `server.close()` closes the descriptor at once.
   */
  public close(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.closed) {
        this.closed = true;
        this.plan.release();
      }
      resolve();
    });
  }

  public ref(): void {
    this.server.ref();
  }

  public unref(): void {
    this.server.unref();
  }

  private accept(raw: Socket): void {
    const refusal = this.plan.refusal?.(raw) ?? this.overfull();
    if (this.closed || refusal !== undefined) {
      raw.on('error', () => undefined);
      raw.destroy();
      if (refusal !== undefined) this.failed(refusal);
      return;
    }
    this.live++;
    const connection = new StreamConnection(raw, this.plan.facts(raw), this.services, () => {
      this.live--;
    });
    this.events.onConnection(connection);
  }

  private overfull(): ZmqError | undefined {
    const { maxConnections } = this.plan;
    if (maxConnections < 0 || this.live < maxConnections) return undefined;
    return new ZmqError(
      'ResourceLimitReached',
      `A connection to ${this.endpoint} was closed: there are ${this.live} already (maxConnections).`,
      { endpoint: this.endpoint },
    );
  }

  private failed(error: ZmqError): void {
    if (!this.closed) this.events.onAcceptFailed(error);
  }
}

/** Starts to listen; rejects with the error of bind() or listen(), and then nothing is left. */
export function listening(server: Server, where: ListenOptions, endpoint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => reject(fromNodeError(error, `Cannot bind ${endpoint}`, endpoint));
    server.once('error', onError);
    server.listen(where, () => {
      server.off('error', onError);
      resolve();
    });
  });
}
