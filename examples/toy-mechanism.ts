// A security mechanism of your own, and the kit that says whether it keeps the contract. RIDDLE lets those in who know the
// answer: the server asks, the client answers, and both say who they are. It is a toy: it protects nothing but the door.
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  decodeProperties,
  type IMechanism,
  type IMechanismFactory,
  type IMechanismSink,
  type IRandom,
  type MechanismConfig,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';
import { mechanismCompliance, SeededRandom, verify } from 'rzmq/testing';

/** Sockets ask for it by a property of their metadata, `X-Riddle:the answer`; with `X-Sphinx:yes` they are the server. */
const ASKED = /^X-Riddle:(.+)$/;
const SPHINX = 'X-Sphinx:yes';
const RIDDLE_SIZE = 32;

class RiddleFactory implements IMechanismFactory {
  public readonly name = 'RIDDLE';

  public constructor(private readonly random: IRandom) {}

  public wanted(options: Readonly<SocketOptionValues>): boolean {
    return secretOf(options) !== undefined;
  }

  public create(config: MechanismConfig): IMechanism {
    const secret = secretOf(config.options) ?? '';
    // The secret is told to nobody.
    const metadata = withoutSecret(config.metadata);
    return config.options.metadata.includes(SPHINX)
      ? new Sphinx(secret, metadata, this.random.bytes(RIDDLE_SIZE))
      : new Traveller(secret, metadata);
  }
}

/** The server: RIDDLE goes out, ANSWER comes in, WELCOME goes out. */
class Sphinx implements IMechanism {
  public readonly commandLimit = 2000;
  private sink: IMechanismSink | null = null;

  public constructor(
    private readonly secret: string,
    private readonly metadata: Buffer,
    private readonly riddle: Buffer,
  ) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    sink.sendCommand('RIDDLE', this.riddle);
  }

  public onCommand(name: string, data: Buffer): void {
    const { sink } = this;
    if (sink === null) return;
    if (name !== 'ANSWER' || data.length < RIDDLE_SIZE) {
      sink.fail(violation(`${name} came, and ANSWER was due`));
      return;
    }
    const properties = decodeProperties(data.subarray(RIDDLE_SIZE));
    if (properties === undefined) sink.fail(violation('the properties of ANSWER do not add up'));
    else if (timingSafeEqual(data.subarray(0, RIDDLE_SIZE), answerTo(this.riddle, this.secret))) {
      sink.sendCommand('WELCOME', this.metadata);
      sink.complete(properties, new Map([['user-id', Buffer.from('traveller')]]));
    } else {
      sink.sendCommand('ERROR', Buffer.from('\x03400', 'latin1'));
      sink.fail(new ZmqError('AuthenticationFailure', 'the peer does not know the answer', { detail: 400 }));
    }
  }

  public close(): void {
    this.sink = null;
  }
}

/** The client: RIDDLE comes in, ANSWER goes out, WELCOME comes in. */
class Traveller implements IMechanism {
  public readonly commandLimit = 2000;
  private sink: IMechanismSink | null = null;
  private due = 'RIDDLE';

  public constructor(
    private readonly secret: string,
    private readonly metadata: Buffer,
  ) {}

  public start(sink: IMechanismSink): void {
    this.sink = sink;
  }

  public onCommand(name: string, data: Buffer): void {
    const { sink } = this;
    if (sink === null) return;
    if (name !== this.due) {
      sink.fail(
        name === 'ERROR'
          ? new ZmqError('AuthenticationFailure', 'the peer does not let us in', { detail: 400 })
          : violation(`${name} came, and ${this.due} was due`),
      );
    } else if (name === 'RIDDLE') {
      this.due = 'WELCOME';
      sink.sendCommand('ANSWER', Buffer.concat([answerTo(data, this.secret), this.metadata]));
    } else {
      const properties = decodeProperties(data);
      if (properties === undefined) sink.fail(violation('the properties of WELCOME do not add up'));
      else sink.complete(properties);
    }
  }

  public close(): void {
    this.sink = null;
  }
}

function answerTo(riddle: Uint8Array, secret: string): Buffer {
  return createHash('sha256').update(riddle).update(secret).digest();
}

function violation(what: string): ZmqError {
  return new ZmqError('ProtocolViolation', what, { fatal: true });
}

function secretOf({ metadata }: Readonly<SocketOptionValues>): string | undefined {
  for (const entry of metadata) {
    const found = ASKED.exec(entry);
    if (found !== null) return found[1];
  }
  return undefined;
}

function withoutSecret(metadata: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < metadata.length; ) {
    const valueAt = at + 1 + metadata[at]! + 4;
    const end = valueAt + metadata.readUInt32BE(valueAt - 4);
    if (metadata.toString('latin1', at + 1, valueAt - 4) !== 'X-Riddle') kept.push(metadata.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

const results = await verify(
  mechanismCompliance({
    create: () => new RiddleFactory(new SeededRandom(1)),
    client: { metadata: ['X-Riddle:man'] },
    server: { metadata: ['X-Riddle:man', SPHINX] },
    strangers: { 'who does not know the answer': { metadata: ['X-Riddle:a dog'] } },
  }),
);
for (const { title, passed, error } of results)
  console.log(`${passed ? 'yes' : 'NO '} ${title}${passed ? '' : `: ${String(error)}`}`);
if (results.some(({ passed }) => !passed)) process.exitCode = 1;
