import {
  type IConnection,
  type IListener,
  type IListenerEvents,
  type ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import type { Simulation } from 'rzmq/testing';
import { Through, ThroughTransport } from './sabotage.js';

type Options = Readonly<SocketOptionValues>;

/** Transports that break one rule each, by the clause that has to notice. */
export const BROKEN_TRANSPORTS: Readonly<Record<string, new (inner: ITransport, world: Simulation) => ITransport>> = {
  'it serves the scheme of its endpoints': class extends ThroughTransport {
    public override get schemes(): readonly string[] {
      return ['TCP'];
    }
  },
  'check lets an endpoint pass that can be bound': class extends ThroughTransport {
    public override check(): void {
      throw new Error('not today');
    }
  },
  'check refuses the text of a wrong endpoint with a ZmqError that says which': class extends ThroughTransport {
    public override check(): void {
      // Everything is fine.
    }
  },
  'listen resolves with the real endpoint, at which it can be reached': class extends ThroughTransport {
    public override async listen(
      endpoint: ParsedEndpoint,
      options: Options,
      events: IListenerEvents,
    ): Promise<IListener> {
      const listener = await super.listen(endpoint, options, events);
      return { endpoint: endpoint.endpoint, close: () => listener.close() };
    }
  },
  'each connect makes one connection on either side': class extends ThroughTransport {
    public override async connect(
      endpoint: ParsedEndpoint,
      options: Options,
      signal: AbortSignal,
    ): Promise<IConnection> {
      await super.connect(endpoint, options, signal);
      return super.connect(endpoint, options, signal);
    }
  },
  'an unbound endpoint is free again when close has resolved; closing twice is harmless': class extends ThroughTransport {
    public override async listen(
      endpoint: ParsedEndpoint,
      options: Options,
      events: IListenerEvents,
    ): Promise<IListener> {
      const listener = await super.listen(endpoint, options, events);
      return { endpoint: listener.endpoint, close: () => Promise.resolve() };
    }
  },
  'two endpoints are bound at the same time, and each gets its own connections': class extends ThroughTransport {
    private first: IListenerEvents | null = null;
    public override listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
      const again = endpoint.address !== '*:0';
      if (!again) this.first ??= events;
      return super.listen(endpoint, options, again ? events : this.first!);
    }
  },
  'nothing is told of a bound endpoint before listen has resolved': class extends ThroughTransport {
    public override async listen(
      endpoint: ParsedEndpoint,
      options: Options,
      events: IListenerEvents,
    ): Promise<IListener> {
      const listener = await super.listen(endpoint, options, events);
      await new Promise<void>((resolve) => void this.world.clock.after(50, resolve));
      return listener;
    }
  },
  'addresses are text, ref and unref can be called on what has them': class extends ThroughTransport {
    protected override wrap(connection: IConnection): IConnection {
      return new (class extends Through {
        public override get remoteAddress(): string {
          return undefined as unknown as string;
        }
      })(connection, this.world);
    }
  },
  'connect whose signal came before is rejected with Aborted, and connects nobody': class extends ThroughTransport {
    public override connect(endpoint: ParsedEndpoint, options: Options): Promise<IConnection> {
      return super.connect(endpoint, options, new AbortController().signal);
    }
  },
  'connect whose signal comes meanwhile leaves nothing behind': class extends ThroughTransport {
    public override connect(endpoint: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
      if (signal.aborted) return super.connect(endpoint, options, signal);
      return Promise.race([
        super.connect(endpoint, options, new AbortController().signal),
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new ZmqError('Aborted', 'given up')));
        }),
      ]);
    }
  },
  'listen on an endpoint in use is rejected with AddrInUse': class extends ThroughTransport {
    private readonly open: Map<string, IListener> = new Map();
    public override async listen(
      endpoint: ParsedEndpoint,
      options: Options,
      events: IListenerEvents,
    ): Promise<IListener> {
      await this.open.get(endpoint.endpoint)?.close();
      const listener = await super.listen(endpoint, options, events);
      this.open.set(listener.endpoint, listener);
      return listener;
    }
  },
  'connect to an endpoint that nobody has bound is rejected with a ZmqError': class extends ThroughTransport {
    public override connect(endpoint: ParsedEndpoint, options: Options, signal: AbortSignal): Promise<IConnection> {
      return super.connect(endpoint, options, signal).catch((error: unknown) => {
        if ((error as ZmqError).code === 'ConnectionRefused') throw new Error('nobody there');
        throw error;
      });
    }
  },
  'a closed listener accepts nobody, and leaves the connections that it has accepted': class extends ThroughTransport {
    public override async listen(
      endpoint: ParsedEndpoint,
      options: Options,
      events: IListenerEvents,
    ): Promise<IListener> {
      const accepted: { destroy(): void }[] = [];
      const listener = await super.listen(endpoint, options, {
        onConnection: (connection) => {
          accepted.push(connection);
          events.onConnection(connection);
        },
        onAcceptFailed: (error) => events.onAcceptFailed(error),
      });
      const close = (): Promise<void> => {
        for (const connection of accepted) connection.destroy();
        return listener.close();
      };
      return { endpoint: listener.endpoint, close };
    }
  },
  'connections are kept apart': class extends ThroughTransport {
    private readonly made: Through[] = [];
    public override async connect(
      endpoint: ParsedEndpoint,
      options: Options,
      signal: AbortSignal,
    ): Promise<IConnection> {
      const { made } = this;
      const inner = (await this.inner.connect(endpoint, options, signal)) as IConnection;
      const number = made.length;
      const connection = new (class extends Through {
        public override write(chunks: readonly Uint8Array[]): boolean {
          return number === 1 ? made[0]!.write(chunks) : super.write(chunks);
        }
      })(inner, this.world);
      made.push(connection);
      return connection;
    }
  },
  'a socket that has closed leaves its endpoint free, and another one is found there': class extends ThroughTransport {
    private readonly used: Set<string> = new Set();
    public override listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
      const deaf = this.used.has(endpoint.endpoint);
      return super.listen(endpoint, options, {
        onConnection: (connection) => {
          this.used.add(`tcp://0.0.0.0:${connection.localAddress.split(':')[1]!}`);
          if (!deaf) events.onConnection(connection);
        },
        onAcceptFailed: (error) => events.onAcceptFailed(error),
      });
    }
  },
};
