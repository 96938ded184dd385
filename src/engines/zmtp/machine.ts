import { COMMANDS_PER_TURN, MAX_FRAMES_PER_MESSAGE } from '../../core/budgets.js';
import type { IMechanism, IMechanismSink, ITrafficCipher, Properties } from '../../core/contracts/mechanism.js';
import type { Agreement } from '../../core/contracts/transport.js';
import type { ZmqError, ZmqErrorDetails } from '../../core/errors.js';
import { Metadata } from '../../core/metadata.js';
import { Msg, MsgFlags, type OutMessage } from '../../core/msg.js';
import { verifiedTogether } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { mayTalk, SocketType } from '../../core/socket-type.js';
import {
  CommandName,
  decodeCommand,
  encodeCommand,
  encodePing,
  encodePong,
  encodeSubscription,
  subscriptionOf,
} from './command.js';
import { FrameFlag } from './frame.js';
import { FrameDecoder, type IFrameSink } from './frame-decoder.js';
import { FrameEncoder } from './frame-encoder.js';
import { GreetingExchange } from './greeting-exchange.js';
import { Heartbeat } from './heartbeat.js';
import { whichLimit, whichSize } from './limit.js';
import { connectionProblem, type IMachineSink, type MachineConfig } from './machine-contract.js';
import { getsEverything, identityOnly, introduce, type OldProtocol } from './old-protocol.js';
import { SealedFrameEncoder } from './sealed-frame-encoder.js';

/**
 * One ZMTP connection without any I/O: bytes, messages and time go in, bytes, messages and a verdict come out.
 *
 *   greeting ──▶ handshake ──▶ traffic ──▶ closed        (and from each of them to closed)
 *
 * RFC 37 (3.1), RFC 23 (3.0), RFC 15 (2.0) and RFC 13 (1.0). A 3.1 peer gets subscriptions as commands, an older one as
 * messages. With a peer of 2.0 or 1.0 the handshake is its routing id, and the mechanism is never asked.
 */
export class ZmtpMachine implements IFrameSink, IMechanismSink {
  private state: 'greeting' | 'handshake' | 'traffic' | 'closed' = 'greeting';
  private readonly decoder: FrameDecoder;
  private encoder: FrameEncoder = new FrameEncoder();
  private readonly heartbeat: Heartbeat;
  private readonly greeting: GreetingExchange;
  private handshakeBy = Number.POSITIVE_INFINITY;
  private peerMinor = 1;
  /** The peer is of before ZMTP 3. */
  private old: OldProtocol | null = null;
  /** The handshake is complete, and frames come as they are. */
  private clear = false;
  /** What the mechanism protects the traffic with. */
  private cipher: ITrafficCipher | null = null;
  private peer: Metadata | undefined = undefined;
  /** The frames of a message whose last frame has not come yet. */
  private parts: Msg[] | null = null;
  private now = 0;
  /** Messages encoded and not accepted below. */
  private messages = 0;
  /** So many bytes are below us and not accepted yet: nothing may be encoded. */
  private stuck = 0;
  private flushWanted = false;
  /** The reader above has no room: decoding rests. */
  private stopped = false;
  /** The commands that meant nothing to the pattern, since the last rest. */
  private commands = 0;
  /** Where the last PING of the running read ended; -1 when there was none. */
  private pingEnd = -1;
  /** The PONG that could not be sent yet. Only the last is kept, so that a peer cannot make us hoard them. */
  private owedPong: Buffer | null = null;

  public constructor(
    private readonly sink: IMachineSink,
    private readonly config: MachineConfig,
    private readonly mechanism: IMechanism,
  ) {
    this.decoder = new FrameDecoder(this, whichSize(config, mechanism.commandLimit), config.maxCommandSize);
    this.heartbeat = new Heartbeat(config.heartbeat);
    this.greeting = new GreetingExchange(config, this.encoder, this.decoder);
  }

  // --- time --------------------------------------------------------------------------------------------------

  /** The connection is open: sends the signature, and gives the handshake its time. */
  public start(now: number): void {
    this.now = now;
    const { agreed, handshakeInterval } = this.config;
    if (handshakeInterval > 0) this.handshakeBy = now + handshakeInterval;
    this.limit();
    if (agreed === undefined) this.greeting.begin();
    else this.begin(agreed);
    this.flush();
    this.sink.deadlineChanged();
  }

