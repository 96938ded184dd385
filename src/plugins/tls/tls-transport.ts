import type { Socket } from 'node:net';
import { createServer, type Server } from 'node:tls';
import {
  fromNodeError,
  type IClock,
  type IConnection,
  type IHandles,
  type IListener,
  type IListenerEvents,
  type ITcpSockets,
  type ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  type TcpAdmission,
  ZmqError,
} from '../../plugin.js';
import { Entrance } from '../shared/entrance.js';
import { certified, identityOf, secure, type TlsSettings } from '../shared/secure.js';

type Options = Readonly<SocketOptionValues>;

/** `tls://host:port`: the addresses and the options are those of tcp, and ZMTP begins when TLS is open. */
export class TlsTransport implements ITransport {
  public readonly schemes: readonly string[] = ['tls'];

  public constructor(
    private readonly tcp: ITcpSockets,
    private readonly clock: IClock,
    private readonly settings: TlsSettings,
  ) {}

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    this.tcp.check(endpoint, role, options);
    if (role === 'bind') serverSettings(this.settings, endpoint);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const admission = this.tcp.admission(options);
    const server = this.createServer(endpoint);
    return this.accept(server, await this.tcp.listen(server, endpoint, options), admission, options, events);
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    const admission = this.tcp.admission(options);
    const server = this.createServer(endpoint);
    return this.accept(server, this.tcp.listenNow(server, endpoint, options), admission, options, events);
  }

  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const dialled = await this.tcp.dial(endpoint, options, signal, onDelayed, handles);
    const limits = { signal, clock: this.clock, timeout: options.handshakeInterval, handles };
    const socket = await secure(dialled, endpoint, this.settings.client ?? {}, limits);
    const { localAddress, remoteAddress } = dialled;
    const facts = { endpoint: endpoint.endpoint, localAddress, remoteAddress, verified: identityOf(socket) };
    return this.tcp.connection(socket, facts);
  }

  private createServer(endpoint: ParsedEndpoint): Server {
    const settings = serverSettings(this.settings, endpoint);
    return certified(endpoint, () => createServer(settings));
  }

  private accept(
    server: Server,
    address: string,
    admission: TcpAdmission,
    options: Options,
    events: IListenerEvents,
  ): IListener {
    const endpoint = `tls://${address}`;
    const entrance = new Entrance(endpoint, options, this.clock, admission, (error) => events.onAcceptFailed(error));
    server.on('connection', (raw: Socket) => entrance.enter(raw));
    server.on('tlsClientError', (error, socket) => entrance.fail(socket, error));
    server.on('secureConnection', (socket) => {
      entrance.pass(socket);
      socket.setNoDelay(true);
      const facts = { endpoint, ...this.tcp.addresses(socket), verified: identityOf(socket) };
      events.onConnection(this.tcp.connection(socket, facts));
    });
    server.on('error', (error) =>
      events.onAcceptFailed(fromNodeError(error, `Cannot accept at ${endpoint}`, endpoint)),
    );
    return new SecureListener(endpoint, server, entrance);
  }
}

/** A bound endpoint. Accepted connections stay when it is closed; those that are not through TLS go. */
class SecureListener implements IListener {
  public constructor(
    public readonly endpoint: string,
    private readonly server: Server,
    private readonly entrance: Entrance,
  ) {}

  public close(): Promise<void> {
    this.server.close();
    this.entrance.close();
    return Promise.resolve();
  }

  public ref(): void {
    this.server.ref();
  }

  public unref(): void {
    this.server.unref();
  }
}

function serverSettings(settings: TlsSettings, { endpoint }: ParsedEndpoint): NonNullable<TlsSettings['server']> {
  if (settings.server !== undefined) return settings.server;
  throw new ZmqError(
    'InvalidArgument',
    `Cannot bind ${endpoint}: there is no certificate; give one to tls({ server: { key, cert } }).`,
    { endpoint },
  );
}
