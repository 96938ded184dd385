import type { AuthenticationReply, AuthenticationRequest } from '../../core/contracts/authentication.js';
import type { IAuthenticator } from '../../core/contracts/authenticator.js';
import type { ILogger } from '../../core/contracts/logger.js';
import type {
  IConnection,
  IDirectConnection,
  IDirectEnd,
  IListenerEvents,
  ITransport,
} from '../../core/contracts/transport.js';
import { Metadata } from '../../core/metadata.js';
import { type InMessage, Msg, MsgFlags } from '../../core/msg.js';
import { defaultValues } from '../../core/options/defaults.js';
import { encodeProperties } from '../../core/properties.js';
import { ZAP_ENDPOINT, ZAP_NAME, ZAP_VERSION } from './zap-reply.js';

/** The empty delimiter, version, request id, domain, address, routing id and mechanism come before the credentials. */
const REQUEST_FRAMES = 7;

/** What a property name may have in it (RFC 37). */
const PROPERTY_NAME = /^[A-Za-z0-9\-_.+]{1,255}$/;

/**
 * The handler's side of ZAP, for the authenticator of a Context. It holds the name inproc://zeromq.zap.01 for as long as
 * the Context lives, so that a handler of the user's cannot come beside it: that one's `bind` is refused with AddrInUse.
 */
export class ZapHandler implements IListenerEvents {
  public constructor(
    private readonly inproc: ITransport,
    private readonly authenticator: IAuthenticator,
    private readonly logger: ILogger,
  ) {}

  /** Takes the name. Called once, when the Context is made. */
  public start(): void {
    const endpoint = { scheme: 'inproc', address: ZAP_NAME, endpoint: ZAP_ENDPOINT };
    this.inproc.listen(endpoint, defaultValues('ROUTER'), this).catch((error: unknown) => {
      this.logger.error('nobody will be authenticated: the name of the authenticator is taken', {
        endpoint: ZAP_ENDPOINT,
        error,
      });
    });
  }

  public onConnection(connection: IConnection | IDirectConnection): void {
    if (connection.kind === 'direct') connection.open(new Conversation(connection, this));
    else connection.destroy();
  }

  public onAcceptFailed(error: unknown): void {
    this.logger.error('a request for authentication was lost', { endpoint: ZAP_ENDPOINT, error });
  }

  /** Never rejects: what goes wrong is a refusal. */
  public async decide(request: AuthenticationRequest): Promise<AuthenticationReply> {
    const { domain, address, mechanism } = request;
    try {
      const reply = checked(await this.authenticator.authenticate(request));
      const { status, text, userId } = reply;
      if (status === 200) this.logger.debug('a peer was authenticated', { domain, address, mechanism, userId });
      else this.logger.info('a peer was refused', { domain, address, mechanism, status, text });
      return reply;
    } catch (error) {
      this.logger.error('a peer was refused, because the authenticator failed', { domain, address, mechanism, error });
      return { status: 500, text: 'The authenticator failed', userId: '', metadata: new Map() };
    }
  }
}

/** The connection of one who asks. Its requests are answered as their decisions come. */
class Conversation implements IDirectEnd {
  public readonly socketType: string = 'ROUTER';
  public readonly routingId: Buffer = Buffer.alloc(0);
  public gone = false;
  private peer: IDirectEnd | null = null;

  public constructor(
    private readonly connection: IDirectConnection,
    private readonly handler: ZapHandler,
  ) {}

  public onPeer(peer: IDirectEnd): void {
    this.peer = peer;
  }

  public onMessage(message: InMessage): boolean {
    const request = readRequest(message);
    // What is no request has no reply: nobody else can be told.
    if (request === undefined) this.leave();
    else {
      const requestId = message[2] as Msg;
      this.handler
        .decide(request)
        .then((reply) => this.answer(requestId, reply))
        .catch((error: unknown) => this.handler.onAcceptFailed(error));
    }
    return true;
  }

  public onRoom(): void {
    // Replies do not wait: there are as many as there were requests.
  }

  public onClosed(): void {
    this.gone = true;
    this.peer = null;
  }

  private answer(requestId: Msg, reply: AuthenticationReply): void {
    if (this.peer?.gone === false) this.peer.onMessage(replyMessage(requestId, reply));
  }

  private leave(): void {
    this.gone = true;
    this.connection.destroy();
  }
}

function readRequest(message: InMessage): AuthenticationRequest | undefined {
  if (message.length < REQUEST_FRAMES || message[0]?.size !== 0 || !message[1]?.equals(ZAP_VERSION)) return undefined;
  const [domain, address, routingId, mechanism, ...credentials] = message.slice(3) as [Msg, Msg, Msg, Msg, ...Msg[]];
  return {
    domain: domain.toString(),
    address: address.toString(),
    routingId: routingId.data,
    mechanism: mechanism.toString('latin1'),
    credentials: credentials.map((credential) => credential.data),
  };
}

function replyMessage(requestId: Msg, reply: AuthenticationReply): InMessage {
  const contents = [
    Buffer.alloc(0),
    Buffer.from(ZAP_VERSION),
    requestId.data,
    Buffer.from(String(reply.status)),
    Buffer.from(reply.text),
    Buffer.from(reply.userId),
    encodeProperties([...reply.metadata]),
  ];
  const self = new Metadata('', new Map([['socket-type', Buffer.from('ROUTER', 'latin1')]]));
  const last = contents.length - 1;
  const frames = contents.map(
    (bytes, i) => new Msg(bytes, i === last ? MsgFlags.NONE : MsgFlags.MORE, 0, bytes.length, self),
  );
  return frames as InMessage;
}

/** What an authenticator of a plugin answers is as trustworthy as the plugin. */
function checked(reply: AuthenticationReply): AuthenticationReply {
  const { status, text, userId, metadata } = reply;
  if (![200, 300, 400, 500].includes(status)) throw new TypeError('its status is none of 200, 300, 400 and 500');
  if (typeof text !== 'string' || typeof userId !== 'string') throw new TypeError('its text or user id is no text');
  for (const [name, value] of metadata) {
    if (!PROPERTY_NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot name a property`);
    if (!(value instanceof Uint8Array)) throw new TypeError(`its property ${name} is not bytes`);
  }
  return reply;
}
