import type { IEngine, IEngineHost } from '../../src/core/contracts/engine.js';
import type { IConnection } from '../../src/core/contracts/transport.js';
import type { ZmqError } from '../../src/core/errors.js';
import type { Metadata } from '../../src/core/metadata.js';
import type { OutMessage } from '../../src/core/msg.js';
import { defaultValues } from '../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../src/core/options/values.js';
import { Pipe } from '../../src/core/pipe.js';
import { TurnBudget } from '../../src/core/turn-budget.js';
import { NullMechanismFactory } from '../../src/engines/mechanisms/null.js';
import { MechanismRegistry } from '../../src/engines/mechanisms/registry.js';
import { FlushQueue } from '../../src/engines/zmtp/flush-queue.js';
import { StandardEngineFactory } from '../../src/engines/zmtp/standard-engine.js';
import { ManualClock } from './manual-clock.js';
import { PipeEvents, textOf } from './manual-pipe-sink.js';
import { ManualScheduler } from './manual-scheduler.js';
import { type MemoryConnection, type MemoryNetwork, memoryPair } from './memory-connection.js';

/** Everything that engines share, with time and event loop in the hand of the test. */
export class EngineGround {
  public readonly clock: ManualClock = new ManualClock();
  public readonly scheduler: ManualScheduler = new ManualScheduler();
  public readonly budget: TurnBudget = new TurnBudget(this.scheduler);
  public readonly flushQueue: FlushQueue = new FlushQueue(this.scheduler);
  public readonly factory: StandardEngineFactory = new StandardEngineFactory(
    new MechanismRegistry([new NullMechanismFactory()]),
    { clock: this.clock, scheduler: this.scheduler, flushQueue: this.flushQueue, budget: this.budget },
  );

  /** An engine on a connection, with a host that gives it a real pipe. */
  public engine(connection: IConnection, socketType: string, changes: Partial<SocketOptionValues> = {}): EngineEnd {
    const options = { ...defaultValues(socketType), ...changes };
    const engine = this.factory.create(connection, { socketType, endpoint: 'mem://here', options });
    return new EngineEnd(this, engine, options);
  }

  /** Two engines that are about to shake hands. */
  public pair(
    network: MemoryNetwork = {},
    [left, right]: readonly [string, string] = ['DEALER', 'DEALER'],
    changes: Partial<SocketOptionValues> = {},
  ): { left: EngineEnd; right: EngineEnd; connections: [MemoryConnection, MemoryConnection] } {
    const connections = memoryPair(this.scheduler, network);
    return {
      left: this.engine(connections[0], left, changes),
      right: this.engine(connections[1], right, changes),
      connections,
    };
  }
}

/** What a session and a socket do for one engine. */
export class EngineEnd implements IEngineHost {
  public readonly pipe: Pipe;
  public readonly events: PipeEvents = new PipeEvents();
  public readonly peers: Metadata[] = [];
  /** How the connection ended, once it has. */
  public readonly ended: (ZmqError | undefined)[] = [];
  public wanted = true;

  public constructor(
    private readonly ground: { scheduler: ManualScheduler },
    public readonly engine: IEngine,
    options: SocketOptionValues,
  ) {
    this.pipe = new Pipe('mem://here', options);
    this.pipe.attach(this.events);
  }

  public start(): this {
    this.engine.start(this);
    return this;
  }

  public onPeer(peer: Metadata): Pipe | undefined {
    this.peers.push(peer);
    if (!this.wanted) return undefined;
    // The socket hears of its new peer by its mailbox, and then lets the pipe drain.
    this.ground.scheduler.endOfTurn(() => this.pipe.drain());
    return this.pipe;
  }

  public onEnded(error: ZmqError | undefined): void {
    this.ended.push(error);
    this.pipe.disconnect();
  }

  /** Writes messages as far as the pipe takes them; answers how many. */
  public write(...messages: OutMessage[]): number {
    let taken = 0;
    while (taken < messages.length && this.pipe.write(messages[taken]!)) taken++;
    return taken;
  }

  /** Reads all that is there, as text. */
  public readAll(): string[] {
    const texts: string[] = [];
    for (let message = this.pipe.read(); message !== undefined; message = this.pipe.read()) texts.push(textOf(message));
    return texts;
  }
}
