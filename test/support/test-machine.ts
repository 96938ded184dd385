import type { IMechanism, Properties } from '../../src/core/contracts/mechanism.js';
import type { Agreement } from '../../src/core/contracts/transport.js';
import { type InMessage, Msg, MsgFlags, type OutMessage } from '../../src/core/msg.js';
import { defaultValues } from '../../src/core/options/defaults.js';
import { NullMechanism } from '../../src/engines/mechanisms/null.js';
import type { HeartbeatConfig } from '../../src/engines/zmtp/heartbeat.js';
import { ZmtpMachine } from '../../src/engines/zmtp/machine.js';
import { whyNoOldPeers } from '../../src/engines/zmtp/old-protocol.js';
import { ownProperties } from '../../src/engines/zmtp/standard-engine.js';
import { greeting, ready } from './naive-zmtp.js';
import { RecordingSink } from './recording-sink.js';

/** What a test wants to be different. */
export interface TestMachineOptions {
  socketType?: string;
  routingId?: string;
  maxMessageSize?: number;
  maxHandshakeSize?: number;
  maxCommandSize?: number;
  allowZmtp2?: boolean;
  zapDomain?: string;
  handshakeInterval?: number;
  heartbeat?: Partial<HeartbeatConfig>;
  agreed?: Agreement;
  verified?: Properties;
  /** Another mechanism than NULL, with its name. */
  mechanism?: readonly [name: string, mechanism: IMechanism];
}

/** Bytes on their way in, and the sizes of the reads that they come in. */
interface Arrival {
  readonly bytes: Buffer;
  at: number;
  readonly sizes: readonly number[];
  next: number;
}

/** The type of a peer that each type may talk to. */
const PARTNER: Readonly<Record<string, string>> = {
  PUB: 'SUB',
  SUB: 'PUB',
  XPUB: 'SUB',
  XSUB: 'PUB',
  PUSH: 'PULL',
  PULL: 'PUSH',
  REQ: 'REP',
  REP: 'REQ',
  CLIENT: 'SERVER',
  SERVER: 'CLIENT',
  RADIO: 'DISH',
  DISH: 'RADIO',
  SCATTER: 'GATHER',
  GATHER: 'SCATTER',
};

export function partnerOf(socketType: string): string {
  return PARTNER[socketType] ?? socketType;
}

/**
 * A real machine with a recording sink, a time of its own, and a network: what is fed to it while it does not read waits
 * there, as it would in a kernel.
 */
export class TestMachine {
  public readonly sink: RecordingSink = new RecordingSink();
  public readonly machine: ZmtpMachine;
  public now = 1000;
  private readonly socketType: string;
  private readonly network: Arrival[] = [];
  private reading = true;

  public constructor(options: TestMachineOptions = {}) {
    const { socketType = 'DEALER', routingId = '', heartbeat = {} } = options;
    this.socketType = socketType;
    const values = { ...defaultValues(socketType), routingId: Buffer.from(routingId, 'latin1') };
    const metadata = ownProperties({ socketType, endpoint: 'tcp://here', options: values });
    const [name, mechanism] = options.mechanism ?? [
      'NULL',
      new NullMechanism({ socketType, options: values, metadata, remoteAddress: 'peer' }),
    ];
    this.machine = new ZmtpMachine(
      this.sink,
      {
        socketType,
        routingId: values.routingId,
        mechanism: name,
        maxMessageSize: options.maxMessageSize ?? -1,
        maxHandshakeSize: options.maxHandshakeSize ?? values.maxHandshakeSize,
        maxCommandSize: options.maxCommandSize ?? values.maxCommandSize,
        oldPeersRefused: whyNoOldPeers(
          { ...values, allowZmtp2: options.allowZmtp2 ?? true, zapDomain: options.zapDomain ?? '' },
          name,
        ),
        handshakeInterval: options.handshakeInterval ?? 0,
        heartbeat: { interval: 0, timeout: 0, timeToLive: 0, ...heartbeat },
        remoteAddress: 'peer',
        endpoint: 'tcp://here',
        agreed: options.agreed,
        verified: options.verified,
      },
      mechanism,
    );
  }

