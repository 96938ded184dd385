import type { ZmqError } from '../../src/core/errors.js';
import type { Metadata } from '../../src/core/metadata.js';
import type { InMessage } from '../../src/core/msg.js';
import type { IMachineSink } from '../../src/engines/zmtp/machine-contract.js';

/**
 * What a protocol machine says, written down. Can be told to take no bytes (`accepting`), no peer (`wanted`) and no
 * further message (`onMessage`), and notices when the machine breaks the contract of its sink.
 */
export class RecordingSink implements IMachineSink {
  /** False: the network is full, and what is written stays with the machine until `release`. */
  public accepting = true;
  public wanted = true;
  /** Answers for each message whether more may come. */
  public onMessage: (message: InMessage) => boolean = () => true;
  public readonly messages: InMessage[] = [];
  public readonly peers: Metadata[] = [];
  public readonly failures: ZmqError[] = [];
  /** The peer was told of the failure, and should read it. */
  public spoke = false;
  /** The largest frames that were allowed, one after the other. */
  public readonly limits: number[] = [];
  /** How often a transport with pings of its own was asked for one; `undefined`: there is no such transport. */
  public pings: number | undefined = undefined;
  /** Sentences about broken contracts; empty at the end of every test. */
  public readonly violations: string[] = [];
  public flushAsked = false;
  /** True once a write was refused. */
  public wasStuck = false;
  private accepted: Buffer[] = [];
  private held: readonly Uint8Array[] | null = null;

  public write(chunks: readonly Uint8Array[]): boolean {
    this.check('write');
    if (this.held !== null) this.violations.push('written again before the first write was accepted');
    if (chunks.length === 0) this.violations.push('nothing was written');
    if (this.accepting) {
      this.accept(chunks);
      return true;
    }
    this.held = chunks;
    this.wasStuck = true;
    return false;
  }

  /** How often the machine asked to go on in the next turn. */
  public rests = 0;

  public rest(): void {
    this.check('rest');
    this.rests++;
  }

  public limitFrames(frameSize: number): void {
    this.limits.push(frameSize);
  }

  public ping(): boolean {
    if (this.pings === undefined) return false;
    this.pings++;
    return true;
  }

  public flushSoon(): void {
    this.check('flushSoon');
    if (this.flushAsked) this.violations.push('a flush was asked for twice');
    this.flushAsked = true;
  }

  public peerReady(peer: Metadata): boolean {
    this.check('peerReady');
    this.peers.push(peer);
    return this.wanted;
  }

  public message(message: InMessage): boolean {
    this.check('message');
    this.messages.push(message);
    return this.onMessage(message);
  }

  public failed(error: ZmqError, speaking: boolean): void {
    this.check('failed');
    this.failures.push(error);
    this.spoke = speaking;
  }

  public deadlineChanged(): void {
    this.check('deadlineChanged');
  }

  /** True while bytes wait for the network. `machine.written` is owed after `release`. */
  public get stuck(): boolean {
    return this.held !== null;
  }

  /** The network takes what it refused. Only now is the memory looked at: it must not have been written to meanwhile. */
  public release(): void {
    if (this.held !== null) this.accept(this.held);
    this.held = null;
  }

  /** All bytes that the network took. */
  public get written(): Buffer {
    return Buffer.concat(this.accepted);
  }

  /** The bytes that the network took since the last time. */
  public takeWritten(): Buffer {
    const bytes = this.written;
    this.accepted = [];
    return bytes;
  }

  /** The verdict, if there is one. */
  public get failure(): ZmqError | undefined {
    return this.failures[0];
  }

  private accept(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) this.accepted.push(Buffer.from(chunk));
  }

  private check(what: string): void {
    if (this.failures.length > 0) this.violations.push(`${what} after the verdict`);
  }
}
