import { afterEach } from '@jest/globals';
import {
  Context,
  type ContextOptions,
  type InMessage,
  type ISocket,
  type SocketByType,
  type SocketOptionsInit,
} from 'rzmq';
import { EventLog } from './spec-events.js';
import { PLUGINS, type TransportCase } from './spec-transports.js';

/** What is left at the end of a test is dropped, and nobody waits long for a peer that comes back. */
const DEFAULTS: SocketOptionsInit = { linger: 0, reconnectInterval: 10 };

/** What every typed socket has, as far as the ground needs it. */
export type AnySocket = Pick<ISocket, 'type' | 'options' | 'events' | 'stats' | 'bind' | 'connect' | 'close'>;

/** What one test stands on: a Context whose sockets drop what is left when they close, and an event log per socket. */
export class Ground {
  private current: Context | undefined;
  private others: Context[] = [];
  private readonly logs: Map<AnySocket, EventLog> = new Map();

  public get context(): Context {
    this.current ??= new Context({ defaults: DEFAULTS, modules: PLUGINS });
    return this.current;
  }

  /** A further Context, for tests that are about a Context itself. */
  public another(options?: ContextOptions): Context {
    const context = new Context({ defaults: DEFAULTS, modules: PLUGINS, ...options });
    this.others.push(context);
    return context;
  }

  public socket<T extends keyof SocketByType>(
    type: T,
    options?: SocketOptionsInit,
    context: Context = this.context,
  ): SocketByType[T] {
    const socket = context.socket(type, options);
    this.logs.set(socket, new EventLog(socket));
    return socket;
  }

  /** The events of a socket that `socket` made. */
  public log(socket: AnySocket): EventLog {
    const log = this.logs.get(socket);
    if (log === undefined) throw new Error('a socket that this ground did not make');
    return log;
  }

  /** Binds the first, connects the others to it one after the other, and waits until all handshakes are complete. */
  public async join(transport: TransportCase, bound: AnySocket, ...connecting: AnySocket[]): Promise<string> {
    const endpoint = await bound.bind(transport.endpoint());
    await this.link(endpoint, bound, ...connecting);
    return endpoint;
  }

  /** Connects to an endpoint that is bound already, one after the other, and waits until both sides know each other. */
  public async link(endpoint: string, bound: AnySocket, ...connecting: AnySocket[]): Promise<void> {
    for (const socket of connecting) {
      const theirs = this.log(bound).next('handshake');
      const ours = this.log(socket).next('handshake');
      await socket.connect(endpoint);
      await Promise.all([theirs, ours]);
      await turn();
    }
  }

  /** An endpoint that can be bound, and to which nobody is bound yet. */
  public async vacant(transport: TransportCase): Promise<string> {
    const placeholder = this.context.socket('PAIR');
    const endpoint = await placeholder.bind(transport.endpoint());
    await placeholder.close();
    return endpoint;
  }

  /** Ends everything, also what would linger: a test that failed must not keep the next ones waiting. */
  public async end(): Promise<void> {
    for (const socket of this.logs.keys()) {
      socket.options.linger = 0;
      void socket.close();
    }
    this.logs.clear();
    const contexts = [...this.others, ...(this.current === undefined ? [] : [this.current])];
    this.current = undefined;
    this.others = [];
    await Promise.all(contexts.map((context) => context.term()));
  }
}

/** A ground for each test of the surrounding `describe`. */
export function useGround(): Ground {
  const ground = new Ground();
  afterEach(() => ground.end());
  return ground;
}

/** The event loop goes round once: whatever is ready happens. Nothing is ever waited for with it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when the condition holds, for what no event tells. The test's own time-out is its limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** The frames of a message as text. */
export function texts(message: InMessage | undefined): string[] {
  return (message ?? []).map(String);
}

/** The socket with all operations, as JavaScript sees it: for those that its type does not have. */
export function untyped(socket: AnySocket): ISocket {
  return socket as unknown as ISocket;
}

interface Receiver {
  recvMultipart(): Promise<InMessage>;
}

/** The next message, as the texts of its frames. */
export async function receive(socket: Receiver): Promise<string[]> {
  return texts(await socket.recvMultipart());
}

/** The next `count` messages, each as text; the frames of one message are joined with a bar. */
export async function receiveAll(socket: Receiver, count: number): Promise<string[]> {
  const all: string[] = [];
  while (all.length < count) all.push((await receive(socket)).join('|'));
  return all;
}

/** Everything that can be received now, as `receiveAll` gives it. */
export function receiveRest(socket: Pick<ISocket, 'tryRecv'>): string[] {
  const all: string[] = [];
  for (let message = socket.tryRecv(); message !== undefined; message = socket.tryRecv()) {
    all.push(texts(message).join('|'));
  }
  return all;
}

/** `prefix0`, `prefix1`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

/** As long as a sender waits, when bytes may still be moving, before the way is taken for full. */
export const MOVING = 50;

/** How often the event loop goes round meanwhile, at least. */
const SETTLING_TURNS = 100;

/**
 * Sends until the socket refuses (with ZMQ_SNDTIMEO 0: until it would block), and answers how many it took. The limit
 * keeps a bug finite.
 */
export async function sendUntilFull(
  socket: Pick<ISocket, 'send' | 'options'>,
  message: (index: number) => string | Uint8Array | (string | Uint8Array)[],
  sendTimeout = 0,
  limit = 10_000,
): Promise<number> {
  const before = socket.options.sendTimeout;
  socket.options.sendTimeout = sendTimeout;
  let taken = 0;
  let refused = false;
  try {
    while (taken < limit) {
      try {
        await socket.send(message(taken));
        taken++;
        refused = false;
      } catch (error) {
        if ((error as { errno?: unknown }).errno !== 'EAGAIN') throw error;
        if (refused || sendTimeout === 0) break;
        refused = true;
        // On a busy machine the time is over before the bytes have moved: what moves them is turns of the event loop.
        for (let turns = 0; turns < SETTLING_TURNS; turns++) await turn();
      }
    }
  } finally {
    socket.options.sendTimeout = before;
  }
  return taken;
}
