import {
  type EngineConfig,
  type EngineOffer,
  type IConnection,
  type IDirectConnection,
  type IEngine,
  type IEngineFactory,
  type IEngineHost,
  type InMessage,
  type IPipeSink,
  type Metadata,
  Msg,
  type OutMessage,
  Pipe,
  ZmqError,
} from 'rzmq/plugin';
import type { Simulation } from 'rzmq/testing';
import { Chunks } from './sabotage.js';

/** An engine that passes everything on: the base of those that do one thing wrong. */
class Through implements IEngine, IEngineHost {
  protected host!: IEngineHost;
  protected known = false;

  public constructor(
    protected readonly inner: IEngine,
    protected readonly config: EngineConfig,
    protected readonly world: Simulation,
  ) {}

  public get ready(): boolean {
    return this.inner.ready;
  }

  public get unsent(): number {
    return this.inner.unsent;
  }

  public start(host: IEngineHost): void {
    this.host = host;
    this.inner.start(this);
  }

  public finish(): void {
    this.inner.finish();
  }

  public destroy(): void {
    this.inner.destroy();
  }

  public send(message: OutMessage): void {
    this.inner.send(message);
  }

  public flush(): void {
    this.inner.flush();
  }

  public resume(): void {
    this.inner.resume();
  }

  public fail(error: ZmqError): void {
    this.inner.fail(error);
  }

  public onPeer(peer: Metadata): Pipe | undefined {
    this.known = true;
    return this.host.onPeer(peer);
  }

  public onEnded(error: ZmqError | undefined): void {
    this.host.onEnded(error);
  }
}

