import {
  type IConnection,
  type IListener,
  type IListenerEvents,
  type ITimer,
  type SocketOptionValues,
  ZmqError,
} from '../../plugin.js';
import type { Link, LinkConditions } from './conditions.js';
import { SimulatedConnection } from './connection.js';
import { type Machine, MachineProcess } from './process.js';
import type { NetworkServices } from './services.js';
import { Stream } from './stream.js';

/** The first port that is given to who asks for any. */
const FIRST_FREE_PORT = 49_152;

/** An unanswered attempt to connect is made again after so long, then after twice that, and so on. */
const FIRST_RETRY_MS = 1000;

/** After so long it is given up, unless the options say otherwise: as long as Linux tries. */
const CONNECT_TIMEOUT_MS = 127_000;

/** A port in use. */
export interface BoundPort {
  readonly endpoint: string;
  readonly process: MachineProcess;
  readonly events: IListenerEvents;
  readonly options: Readonly<SocketOptionValues>;
}

/** What an attempt to connect is made with. */
export interface DialAttempt {
  readonly endpoint: string;
  readonly process: MachineProcess;
  readonly signal: AbortSignal;
  /** Milliseconds; 0: as long as the operating system tries. */
  readonly timeout: number;
}

/** A port in use, with what came of it. */
interface Binding extends BoundPort {
  accepted: number;
}

/** What a host asks of its network. */
export interface HostNetwork {
  readonly conditions: LinkConditions;
  find(nameOrAddress: string): SimulatedHost | undefined;
  link(from: SimulatedHost, to: SimulatedHost): Link;
  travelTime(link: Link): number;
  retryStalled(): void;
}

/** A machine on the simulated network, with what is bound on it and the process that runs there now. */
export class SimulatedHost implements Machine {
  /** Bytes per second that its process reads from each connection; infinity: as fast as they come. */
  public readRate: number = Number.POSITIVE_INFINITY;
  /** True: whoever wants to connect is refused, whatever is bound. */
  public refusing = false;
  private running: MachineProcess;
  private down = false;
  private readonly bound: Map<string, Binding> = new Map();
  private lastPort = FIRST_FREE_PORT - 1;

  public constructor(
    public readonly network: HostNetwork,
    private readonly services: NetworkServices,
    public readonly name: string,
    public readonly address: string,
  ) {
    this.running = this.newProcess();
  }

  // --- the test's side ---------------------------------------------------------------------------------------

  /** What runs here now. Make Contexts with `modules()`: they live as long as it does. */
  public get process(): MachineProcess {
    return this.running;
  }

  /** True after `crash`, until `restart`. */
  public get dark(): boolean {
    return this.down;
  }

  /**
   * The power is gone: nothing of its process happens any more, and nobody is told. Who sends to it waits; after
   * `restart` it answers them with a reset.
   */
  public crash(): void {
    this.services.trace.record(`crash ${this.name}`);
    this.down = true;
    this.running.end();
    this.bound.clear();
  }

  /** Its process is killed: the operating system closes the connections, and the peers hear of it. */
  public kill(): void {
    this.services.trace.record(`kill ${this.name}`);
    const { connections } = this.running;
    this.running.end();
    this.bound.clear();
    for (const connection of [...connections]) connection.abandon();
    this.running = this.newProcess();
  }

  /** Starts again after `crash`, or kills and starts: a new process, in which nothing runs yet. */
  public restart(): void {
    if (!this.down) {
      this.kill();
      return;
    }
    this.services.trace.record(`restart ${this.name}`);
    this.down = false;
    this.running = this.newProcess();
    this.network.retryStalled();
  }

  /** Its process stands still (a long collection of garbage, a stopped machine); the network goes on. */
  public pause(): void {
    this.services.trace.record(`pause ${this.name}`);
    this.running.pause();
  }

  /** Its process goes on. */
  public resume(): void {
    this.services.trace.record(`resume ${this.name}`);
    this.running.resume();
  }

  /** Every connection of this host, or those with another one, is reset. */
  public dropConnections(peer?: SimulatedHost): void {
    for (const connection of [...this.running.connections]) {
      if (peer !== undefined && connection.peerHost !== peer) continue;
      this.services.trace.record(`drop ${connection.name}`);
      connection.breakBoth();
    }
  }

  // --- the transports' side ----------------------------------------------------------------------------------

  public pieceSize(): number {
    const { pieceSize } = this.network.conditions;
    return pieceSize === Number.POSITIVE_INFINITY ? pieceSize : this.services.random.between(1, pieceSize);
  }

  public freePort(): number {
    do this.lastPort++;
    while (this.bound.has(String(this.lastPort)));
    return this.lastPort;
  }

  public bind(port: string, bound: BoundPort): IListener {
    const { endpoint } = bound;
    if (this.bound.has(port)) {
      throw new ZmqError('AddrInUse', `Cannot bind ${endpoint}: it is in use on ${this.name}.`, { endpoint });
    }
    const binding: Binding = { ...bound, accepted: 0 };
    this.bound.set(port, binding);
    this.services.trace.record(`bind ${this.name} ${endpoint}`);
    const close = (): Promise<void> => {
      if (this.bound.get(port) === binding) this.bound.delete(port);
      return Promise.resolve();
    };
    return { endpoint, close };
  }

