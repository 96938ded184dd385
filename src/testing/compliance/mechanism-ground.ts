import assert from 'node:assert/strict';
import type { Context } from '../../index.js';
import {
  type ContextModule,
  contextModule,
  type IMechanism,
  IMechanismFactory,
  type IMechanismSink,
  type ITrafficCipher,
  type Properties,
  SocketOptions,
  type SocketOptionsInit,
  type SocketOptionValues,
  ZmqError,
} from '../../plugin.js';
import type { Drive } from './clause.js';

/** A mechanism to be tried, and what there is to know about it. */
export interface MechanismSubject {
  /** Makes one, for one clause. */
  create(): IMechanismFactory;
  /** The options of a socket that connects, and of one that binds: their handshake succeeds. */
  readonly client: SocketOptionsInit;
  readonly server: SocketOptionsInit;
  /** The options of sockets that must not get in where `server` is bound, by what is wrong with them. */
  readonly strangers?: Readonly<Record<string, SocketOptionsInit>>;
  /** True for a mechanism that protects the traffic too. */
  readonly protects?: boolean;
  /** What makes a Context have it. Default: `create()`, bound as `IMechanismFactory`. */
  modules?(): readonly ContextModule[];
  /** What makes the time pass, where the answer of somebody is waited for on a virtual clock. */
  readonly drive?: Drive;
}

/** So many turns without a word mean that nobody will say anything any more. */
const IDLE_TURNS = 20;

/** Clauses by their titles, before they know what they are tried on. */
export type MechanismClauses = Readonly<Record<string, (ground: MechanismGround) => Promise<void> | void>>;

/** What the metadata of the kit says. */
export const SAID: Readonly<Record<'client' | 'server', readonly (readonly [string, string])[]>> = {
  client: [
    ['Socket-Type', 'DEALER'],
    ['Identity', 'the client'],
    ['X-Colour', 'blue'],
  ],
  server: [
    ['Socket-Type', 'ROUTER'],
    ['Identity', ''],
  ],
};

/** A frame on its way during a handshake. */
export interface Passing {
  readonly from: 'client' | 'server';
  readonly name: string;
  readonly body: Buffer;
  /** How many the same side has sent before. */
  readonly index: number;
}

/** What happens to it: it is passed on (as it is, or as something else), any number of times. */
export type Interference = (frame: Passing) => readonly Buffer[];

/** One side of a handshake: what the machine would be to the mechanism. */
export class MechanismEnd implements IMechanismSink {
  public peer: Properties | undefined;
  public cipher: ITrafficCipher | undefined;
  public failure: ZmqError | undefined;
  public verdicts = 0;
  public readonly afterVerdict: string[] = [];
  public readonly sent: Buffer[] = [];
  public readonly outbox: Buffer[] = [];
  /** The memory of a command is used again at once, as a machine may do. */
  public reusesMemory = false;
  private closed = false;

  public constructor(public readonly mechanism: IMechanism) {}

  public sendCommand(name: string, data: Buffer): void {
    this.sendFrame(commandFrame(name, data));
  }

  public sendFrame(body: Buffer): void {
    this.said('sendCommand');
    // The memory is the mechanism's again when the call has returned.
    this.outbox.push(Buffer.from(body));
    this.sent.push(Buffer.from(body));
  }

  public complete(peer: Properties, _verified?: Properties, cipher?: ITrafficCipher): void {
    this.said('complete');
    this.verdicts++;
    this.peer = peer;
    this.cipher = cipher;
  }

  public fail(error: ZmqError): void {
    this.said('fail');
    this.verdicts++;
    this.failure = error;
    // As the machine does: from within the call.
    this.close();
  }

  public close(): void {
    if (this.closed) return;
    this.closed = true;
    this.mechanism.close();
  }

  public get completed(): boolean {
    return this.peer !== undefined;
  }

  /** Gives a frame to the mechanism. */
  public receive(frame: Buffer): void {
    const body = Buffer.from(frame);
    const size = body[0] ?? 0;
    if (
      body.length > 0 &&
      size > 0 &&
      size < body.length &&
      /^[\x21-\x7e]+$/.test(body.toString('latin1', 1, 1 + size))
    ) {
      this.mechanism.onCommand(body.toString('latin1', 1, 1 + size), body.subarray(1 + size));
    } else if (this.mechanism.onOddFrame !== undefined) this.mechanism.onOddFrame(body);
    else if (this.verdicts === 0) this.fail(new ZmqError('ProtocolViolation', 'A handshake frame is no command.'));
    if (this.reusesMemory) body.fill(0xaa);
  }

