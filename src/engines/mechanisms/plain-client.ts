import type { IMechanism, IMechanismSink, MechanismConfig } from '../../core/contracts/mechanism.js';
import { decodeProperties } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { badMetadata, errorCommand, unexpected, violation } from './failures.js';
import { MISSPELT_ERROR } from './plain.js';

/** The client's side of PLAIN (RFC 24): HELLO, then INITIATE after WELCOME, then READY is due. */
export class PlainClient implements IMechanism {
  private sink: IMechanismSink | null = null;
  private due: 'WELCOME' | 'READY' = 'WELCOME';

  public constructor(private readonly config: MechanismConfig) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    const { plainUsername, plainPassword } = this.config.options;
    const name = Buffer.from(plainUsername, 'utf8');
    const password = plainPassword.reveal();
    const hello = Buffer.concat([Buffer.of(name.length), name, Buffer.of(password.length), password]);
    sink.sendCommand('HELLO', hello);
    hello.fill(0);
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name === 'ERROR') sink.fail(errorCommand(data));
    else if (name !== this.due) sink.fail(unexpected(name, this.due));
    else if (name === 'WELCOME') {
      if (data.length > 0) {
        const { ZMTP_MALFORMED_COMMAND_WELCOME } = ProtocolError;
        sink.fail(violation('WELCOME has content', ZMTP_MALFORMED_COMMAND_WELCOME));
        return;
      }
      this.due = 'READY';
      sink.sendCommand('INITIATE', this.config.metadata);
    } else {
      const properties = decodeProperties(data);
      if (properties === undefined) sink.fail(badMetadata('READY'));
      else sink.complete(properties);
    }
  }

  public onOddFrame(body: Buffer): void {
    const { length } = MISSPELT_ERROR;
    if (body.subarray(0, length).equals(MISSPELT_ERROR)) this.onCommand('ERROR', body.subarray(length));
    else this.sink?.fail(violation('a command has no name', ProtocolError.ZMTP_MALFORMED_COMMAND_UNSPECIFIED));
  }

  public close(): void {
    this.sink = null;
  }
}