/** A pipe with other methods in the place of some of its own. */
function withMethods(pipe: Pipe | undefined, methods: (pipe: Pipe) => Partial<Pipe>): Pipe | undefined {
  if (pipe === undefined) return undefined;
  const changed: Partial<Pipe> = methods(pipe);
  return new Proxy(pipe, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in changed ? changed : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What is delivered, changed on its way into the pipe. */
class Delivering extends Through {
  public override onPeer(peer: Metadata): Pipe | undefined {
    return withMethods(super.onPeer(peer), (pipe) => ({ deliver: (message) => this.deliver(message, pipe) }));
  }

  protected deliver(message: InMessage, pipe: Pipe): boolean {
    return pipe.deliver(message);
  }
}

type Make = new (inner: IEngine, config: EngineConfig, world: Simulation) => IEngine;

/** Makes them. */
export class ThroughEngines implements IEngineFactory {
  public readonly name: string;

  public constructor(
    protected readonly inner: IEngineFactory,
    private readonly world: Simulation,
    private readonly make: Make = Through,
    private readonly wrap: (connection: IConnection) => IConnection = (connection) => connection,
  ) {
    this.name = inner.name;
  }

  public offer(...question: Parameters<IEngineFactory['offer']>): EngineOffer {
    return this.inner.offer(...question);
  }

  public create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine {
    const wrapped = connection.kind === 'stream' ? this.wrap(connection) : connection;
    return new this.make(this.inner.create(wrapped, config), config, this.world);
  }
}

/** Offers itself without a word. */
export class Wordless extends ThroughEngines {
  public override offer(...question: Parameters<IEngineFactory['offer']>): EngineOffer {
    return { ...super.offer(...question), reason: '' };
  }
}

/** Throws when a peer begins with what is no greeting. */
export class Touchy extends Chunks {
  public override onChunk(bytes: Uint8Array): boolean {
    if (this.first && bytes[0] !== 0xff) throw new Error('this is no greeting');
    this.first = false;
    return super.onChunk(bytes);
  }

  private first = true;
}

/** Engines that break one rule each, by the clause that has to notice. */
export const BROKEN_ENGINES: Readonly<Record<string, Make>> = {
  'both sides learn of their peer, once, and connect their pipe': class extends Through {
    public override onPeer(peer: Metadata): Pipe | undefined {
      super.onPeer(peer);
      return super.onPeer(peer);
    }
  },
  'messages arrive in order, in both directions at once': class extends Delivering {
    private held: InMessage | null = null;
    private count = 0;
    protected override deliver(message: InMessage, pipe: Pipe): boolean {
      this.count++;
      if (this.count === 5) {
        this.held = message;
        return true;
      }
      const go = super.deliver(message, pipe);
      const { held } = this;
      this.held = null;
      return held === null ? go : super.deliver(held, pipe);
    }
  },
  'what was written before there was a peer is sent to it': class extends Through {
    public override onPeer(peer: Metadata): Pipe | undefined {
      const pipe = super.onPeer(peer);
      pipe?.clearOutbound();
      return pipe;
    }
  },
  'a peer that the host refuses is let go, and hears of it': class extends Through {
    public override onPeer(peer: Metadata): Pipe | undefined {
      return super.onPeer(peer) ?? new Pipe(this.config.endpoint, this.config.options);
    }
  },
  'finish sends what the pipe holds, and then both sides hear of the end': class extends Through {
    public override finish(): void {
      this.destroy();
    }
  },
  'destroy ends both sides; twice is harmless': class extends Through {
    public override destroy(): void {
      // Not now.
    }
  },
  'onEnded comes once, whatever ends the connection': class extends Through {
    private calls = 0;
    public override finish(): void {
      this.calls |= 1;
      super.finish();
    }
    public override destroy(): void {
      this.calls |= 2;
      super.destroy();
    }
    public override onEnded(error: ZmqError | undefined): void {
      super.onEnded(error);
      if (this.calls === 3) super.onEnded(error);
    }
  },
  'it may be destroyed before it has a peer': class extends Through {
    public override destroy(): void {
      if (this.known) super.destroy();
    }
    public override onEnded(error: ZmqError | undefined): void {
      if (this.known) super.onEnded(error);
    }
  },
  'fail ends the connection with that error': class extends Through {
    public override fail(error: ZmqError): void {
      super.fail(new ZmqError('Internal', error.message));
    }
  },
  'a full pipe holds the peer back, and nothing is lost when it is read again': class extends Delivering {
    protected override deliver(message: InMessage, pipe: Pipe): boolean {
      super.deliver(message, pipe);
      return true;
    }
  },
  'the high-water mark of the sender holds while the peer takes nothing': class extends Through {
    private readonly queue: OutMessage[] = [];
    public override onPeer(peer: Metadata): Pipe | undefined {
      return withMethods(super.onPeer(peer), (pipe) => ({
        connect: (sink, of) => pipe.connect(this.endless(sink), of),
        drain: () => {
          while (this.inner.ready && this.queue.length > 0) this.inner.send(this.queue.shift()!);
          pipe.drain();
        },
      }));
    }
    private endless(sink: IPipeSink): IPipeSink {
      return {
        ready: true,
        unsent: 0,
        send: (message) => {
          if (sink.ready && this.queue.length === 0) sink.send(message);
          else this.queue.push(message);
        },
        flush: () => sink.flush(),
        resume: () => sink.resume(),
        fail: (error) => sink.fail(error),
      };
    }
  },
  'when it has ended nothing of it is left: no timer, nothing that is delivered': class extends Through {
    public override onEnded(error: ZmqError | undefined): void {
      this.world.clock.after(1_000_000, () => undefined);
      super.onEnded(error);
    }
  },
  'a message arrives whole, whatever its size': class extends Delivering {
    protected override deliver(message: InMessage, pipe: Pipe): boolean {
      const [frame] = message;
      const cut = frame !== undefined && frame.size > 500_000;
      return super.deliver(cut ? [new Msg(frame.data.subarray(0, 500_000))] : message, pipe);
    }
  },
  'frames stay apart and together, empty ones too, and say whether more follow': class extends Delivering {
    protected override deliver(message: InMessage, pipe: Pipe): boolean {
      const whole: InMessage = message.length < 2 ? message : [new Msg(Buffer.concat(message.map(({ data }) => data)))];
      return super.deliver(whole, pipe);
    }
  },
  'a connection that breaks is told with its error': class extends Through {
    public override onEnded(error: ZmqError | undefined): void {
      super.onEnded(error?.code === 'ConnectionClosed' ? undefined : error);
    }
  },
};
