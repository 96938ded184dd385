import { type IClock, type IScheduler, ZmqError } from '../../plugin.js';
import type { SeededRandom } from '../clock/seeded-random.js';
import { Link, type LinkConditions, PERFECT } from './conditions.js';
import { type HostNetwork, SimulatedHost } from './host.js';
import { NetworkServices } from './services.js';
import type { Trace } from './trace.js';

/** How long data is sent again and again before its connection is given up: as long as Linux does by default. */
const GIVE_UP_MS = 924_600;

/** What a network is made of. */
export interface NetworkOptions {
  readonly clock: IClock;
  readonly scheduler: IScheduler;
  readonly random: SeededRandom;
  readonly trace: Trace;
  /** The conditions of every link that is not told otherwise. */
  readonly conditions?: Partial<LinkConditions> | undefined;
  /** Milliseconds after which a connection fails (ETIMEDOUT) whose data is not acknowledged. Default 924,600. */
  readonly giveUpAfter?: number | undefined;
}

/** A host, or its name. */
export type HostName = SimulatedHost | string;

/** Hosts, and what lies between them. Everything is told in the trace. */
export class SimulatedNetwork implements HostNetwork {
  private standard: LinkConditions;
  private readonly services: NetworkServices;
  private readonly hosts: Map<string, SimulatedHost> = new Map();
  private readonly links: Map<string, Link> = new Map();

  public constructor(options: NetworkOptions) {
    const { clock, scheduler, random, trace, giveUpAfter = GIVE_UP_MS } = options;
    this.services = new NetworkServices(clock, scheduler, random, trace, giveUpAfter);
    this.standard = { ...PERFECT, ...options.conditions };
  }

  /** The host of that name: a new one, if there is none yet. Its address is given by the order in which they are made. */
  public host(name: string): SimulatedHost {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    if (!/^[a-z][\w.-]*$/i.test(name)) {
      throw new ZmqError('InvalidArgument', `${JSON.stringify(name)} is no name of a host: letters, digits, "-", ".".`);
    }
    const number = this.hosts.size + 1;
    const address = `10.0.${number >> 8}.${number & 255}`;
    const host = new SimulatedHost(this, this.services, name, address);
    this.hosts.set(name, host);
    return host;
  }

  /** The host with a name or an address. */
  public find(nameOrAddress: string): SimulatedHost | undefined {
    const known = this.hosts.get(nameOrAddress);
    if (known !== undefined) return known;
    for (const host of this.hosts.values()) if (host.address === nameOrAddress) return host;
    return undefined;
  }

  /** Bytes that were accepted for sending and that nobody will read, because their connection broke or was given up. */
  public get lostBytes(): number {
    return this.services.lostBytes;
  }

  /** How many ends of connections have broken: by a reset, or because their peer did not answer. */
  public get brokenEnds(): number {
    return this.services.brokenConnections;
  }

  /** The conditions of every link that was not told otherwise. */
  public get conditions(): LinkConditions {
    return this.standard;
  }

  /** Changes the conditions of all links. */
  public setConditions(conditions: Partial<LinkConditions>): void {
    this.standard = { ...this.standard, ...conditions };
    for (const link of this.links.values()) link.change(conditions);
  }

  /** Changes the conditions between two hosts, in both directions. */
  public setLink(one: HostName, other: HostName, conditions: Partial<LinkConditions>): void {
    for (const link of this.between(one, other)) link.change(conditions);
  }

  /** Nothing gets from one host to another any more; the way back stays. */
  public cut(from: HostName, to: HostName): void {
    const link = this.link(this.known(from), this.known(to));
    this.services.trace.record(`cut ${link.name}`);
    link.cut = true;
  }

  /** Ends `cut`. What was held up goes on. */
  public restore(from: HostName, to: HostName): void {
    const link = this.link(this.known(from), this.known(to));
    this.services.trace.record(`restore ${link.name}`);
    link.cut = false;
    this.retryStalled();
  }

  /** Nothing gets from one group to the other, in either direction; without the other group, to any other host. */
  public partition(group: readonly HostName[], others?: readonly HostName[]): void {
    const inside = group.map((host) => this.known(host));
    const outside =
      others?.map((host) => this.known(host)) ?? [...this.hosts.values()].filter((host) => !inside.includes(host));
    for (const one of inside) {
      for (const other of outside) {
        this.cut(one, other);
        this.cut(other, one);
      }
    }
  }

  /** Ends every `cut` and `partition`. */
  public heal(): void {
    this.services.trace.record('heal');
    for (const link of this.links.values()) link.cut = false;
    this.retryStalled();
  }

  /** Resets the connections between two hosts, or all of one. */
  public dropConnections(one: HostName, other?: HostName): void {
    this.known(one).dropConnections(other === undefined ? undefined : this.known(other));
  }

  /** The way from one host to another. Within a host it takes no time. */
  public link(from: SimulatedHost, to: SimulatedHost): Link {
    const name = `${from.name}>${to.name}`;
    let link = this.links.get(name);
    if (link === undefined) {
      link = new Link(name, PERFECT, from === to);
      link.change(this.standard);
      this.links.set(name, link);
    }
    return link;
  }

  /** Milliseconds that something small needs now. */
  public travelTime({ conditions: { latency, jitter } }: Link): number {
    return jitter === 0 ? latency : latency + jitter * this.services.random.fraction();
  }

  /** Whatever waits for a cut to end, or for a host to come back, looks again. */
  public retryStalled(): void {
    for (const stream of [...this.services.stalled]) stream.retry();
  }

  private between(one: HostName, other: HostName): Link[] {
    const [a, b] = [this.known(one), this.known(other)];
    return a === b ? [this.link(a, a)] : [this.link(a, b), this.link(b, a)];
  }

  private known(host: HostName): SimulatedHost {
    if (typeof host !== 'string') return host;
    const found = this.find(host);
    if (found !== undefined) return found;
    throw new ZmqError(
      'InvalidArgument',
      `There is no host ${host} on the network: it has ${[...this.hosts.keys()].join(', ')}.`,
    );
  }
}