  /** When `tick` should be called next; Infinity for never. */
  public get nextDeadline(): number {
    if (this.state === 'closed') return Number.POSITIVE_INFINITY;
    return this.state === 'traffic' ? this.heartbeat.deadline : this.handshakeBy;
  }

  /** The time has come to `now`. */
  public tick(now: number): void {
    this.now = now;
    if (this.state === 'closed') return;
    if (this.state !== 'traffic') {
      // A timer may fire a little early: then it is asked for again.
      if (now < this.handshakeBy) this.sink.deadlineChanged();
      else this.endLate(`no complete handshake within ${this.config.handshakeInterval} ms (ZMQ_HANDSHAKE_IVL)`);
      return;
    }
    // While we do not read, silence says nothing about the peer.
    if (this.stopped) this.heartbeat.heard();
    const due = this.heartbeat.due(now);
    if (due === 'lost') {
      this.endLate('nothing was heard within the heartbeat time-out');
      return;
    }
    if (due === 'ping' && this.stuck === 0) {
      this.heartbeat.sent(now);
      if (this.sink.ping?.() !== true) this.command(encodePing(this.config.heartbeat.timeToLive));
    }
    this.sink.deadlineChanged();
  }

  // --- bytes in ----------------------------------------------------------------------------------------------

  /** Memory for the next bytes of the peer. */
  public readBuffer(): Buffer {
    return this.decoder.readBuffer();
  }

  /** `size` bytes came, at the start of the last `readBuffer`. False: read no more until `resume`. */
  public onRead(size: number, now: number): boolean {
    if (this.state === 'closed') return false;
    this.now = now;
    this.heartbeat.heard();
    this.decoder.filled(size);
    return this.advance();
  }

  /** Bytes that came in memory of somebody else's. */
  public onBytes(bytes: Uint8Array, now: number): boolean {
    let at = 0;
    let go = true;
    while (at < bytes.length) {
      const room = this.decoder.readBuffer();
      const size = Math.min(room.length, bytes.length - at);
      room.set(size === bytes.length ? bytes : bytes.subarray(at, at + size));
      at += size;
      go = this.onRead(size, now);
      if (this.state === 'closed') return false;
    }
    return go;
  }

  /** The reader has room again. True: all that came is decoded, read on. */
  public resume(now: number): boolean {
    if (this.state !== 'traffic') return this.state !== 'closed';
    if (this.stopped) {
      this.stopped = false;
      // What the peer said meanwhile lies unread below: it gets its whole time again.
      this.heartbeat.pardon(now);
      this.sink.deadlineChanged();
    }
    return this.advance();
  }

  // --- messages out ------------------------------------------------------------------------------------------

  /** True while messages can be encoded. */
  public get ready(): boolean {
    return this.state === 'traffic' && this.stuck === 0;
  }

  /** Messages that were encoded and are not accepted below. */
  public get unsent(): number {
    return this.messages;
  }

  /** The bytes that were encoded and are not accepted below. */
  public get unsentBytes(): number {
    return this.encoder.bytes + this.stuck;
  }

  /** Encodes one message. Only while `ready`. */
  public send(message: OutMessage): void {
    if (message instanceof Msg && (message.flags & MsgFlags.COMMAND) !== 0) this.subscription(message);
    else {
      this.encoder.message(message);
      this.messages++;
    }
    this.wantFlush();
  }

  /** The turn that `flushSoon` was said in is over. */
  public flushDue(): void {
    this.flushWanted = false;
    this.flush();
  }

  /** Writes what was encoded. */
  public flush(): void {
    const { bytes } = this.encoder;
    if (this.stuck > 0 || this.state === 'closed' || bytes === 0) return;
    this.stuck = this.sink.write(this.encoder.take()) ? 0 : bytes;
    if (this.stuck > 0) return;
    this.encoder.reuse();
    this.messages = 0;
  }

