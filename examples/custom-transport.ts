// A transport of your own in 60 lines, `knock://host:port`: TCP, where whoever connects says a word before ZMTP begins.
import { createServer, type Socket } from 'node:net';
import { Context, SocketType } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  type IConnection,
  type IHandles,
  type IListener,
  type IListenerEvents,
  ITcpSockets,
  ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import { transportCompliance, transportOf, verify } from 'rzmq/testing';

type Options = Readonly<SocketOptionValues>;

class KnockTransport implements ITransport {
  public readonly schemes = ['knock'];

  public constructor(
    private readonly tcp: ITcpSockets,
    private readonly word: Buffer,
  ) {}

  public check(endpoint: ParsedEndpoint, role: 'bind' | 'connect', options: Options): void {
    this.tcp.check(endpoint, role, options);
  }

  public async listen(endpoint: ParsedEndpoint, options: Options, events: IListenerEvents): Promise<IListener> {
    const server = createServer({ noDelay: true });
    const real = `knock://${await this.tcp.listen(server, endpoint, options)}`;
    const outside = new Set<Socket>();
    server.on('connection', (socket) => {
      outside.add(socket);
      // Strangers get some time, and no more: a session of ours begins only when they have knocked.
      const timer = setTimeout(() => socket.destroy(), options.handshakeInterval);
      const letIn = (): void => {
        const said = socket.read(this.word.length) as Buffer | null;
        if (said === null) return;
        outside.delete(socket);
        clearTimeout(timer);
        socket.off('readable', letIn);
        if (said.equals(this.word)) {
          events.onConnection(this.tcp.connection(socket, { endpoint: real, ...this.tcp.addresses(socket) }));
        } else {
          socket.destroy();
          events.onAcceptFailed(new ZmqError('PermissionDenied', `A wrong word at ${real}.`, { endpoint: real }));
        }
      };
      socket.on('readable', letIn).on('error', () => socket.destroy());
      socket.on('close', () => outside.delete(socket) && clearTimeout(timer));
    });
    const close = async (): Promise<void> => {
      server.close();
      for (const socket of outside) socket.destroy();
    };
    return { endpoint: real, close, ref: () => server.ref(), unref: () => server.unref() };
  }

  public async connect(
    endpoint: ParsedEndpoint,
    options: Options,
    signal: AbortSignal,
    onDelayed?: () => void,
    handles?: IHandles,
  ): Promise<IConnection> {
    const { socket, ...ends } = await this.tcp.dial(endpoint, options, signal, onDelayed, handles);
    socket.write(this.word);
    return this.tcp.connection(socket, { endpoint: endpoint.endpoint, ...ends });
  }
}

/** What a user gives to the Context. */
function knocking(word: string): ContextModule {
  return contextModule(({ bind }) => {
    bind(ITransport)
      .toResolvedValue((tcp: ITcpSockets) => new KnockTransport(tcp, Buffer.from(word)), [ITcpSockets])
      .inSingletonScope();
  });
}

// The kit tries it as it is wired: every clause of the contract of a transport.
const results = await verify(
  transportCompliance({
    create: () => transportOf('knock', [knocking('sesame')]),
    modules: () => [knocking('sesame')],
    endpoint: () => 'knock://127.0.0.1:0',
    wrong: ['knock://nowhere', 'knock://127.0.0.1:99999'],
  }),
);
for (const { title, passed, error } of results) if (!passed) console.log(`NOT KEPT: ${title}: ${String(error)}`);
const kept = results.filter(({ passed }) => passed).length;
console.log(`it keeps ${kept} of ${results.length} clauses`);
if (kept < results.length) process.exitCode = 1;

const [home, friend, stranger] = ['sesame', 'sesame', 'seasame'].map(
  (word) => new Context({ modules: [knocking(word)], defaults: { linger: 0 } }),
) as [Context, Context, Context];
const rep = home.socket(SocketType.Rep);
const endpoint = await rep.bind('knock://127.0.0.1:0');
const turnedAway = new Promise((resolve) => rep.events.once('accept:error', resolve));
await stranger.socket(SocketType.Req).connect(endpoint);
await turnedAway;
console.log('a stranger is turned away');
const req = friend.socket(SocketType.Req);
await req.connect(endpoint);
await req.send('Hello');
console.log(`a friend says ${String(await rep.recv())}`);
await Promise.all([home.term(), friend.term(), stranger.term()]);
