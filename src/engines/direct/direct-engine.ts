import type { IScheduler } from '../../core/contracts/clock.js';
import type { EngineConfig, EngineOffer, IEngine, IEngineFactory, IEngineHost } from '../../core/contracts/engine.js';
import type { IConnection, IDirectConnection, IDirectEnd } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { Metadata } from '../../core/metadata.js';
import { type Frame, frameToMsg, type InMessage, MsgFlags, type OutMessage } from '../../core/msg.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import type { Pipe } from '../../core/pipe.js';
import { mayTalk } from '../../core/socket-type.js';

/**
 * Joins two pipes of one process: what one socket writes is handed to the other as it is, without bytes in between.
 *
 * The receiver's queue is the only one while it has room, so that the two sides together hold SNDHWM + RCVHWM
 * messages, as with libzmq.
 */
export class DirectEngine implements IEngine, IDirectEnd {
  public readonly socketType: string;
  public readonly routingId: Buffer;
  public gone = false;
  /** What our messages say of us. */
  public readonly metadata: Metadata;
  private host: IEngineHost | null = null;
  private pipe: Pipe | null = null;
  private peer: IDirectEnd | null = null;
  /** The other end takes messages. */
  private open = false;
  /** The first message may come before we have heard of the peer. */
  private early: InMessage | null = null;
  private finishing = false;
  private verdict: ZmqError | undefined = undefined;
  private readonly sayRoom: () => void;
  private readonly lookAgain: () => void;

  public constructor(
    private readonly connection: IDirectConnection,
    private readonly config: EngineConfig,
    private readonly scheduler: IScheduler,
  ) {
    this.socketType = config.socketType;
    this.routingId = config.options.routingId;
    this.metadata = describe(this);
    this.lookAgain = () => this.closeWhenEmpty();
    this.sayRoom = () => this.peer?.onRoom();
  }

  // --- IEngine -----------------------------------------------------------------------------------------------

  public start(host: IEngineHost): void {
    this.host = host;
    this.connection.open(this);
  }

  public finish(): void {
    this.finishing = true;
    this.closeWhenEmpty();
  }

  public destroy(): void {
    this.gone = true;
    this.open = false;
    this.connection.destroy();
  }

  // --- IPipeSink ---------------------------------------------------------------------------------------------

  public get ready(): boolean {
    return this.open && this.peer?.gone === false;
  }

  /** Nothing is ever on the way: the other pipe has it at once. */
  public get unsent(): number {
    return 0;
  }

  public get unsentBytes(): number {
    return 0;
  }

  public send(message: OutMessage): void {
    // Its bytes cost nothing of the turn: they stay where they are.
    this.open = (this.peer as IDirectEnd).onMessage(this.receivedForm(message));
    // The last message may have gone: that is only known when the pipe is through.
    if (this.finishing) this.scheduler.endOfTurn(this.lookAgain);
  }

  public flush(): void {
    // Nothing is collected.
  }

  public resume(): void {
    this.scheduler.endOfTurn(this.sayRoom);
  }

  public fail(error: ZmqError): void {
    this.verdict ??= error;
    this.destroy();
  }

  // --- IDirectEnd: what the other end says -------------------------------------------------------------------

  public onPeer(peer: IDirectEnd): void {
    if (!mayTalk(this.socketType, peer.socketType)) {
      this.fail(
        new ZmqError(
          'ProtocolViolation',
          `Connection of ${this.config.endpoint} refused: a ${peer.socketType} cannot talk to a ${this.socketType}.`,
          { endpoint: this.config.endpoint, fatal: true },
        ),
      );
      return;
    }
    const metadata = peer.metadata ?? describe(peer);
    this.peer = peer;
    const pipe = this.host?.onPeer(metadata);
    if (pipe === undefined) {
      this.destroy();
      return;
    }
    this.pipe = pipe;
    this.open = true;
    pipe.connect(this, metadata);
    const early = this.early;
    if (early === null) return;
    this.early = null;
    if (pipe.deliver(early)) peer.onRoom();
  }

  public onMessage(message: InMessage): boolean {
    if (this.pipe !== null) return this.pipe.deliver(message);
    this.early = message;
    return false;
  }

  public onRoom(): void {
    this.open = true;
    this.pipe?.drain();
    this.closeWhenEmpty();
  }

  public onClosed(): void {
    this.gone = true;
    this.open = false;
    this.peer = null;
    const host = this.host;
    this.host = null;
    host?.onEnded(this.verdict);
  }

  private closeWhenEmpty(): void {
    if (this.finishing && (this.pipe === null || this.pipe.pending === 0)) this.destroy();
  }

  private receivedForm(message: OutMessage): InMessage {
    if (!Array.isArray(message)) return [frameToMsg(message as Frame, MsgFlags.NONE, this.metadata)];
    const last = message.length - 1;
    const received = new Array<InMessage[number]>(message.length);
    for (let i = 0; i <= last; i++) {
      received[i] = frameToMsg(message[i] as Frame, i === last ? MsgFlags.NONE : MsgFlags.MORE, this.metadata);
    }
    return received as InMessage;
  }
}

/** What is known of the peer at an end. */
function describe({ socketType, routingId }: IDirectEnd): Metadata {
  const properties = new Map([
    ['socket-type', Buffer.from(socketType, 'latin1')],
    ['identity', routingId],
  ]);
  return new Metadata('', properties);
}

/** The engine of inproc. */
export class DirectEngineFactory implements IEngineFactory {
  public readonly name: string = 'direct';

  public constructor(private readonly scheduler: IScheduler) {}

  public offer(scheme: string, options: Readonly<SocketOptionValues>): EngineOffer {
    if (scheme !== 'inproc') return { serves: false, rank: 0, reason: 'the direct engine serves inproc only' };
    if (options.routerRaw) return { serves: false, rank: 0, reason: 'inproc has no bytes' };
    return { serves: true, rank: 0, reason: 'both ends are in this process' };
  }

  public create(connection: IConnection | IDirectConnection, config: EngineConfig): IEngine {
    if (connection.kind !== 'direct') {
      throw new ZmqError(
        'Internal',
        `The direct engine got a connection of ${config.endpoint} that is a stream of bytes.`,
      );
    }
    return new DirectEngine(connection, config, this.scheduler);
  }
}
