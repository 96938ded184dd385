import {
  type IConnection,
  type IDirectConnection,
  type IDirectEnd,
  type InMessage,
  type ITransport,
  type Metadata,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import type { Simulation } from 'rzmq/testing';
import { ThroughTransport } from './sabotage.js';

/** An end that passes everything on. */
class ThroughEnd implements IDirectEnd {
  public readonly metadata?: Metadata;

  public constructor(protected readonly inner: IDirectEnd) {
    if (inner.metadata !== undefined) this.metadata = inner.metadata;
  }

  public get socketType(): string {
    return this.inner.socketType;
  }

  public get routingId(): Buffer {
    return this.inner.routingId;
  }

  public get gone(): boolean {
    return this.inner.gone;
  }

  public onPeer(peer: IDirectEnd): void {
    this.inner.onPeer(peer);
  }

  public onMessage(message: InMessage): boolean {
    return this.inner.onMessage(message);
  }

  public onRoom(): void {
    this.inner.onRoom();
  }

  public onClosed(): void {
    this.inner.onClosed();
  }
}

/** A connection inside the process that passes everything on: the base of those that do one thing wrong. */
class ThroughDirect implements IDirectConnection {
  public readonly kind = 'direct';

  public constructor(protected readonly inner: IDirectConnection) {}

  public get localAddress(): string {
    return this.inner.localAddress;
  }

  public get remoteAddress(): string {
    return this.inner.remoteAddress;
  }

  public open(end: IDirectEnd): void {
    this.inner.open(end);
  }

  public destroy(): void {
    this.inner.destroy();
  }
}

type Options = Readonly<SocketOptionValues>;
type Make = new (inner: IDirectConnection) => IDirectConnection;

/** A transport of such connections. */
export class ThroughDirectTransport extends ThroughTransport {
  public constructor(
    inner: ITransport,
    world: Simulation,
    private readonly direct: Make = ThroughDirect,
  ) {
    super(inner, world);
  }

  protected override wrap(connection: IConnection): IConnection {
    // It has connections of the other kind only.
    return new this.direct(connection as unknown as IDirectConnection) as unknown as IConnection;
  }
}

/** Connections inside the process that break one rule each, by the clause that has to notice. */
export const BROKEN_DIRECT: Readonly<Record<string, Make>> = {
  'as soon as both ends are open, each hears who the other is, once': class extends ThroughDirect {
    public override open(end: IDirectEnd): void {
      super.open(
        new (class extends ThroughEnd {
          public override onPeer(peer: IDirectEnd): void {
            super.onPeer(peer);
            super.onPeer(peer);
          }
        })(end),
      );
    }
  },
  'an end hears nothing from within open and destroy': class extends ThroughDirect {
    private end: IDirectEnd | undefined;
    public override open(end: IDirectEnd): void {
      this.end = end;
      super.open(
        new (class extends ThroughEnd {
          private told = false;
          public override onClosed(): void {
            if (!this.told) super.onClosed();
            this.told = true;
          }
        })(end),
      );
    }
    public override destroy(): void {
      this.end?.onClosed();
      super.destroy();
    }
  },
  'destroy closes both ends, once; twice is harmless': class extends ThroughDirect {
    private destroyed = 0;
    public override open(end: IDirectEnd): void {
      const twice = (): boolean => this.destroyed > 1;
      super.open(
        new (class extends ThroughEnd {
          public override onClosed(): void {
            super.onClosed();
            if (twice()) super.onClosed();
          }
        })(end),
      );
    }
    public override destroy(): void {
      this.destroyed++;
      super.destroy();
    }
  },
  'an end that opens after destroy is told that it is closed': class extends ThroughDirect {
    public override open(end: IDirectEnd): void {
      super.open(
        new (class extends ThroughEnd {
          private met = false;
          public override onPeer(peer: IDirectEnd): void {
            this.met = true;
            super.onPeer(peer);
          }
          public override onClosed(): void {
            if (this.met) super.onClosed();
          }
        })(end),
      );
    }
  },
};

/** Transports that break one rule each of those inside the process, by the clause that has to notice. */
export const BROKEN_WAITING: Readonly<Record<string, new (inner: ITransport, world: Simulation) => ITransport>> = {
  'connect to an endpoint that nobody has bound waits for somebody': class extends ThroughDirectTransport {
    public override connect(endpoint: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
      if (signal.aborted || this.inner.isBound?.(endpoint.address)) return super.connect(endpoint, options, signal);
      return Promise.reject(new ZmqError('ConnectionRefused', 'nobody there'));
    }
  },
  'connect that waits is rejected with Aborted when its signal comes': class extends ThroughDirectTransport {
    public override connect(endpoint: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
      const heard = signal.aborted || this.inner.isBound?.(endpoint.address);
      return super.connect(endpoint, options, heard ? signal : new AbortController().signal);
    }
  },
};
