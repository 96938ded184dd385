import { createServer, type Server } from 'node:net';
import type {
  IConnection,
  IHandles,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
} from '../../core/contracts/transport.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { StreamListener } from './stream-listener.js';
import { keepAliveDelay, keepsAlive, type TcpAdmission, type TcpSockets } from './tcp-sockets.js';

type Options = Readonly<SocketOptionValues>;

/** `tcp://host:port`, over node:net. */
export class TcpTransport implements ITransport {
  public readonly schemes: readonly string[] = ['tcp'];

  public constructor(private readonly tcp: TcpSockets) {}

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    this.tcp.check(endpoint, role, options);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const admission = this.tcp.admission(options);
    const server = serverOf(options);
    return this.accept(server, await this.tcp.listen(server, endpoint, options), admission, options, events);
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    const admission = this.tcp.admission(options);
    const server = serverOf(options);
    return this.accept(server, this.tcp.listenNow(server, endpoint, options), admission, options, events);
  }

  public connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    return this.tcp.connect(endpoint, options, signal, onDelayed, handles);
  }

  private accept(
    server: Server,
    address: string,
    admission: TcpAdmission,
    options: Options,
    events: IListenerEvents,
  ): IListener {
    const { tcp } = this;
    const endpoint = `tcp://${address}`;
    return new StreamListener(
      server,
      {
        endpoint,
        maxConnections: options.maxConnections,
        facts: (raw) => ({ endpoint, ...tcp.addresses(raw) }),
        refusal: (raw) => admission(raw, endpoint),
        release: () => server.close(),
      },
      events,
      tcp.services,
    );
  }
}

function serverOf(options: Options): Server {
  return createServer({
    pauseOnConnect: true,
    noDelay: true,
    keepAlive: keepsAlive(options),
    keepAliveInitialDelay: keepAliveDelay(options),
  });
}
