import type { Context, Socket, SocketOptionsInit, ZmqError } from 'rzmq';
import { type LinkConditions, type SeededRandom, type SimulatedHost, Simulation } from 'rzmq/testing';

/** How a program of a node is told where it runs. */
export interface Incarnation {
  readonly context: Context;
  /** How often the host has been started before. */
  readonly life: number;
  sleep(milliseconds: number): Promise<void>;
}

/** What runs on a host from each start of it. */
type Program = (incarnation: Incarnation) => Promise<void>;

/** What may go wrong in a run. */
export type Trouble = 'none' | 'delays' | 'breaks' | 'deaths';

/** Errors that say that a socket or its Context has ended, which is no surprise to its program. */
const ENDINGS: readonly string[] = ['ContextTerminated', 'SocketClosed'];

/** A simulation of hosts with programs, of what goes wrong among them, and of what must hold in spite of that. */
export class World {
  public readonly simulation: Simulation;
  public readonly random: SeededRandom;
  public readonly trouble: Trouble;
  /** What was found wrong. */
  public readonly problems: string[] = [];
  /** How the Contexts looked before they were ended, where something was wrong by then. */
  public readonly pictures: string[] = [];
  /** How many processes were killed. */
  public deaths = 0;
  private beats = false;
  /** The programs that sleep. */
  private sleeping = 0;
  private readonly programs: Map<SimulatedHost, Program[]> = new Map();
  private readonly contexts: Map<SimulatedHost, Context[]> = new Map();
  private readonly lives: Map<SimulatedHost, number> = new Map();

  /** @param trouble what may go wrong; else the seed says it */
  public constructor(seed: number, trouble?: Trouble) {
    this.simulation = new Simulation({ seed });
    this.random = this.simulation.random;
    const { random } = this;
    const drawn = random.pick<Trouble>(['none', 'delays', 'delays', 'breaks', 'breaks', 'deaths']);
    this.trouble = trouble ?? drawn;
    this.simulation.network.setConditions(conditions(random));
  }

  public get now(): number {
    return this.simulation.clock.now();
  }

  /** True when no connection breaks, and so nothing may be lost. A long silence breaks one that has heartbeats. */
  public get lossless(): boolean {
    return this.trouble === 'none' || (this.trouble === 'delays' && !this.beats);
  }

  /**
   * Sometimes, and always where a host may crash: without them, who only receives from a host never hears that it has crashed.
   */
  public heartbeats(): SocketOptionsInit {
    const wanted = this.random.oneIn(3) || this.trouble === 'deaths';
    this.beats ||= wanted;
    return wanted ? { heartbeatInterval: 1000, heartbeatTimeout: 3000 } : {};
  }

  public host(name: string): SimulatedHost {
    return this.simulation.host(name);
  }

  /** Starts a program on a host, now and after each restart of the host. Programs of one host share a Context. */
  public start(host: SimulatedHost, program: Program): void {
    this.programs.set(host, [...(this.programs.get(host) ?? []), program]);
    if (!this.contexts.has(host)) this.contexts.set(host, [this.simulation.context(host)]);
    this.run(host, program);
  }

  /** What goes wrong, from now on for so many milliseconds; after it nothing is wrong any more. */
  public async misbehave(milliseconds: number, longestPause: number = milliseconds / 4): Promise<void> {
    const end = this.now + milliseconds;
    const hosts = [...this.programs.keys()];
    while (this.now < end && this.trouble !== 'none') {
      await this.simulation.advance(this.random.between(1, Math.max(1, Math.round(longestPause))));
      if (this.now < end) await this.oneTrouble(hosts);
    }
    if (this.now < end) await this.simulation.advance(end - this.now);
    this.simulation.network.heal();
    this.simulation.network.setConditions({ connectionLoss: 0 });
    for (const host of hosts) {
      if (host.dark) this.restart(host);
      host.readRate = Number.POSITIVE_INFINITY;
      host.resume();
    }
  }

  /** Waits until it holds, for so many milliseconds of virtual time at most. */
  public async eventually(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const end = this.now + milliseconds;
    while (!condition() && this.now < end) await this.simulation.advance(100);
    return condition();
  }

