import type { AuthenticationReply, IAuthenticationClient } from '../../core/contracts/authentication.js';
import type { IMechanism, IMechanismSink, MechanismConfig } from '../../core/contracts/mechanism.js';
import type { ZmqError } from '../../core/errors.js';
import { decodeProperties } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { Admission, type IAdmissionEnd, verifiedProperties } from './admission.js';
import { badMetadata, errorData, unexpected, violation } from './failures.js';
import { MISSPELT_ERROR } from './plain.js';

/** HELLO with the longest user name and password. */
const HELLO_LIMIT: number = 6 + 2 * (1 + 255);

/** The server's side of PLAIN (RFC 24): the handler of ZAP decides about user name and password, and nobody else. */
export class PlainServer implements IMechanism, IAdmissionEnd {
  private sink: IMechanismSink | null = null;
  /** `null` while the peer has nothing to say: no name that it could send may stand for that. */
  private due: 'HELLO' | 'INITIATE' | null = 'HELLO';
  private readonly admission: Admission;
  private reply: AuthenticationReply | undefined = undefined;

  /** @param strict nobody comes in unasked. */
  public constructor(
    private readonly config: MechanismConfig,
    authentication: IAuthenticationClient,
    strict: boolean,
  ) {
    this.admission = new Admission('PLAIN', config, authentication, strict);
  }

  public get commandLimit(): number | undefined {
    return this.due === 'INITIATE' ? undefined : HELLO_LIMIT;
  }

  public start(sink: IMechanismSink): void {
    this.sink = sink;
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name !== this.due) sink.fail(unexpected(name, this.due ?? 'nothing'));
    else if (name === 'HELLO') this.onHello(sink, data);
    else {
      const properties = decodeProperties(data);
      if (properties === undefined) {
        sink.fail(badMetadata('INITIATE'));
        return;
      }
      sink.sendCommand('READY', this.config.metadata);
      sink.complete(properties, verifiedProperties(this.reply));
    }
  }

  public close(): void {
    this.sink = null;
    this.admission.cancel();
  }

  public admitted(reply: AuthenticationReply | undefined): void {
    this.reply = reply;
    this.due = 'INITIATE';
    this.sink?.sendCommand('WELCOME', Buffer.alloc(0));
  }

  public refused(error: ZmqError, status: number | undefined): void {
    if (status !== undefined) this.sink?.sendFrame(Buffer.concat([MISSPELT_ERROR, errorData(status)]));
    this.sink?.fail(error);
  }

  private onHello(sink: IMechanismSink, data: Buffer): void {
    const credentials = readCredentials(data);
    if (credentials === undefined) {
      sink.fail(violation('HELLO is malformed', ProtocolError.ZMTP_MALFORMED_COMMAND_HELLO));
      return;
    }
    this.due = null;
    this.admission.ask(credentials, this);
  }
}

/** User name and password, each behind an octet with its length; copies, because asking takes time. */
function readCredentials(data: Buffer): readonly [Buffer, Buffer] | undefined {
  const passwordAt = 1 + (data[0] ?? 0);
  const size = data[passwordAt];
  if (size === undefined || passwordAt + 1 + size !== data.length) return undefined;
  return [Buffer.from(data.subarray(1, passwordAt)), Buffer.from(data.subarray(passwordAt + 1))];
}
