import type { IMechanism, IMechanismSink, ITrafficCipher, Properties } from '../../core/contracts/mechanism.js';
import type { Agreement } from '../../core/contracts/transport.js';
import type { ZmqError } from '../../core/errors.js';
import { Metadata } from '../../core/metadata.js';
import { verifiedTogether } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { mayTalk } from '../../core/socket-type.js';
import { decodeCommand, encodeCommand } from './command.js';
import type { FrameDecoder } from './frame-decoder.js';
import type { FrameLimit } from './frame-limit.js';
import type { FrameWriter } from './frame-writer.js';
import { GreetingExchange } from './greeting-exchange.js';
import { connectionProblem, type MachineConfig, mechanismProblem, protocolViolation } from './machine-contract.js';
import { identityOnly, introduce, type OldProtocol } from './old-protocol.js';

/** Whose handshake it is. */
export interface IHandshakeHost {
  /** The peer is known, and its socket may talk to ours. Said once. */
  established(peer: Metadata, cipher: ITrafficCipher | undefined): void;
  /**
   * The connection must end.
   *
   * @param speaking something was written just now that the peer should still read.
   */
  refused(error: ZmqError, speaking: boolean): void;
}

/**
 * The beginning of a connection, from the first byte until it is known who the peer is.
 *
 *   greeting ──▶ the mechanism's commands ──▶ over        ZMTP 3
 *           └──▶ the routing ids ───────────▶ over        ZMTP 2.0 and 1.0, where the mechanism is never asked
 */
export class Handshake implements IMechanismSink {
  /** When it must be over. */
  public deadline: number = Number.POSITIVE_INFINITY;
  /** The peer is of before ZMTP 3. */
  public old: OldProtocol | null = null;
  /** The peer takes subscriptions as commands, as ZMTP 3.1 does; an older one takes them as messages. */
  public subscribesByCommand = true;
  private phase: 'greeting' | 'handshake' | 'over' = 'greeting';
  private readonly greeting: GreetingExchange;

  public constructor(
    private readonly host: IHandshakeHost,
    private readonly config: MachineConfig,
    private readonly mechanism: IMechanism,
    decoder: FrameDecoder,
    private readonly limit: FrameLimit,
    private readonly writer: FrameWriter,
  ) {
    this.greeting = new GreetingExchange(config, writer, decoder);
  }

  /** Sends the signature, or goes by what was agreed in place of a greeting. */
  public start(now: number): void {
    const { agreed, handshakeInterval } = this.config;
    if (handshakeInterval > 0) this.deadline = now + handshakeInterval;
    this.limit.expect(this.mechanism.commandLimit);
    if (agreed === undefined) this.greeting.begin();
    else this.begin(agreed);
    this.writer.flush();
  }

  /** `deadline` has passed. */
  public timeOut(): void {
    const what = `no complete handshake within ${this.config.handshakeInterval} ms (ZMQ_HANDSHAKE_IVL)`;
    this.host.refused(connectionProblem(this.config, this.during, 'Timeout', what, { errno: 'ETIMEDOUT' }), false);
  }

  /** Bytes came. True: the greeting is complete, and frames follow it. */
  public readGreeting(): boolean {
    if (this.phase !== 'greeting') return true;
    const progress = this.greeting.advance();
    if (progress.state === 'old') this.startOld(progress.protocol);
    else if (progress.state === 'complete') {
      const { major, minor, mechanism } = progress.peer;
      this.subscribesByCommand = major !== 3 || minor !== 0;
      this.startMechanism(mechanism);
    } else {
      this.writer.flush();
      if (progress.state === 'refused') this.violation(progress.why);
    }
    return this.phase !== 'greeting';
  }

  /** A frame came: a command of the mechanism, or the routing id of an old peer, which says nothing else, and may be empty. */
  public onFrame(buffer: Buffer, offset: number, size: number): void {
    if (this.old !== null) {
      this.complete(identityOnly(buffer, offset, size));
      return;
    }
    const { mechanism } = this;
    const head = decodeCommand(buffer, offset, size);
    if (head !== undefined) mechanism.onCommand(head.name, buffer.subarray(head.dataOffset, offset + size));
    else if (mechanism.onOddFrame !== undefined) mechanism.onOddFrame(buffer.subarray(offset, offset + size));
    else this.violation('a handshake command has no name', ProtocolError.ZMTP_MALFORMED_COMMAND_UNSPECIFIED);
    if (this.phase === 'handshake') this.limit.expect(mechanism.commandLimit);
  }

  /** The connection has ended: whatever the mechanism still says, nobody listens. */
  public close(): void {
    this.phase = 'over';
  }

  // --- what the mechanism says -------------------------------------------------------------------------------

  public sendCommand(name: string, data: Buffer): void {
    if (this.phase === 'handshake') this.writer.command(encodeCommand(name, data));
  }

  public sendFrame(body: Buffer): void {
    if (this.phase === 'handshake') this.writer.command(body);
  }

  public complete(properties: Properties, verified?: Properties, cipher?: ITrafficCipher): void {
    if (this.phase !== 'handshake') return;
    const { config } = this;
    const peer = new Metadata(config.remoteAddress, properties, verifiedTogether(config.verified, verified));
    if (peer.socketType !== undefined && !mayTalk(config.socketType, peer.socketType)) {
      const what = `the peer is a ${peer.socketType}, which cannot talk to a ${config.socketType}`;
      this.violation(what, ProtocolError.ZMTP_INVALID_METADATA);
      return;
    }
    this.phase = 'over';
    this.host.established(peer, cipher);
  }

  public fail(error: ZmqError): void {
    // An ERROR command, which the peer should read before the connection is gone.
    const speaking = this.phase === 'handshake' && this.writer.unsentBytes > 0 && this.writer.free;
    if (speaking) this.writer.flush();
    this.host.refused(mechanismProblem(this.config, this.during, error), speaking);
  }

  // --- inside ------------------------------------------------------------------------------------------------

  /** There is no greeting: the transport's own opening has said what it would say. */
  private begin({ mechanism, subscriptions }: Agreement): void {
    if (subscriptions === 'messages') this.subscribesByCommand = false;
    if (mechanism !== undefined) this.startMechanism(mechanism);
    else if (this.config.oldPeersRefused === undefined) this.startOld({ framing: 2, unversioned: false });
    else this.violation(`the peer has no security mechanism, and ${this.config.oldPeersRefused}`);
  }

  private startMechanism(theirs: string): void {
    const ours = this.config.mechanism;
    if (theirs !== ours) {
      this.writer.flush();
      const what = `the peer wants the security mechanism ${JSON.stringify(theirs)}, this socket has ${ours}`;
      this.violation(what, ProtocolError.ZMTP_MECHANISM_MISMATCH);
      return;
    }
    this.phase = 'handshake';
    this.mechanism.start(this);
    this.limit.expect(this.mechanism.commandLimit);
    this.writer.flush();
  }

  /** Our routing id goes out at once; the handshake is over when that of the peer is here. */
  private startOld(old: OldProtocol): void {
    this.old = old;
    this.subscribesByCommand = false;
    this.phase = 'handshake';
    introduce(old, this.config.routingId, this.writer);
    this.writer.flush();
  }

  private violation(what: string, detail?: number): void {
    this.host.refused(protocolViolation(this.config, this.during, what, 'EPROTO', detail), false);
  }

  /** The phase, as errors name it. */
  private get during(): string {
    return this.phase === 'over' ? 'traffic' : this.phase;
  }
}