  private said(what: string): void {
    if (this.verdicts > 0) this.afterVerdict.push(`${what} after the end of the handshake`);
    else if (this.closed) this.afterVerdict.push(`${what} after close`);
  }
}

/** One mechanism during one clause. */
export class MechanismGround {
  public readonly factory: IMechanismFactory;
  /** Those of the conversations. */
  public readonly contexts: Context[] = [];

  public constructor(public readonly subject: MechanismSubject) {
    this.factory = subject.create();
  }

  public options(init: SocketOptionsInit, type: string): Readonly<SocketOptionValues> {
    return new SocketOptions(type, {}, init).snapshot();
  }

  /** Both ends of a connection, not started. */
  public pair(client: SocketOptionsInit = this.subject.client): { client: MechanismEnd; server: MechanismEnd } {
    return {
      client: this.end('client', this.options(client, 'DEALER')),
      server: this.end('server', this.options(this.subject.server, 'ROUTER')),
    };
  }

  /** Starts both and carries what they say, until both have a verdict. `interfere` may change what passes. */
  public async shake(
    ends: { client: MechanismEnd; server: MechanismEnd },
    interfere: Interference = ({ body }) => [body],
    first: 'client' | 'server' = 'client',
  ): Promise<void> {
    const { client, server } = ends;
    const [one, other] = first === 'client' ? [client, server] : [server, client];
    one.mechanism.start(one);
    other.mechanism.start(other);
    await this.carry(ends, interfere);
  }

  /** Carries what both say; gives up when nothing was said for a while. */
  public async carry(ends: { client: MechanismEnd; server: MechanismEnd }, interfere: Interference): Promise<void> {
    const passed = { client: 0, server: 0 };
    const pass = (from: 'client' | 'server'): boolean => {
      const body = ends[from].outbox.shift();
      if (body === undefined) return false;
      const to = from === 'client' ? ends.server : ends.client;
      const name = body.toString('latin1', 1, 1 + (body[0] ?? 0));
      for (const frame of interfere({ from, name, body, index: passed[from]++ })) {
        if (to.verdicts === 0) to.receive(frame);
      }
      return true;
    };
    // Who lets somebody else decide needs a few turns of the event loop.
    for (let idle = 0; idle < IDLE_TURNS; ) {
      if (pass('client') || pass('server')) idle = 0;
      else if (ends.client.verdicts > 0 && ends.server.verdicts > 0) return;
      else {
        idle++;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  public modules(): readonly ContextModule[] {
    return this.subject.modules?.() ?? [usingMechanism(this.factory)];
  }

  private end(role: 'client' | 'server', options: Readonly<SocketOptionValues>): MechanismEnd {
    this.factory.check?.(role === 'client' ? 'connect' : 'bind', options);
    const mechanism = this.factory.create({
      socketType: role === 'client' ? 'DEALER' : 'ROUTER',
      options,
      metadata: encode(SAID[role]),
      remoteAddress: '127.0.0.1:1234',
    });
    return new MechanismEnd(mechanism);
  }
}

/** A module that gives a mechanism to a Context. */
export function usingMechanism(factory: IMechanismFactory): ContextModule {
  return contextModule(({ bind }) => void bind(IMechanismFactory).toConstantValue(factory));
}

export function commandFrame(name: string, data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(name.length), Buffer.from(name, 'latin1'), data]);
}

/** Both sides have completed, and nothing was said after that. */
export function assertComplete(...ends: readonly MechanismEnd[]): void {
  for (const end of ends) {
    assert.equal(end.failure, undefined, `the handshake failed: ${String(end.failure)}`);
    assert.ok(end.completed, 'the handshake is not complete');
  }
}

/** As READY and INITIATE carry it. */
function encode(properties: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat(
    properties.flatMap(([name, value]) => {
      const size = Buffer.alloc(4);
      size.writeUInt32BE(Buffer.byteLength(value));
      return [Buffer.of(name.length), Buffer.from(name), size, Buffer.from(value)];
    }),
  );
}
