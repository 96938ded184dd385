import type { AuthenticationReply, IAuthenticationClient } from '../../core/contracts/authentication.js';
import type {
  IMechanism,
  IMechanismFactory,
  IMechanismSink,
  MechanismConfig,
  Properties,
} from '../../core/contracts/mechanism.js';
import type { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';
import { decodeProperties } from '../../core/properties.js';
import { Admission, type IAdmissionEnd, verifiedProperties } from './admission.js';
import { badMetadata, errorCommand, errorData, unexpected } from './failures.js';
import { refuseUnauthenticated } from './strictness.js';

interface Refusal {
  readonly error: ZmqError;
  readonly status: number;
}

/**
 * NULL (RFC 37): both sides send READY at once; the handshake is complete when each has the other's. With a ZAP domain a
 * side sends its READY when the peer may come in.
 */
export class NullMechanism implements IMechanism, IAdmissionEnd {
  private sink: IMechanismSink | null = null;
  private admission: Admission | null = null;
  private readySent = false;
  private reply: AuthenticationReply | undefined = undefined;
  private peer: Properties | null = null;
  /** The peer is refused, and told so when it has said READY. */
  private refusal: Refusal | null = null;

  /** @param authentication whom to ask about peers, when the socket has a ZAP domain. */
  public constructor(
    private readonly config: MechanismConfig,
    private readonly authentication?: IAuthenticationClient | undefined,
  ) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    const { config, authentication } = this;
    if (authentication === undefined) {
      this.admitted(undefined);
      return;
    }
    // Without a domain, NULL asks nobody, however strict the Context is: it is at bind that it says no.
    this.admission = new Admission('NULL', config, authentication, false);
    this.admission.ask([], this);
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name === 'READY' && this.peer === null) {
      const properties = decodeProperties(data);
      if (properties === undefined) sink.fail(badMetadata('READY'));
      else {
        this.peer = properties;
        if (this.refusal !== null) this.tell(this.refusal);
        this.completeIfReady();
      }
    } else if (name === 'ERROR') sink.fail(errorCommand(data));
    else sink.fail(unexpected(name, 'READY'));
  }

  public close(): void {
    this.sink = null;
    this.admission?.cancel();
  }

  public admitted(reply: AuthenticationReply | undefined): void {
    this.reply = reply;
    this.readySent = true;
    this.sink?.sendCommand('READY', this.config.metadata);
    this.completeIfReady();
  }

  public refused(error: ZmqError, status: number | undefined): void {
    if (status === undefined) this.sink?.fail(error);
    // A client of libzmq that reads ERROR before it has said READY takes the end for a lost connection, and comes again at
    // once. Who connects tells at once, so that two who refuse each other do not wait for one another.
    else if (this.config.accepted === true && this.peer === null) this.refusal = { error, status };
    else this.tell({ error, status });
  }

  private tell({ error, status }: Refusal): void {
    this.sink?.sendCommand('ERROR', errorData(status));
    this.sink?.fail(error);
  }

  private completeIfReady(): void {
    if (this.readySent && this.peer !== null) this.sink?.complete(this.peer, verifiedProperties(this.reply));
  }
}

/** NULL is what is left when nothing else is asked for. */
export class NullMechanismFactory implements IMechanismFactory {
  public readonly name: string = 'NULL';

  /** @param strict no bind without authentication (`requireAuthentication`). */
  public constructor(
    private readonly authentication?: IAuthenticationClient | undefined,
    private readonly strict: boolean = false,
  ) {}

  public wanted(): boolean {
    return true;
  }

  public check(role: 'bind' | 'connect', options: Readonly<SocketOptionValues>): void {
    if (this.strict && role === 'bind' && options.zapDomain === '') refuseUnauthenticated('it is a NULL socket');
  }

  public create(config: MechanismConfig): IMechanism {
    return new NullMechanism(config, this.authentication);
  }
}