  public start(): this {
    this.machine.start(this.now);
    return this;
  }

  /** Starts, and brings the handshake to its end; what was written for it is forgotten. */
  public connect(peer: { minor?: number; socketType?: string } = {}): this {
    this.start();
    this.feed(greeting({ minor: peer.minor ?? 1 }));
    this.feed(ready(peer.socketType ?? partnerOf(this.socketType)));
    if (this.machine.ready) this.sink.takeWritten();
    return this;
  }

  /** Bytes come from the peer, in reads of the given sizes (the last size again and again). */
  public feed(bytes: Uint8Array, sizes: readonly number[] | number = bytes.length): void {
    // Copied as they are needed and no earlier: a test may feed megabytes octet by octet.
    this.network.push({
      bytes: Buffer.from(bytes),
      at: 0,
      sizes: typeof sizes === 'number' ? [sizes] : sizes,
      next: 0,
    });
    this.read();
  }

  /** Bytes come in memory of the transport's own, all at once. */
  public feedChunk(bytes: Uint8Array): void {
    this.reading = this.machine.onBytes(bytes, this.now);
    this.endTurn();
  }

  /** The reader of the messages has made room. */
  public resume(): void {
    this.reading = this.machine.resume(this.now);
    this.endTurn();
    this.read();
  }

  /** The network has room again. */
  public release(): void {
    this.sink.accepting = true;
    if (!this.sink.stuck) return;
    this.sink.release();
    this.machine.written();
    this.endTurn();
  }

  public send(...messages: OutMessage[]): void {
    for (const message of messages) this.machine.send(message);
    this.endTurn();
  }

  /** The time goes on; the machine is asked whenever it wants to be. */
  public advance(ms: number): void {
    const end = this.now + ms;
    for (let left = 10_000; this.machine.nextDeadline <= end && left > 0; left--) {
      this.now = Math.max(this.now, this.machine.nextDeadline);
      this.tick();
    }
    this.now = end;
  }

  /** Asks the machine what is due, at the time that it is. */
  public tick(): void {
    this.machine.tick(this.now);
    this.endTurn();
  }

  /** True while the machine has said that it reads on. */
  public get isReading(): boolean {
    return this.reading;
  }

  /** What was delivered: the frames of each message, in hex, joined with a bar. */
  public get delivered(): string[] {
    return this.sink.messages.map(hexOf);
  }

  /** The verdict in short: code, errno and whether it is final. */
  public get verdict(): string {
    const error = this.sink.failure;
    return error === undefined ? 'open' : `${error.code} ${error.errno}${error.fatal ? ' fatal' : ''}`;
  }

  /** The end of a turn: what was collected is flushed. */
  public endTurn(): void {
    if (!this.sink.flushAsked) return;
    this.sink.flushAsked = false;
    this.machine.flushDue();
  }

  private read(): void {
    while (this.reading && this.network.length > 0) {
      const arrival = this.network[0] as Arrival;
      const { bytes, sizes } = arrival;
      if (arrival.at >= bytes.length) {
        this.network.shift();
        continue;
      }
      const room = this.machine.readBuffer();
      const wanted = Math.max(1, sizes[Math.min(arrival.next++, sizes.length - 1)] ?? 1);
      const size = bytes.copy(room, 0, arrival.at, Math.min(arrival.at + wanted, bytes.length));
      arrival.at += size;
      this.reading = this.machine.onRead(size, this.now);
      this.endTurn();
    }
  }
}

/** A message as text. Fails when the MORE flags do not tell where it ends. */
export function hexOf(message: InMessage): string {
  message.forEach((frame, i) => {
    if (frame.more !== i < message.length - 1) throw new Error(`frame ${i} of ${message.length} has the wrong MORE`);
  });
  return message.map((frame) => frame.data.toString('hex')).join('|');
}

/** A subscription as the patterns send it: a frame 01 or 00 with the topic, marked as a command. */
export function subscription(subscribe: boolean, topic: string | Uint8Array): Msg {
  return new Msg(Buffer.concat([Buffer.from([subscribe ? 1 : 0]), Buffer.from(topic as string)]), MsgFlags.COMMAND);
}