  /** Ends everything that still lives. */
  public async end(): Promise<void> {
    if (this.problems.length > 0) {
      for (const [host, contexts] of this.contexts)
        for (const context of contexts) this.pictures.push(`${host.name}: ${String(context.inspect())}`);
    }
    const living = [...this.contexts.values()].flat();
    const ended = Promise.all(living.map((context) => context.term({ deadline: 5000 })));
    let over = false;
    void ended.then(() => {
      over = true;
    });
    if (!(await this.eventually(() => over, 60_000))) this.problems.push('term() has not ended within a minute');
    else if (this.deaths === 0) {
      await this.simulation.advance(5000);
      const left = this.simulation.clock.pendingTimers - this.sleeping;
      if (left > 0) this.problems.push(`${left} timers are left after term()`);
    }
  }

  public expect(holds: boolean, problem: string): void {
    if (!holds) this.problems.push(problem);
  }

  /** The messages that the sockets say they have lost, by reason. */
  public dropped(sockets: readonly Socket[]): number {
    let sum = 0;
    for (const socket of sockets) for (const count of Object.values(socket.stats().dropped)) sum += count;
    return sum;
  }

  private run(host: SimulatedHost, program: Program): void {
    const context = this.contexts.get(host)?.at(-1) as Context;
    const { process } = host;
    const sleep = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        this.sleeping++;
        process.clock.after(milliseconds, () => {
          this.sleeping--;
          resolve();
        });
      });
    program({ context, life: this.lives.get(host) ?? 0, sleep }).catch((error: unknown) => {
      if (ENDINGS.includes((error as ZmqError).code) || process.gone) return;
      this.problems.push(`the program of ${host.name} failed: ${String((error as Error).stack)}`);
    });
  }

  private restart(host: SimulatedHost): void {
    host.restart();
    this.deaths++;
    this.lives.set(host, (this.lives.get(host) ?? 0) + 1);
    this.contexts.set(host, [this.simulation.context(host)]);
    for (const program of this.programs.get(host) ?? []) this.run(host, program);
  }

  private async oneTrouble(hosts: readonly SimulatedHost[]): Promise<void> {
    const { random, simulation } = this;
    const { network } = simulation;
    const host = random.pick(hosts);
    const other = random.pick(hosts);
    const pause = (most: number): Promise<void> => simulation.advance(random.between(1, most));
    const kinds = ['cut', 'partition', 'slow', 'pause'];
    if (this.trouble !== 'delays') kinds.push('drop', 'loss', 'refuse');
    if (this.trouble === 'deaths') kinds.push('kill', 'crash');
    switch (random.pick(kinds)) {
      case 'cut':
        network.cut(host, other);
        await pause(3000);
        network.restore(host, other);
        break;
      case 'partition':
        network.partition([host]);
        await pause(8000);
        network.heal();
        break;
      case 'slow':
        host.readRate = random.between(100, 20_000);
        await pause(2000);
        host.readRate = Number.POSITIVE_INFINITY;
        break;
      case 'pause':
        host.pause();
        await pause(2000);
        host.resume();
        break;
      case 'drop':
        network.dropConnections(host);
        break;
      case 'loss':
        network.setConditions({ connectionLoss: 0.05 });
        await pause(1000);
        network.setConditions({ connectionLoss: 0 });
        break;
      case 'refuse':
        host.refusing = true;
        network.dropConnections(host);
        await pause(2000);
        host.refusing = false;
        break;
      case 'kill':
        this.restart(host);
        break;
      case 'crash':
        host.crash();
        await pause(5000);
        this.restart(host);
        break;
    }
  }
}

function conditions(random: SeededRandom): Partial<LinkConditions> {
  return {
    latency: random.pick([0, 0, 1, 20, 150]),
    jitter: random.pick([0, 0, 5, 80]),
    bandwidth: random.pick([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1_000_000, 50_000]),
    pieceSize: random.pick([Number.POSITIVE_INFINITY, 5, 100, 2000]),
    window: random.pick([500, 5000, 65_536, 262_144]),
  };
}
