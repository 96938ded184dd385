import assert from 'node:assert/strict';
import type { IConnection, IConnectionSink, ZmqError } from '../../plugin.js';
import { Events } from './clause.js';
import { Framing } from './framing.js';

/** Who drives a connection during a clause: keeps what it hears, and writes down what it should not have heard. */
export class ProbeSink implements IConnectionSink {
  public readonly events: Events = new Events();
  /** What arrived. */
  public readonly pieces: Buffer[] = [];
  public size = 0;
  public drained = 0;
  /** How the connection ended, each time that it said so. */
  public readonly ends: (ZmqError | undefined)[] = [];
  /** What was heard and should not have been, by the rule that it is against. */
  public readonly violations: Record<'reentrance' | 'memory' | 'afterEnd', string[]> = {
    reentrance: [],
    memory: [],
    afterEnd: [],
  };
  /** What it answers to bytes. */
  public wants = true;
  /** How much memory it lends for a read. */
  public room = 65_536;
  private inside: string | null = null;
  private lent: Buffer | null = null;

  private readonly framing: Framing | undefined;

  public constructor(public readonly connection: IConnection) {
    if (connection.agreed !== undefined) this.framing = new Framing();
  }

  // --- IConnectionSink ---------------------------------------------------------------------------------------

  public readBuffer(): Buffer {
    // A question, which may come from within `start` and `resume`.
    if (this.inside !== 'start') this.heard('readBuffer');
    this.lent = Buffer.alloc(this.room);
    return this.lent;
  }

  public onRead(size: number): boolean {
    this.heard('onRead');
    const { lent } = this;
    this.lent = null;
    if (lent === null) {
      this.violations.memory.push('onRead came without readBuffer before it: each read needs one of its own');
      return true;
    }
    if (!(size >= 1 && size <= lent.length)) {
      this.violations.memory.push(`onRead(${size}) for a readBuffer of ${lent.length} bytes`);
      return true;
    }
    return this.take(lent.subarray(0, size));
  }

  public onChunk(bytes: Uint8Array): boolean {
    this.heard('onChunk');
    if (bytes.length === 0) this.violations.memory.push('onChunk with no bytes');
    return this.take(bytes);
  }

  public onDrained(): void {
    this.heard('onDrained');
    this.drained++;
    this.events.changed();
  }

  public onClosed(error: ZmqError | undefined): void {
    this.heard('onClosed');
    this.ends.push(error);
    this.events.changed();
  }

  // --- the clause's side -------------------------------------------------------------------------------------

  public start(): this {
    this.during('start', () => this.connection.start(this));
    return this;
  }

  public write(...chunks: readonly Uint8Array[]): boolean {
    return this.during('write', () => this.connection.write(this.framing?.encode(chunks) ?? chunks));
  }

  /** Writes, and waits until all is accepted. */
  public async send(...chunks: readonly Uint8Array[]): Promise<void> {
    const before = this.drained;
    if (!this.write(...chunks)) await this.events.until(() => this.drained > before || this.ended);
  }

  public close(): void {
    this.during('close', () => this.connection.close());
  }

  public destroy(): void {
    this.during('destroy', () => this.connection.destroy());
  }

  public get ended(): boolean {
    return this.ends.length > 0;
  }

  /** All that has arrived. */
  public get received(): Buffer {
    return Buffer.concat(this.pieces);
  }

  /** Waits for so many bytes in all, and answers what has arrived. */
  public async receive(size: number): Promise<Buffer> {
    await this.events.until(() => this.size >= size || this.ended);
    assert.ok(this.size >= size, `the connection ended after ${this.size} of ${size} bytes`);
    return this.received;
  }

  /** Waits for the end. */
  public async end(): Promise<ZmqError | undefined> {
    await this.events.until(() => this.ended);
    return this.ends[0];
  }

  /** Fails when a rule was broken. */
  public keeps(rule: keyof ProbeSink['violations']): void {
    assert.deepEqual(this.violations[rule], [], 'the sink heard what it must not hear');
  }

  private take(bytes: Uint8Array): boolean {
    const piece = this.framing?.decode(bytes) ?? Buffer.from(bytes);
    this.pieces.push(piece);
    this.size += piece.length;
    this.events.changed();
    return this.wants;
  }

  private heard(what: string): void {
    if (this.inside !== null) this.violations.reentrance.push(`${what} came from within ${this.inside}`);
    if (this.ended) this.violations.afterEnd.push(`${what} came after onClosed`);
  }

  private during<T>(what: string, call: () => T): T {
    this.inside = what;
    try {
      return call();
    } finally {
      this.inside = null;
    }
  }
}
