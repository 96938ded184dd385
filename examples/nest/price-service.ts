// A service that asks another one for prices. It is given its socket; it does not know where that comes from.
import { Context, type ContextOptions, type ReqSocket, SocketType, ZmqError } from 'rzmq';
import type { Lifecycle, Provider } from './nest.js';

/** The socket of the service, among the providers of the application. */
export const PRICE_SOCKET: unique symbol = Symbol('PRICE_SOCKET');

/** How long and how often it asks. */
export interface RetryPolicy {
  readonly attempts: number;
  /** Milliseconds before the second attempt; it doubles with each further one. */
  readonly pause: number;
  /** How it waits; a simulation has a time of its own. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

const POLICY: RetryPolicy = {
  attempts: 4,
  pause: 500,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export class PriceService implements Lifecycle {
  public constructor(
    private readonly socket: ReqSocket,
    private readonly policy: RetryPolicy = POLICY,
  ) {}

  public async onModuleInit(): Promise<void> {
    await this.socket.connect('tcp://prices:5555');
  }

  public async onModuleDestroy(): Promise<void> {
    await this.socket.close();
  }

  /** The price in cents. Asks again when no answer comes in time; after the last attempt it rejects with Timeout. */
  public async priceOf(article: string): Promise<number> {
    const { attempts, pause, sleep } = this.policy;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.socket.send(article);
        return Number(String(await this.socket.recv()));
      } catch (error) {
        if (!(error instanceof ZmqError) || error.errno !== 'EAGAIN' || attempt === attempts) throw error;
        await sleep(pause * 2 ** (attempt - 1));
      }
    }
  }
}

/** What the module of the application provides. A test adds providers of its own behind these. */
export function priceProviders(options: ContextOptions = {}): Provider[] {
  return [
    { provide: Context, useFactory: () => new Context(options) },
    {
      provide: PRICE_SOCKET,
      // RELAXED and CORRELATE: it may ask again without an answer, and never takes an old answer for a new one.
      useFactory: (context: Context) =>
        context.socket(SocketType.Req, {
          relaxed: true,
          correlate: true,
          sendTimeout: 1000,
          receiveTimeout: 1000,
          linger: 0,
        }),
      inject: [Context],
    },
    { provide: PriceService, useFactory: (socket: ReqSocket) => new PriceService(socket), inject: [PRICE_SOCKET] },
  ];
}
