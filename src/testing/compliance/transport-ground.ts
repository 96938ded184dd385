import assert from 'node:assert/strict';
import type { Context } from '../../index.js';
import {
  type ContextModule,
  contextModule,
  defaultOptions,
  type IConnection,
  type IDirectConnection,
  type IListener,
  InprocTransportToken,
  IpcTransportToken,
  ITransport,
  type ParsedEndpoint,
  type SocketOptionValues,
  TcpTransportToken,
  type Token,
  ZmqError,
} from '../../plugin.js';
import { type Drive, Events } from './clause.js';
import { ProbeSink } from './probe-sink.js';

/** A transport to be tried, and what there is to know about it. */
export interface TransportSubject {
  /** Makes one, for one clause. */
  create(): ITransport;
  /** An endpoint to bind to that nobody else uses: `tcp://127.0.0.1:0`. Called for each bind. */
  endpoint(): string;
  /** Texts that are no endpoints of this transport. */
  readonly wrong?: readonly string[];
  /** Options that it needs. */
  readonly options?: Partial<SocketOptionValues>;
  /** `direct` for a transport inside the process, that hands messages over. Default `stream`. */
  readonly kind?: 'stream' | 'direct';
  /** True when a connect waits until somebody has bound the name, as with inproc. */
  readonly connectWaits?: boolean;
  /** True when a bind takes the name away from who has it, as ipc does with a path. */
  readonly takesOver?: boolean;
  /** What makes the time pass, for a transport on a virtual clock: `(work) => clock.run(work)`. */
  readonly drive?: Drive;
  /** What makes a Context use it. Default: `create()`, bound as `ITransport`, or in the place of tcp, ipc or inproc. */
  modules?(): readonly ContextModule[];
  /** Called after each clause: for what `create` has opened beside. */
  done?(): Promise<void> | void;
}

/** A bound endpoint of a clause. */
export interface Bound {
  readonly listener: IListener;
  /** What has been accepted and not been taken. */
  readonly accepted: (IConnection | IDirectConnection)[];
  readonly events: Events;
  readonly failures: ZmqError[];
}

const OWN: Readonly<Record<string, Token<ITransport>>> = {
  tcp: TcpTransportToken,
  ipc: IpcTransportToken,
  inproc: InprocTransportToken,
};

/** One transport during one clause: what was opened is closed after it. */
export class TransportGround {
  public readonly transport: ITransport;
  public readonly options: Readonly<SocketOptionValues>;
  private readonly listeners: IListener[] = [];
  /** Those of the conversations. */
  public readonly contexts: Context[] = [];
  private readonly connections: (IConnection | IDirectConnection)[] = [];

  public constructor(public readonly subject: TransportSubject) {
    this.transport = subject.create();
    this.options = { ...defaultOptions('DEALER'), ...subject.options };
  }

  /** Binds, and keeps what is accepted. */
  public async bind(text: string = this.subject.endpoint()): Promise<Bound> {
    const events = new Events();
    const accepted: Bound['accepted'] = [];
    const failures: ZmqError[] = [];
    const endpoint = parse(text);
    const listener = await this.transport.listen(endpoint, this.options, {
      onConnection: (connection) => {
        this.connections.push(connection);
        accepted.push(connection);
        events.changed();
      },
      onAcceptFailed: (error) => {
        failures.push(error);
        events.changed();
      },
    });
    this.listeners.push(listener);
    return { listener, accepted, events, failures };
  }

  /** Makes one attempt to connect. */
  public async connect(text: string, signal?: AbortSignal): Promise<IConnection | IDirectConnection> {
    const endpoint = parse(text);
    const connection = await this.transport.connect(endpoint, this.options, signal ?? new AbortController().signal);
    this.connections.push(connection);
    return connection;
  }

  /** Connects to what is bound; both ends as they are, not started. */
  public async open(
    bound: Bound,
  ): Promise<[near: IConnection | IDirectConnection, far: IConnection | IDirectConnection]> {
    const near = await this.connect(bound.listener.endpoint);
    await bound.events.until(() => bound.accepted.length > 0);
    return [near, bound.accepted.shift()!];
  }

  /** Connects to what is bound, or to an endpoint of its own; both ends with a sink that has not started. */
  public async pair(bound?: Bound): Promise<[near: ProbeSink, far: ProbeSink]> {
    const [near, far] = await this.open(bound ?? (await this.bind()));
    return [this.probe(near), this.probe(far)];
  }

  /** The same, started. */
  public async started(bound?: Bound): Promise<[near: ProbeSink, far: ProbeSink]> {
    const [near, far] = await this.pair(bound);
    return [near.start(), far.start()];
  }

  public probe(connection: IConnection | IDirectConnection): ProbeSink {
    assert.equal(connection.kind, 'stream', 'a connection of this transport has the kind "stream"');
    return new ProbeSink(connection);
  }

  /**
   * Lets pass what is on its way: another connection is made, and used in both directions a few times. Nothing is proved
   * by what did not happen meanwhile, but whoever breaks the rule at once is caught.
   */
  public async meanwhile(): Promise<void> {
    const [near, far] = await this.started();
    for (let round = 1; round <= 3; round++) {
      await near.send(Buffer.from('?'));
      await far.receive(round);
      await far.send(Buffer.from('!'));
      await near.receive(round);
    }
    near.destroy();
    far.destroy();
    await Promise.all([near.end(), far.end()]);
  }

  /** What makes a Context use this transport. */
  public modules(): readonly ContextModule[] {
    return this.subject.modules?.() ?? [usingTransport(this.transport)];
  }

  /** Closes everything. */
  public async end(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    for (const listener of this.listeners) await listener.close();
    for (const context of this.contexts) context.shutdown();
  }
}

/** Clauses by their titles, before they know what they are tried on. */
export type TransportClauses = Readonly<Record<string, (ground: TransportGround) => Promise<void> | void>>;

/** A module that makes a Context use a transport, in the place of one of ours for the same scheme. */
export function usingTransport(transport: ITransport): ContextModule {
  return contextModule(({ bind, rebind }) => {
    const own = OWN[transport.schemes[0] ?? ''];
    if (own === undefined) bind(ITransport).toConstantValue(transport);
    else rebind(own).toConstantValue(transport);
  });
}

/** Splits an endpoint as the library does. */
export function parse(endpoint: string): ParsedEndpoint {
  const at = endpoint.indexOf('://');
  return { scheme: endpoint.slice(0, at), address: endpoint.slice(at + 3), endpoint };
}

/** Something that rejects with a ZmqError; of these codes, if they are given. */
export async function rejected(work: Promise<unknown>, what: string, ...codes: readonly string[]): Promise<ZmqError> {
  const error = await work.then(
    () => assert.fail(`${what} resolved, and should have been rejected`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZmqError)) assert.fail(`${what} rejected with what is no ZmqError: ${String(error)}`);
  if (codes.length > 0)
    assert.ok(codes.includes(error.code), `${what} rejected with ${error.code}, not ${codes.join(' or ')}`);
  return error;
}

/** Bytes that are not the same anywhere. */
export function pattern(size: number, start = 0): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) bytes[i] = ((start + i) * 7 + ((start + i) >>> 8) * 13) & 255;
  return bytes;
}
