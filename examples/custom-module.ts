// Parts of a Context are services in a container; a module adds to them or replaces them. Here: a logger, a clock that
// runs a hundred times as fast, and a transport of our own, `service://name`, which finds its peers in a directory.
import { Context, type SocketEvent, SocketType } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  IClock,
  type IConnection,
  type IDirectConnection,
  type IListener,
  type IListenerEvents,
  ILogger,
  ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  TcpTransportToken,
  ZmqError,
} from 'rzmq/plugin';

type Options = Readonly<SocketOptionValues>;

/** `service://name` over tcp: binding takes a free port and enters it in the directory, connecting looks it up there. */
class ServiceTransport implements ITransport {
  public readonly schemes = ['service'];

  public constructor(
    private readonly tcp: ITransport,
    private readonly directory: Map<string, string>,
  ) {}

  public check({ address, endpoint }: ParsedEndpoint): void {
    if (/^[a-z-]+$/.test(address)) return;
    throw new ZmqError('InvalidEndpoint', `${endpoint}: a service is named by lower-case letters.`, { endpoint });
  }

  public async listen(service: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const listener = await this.tcp.listen(tcp('127.0.0.1:0'), options, events);
    this.directory.set(service.address, listener.endpoint.slice('tcp://'.length));
    const close = (): Promise<void> => {
      this.directory.delete(service.address);
      return listener.close();
    };
    return { endpoint: service.endpoint, close };
  }

  /** One attempt. It fails while nobody has that name, and is made again after the reconnect interval. */
  public async connect(
    { address, endpoint }: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
  ): Promise<IConnection | IDirectConnection> {
    const found = this.directory.get(address);
    if (found === undefined) throw new ZmqError('ConnectionRefused', `There is no service ${address}.`, { endpoint });
    return this.tcp.connect(tcp(found), options, signal);
  }
}

function tcp(address: string): ParsedEndpoint {
  return { scheme: 'tcp', address, endpoint: `tcp://${address}` };
}

/** The transport takes part in the container: it is given the tcp transport of the same Context. */
function services(directory: Map<string, string>): ContextModule {
  return contextModule(({ bind }) => {
    bind(ITransport)
      .toResolvedValue((tcp: ITransport) => new ServiceTransport(tcp, directory), [TcpTransportToken])
      .inSingletonScope();
  });
}

/** Everything that waits, waits a hundredth of its time. */
const fastClock = contextModule(({ rebind }) => {
  rebind(IClock).toConstantValue({
    now: () => performance.now() * 100,
    after(delay, callback) {
      const timer = setTimeout(callback, delay / 100);
      return { cancel: () => clearTimeout(timer) };
    },
  });
});

const logger = contextModule(({ rebind }) => {
  const say = (message: string): void => console.log(`log: ${message}`);
  rebind(ILogger).toConstantValue({ debug: say, info: say, warn: say, error: say });
});

const context = new Context({ modules: [services(new Map()), fastClock, logger] });

// Nobody offers this service yet: an attempt fails, and the next one follows after 10 to 20 seconds of the fast clock.
const req = context.socket(SocketType.Req, { reconnectInterval: 10_000 });
const refused = new Promise<SocketEvent>((resolve) => req.events.once('connect:retry', resolve));
await req.connect('service://time');
const { interval } = await refused;
console.log(`nobody is there yet, the next attempt is in ${interval ?? 0} ms`);

const rep = context.socket(SocketType.Rep);
console.log(`bound to ${await rep.bind('service://time')}`);
await req.send('What time is it?');
console.log(`REP received: ${String(await rep.recv())}`);
await rep.send('Half past nine.');
console.log(`REQ received: ${String(await req.recv())}`);

await context.term();
