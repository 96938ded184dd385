// A transport of your own, `letter://name`, and the kit that says whether it keeps the contract. Letters are carried inside
// the process: what is written arrives in a later turn of the event loop, and a letter box holds so much and no more.
import {
  type IConnection,
  type IConnectionSink,
  type IListener,
  type IListenerEvents,
  type IScheduler,
  type ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import { transportCompliance, VirtualClock, verify } from 'rzmq/testing';

type Options = Readonly<SocketOptionValues>;

/** The bytes that a letter box holds. */
const BOX_SIZE = 65_536;

class LetterTransport implements ITransport {
  public readonly schemes = ['letter'];
  private readonly bound: Map<string, IListenerEvents> = new Map();

  public constructor(private readonly scheduler: IScheduler) {}

  public check({ address, endpoint }: ParsedEndpoint): void {
    if (/^[a-z0-9-]+$/.test(address)) return;
    throw new ZmqError('InvalidEndpoint', `${endpoint}: use small letters, digits and "-".`, { endpoint });
  }

  public async listen({ address, endpoint }: ParsedEndpoint, _: Options, events: IListenerEvents): Promise<IListener> {
    if (this.bound.has(address)) throw new ZmqError('AddrInUse', `${endpoint} is in use.`, { endpoint });
    this.bound.set(address, events);
    const close = async (): Promise<void> => {
      if (this.bound.get(address) === events) this.bound.delete(address);
    };
    return { endpoint, close };
  }

  public connect({ address, endpoint }: ParsedEndpoint, _: Options, signal: AbortSignal): Promise<IConnection> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint });
      // In the next turn: who has bound just now has his listener by then.
      this.scheduler.nextTurn(() => {
        const events = this.bound.get(address);
        if (signal.aborted) reject(new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint }));
        else if (events === undefined)
          reject(new ZmqError('ConnectionRefused', `Nobody has ${endpoint}.`, { endpoint }));
        else {
          const [near, far] = [new Letters(this.scheduler, address), new Letters(this.scheduler, address)];
          [near.peer, far.peer] = [far, near];
          resolve(near);
          events.onConnection(far);
        }
      });
    });
  }
}

/** One end of a connection. Everything that its sink hears comes from `deliver`, in a turn of its own. */
class Letters implements IConnection {
  public readonly kind = 'stream';
  public readonly localAddress = '';
  public peer!: Letters;
  private sink: IConnectionSink | null = null;
  /** What has arrived and is not read. */
  private box: Buffer[] = [];
  private boxed = 0;
  /** What the peer's box has no room for. */
  private held: Uint8Array[] = [];
  private state: 'open' | 'closing' | 'closed' = 'open';
  private paused = false;
  private drainOwed = false;
  private peerDone = false;
  private asked = false;

  public constructor(
    private readonly scheduler: IScheduler,
    public readonly remoteAddress: string,
  ) {}

  public start(sink: IConnectionSink): void {
    this.sink = sink;
    this.later();
  }

  public write(chunks: readonly Uint8Array[]): boolean {
    if (this.state !== 'open') return false;
    if (this.peerDone) {
      // Nobody will get it: the end, also for a reader that has stopped.
      this.destroy();
      return false;
    }
    this.held = [...chunks];
    this.post();
    this.drainOwed = this.held.length > 0;
    return !this.drainOwed;
  }

  public pause(): void {
    this.paused = true;
  }

  public resume(): void {
    this.paused = false;
    this.later();
  }

  public close(): void {
    if (this.state !== 'open') return;
    this.state = 'closing';
    this.later();
  }

  public destroy(): void {
    this.held = [];
    this.state = 'closed';
    this.later();
    this.peer.peerDone = true;
    this.peer.later();
  }

  /** Puts what is held in the peer's box, as far as that has room. Copies, because the memory is the caller's. */
  private post(): void {
    const { peer } = this;
    while (this.held.length > 0 && (peer.boxed < BOX_SIZE || peer.state !== 'open')) {
      const bytes = this.held[0]!.subarray(0, BOX_SIZE);
      if (bytes.length < this.held[0]!.length) this.held[0] = this.held[0]!.subarray(bytes.length);
      else this.held.shift();
      if (peer.state !== 'open' || bytes.length === 0) continue;
      peer.box.push(Buffer.from(bytes));
      peer.boxed += bytes.length;
    }
    peer.later();
  }

  private later(): void {
    if (this.asked) return;
    this.asked = true;
    this.scheduler.nextTurn(() => {
      this.asked = false;
      this.deliver();
    });
  }

  private deliver(): void {
    const { sink } = this;
    if (sink === null) return;
    if (this.state !== 'open') this.box = [];
    while (this.box.length > 0 && !this.paused && this.state === 'open') {
      const bytes = this.box.shift()!;
      this.boxed -= bytes.length;
      if (!sink.onChunk(bytes)) this.paused = true;
    }
    this.peer.post();
    if (this.held.length === 0 && this.drainOwed && this.state === 'open') {
      this.drainOwed = false;
      sink.onDrained();
    }
    const sent = this.state === 'closing' && this.held.length === 0;
    const over = this.state === 'closed' || (this.peerDone && this.box.length === 0);
    if (!sent && !over) return;
    this.state = 'closed';
    this.sink = null;
    this.peer.peerDone = true;
    this.peer.later();
    sink.onClosed(undefined);
  }
}

// The transport lives on a scheduler, so the kit can try it in virtual time: nothing waits, and the same happens each time.
const clock = new VirtualClock();
let names = 0;
const results = await verify(
  transportCompliance({
    create: () => new LetterTransport(clock),
    endpoint: () => `letter://box-${++names}`,
    wrong: ['letter://BOX', 'letter://a b'],
    drive: (work) => clock.run(work),
  }),
);
for (const { title, passed, error } of results)
  console.log(`${passed ? 'yes' : 'NO '} ${title}${passed ? '' : `: ${String(error)}`}`);
if (results.some(({ passed }) => !passed)) process.exitCode = 1;
