import assert from 'node:assert/strict';
import {
  type IConnection,
  type IDirectConnection,
  type IEngine,
  type IEngineFactory,
  type IEngineHost,
  type InMessage,
  type IPipeEvents,
  type ITransport,
  type Metadata,
  type OutMessage,
  type ParsedEndpoint,
  Pipe,
  SocketOptions,
  type SocketOptionsInit,
  type SocketOptionValues,
  type ZmqError,
} from '../../plugin.js';
import { Simulation } from '../simulation.js';
import { transportOf } from './parts.js';

/** An engine to be tried, and what there is to know about it. */
export interface EngineSubject {
  /** Makes one that lives in a simulation: `(world) => engineOf('mine', [world.module('here'), mine()])`. */
  create(world: Simulation): IEngineFactory;
  /** The scheme of an endpoint that it serves. Default `tcp`. */
  readonly scheme?: string;
  /** What its connections are. Default `stream`. */
  readonly kind?: 'stream' | 'direct';
  /** Socket types whose engines talk to each other. Default `DEALER` and `DEALER`. */
  readonly socketTypes?: readonly [string, string];
  /** Options of both sockets. */
  readonly options?: SocketOptionsInit;
  /** False for an engine that hands on bytes, and does not keep where a message ends. Default true. */
  readonly keepsMessages?: boolean;
  /** False for an engine whose messages have one frame. Default: as `keepsMessages`. */
  readonly keepsFrames?: boolean;
}

/** Clauses by their titles, before they know what they are tried on. */
export type EngineClauses = Readonly<Record<string, (ground: EngineGround) => Promise<void> | void>>;

/** What a session and a socket are to one engine. */
export class EngineEnd implements IEngineHost, IPipeEvents {
  public readonly engine: IEngine;
  public readonly pipe: Pipe;
  public readonly peers: Metadata[] = [];
  /** How the connection ended, each time that it said so. */
  public readonly ends: (ZmqError | undefined)[] = [];
  public readonly received: InMessage[] = [];
  /** False: the peer is refused. */
  public welcoming = true;
  /** False: what comes stays in the pipe. */
  public reading = true;
  private refusedWrites: (() => void)[] = [];

  public constructor(
    private readonly world: Simulation,
    factory: IEngineFactory,
    public readonly connection: IConnection | IDirectConnection,
    socketType: string,
    endpoint: string,
    public readonly options: Readonly<SocketOptionValues>,
  ) {
    this.pipe = new Pipe(endpoint, options);
    this.pipe.attach(this);
    this.engine = factory.create(connection, { socketType, endpoint, options });
  }

  public start(): this {
    this.engine.start(this);
    return this;
  }

  public onPeer(peer: Metadata): Pipe | undefined {
    this.peers.push(peer);
    if (!this.welcoming) return undefined;
    this.world.clock.endOfTurn(() => this.pipe.drain());
    return this.pipe;
  }

  public onEnded(error: ZmqError | undefined): void {
    this.ends.push(error);
    this.pipe.disconnect();
  }

  public readActivated(): void {
    this.world.clock.endOfTurn(() => this.read());
  }

  public writeActivated(): void {
    const waiting = this.refusedWrites;
    this.refusedWrites = [];
    for (const go of waiting) go();
  }

  public filled(): void {
    // The next write says it.
  }

  public dropped(): void {
    // Only a pattern drops.
  }

  /** Reads on, or what has come meanwhile. */
  public read(): void {
    if (!this.reading) return;
    for (let message = this.pipe.read(); message !== undefined; message = this.pipe.read()) this.received.push(message);
  }

  /** Writes, waiting at the high-water mark. */
  public async write(messages: readonly OutMessage[]): Promise<void> {
    for (const message of messages) {
      while (!this.pipe.write(message)) {
        await new Promise<void>((resolve) => {
          this.refusedWrites.push(resolve);
        });
      }
    }
  }

