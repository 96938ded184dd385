import type { IMechanism, IMechanismFactory, IMechanismSink, MechanismConfig } from '../../core/contracts/mechanism.js';
import { ZmqError } from '../../core/errors.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { decodeProperties } from '../zmtp/properties.js';

/** The reasons of an ERROR command that mean a refused authentication (ZAP status codes). */
const AUTHENTICATION_STATUS = /^[345]00$/;

/** NULL (RFC 37): both sides send READY at once; the handshake is complete when each has the other's. */
export class NullMechanism implements IMechanism {
  private sink: IMechanismSink | null = null;

  public constructor(private readonly config: MechanismConfig) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    sink.sendCommand('READY', this.config.metadata);
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name === 'READY') {
      const properties = decodeProperties(data);
      if (properties === undefined)
        sink.fail(violation('the metadata of READY is malformed', ProtocolError.ZMTP_INVALID_METADATA));
      else sink.complete(properties);
    } else if (name === 'ERROR') sink.fail(refusal(data));
    else
      sink.fail(violation(`${JSON.stringify(name)} came where READY was due`, ProtocolError.ZMTP_UNEXPECTED_COMMAND));
  }

  public close(): void {
    this.sink = null;
  }
}

/** NULL is what is left when nothing else is asked for. */
export class NullMechanismFactory implements IMechanismFactory {
  public readonly name: string = 'NULL';

  public wanted(): boolean {
    return true;
  }

  public create(config: MechanismConfig): IMechanism {
    return new NullMechanism(config);
  }
}

function violation(what: string, detail: number): ZmqError {
  return new ZmqError('ProtocolViolation', what, { fatal: true, detail });
}

/** An ERROR command: a length octet, then the reason as text. */
function refusal(data: Buffer): ZmqError {
  if (data.length === 0 || data[0] !== data.length - 1)
    return violation('a malformed ERROR command came', ProtocolError.ZMTP_MALFORMED_COMMAND_ERROR);
  const reason = data.toString('latin1', 1);
  const shown = JSON.stringify(reason);
  return AUTHENTICATION_STATUS.test(reason)
    ? new ZmqError('AuthenticationFailure', `the peer refused to authenticate us with status ${shown}`, {
        fatal: true,
        detail: Number(reason),
      })
    : new ZmqError('ConnectionClosed', `the peer ended the handshake with ERROR ${shown}`, { fatal: true });
}
