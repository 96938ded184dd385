import { type ContextModule, contextModule, IClock, ISocketFactory, ZmqError } from '../../plugin.js';
import { FakeSocket } from './fake-socket.js';

/**
 * Fakes in the place of all sockets of a Context:
 *
 * ```ts
 * const fakes = new FakeSockets();
 * const context = new Context({ modules: [fakes.module] });
 * ```
 */
export class FakeSockets {
  /** Those that were made, in order. */
  public readonly all: FakeSocket[] = [];
  private readonly prepared: ((socket: FakeSocket) => void)[] = [];

  /** What puts them there. */
  public readonly module: ContextModule = contextModule(({ rebind }) => {
    rebind(ISocketFactory)
      .toResolvedValue(
        (clock: IClock): ISocketFactory => ({
          create: (type, options) => {
            const socket = new FakeSocket(type, options, { clock });
            this.all.push(socket);
            this.prepared.shift()?.(socket);
            return socket;
          },
        }),
        [IClock],
      )
      .inSingletonScope();
  });

  /** What to do with the next socket that is made, before anybody uses it. */
  public next(prepare: (socket: FakeSocket) => void): this {
    this.prepared.push(prepare);
    return this;
  }

  /** The socket of a type that was made first, or of a number among those of the type. */
  public of(type: string, number = 0): FakeSocket {
    const found = this.all.filter((socket) => socket.type === type)[number];
    if (found !== undefined) return found;
    throw new ZmqError(
      'InvalidArgument',
      `No ${type} of that number was made: there are ${this.all.map((socket) => socket.type).join(', ') || 'none'}.`,
    );
  }
}
