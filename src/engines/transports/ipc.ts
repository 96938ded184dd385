import { createServer, type Server } from 'node:net';
import type { IClock, IScheduler } from '../../core/contracts/clock.js';
import type { IRandom } from '../../core/contracts/random.js';
import type {
  IConnection,
  IHandles,
  IListener,
  IListenerEvents,
  ITransport,
  ParsedEndpoint,
} from '../../core/contracts/transport.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { dial } from './dial.js';
import { clearPath, closeAtPath, fileAt, makeTemporaryPath, removeTemporaryPath } from './ipc-file.js';
import { isAbstract, parseIpc } from './ipc-path.js';
import { lentReading, StreamConnection, type StreamServices, streamServices } from './stream-connection.js';
import { listening, StreamListener } from './stream-listener.js';
import type { ReadMode } from './stream-reading.js';

type Options = Readonly<SocketOptionValues>;

/**
 * `ipc://path`: UNIX domain sockets. `ipc://@name` is an abstract name (Linux), `ipc://*` binds to a new private path.
 *
 * Binding replaces what is at the path. `close` removes the socket file again (libzmq leaves it there), unless
 * somebody else has taken the path over; what a process leaves behind when it dies is replaced by the next bind.
 *
 * Node 20 fills an abstract name up with zeros, so that there it finds, and is found by, processes on Node 20 only.
 */
export class IpcTransport implements ITransport {
  public readonly schemes: readonly string[] = ['ipc'];

  private readonly services: StreamServices;
  private readonly platform: NodeJS.Platform;

  public constructor(
    clock: IClock,
    scheduler: IScheduler,
    random: IRandom,
    platform: NodeJS.Platform = process.platform,
    reading: ReadMode = 'lent',
  ) {
    this.services = streamServices(clock, scheduler, random, reading);
    this.platform = platform;
  }

  public check(endpoint: ParsedEndpoint, _role: 'bind' | 'connect', _options: Options): void {
    parseIpc(endpoint, this.platform);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const path = parseIpc(endpoint, this.platform);
    if (endpoint.address === '*') return this.listenAnywhere(endpoint, options, events);
    if (isAbstract(endpoint.address)) {
      return this.accept(await open(path, endpoint.endpoint, options), endpoint.endpoint, options, events);
    }
    clearPath(path, endpoint.endpoint);
    const server = await open(path, endpoint.endpoint, options);
    const own = fileAt(path);
    return this.accept(server, endpoint.endpoint, options, events, () => closeAtPath(server, path, own));
  }

  public async connect(
    endpoint: ParsedEndpoint,
    _options: Options,
    signal: AbortSignal,
    _onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const path = parseIpc(endpoint, this.platform);
    const onread = lentReading(this.services);
    const limits = { signal, clock: this.services.clock, timeout: 0, handles, onread };
    const socket = await dial({ path }, endpoint.endpoint, limits);
    const facts = { endpoint: endpoint.endpoint, localAddress: '', remoteAddress: endpoint.address };
    return new StreamConnection(socket, facts, this.services, undefined, onread);
  }

  private async listenAnywhere(
    endpoint: ParsedEndpoint,
    options: Options,
    events: IListenerEvents,
  ): Promise<IListener> {
    const path = makeTemporaryPath(process.env, endpoint.endpoint);
    const real = { ...endpoint, address: path, endpoint: `ipc://${path}` };
    try {
      parseIpc(real, this.platform);
      const server = await open(path, real.endpoint, options);
      return this.accept(server, real.endpoint, options, events, () => {
        server.close();
        removeTemporaryPath(path);
      });
    } catch (error) {
      removeTemporaryPath(path);
      throw error;
    }
  }

  private accept(
    server: Server,
    endpoint: string,
    options: Options,
    events: IListenerEvents,
    release: () => void = () => server.close(),
  ): IListener {
    const facts = { endpoint, localAddress: endpoint.slice('ipc://'.length), remoteAddress: '' };
    const plan = { endpoint, maxConnections: options.maxConnections, facts: () => facts, release };
    return new StreamListener(server, plan, events, this.services);
  }
}

async function open(path: string, endpoint: string, options: Options): Promise<Server> {
  const server = createServer({ pauseOnConnect: true });
  await listening(server, { path, backlog: options.backlog, exclusive: true }, endpoint);
  return server;
}
