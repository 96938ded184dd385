import type { IPatternHost } from '../core/contracts/pattern.js';
import { ZmqError } from '../core/errors.js';
import type { Frame, InMessage, Msg, OutMessage } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';
import { FairQueue } from './fair-queue.js';
import { emptyMessage, isMultipart, withoutFirst } from './frames.js';
import { LoadBalancer } from './load-balancer.js';
import { Pattern } from './pattern.js';

const DELIMITER: Buffer = Buffer.alloc(0);
/** The size of the frame that stands before the delimiter under ZMQ_REQ_CORRELATE. */
const REQUEST_ID_SIZE = 4;

/**
 * REQ: sends a request, then receives its reply, in strict alternation (RFC 28). Requests go to the peers in turn;
 * only the peer that was asked may reply.
 *
 * On the wire: [request id, with ZMQ_REQ_CORRELATE] [empty] body…
 */
export class Req extends Pattern {
  public readonly alternates = true;
  private readonly outgoing: LoadBalancer = new LoadBalancer();
  private readonly incoming: FairQueue = new FairQueue();
  /** A request was sent, and its reply not received. */
  private waiting = false;
  /** Who was asked, while that pipe lasts. */
  private asked: Pipe | null = null;
  private requestId: number;
  /** The reply, when `readable` has found it already. */
  private reply: InMessage | undefined = undefined;

  public constructor(host: IPatternHost) {
    super(host);
    this.requestId = host.random.below(0x1_0000_0000);
  }

  public override attach(pipe: Pipe): boolean {
    this.outgoing.attach(pipe);
    return true;
  }

  public override connected(pipe: Pipe): void {
    if (this.host.options.probeRouter) pipe.writeControl(emptyMessage());
  }

  public override detach(pipe: Pipe): void {
    if (this.asked === pipe) this.asked = null;
    this.outgoing.detach(pipe);
    this.incoming.detach(pipe);
  }

  public override readActivated(pipe: Pipe): void {
    this.incoming.readActivated(pipe);
    // Looked at now, and not when the application receives or asks: a peer that breaks the protocol is not kept until then.
    if (this.waiting) this.reply ??= this.take();
    else this.discardReceived();
  }

  public override writeActivated(pipe: Pipe): void {
    this.outgoing.writeActivated(pipe);
  }

  public send(message: OutMessage): boolean {
    const { options } = this.host;
    if (this.waiting && !options.relaxed) {
      throw new ZmqError(
        'InvalidState',
        'A REQ socket cannot send now: receive the reply to the last request first, or set REQ_RELAXED to give it up.',
      );
    }
    const pipe = this.outgoing.next();
    if (pipe === undefined) return false;
    this.discardReceived();
    const request: Frame[] = isMultipart(message) ? [DELIMITER, ...message] : [DELIMITER, message];
    if (options.correlate) request.unshift(this.nextRequestId());
    const { waiting, asked } = this;
    // Before the write: within the process, the reply can be here when it returns.
    this.waiting = true;
    this.asked = pipe;
    if (pipe.write(request)) {
      this.outgoing.advance();
      return true;
    }
    this.waiting = waiting;
    this.asked = asked;
    return false;
  }

  public recv(): InMessage | undefined {
    if (!this.waiting) {
      throw new ZmqError('InvalidState', 'A REQ socket cannot receive now: send a request first.');
    }
    const reply = this.reply ?? this.take();
    if (reply === undefined) return undefined;
    this.reply = undefined;
    this.waiting = false;
    this.asked = null;
    return reply;
  }

  public get writable(): boolean {
    return (!this.waiting || this.host.options.relaxed) && this.outgoing.writable;
  }

  public get held(): number {
    return this.reply === undefined ? 0 : 1;
  }

  public get readable(): boolean {
    if (!this.waiting) return false;
    this.reply ??= this.take();
    return this.reply !== undefined;
  }

  private nextRequestId(): Buffer {
    this.requestId = (this.requestId + 1) >>> 0;
    const frame = Buffer.allocUnsafe(REQUEST_ID_SIZE);
    frame.writeUInt32LE(this.requestId);
    return frame;
  }

  /** What came before a request was sent cannot be its reply. */
  private discardReceived(): void {
    let discarded = this.reply === undefined ? 0 : 1;
    this.reply = undefined;
    for (let message = this.incoming.recv(); message !== undefined; message = this.incoming.recv()) {
      this.delimiterOf(message, this.incoming.from as Pipe);
      discarded++;
    }
    this.host.dropped('unexpected', discarded);
  }

  /** The next message that is the reply to the request. */
  private take(): InMessage | undefined {
    for (let message = this.incoming.recv(); message !== undefined; message = this.incoming.recv()) {
      const pipe = this.incoming.from as Pipe;
      const delimiter = this.delimiterOf(message, pipe);
      if ((this.asked === null || this.asked === pipe) && this.isAwaited(message, delimiter)) {
        return withoutFirst(message, delimiter + 1);
      }
      this.host.dropped('unexpected', 1, pipe);
    }
    return undefined;
  }

  private isAwaited(message: InMessage, delimiter: number): boolean {
    if (!this.host.options.correlate) return delimiter === 0;
    return delimiter === 1 && message[0].data.readUInt32LE() === this.requestId;
  }

  /**
   * The place of the delimiter: 0, or 1 behind a request id, which every REQ lets pass. A peer that sends anything else
   * does not speak this protocol (-1), and is not kept.
   */
  private delimiterOf(message: InMessage, pipe: Pipe): number {
    const place = message[0].size === REQUEST_ID_SIZE ? 1 : 0;
    if (place < message.length - 1 && (message[place] as Msg).size === 0) return place;
    pipe.fail(
      new ZmqError(
        'ProtocolViolation',
        `${pipe.endpoint} sent a REQ socket a message without the empty frame that a reply begins with: let a REP or ` +
          'ROUTER answer there, and a ROUTER or DEALER send that frame first.',
        { endpoint: pipe.endpoint, fatal: true },
      ),
    );
    return -1;
  }
}