  /** Makes one attempt to connect from here. */
  public dial(target: SimulatedHost, port: string, attempt: DialAttempt): Promise<IConnection> {
    return new Promise((resolve, reject) => {
      const dial = new Dial(this.services, this, target, port, attempt, (outcome) => {
        if (outcome instanceof SimulatedConnection) resolve(outcome);
        else reject(outcome);
      });
      dial.start();
    });
  }

  /** Somebody knocks. Answers the other end of the connection, or why there is none. */
  public accept(port: string, from: SimulatedHost, process: MachineProcess): SimulatedConnection | 'refused' {
    const bound = this.bound.get(port);
    if (bound === undefined || this.refusing) return 'refused';
    const fromPort = from.freePort();
    const near = `${from.address}:${fromPort}`;
    const far = `${this.address}:${port}`;
    const client = new SimulatedConnection(this.services, process, near, far);
    const server = new SimulatedConnection(this.services, bound.process, far, near);
    const there = this.network.link(from, this);
    const back = this.network.link(this, from);
    client.join(server, new Stream(this.services, there, back, client, server), this);
    server.join(client, new Stream(this.services, back, there, server, client), from);
    this.services.trace.record(`accept ${near} ${far}`);
    bound.process.scheduler.nextTurn(() => {
      if (this.bound.get(port) !== bound) server.destroy();
      else this.admit(bound, server);
    });
    return client;
  }

  private admit(bound: Binding, connection: SimulatedConnection): void {
    const { endpoint, events, options } = bound;
    if (options.maxConnections >= 0 && bound.accepted >= options.maxConnections) {
      connection.destroy();
      const what = `A connection to ${endpoint} was closed: there are ${bound.accepted} already (maxConnections).`;
      events.onAcceptFailed(new ZmqError('ResourceLimitReached', what, { endpoint }));
      return;
    }
    bound.accepted++;
    connection.whenGone(() => bound.accepted--);
    events.onConnection(connection);
  }

  private newProcess(): MachineProcess {
    return new MachineProcess(this, this.services.clock, this.services.scheduler);
  }
}

/** One attempt to connect: asks, and asks again while nobody answers. */
class Dial {
  private over = false;
  private retryIn = FIRST_RETRY_MS;
  private limit: ITimer | null = null;
  private retry: ITimer | null = null;
  private connection: SimulatedConnection | null = null;

  public constructor(
    private readonly services: NetworkServices,
    private readonly from: SimulatedHost,
    private readonly to: SimulatedHost,
    private readonly port: string,
    private readonly attempt: DialAttempt,
    private readonly done: (outcome: SimulatedConnection | ZmqError) => void,
  ) {}

  public start(): void {
    const { signal, timeout, endpoint } = this.attempt;
    if (signal.aborted) {
      this.onAbort();
      return;
    }
    signal.addEventListener('abort', this.onAbort);
    const longest = timeout > 0 ? timeout : CONNECT_TIMEOUT_MS;
    this.limit = this.attempt.process.clock.after(longest, () =>
      this.end(
        new ZmqError('Timeout', `Cannot connect to ${endpoint}: no answer within ${longest} ms.`, {
          endpoint,
          errno: 'ETIMEDOUT',
        }),
      ),
    );
    this.ask();
  }

  /** There, and back with the answer. */
  private ask(): void {
    const { network } = this.from;
    const there = network.link(this.from, this.to);
    this.services.later(network.travelTime(there), () => {
      if (this.over) return;
      if (there.cut || this.to.dark) this.askAgain();
      else this.knock();
    });
  }

  private knock(): void {
    const { network } = this.from;
    const { endpoint, process } = this.attempt;
    const back = network.link(this.to, this.from);
    const answer = this.connection ?? this.to.accept(this.port, this.from, process);
    if (answer !== 'refused') this.connection = answer;
    this.services.later(network.travelTime(back), () => {
      if (this.over) return;
      if (back.cut) this.askAgain();
      else if (answer !== 'refused') this.end(answer);
      else {
        this.services.trace.record(`refused ${this.from.name} ${endpoint}`);
        const what = `Cannot connect to ${endpoint}: nobody listens there.`;
        this.end(new ZmqError('ConnectionRefused', what, { endpoint }));
      }
    });
  }

  private askAgain(): void {
    this.retry = this.services.clock.after(this.retryIn, () => this.ask());
    this.retryIn *= 2;
  }

  private readonly onAbort = (): void => {
    const { endpoint } = this.attempt;
    this.end(new ZmqError('Aborted', `Connecting to ${endpoint} was given up.`, { endpoint }));
  };

  private end(outcome: SimulatedConnection | ZmqError): void {
    if (this.over) return;
    this.over = true;
    this.limit?.cancel();
    this.retry?.cancel();
    this.attempt.signal.removeEventListener('abort', this.onAbort);
    if (outcome !== this.connection) this.connection?.destroy();
    // The process that asked may be gone, or may have to wait.
    this.attempt.process.enter(() => this.done(outcome));
  }
}