  /** All that was received, frame by frame. */
  public get frames(): string[][] {
    return this.received.map((message) => message.map(({ data }) => data.toString('latin1')));
  }

  /** All that was received, without where frames and messages end. */
  public get bytes(): Buffer {
    return Buffer.concat(this.received.flatMap((message) => message.map(({ data }) => data)));
  }
}

/** Two engines of one kind and the network between them, during one clause. */
export class EngineGround {
  public readonly world: Simulation = new Simulation({ seed: 1, conditions: { latency: 2, window: 65_536 } });
  public readonly factory: IEngineFactory;
  public readonly endpoint: ParsedEndpoint;

  public constructor(public readonly subject: EngineSubject) {
    const { scheme = 'tcp' } = subject;
    this.factory = subject.create(this.world);
    const address = this.kind === 'direct' ? 'name' : 'right:1';
    this.endpoint = { scheme, address, endpoint: `${scheme}://${address}` };
  }

  public get kind(): 'stream' | 'direct' {
    return this.subject.kind ?? 'stream';
  }

  /** The options of a socket of the kit. */
  public options(changes: SocketOptionsInit = {}, type: string = this.types[0]): Readonly<SocketOptionValues> {
    return new SocketOptions(type, {}, { ...this.subject.options, ...changes }).snapshot();
  }

  /** Both ends of a new connection. */
  public async connections(): Promise<[IConnection | IDirectConnection, IConnection | IDirectConnection]> {
    const { near, far, at } = this.transports();
    const options = this.options();
    let accepted: IConnection | IDirectConnection | undefined;
    const listener = await far.listen(at, options, {
      onConnection: (connection) => {
        accepted = connection;
      },
      onAcceptFailed: (error) => assert.fail(String(error)),
    });
    const left = await near.connect(at, options, new AbortController().signal);
    await this.until(() => accepted !== undefined, 'the connection is accepted');
    await listener.close();
    return [left, accepted!];
  }

  /** Two engines on a new connection, not started. */
  public async pair(changes: SocketOptionsInit = {}): Promise<{ left: EngineEnd; right: EngineEnd }> {
    const [left, right] = await this.connections();
    return { left: this.end(left, 0, changes), right: this.end(right, 1, changes) };
  }

  /** Two engines that know each other. */
  public async joined(changes: SocketOptionsInit = {}): Promise<{ left: EngineEnd; right: EngineEnd }> {
    const { left, right } = await this.pair(changes);
    left.start();
    right.start();
    await this.until(() => left.pipe.connected && right.pipe.connected, 'both sides know their peer');
    return { left, right };
  }

  public end(connection: IConnection | IDirectConnection, side: 0 | 1, changes: SocketOptionsInit = {}): EngineEnd {
    const type = this.types[side];
    return new EngineEnd(
      this.world,
      this.factory,
      connection,
      type,
      this.endpoint.endpoint,
      this.options(changes, type),
    );
  }

  /** Waits for something, for a minute of virtual time at most. */
  public async until(condition: () => boolean, what: string): Promise<void> {
    for (let waited = 0; !condition(); waited += 10) {
      assert.ok(waited < 60_000, `it did not happen that ${what}`);
      await this.world.clock.advance(10);
    }
  }

  private get types(): readonly [string, string] {
    return this.subject.socketTypes ?? ['DEALER', 'DEALER'];
  }

  private transports(): { near: ITransport; far: ITransport; at: ParsedEndpoint } {
    if (this.kind === 'direct') {
      const both = transportOf('inproc', [this.world.module('left')]);
      return { near: both, far: both, at: { scheme: 'inproc', address: 'name', endpoint: 'inproc://name' } };
    }
    return {
      near: transportOf('tcp', [this.world.module('left')]),
      far: transportOf('tcp', [this.world.module('right')]),
      at: { scheme: 'tcp', address: 'right:1', endpoint: 'tcp://right:1' },
    };
  }
}
