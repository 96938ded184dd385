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
import { listenAtOnce } from './listen-at-once.js';
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
    const place = this.placeOf(endpoint);
    try {
      const server = serverOf();
      const { path } = place;
      await listening(server, { path, backlog: options.backlog, exclusive: true }, place.endpoint);
      return this.accept(server, place, options, events);
    } catch (error) {
      place.giveUp();
      throw error;
    }
  }

  public listenNow(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): IListener {
    const place = this.placeOf(endpoint);
    try {
      const server = serverOf();
      listenAtOnce(server, { path: place.path, backlog: options.backlog }, place.endpoint);
      return this.accept(server, place, options, events);
    } catch (error) {
      place.giveUp();
      throw error;
    }
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

  /** Makes room at the path, or a new path. */
  private placeOf(endpoint: ParsedEndpoint): Place {
    if (endpoint.address === '*') {
      const path = makeTemporaryPath(process.env, endpoint.endpoint);
      const giveUp = (): void => removeTemporaryPath(path);
      const release = (server: Server): void => {
        server.close();
        giveUp();
      };
      const real = { ...endpoint, address: path, endpoint: `ipc://${path}` };
      try {
        parseIpc(real, this.platform);
      } catch (error) {
        giveUp();
        throw error;
      }
      return { path, endpoint: real.endpoint, listens: () => release, giveUp };
    }
    const path = parseIpc(endpoint, this.platform);
    const place = { path, endpoint: endpoint.endpoint, giveUp: () => undefined };
    if (isAbstract(endpoint.address)) return { ...place, listens: () => (server) => server.close() };
    clearPath(path, endpoint.endpoint);
    const listens = (): Release => {
      const own = fileAt(path);
      return (server) => closeAtPath(server, path, own);
    };
    return { ...place, listens };
  }

  private accept(server: Server, place: Place, options: Options, events: IListenerEvents): IListener {
    const { endpoint } = place;
    const facts = { endpoint, localAddress: endpoint.slice('ipc://'.length), remoteAddress: '' };
    const free = place.listens();
    const release = (): void => free(server);
    const plan = { endpoint, maxConnections: options.maxConnections, facts: () => facts, release };
    return new StreamListener(server, plan, events, this.services);
  }
}

/** Closes a server, and what it had in the file system. */
type Release = (server: Server) => void;

/** Where an ipc endpoint listens. */
interface Place {
  readonly path: string;
  /** As it really is. */
  readonly endpoint: string;
  /** The server listens. Answers how it ends. */
  readonly listens: () => Release;
  /** It could not listen. */
  readonly giveUp: () => void;
}

function serverOf(): Server {
  return createServer({ pauseOnConnect: true });
}
