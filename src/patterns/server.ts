import { type Addressing, fromPeer } from '../core/addressed-msg.js';
import type { IPatternHost } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import { type Frame, type InMessage, Msg, type OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import type { SocketTypeName } from '../core/socket-type.js';
import { Pattern } from './pattern.js';
import { SingleFrameQueue, singleFrame } from './single-frames.js';

/**
 * SERVER: every peer has a number, which each message from it carries, and each message to it needs (RFC 41). A message
 * has one frame.
 *
 * A pipe gets its number when it joins, and keeps it over reconnections.
 */
export class Server extends Pattern {
  public readonly singleFrames = true;
  public readonly addressing: Addressing = 'routing id';
  protected readonly type: SocketTypeName = 'SERVER';
  private readonly incoming: SingleFrameQueue;
  private readonly byNumber: Map<number, Pipe> = new Map();
  /** It starts anywhere, so that a restarted server does not take an old number for a new one. */
  private nextNumber: number;

  public constructor(host: IPatternHost) {
    super(host);
    this.incoming = new SingleFrameQueue(host);
    this.nextNumber = host.random.below(0x1_0000_0000);
  }

  public override attach(pipe: Pipe): boolean {
    const number = this.newNumber();
    pipe.state = number;
    this.byNumber.set(number, pipe);
    return true;
  }

  public override detach(pipe: Pipe): void {
    this.byNumber.delete(this.routingIdOf(pipe));
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    const frame = singleFrame(message, this.type);
    const pipe = frame instanceof Msg ? this.byNumber.get(frame.routingId) : undefined;
    if (pipe === undefined || pipe.hasEnded) throw this.unknownPeer(frame instanceof Msg ? frame.routingId : 0);
    return pipe.write(frame);
  }

  public recv(): InMessage | undefined {
    const message = this.incoming.recv();
    if (message === undefined) return undefined;
    return [fromPeer(message[0], this.routingIdOf(this.incoming.from as Pipe))];
  }

  /** When any peer has room, which need not be the one that is meant. */
  public get writable(): boolean {
    for (const pipe of this.byNumber.values()) if (pipe.writable) return true;
    return false;
  }

  public get readable(): boolean {
    return this.incoming.readable;
  }

  public get held(): number {
    return this.incoming.held;
  }

  public pipeOf(routingId: number | Frame): Pipe | undefined {
    return typeof routingId === 'number' ? this.byNumber.get(routingId) : undefined;
  }

  protected routingIdOf(pipe: Pipe): number {
    return pipe.state as number;
  }

  private newNumber(): number {
    do this.nextNumber = (this.nextNumber + 1) >>> 0;
    while (this.nextNumber === 0 || this.byNumber.has(this.nextNumber));
    return this.nextNumber;
  }

  private unknownPeer(routingId: number): ZmqError {
    return new ZmqError(
      'HostUnreachable',
      routingId === 0
        ? `A ${this.type} socket cannot send without a routing id: pass { routingId } of a message that the peer sent.`
        : `No peer of this ${this.type} has the routing id ${routingId}: it was never there, or it is gone.`,
    );
  }
}
