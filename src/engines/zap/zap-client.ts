import type {
  AuthenticationReply,
  AuthenticationRequest,
  IAuthenticationClient,
  PendingAuthentication,
} from '../../core/contracts/authentication.js';
import type { IScheduler } from '../../core/contracts/clock.js';
import type { IDirectConnection, IDirectEnd, ITransport } from '../../core/contracts/transport.js';
import { ZmqError } from '../../core/errors.js';
import { Metadata } from '../../core/metadata.js';
import { type InMessage, Msg, MsgFlags } from '../../core/msg.js';
import { REQUEST_ID, readReply, ZAP_ENDPOINT, ZAP_NAME, ZAP_VERSION } from './zap-reply.js';

type Done = (answer: AuthenticationReply | ZmqError) => void;

/**
 * The client's side of ZAP (RFC 27). Each request goes over an inproc connection of its own, as from a DEALER, to the
 * socket that is bound to inproc://zeromq.zap.01 at that moment. A handler may therefore answer in any order.
 */
export class ZapClient implements IAuthenticationClient {
  public constructor(
    private readonly inproc: ITransport,
    private readonly scheduler: IScheduler,
  ) {}

  public get available(): boolean {
    return this.inproc.isBound?.(ZAP_NAME) === true;
  }

  public ask(request: AuthenticationRequest, done: Done): PendingAuthentication {
    return new Exchange(this.inproc.join?.(ZAP_NAME), request, done, this.scheduler);
  }
}

/** One request and its reply. Ends with the reply, with the connection, or with `cancel`; whichever comes first counts. */
class Exchange implements IDirectEnd, PendingAuthentication {
  public readonly socketType: string = 'DEALER';
  public readonly routingId: Buffer = Buffer.alloc(0);
  public gone = false;
  private done: Done | null;

  public constructor(
    private readonly connection: IDirectConnection | undefined,
    private readonly request: AuthenticationRequest,
    done: Done,
    private readonly scheduler: IScheduler,
  ) {
    this.done = done;
    if (connection === undefined) this.answer(unanswered('no handler of ZAP is bound'));
    else connection.open(this);
  }

  public cancel(): void {
    this.done = null;
    this.leave();
  }

  // --- what the handler's end says ---------------------------------------------------------------------------

  public onPeer(handler: IDirectEnd): void {
    if (!this.gone) handler.onMessage(requestMessage(this.request));
  }

  public onMessage(message: InMessage): boolean {
    if (!this.gone) this.answer(readReply(message));
    return true;
  }

  public onRoom(): void {
    // One request is all that there is to send.
  }

  public onClosed(): void {
    if (!this.gone) this.answer(unanswered('the handler of ZAP is gone'));
  }

  /** Said at the end of the turn, so that nothing of the handshake runs below the handler's `send`. */
  private answer(answer: AuthenticationReply | ZmqError): void {
    this.leave();
    this.scheduler.endOfTurn(() => {
      const done = this.done;
      this.done = null;
      done?.(answer);
    });
  }

  private leave(): void {
    this.gone = true;
    this.connection?.destroy();
  }
}

function requestMessage(request: AuthenticationRequest): InMessage {
  const contents: (string | Buffer)[] = [
    '',
    ZAP_VERSION,
    REQUEST_ID,
    request.domain,
    request.address,
    request.routingId,
    request.mechanism,
    ...request.credentials,
  ];
  const self = new Metadata('', new Map([['socket-type', Buffer.from('DEALER', 'latin1')]]));
  const last = contents.length - 1;
  return contents.map((content, i) => {
    // Copies, because a handler may keep what the connection is about to wipe or to read over.
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
    return new Msg(bytes, i === last ? MsgFlags.NONE : MsgFlags.MORE, 0, bytes.length, self);
  }) as InMessage;
}

/** Not AuthenticationFailure: nobody has decided anything. */
function unanswered(what: string): ZmqError {
  return new ZmqError(
    'SecurityError',
    `${what} at ${ZAP_ENDPOINT}: give the Context an \`authenticator\`, or bind a REP or ROUTER there before peers connect`,
    { errno: 'EFAULT', endpoint: ZAP_ENDPOINT },
  );
}