  /** What `write` could not get rid of at once has been accepted below. */
  public written(): void {
    if (this.state === 'closed') return;
    this.stuck = 0;
    this.messages = 0;
    this.encoder.reuse();
    const pong = this.owedPong;
    this.owedPong = null;
    if (pong !== null) this.command(pong);
    // The handshake may have wanted to say more while the bytes were stuck.
    if (this.encoder.bytes > 0) this.flush();
  }

  /** Ends the machine from above; nothing is said any more. */
  public close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.clear = false;
    this.cipher = null;
    this.parts = null;
    this.owedPong = null;
    this.decoder.close();
    this.mechanism.close();
  }

  /** Ends the connection because of what the peer sent. */
  public refuse(error: ZmqError): void {
    this.end(error);
  }

  // --- the frames that the decoder finds ---------------------------------------------------------------------

  public onFrame(flags: number, buffer: Buffer, offset: number, size: number): boolean {
    return this.clear ? this.onContent(flags, buffer, offset, size) : this.onGuardedFrame(flags, buffer, offset, size);
  }

  /** A frame of the traffic, in clear. */
  private onContent(flags: number, buffer: Buffer, offset: number, size: number): boolean {
    if ((flags & FrameFlag.COMMAND) !== 0) return this.onCommand(buffer, offset, size);
    const parts = this.parts;
    if (parts !== null && parts.length === MAX_FRAMES_PER_MESSAGE) {
      return this.end(this.violation(`a message has more than ${MAX_FRAMES_PER_MESSAGE} frames`));
    }
    if ((flags & FrameFlag.MORE) !== 0) {
      const part = new Msg(buffer, MsgFlags.MORE, offset, size, this.peer);
      if (parts === null) this.parts = [part];
      else parts.push(part);
      return true;
    }
    const last = new Msg(buffer, MsgFlags.NONE, offset, size, this.peer);
    this.parts = null;
    if (parts !== null) parts.push(last);
    if (this.sink.message(parts ?? [last])) return true;
    this.stopped = true;
    return false;
  }

  public onOversize(size: number): void {
    const limit = whichLimit(size, this.config, this.due);
    this.end(this.violation(`a frame of ${size} bytes is larger than is accepted here${limit}`, 'EMSGSIZE'));
  }

  public onMalformed(why: string): void {
    this.end(this.violation(`${why} came`));
  }

  // --- what the mechanism says -------------------------------------------------------------------------------

  public sendCommand(name: string, data: Buffer): void {
    if (this.state === 'handshake') this.command(encodeCommand(name, data));
  }

  public sendFrame(body: Buffer): void {
    if (this.state === 'handshake') this.command(body);
  }

  public complete(properties: Properties, verified?: Properties, cipher?: ITrafficCipher): void {
    if (this.state !== 'handshake') return;
    const peer = new Metadata(this.config.remoteAddress, properties, verifiedTogether(this.config.verified, verified));
    if (peer.socketType !== undefined && !mayTalk(this.config.socketType, peer.socketType)) {
      const what = `the peer is a ${peer.socketType}, which cannot talk to a ${this.config.socketType}`;
      this.end(this.violation(what, 'EPROTO', ProtocolError.ZMTP_INVALID_METADATA));
      return;
    }
    this.peer = peer;
    this.state = 'traffic';
    this.handshakeBy = Number.POSITIVE_INFINITY;
    this.limit();
    if (this.old === null || this.config.agreed !== undefined) this.heartbeat.start(this.now);
    // READY goes first, so that it cannot be overtaken by a message.
    this.flush();
    if (cipher === undefined) this.clear = true;
    else this.protect(cipher);
    if (!this.sink.peerReady(peer)) {
      this.end(this.problem('ConnectionClosed', 'the socket takes no further peer', { fatal: true }));
      return;
    }
    this.sink.deadlineChanged();
  }

  public fail(error: ZmqError): void {
    const { code, errno, fatal, detail } = error;
    // An ERROR command, which the peer should read before the connection is gone.
    const speaking = this.state === 'handshake' && this.encoder.bytes > 0 && this.stuck === 0;
    if (speaking) this.flush();
    this.end(this.problem(code, error.message.replace(/\.$/, ''), { errno, fatal, detail, cause: error }), speaking);
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private advance(): boolean {
    if (this.state === 'greeting' && !this.readGreeting()) return this.open;
    if (this.stopped) return false;
    this.pingEnd = -1;
    const all = this.old?.framing === 1 ? this.decoder.parseOld() : this.decoder.parse();
    // A frame behind the PING is the sign of life that its promise waits for.
    if (this.pingEnd !== -1 && this.pingEnd !== this.decoder.position) this.heartbeat.heard();
    return all && this.open;
  }

  /** False once closed. A getter, because the compiler cannot see that calls change the state. */
  private get open(): boolean {
    return this.state !== 'closed';
  }

  /** True when the peer's greeting is complete, and it is one that we can talk to. */
  private readGreeting(): boolean {
    const progress = this.greeting.advance();
    if (progress.state === 'old') return this.startOld(progress.protocol);
    if (progress.state !== 'complete') {
      this.flush();
      return progress.state === 'refused' && this.end(this.violation(progress.why));
    }
    const { major, minor, mechanism } = progress.peer;
    this.peerMinor = major === 3 ? minor : 1;
    return this.startHandshake(mechanism);
  }

  /** There is no greeting: the transport's own opening has said what it would say. */
  private begin({ mechanism, subscriptions }: Agreement): void {
    if (subscriptions === 'messages') this.peerMinor = 0;
    if (mechanism !== undefined) this.startHandshake(mechanism);
    else if (this.config.oldPeersRefused === undefined) this.startOld({ framing: 2, unversioned: false });
    else this.end(this.violation(`the peer has no security mechanism, and ${this.config.oldPeersRefused}`));
  }

  private startHandshake(mechanism: string): boolean {
    if (mechanism !== this.config.mechanism) {
      this.flush();
      const what = `the peer wants the security mechanism ${JSON.stringify(mechanism)}, this socket has ${this.config.mechanism}`;
      return this.end(this.violation(what, 'EPROTO', ProtocolError.ZMTP_MECHANISM_MISMATCH));
    }
    this.state = 'handshake';
    this.mechanism.start(this);
    this.limit();
    this.flush();
    return this.open;
  }

  /** Our routing id goes out at once; the handshake is complete when that of the peer is here. */
  private startOld(old: OldProtocol): boolean {
    this.old = old;
    this.peerMinor = 0;
    this.state = 'handshake';
    this.encoder = introduce(old, this.config.routingId, this.encoder);
    this.flush();
    return this.open;
  }

  /** The first frame of an old peer. It may be empty, and says nothing but the name. */
  private onRoutingId(old: OldProtocol, buffer: Buffer, offset: number, size: number): boolean {
    this.complete(identityOnly(buffer, offset, size));
    if (!this.open || !getsEverything(old, this.config.socketType)) return this.open;
    if (this.sink.message([new Msg(Buffer.of(1), MsgFlags.NONE, 0, 1, this.peer)])) return true;
    this.stopped = true;
    return false;
  }

  /** A frame of the handshake, or one that has to be opened first. */
  private onGuardedFrame(flags: number, buffer: Buffer, offset: number, size: number): boolean {
    const { cipher, mechanism } = this;
    if (mechanism.exact === true && (flags & ~FrameFlag.LONG) !== (cipher === null ? FrameFlag.COMMAND : 0)) {
      return this.end(this.violation(`a frame has the flags ${flags}`));
    }
    if (cipher === null) return this.onHandshakeFrame(buffer, offset, size);
    const inner = cipher.open(buffer, offset, size);
    if (inner >= 0) return this.onContent(inner, buffer, offset + cipher.overhead, size - cipher.overhead);
    this.fail(cipher.refusal ?? this.violation('a frame could not be opened'));
    return false;
  }

  private onHandshakeFrame(buffer: Buffer, offset: number, size: number): boolean {
    if (this.old !== null) return this.onRoutingId(this.old, buffer, offset, size);
    const { mechanism } = this;
    const head = decodeCommand(buffer, offset, size);
    if (head !== undefined) mechanism.onCommand(head.name, buffer.subarray(head.dataOffset, offset + size));
    else if (mechanism.onOddFrame !== undefined) mechanism.onOddFrame(buffer.subarray(offset, offset + size));
    else {
      const { ZMTP_MALFORMED_COMMAND_UNSPECIFIED } = ProtocolError;
      return this.end(this.violation('a handshake command has no name', 'EPROTO', ZMTP_MALFORMED_COMMAND_UNSPECIFIED));
    }
    if (this.state === 'handshake') this.limit();
    return this.open;
  }

  /** From now on everything is sealed; what was not written yet is still of the handshake, and goes as it is. */
  private protect(cipher: ITrafficCipher): void {
    this.encoder = new SealedFrameEncoder(cipher).after(this.encoder);
    this.cipher = cipher;
  }

  /** Commands of the traffic. Unknown and malformed ones are ignored, as libzmq does. */
  private onCommand(buffer: Buffer, offset: number, size: number): boolean {
    // ZMTP 2.0 has none; libzmq drops what looks like one.
    if (this.old !== null) return this.mayGoOn();
    const { maxCommandSize } = this.config;
    if (maxCommandSize >= 0 && size > maxCommandSize) {
      this.onOversize(size);
      return false;
    }
    const head = decodeCommand(buffer, offset, size);
    if (head === undefined) return this.mayGoOn();
    const at = head.dataOffset;
    const dataSize = offset + size - at;
    if (head.name === CommandName.PING && dataSize >= 2) this.onPing(buffer, at, dataSize);
    const subscription = subscriptionOf(head.name, this.config.socketType);
    if (subscription === undefined) return this.mayGoOn();
    // To the pattern, a subscription is a message: 01 or 00, then the topic. The octet before the topic is the last letter of
    // the command's name, which nobody needs any more.
    buffer[at - 1] = subscription.adds ? 1 : 0;
    if (this.sink.message([new Msg(buffer, MsgFlags.NONE, at - 1, dataSize + 1, this.peer)])) return true;
    this.stopped = true;
    return false;
  }

  /** What means nothing to a pattern is held back by none: after so much of it, others have their turn. */
  private mayGoOn(): boolean {
    if (++this.commands < COMMANDS_PER_TURN) return true;
    this.commands = 0;
    this.stopped = true;
    this.sink.rest();
    return false;
  }

  private onPing(buffer: Buffer, at: number, size: number): void {
    this.heartbeat.pinged(this.now, buffer.readUInt16BE(at) * 100);
    this.pingEnd = this.decoder.position;
    const pong = encodePong(buffer, at + 2, size - 2);
    if (this.stuck > 0) this.owedPong = pong;
    else this.command(pong);
    this.sink.deadlineChanged();
  }

  /** A subscription: a command for a 3.1 peer, a message for an older one. A group is always joined by a command. */
  private subscription(message: Msg): void {
    const bytes = message.data;
    const ofGroup = this.config.socketType === SocketType.Dish;
    if (this.peerMinor === 0 && !ofGroup) this.encoder.frame(bytes, 0);
    else this.encoder.frame(encodeSubscription(bytes, ofGroup), FrameFlag.COMMAND);
  }

  private command(body: Buffer): void {
    this.encoder.frame(body, FrameFlag.COMMAND);
    this.wantFlush();
  }

  private wantFlush(): void {
    if (this.encoder.full) this.flush();
    else if (!this.flushWanted) {
      this.flushWanted = true;
      this.sink.flushSoon();
    }
  }

  /** Traffic, or the largest command that the mechanism waits for. */
  private get due(): 'traffic' | number | undefined {
    return this.state === 'traffic' ? 'traffic' : this.mechanism.commandLimit;
  }

  private limit(): void {
    const frameSize = whichSize(this.config, this.due);
    this.decoder.limit(frameSize);
    this.sink.limitFrames?.(frameSize);
  }

  /** @param speaking something was written just now that the peer should still read. */
  private end(error: ZmqError, speaking = false): false {
    if (this.state === 'closed') return false;
    this.close();
    this.sink.failed(error, speaking);
    return false;
  }

  private endLate(what: string): void {
    this.end(this.problem('Timeout', what, { errno: 'ETIMEDOUT' }));
  }

  private violation(what: string, errno = 'EPROTO', detail?: number): ZmqError {
    return this.problem('ProtocolViolation', what, { errno, fatal: true, detail });
  }

  private problem(code: ZmqError['code'], what: string, details: ZmqErrorDetails): ZmqError {
    return connectionProblem(this.config, this.state, code, what, details);
  }
}
