import { COMMANDS_PER_TURN, MAX_FRAMES_PER_MESSAGE } from '../../core/budgets.js';
import type { IMechanism, ITrafficCipher } from '../../core/contracts/mechanism.js';
import type { ZmqError } from '../../core/errors.js';
import type { Metadata } from '../../core/metadata.js';
import { type InMessage, Msg, MsgFlags, type OutMessage } from '../../core/msg.js';
import { SocketType } from '../../core/socket-type.js';
import { CommandName, decodeCommand, encodePing, encodePong, encodeSubscription, subscriptionOf } from './command.js';
import { FrameFlag } from './frame.js';
import { FrameDecoder, type IFrameSink } from './frame-decoder.js';
import { FrameLimit } from './frame-limit.js';
import { FrameWriter } from './frame-writer.js';
import { Handshake, type IHandshakeHost } from './handshake.js';
import { Heartbeat } from './heartbeat.js';
import {
  connectionProblem,
  type IMachineSink,
  type MachineConfig,
  mechanismProblem,
  protocolViolation,
} from './machine-contract.js';
import { getsEverything } from './old-protocol.js';
import { SealedFrameEncoder } from './sealed-frame-encoder.js';

/**
 * One ZMTP connection without any I/O: bytes, messages and time go in, bytes, messages and a verdict come out.
 *
 *   handshake ──▶ traffic ──▶ closed        (and from each of them to closed)
 *
 * What goes out is the FrameWriter's, and everything until the peer is known the Handshake's.
 *
 * RFC 37 (3.1), RFC 23 (3.0), RFC 15 (2.0) and RFC 13 (1.0). A 3.1 peer gets subscriptions as commands, an older one as
 * messages.
 */
export class ZmtpMachine implements IFrameSink, IHandshakeHost {
  private state: 'handshake' | 'traffic' | 'closed' = 'handshake';
  private readonly decoder: FrameDecoder;
  private readonly limit: FrameLimit;
  private readonly writer: FrameWriter;
  private readonly handshake: Handshake;
  private readonly heartbeat: Heartbeat;
  /** The handshake is complete, and frames come as they are. */
  private clear = false;
  /** What the mechanism protects the traffic with. */
  private cipher: ITrafficCipher | null = null;
  private peer: Metadata | undefined = undefined;
  /** The frames of a message whose last frame has not come yet. */
  private parts: InMessage | null = null;
  private now = 0;
  /** The reader above has no room: decoding rests. */
  private stopped = false;
  /** The commands that meant nothing to the pattern, since the last rest. */
  private commands = 0;
  /** Where the last PING of the running read ended; -1 when there was none. */
  private pingEnd = -1;

  public constructor(
    private readonly sink: IMachineSink,
    private readonly config: MachineConfig,
    private readonly mechanism: IMechanism,
  ) {
    this.decoder = new FrameDecoder(this, config.maxMessageSize, config.maxCommandSize);
    this.limit = new FrameLimit(config, this.decoder, sink, mechanism.commandLimit);
    this.writer = new FrameWriter(sink);
    this.handshake = new Handshake(this, config, mechanism, this.decoder, this.limit, this.writer);
    this.heartbeat = new Heartbeat(config.heartbeat);
  }

  // --- time --------------------------------------------------------------------------------------------------

  /** The connection is open: the handshake begins, and so does its time. */
  public start(now: number): void {
    this.now = now;
    this.handshake.start(now);
    this.sink.deadlineChanged();
  }

  /** When `tick` should be called next; Infinity for never. */
  public get nextDeadline(): number {
    if (this.state === 'closed') return Number.POSITIVE_INFINITY;
    return this.state === 'traffic' ? this.heartbeat.deadline : this.handshake.deadline;
  }

  /** The time has come to `now`. */
  public tick(now: number): void {
    this.now = now;
    if (this.state === 'closed') return;
    if (this.state !== 'traffic') {
      // A timer may fire a little early: then it is asked for again.
      if (now < this.handshake.deadline) this.sink.deadlineChanged();
      else this.handshake.timeOut();
      return;
    }
    // While we do not read, silence says nothing about the peer.
    if (this.stopped) this.heartbeat.heard();
    const due = this.heartbeat.due(now);
    if (due === 'lost') {
      const what = 'nothing was heard within the heartbeat time-out';
      this.end(connectionProblem(this.config, this.state, 'Timeout', what, { errno: 'ETIMEDOUT' }));
      return;
    }
    if (due === 'ping' && this.writer.free) {
      this.heartbeat.sent(now);
      if (this.sink.ping?.() !== true) this.writer.command(encodePing(this.config.heartbeat.timeToLive));
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
    return this.state === 'traffic' && this.writer.free;
  }

  /** Messages that were encoded and are not accepted below. */
  public get unsent(): number {
    return this.writer.unsent;
  }

  /** The bytes that were encoded and are not accepted below. */
  public get unsentBytes(): number {
    return this.writer.unsentBytes;
  }

  /** Encodes one message. Only while `ready`. */
  public send(message: OutMessage): void {
    if (message instanceof Msg && (message.flags & MsgFlags.COMMAND) !== 0) this.subscription(message);
    else this.writer.message(message);
  }

  /** The turn that `flushSoon` was said in is over. */
  public flushDue(): void {
    this.writer.flushDue();
  }

  /** Writes what was encoded. */
  public flush(): void {
    this.writer.flush();
  }

  /** What `write` could not get rid of at once has been accepted below. */
  public written(): void {
    this.writer.written();
  }

  /** Ends the machine from above; nothing is said any more. */
  public close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.clear = false;
    this.cipher = null;
    this.parts = null;
    this.writer.close();
    this.decoder.close();
    this.handshake.close();
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
    const limit = this.limit.exceededBy(size);
    this.end(this.violation(`a frame of ${size} bytes is larger than is accepted here${limit}`, 'EMSGSIZE'));
  }

  public onMalformed(why: string): void {
    this.end(this.violation(`${why} came`));
  }

  // --- what the handshake comes to ---------------------------------------------------------------------------

  public established(peer: Metadata, cipher: ITrafficCipher | undefined): void {
    const { agreed, socketType } = this.config;
    const { old } = this.handshake;
    this.peer = peer;
    this.state = 'traffic';
    this.limit.expect('traffic');
    if (old === null || agreed !== undefined) this.heartbeat.start(this.now);
    // READY goes first, so that it cannot be overtaken by a message.
    this.writer.flush();
    if (cipher === undefined) this.clear = true;
    else this.protect(cipher);
    if (!this.sink.peerReady(peer)) {
      const what = 'the socket takes no further peer';
      this.end(connectionProblem(this.config, this.state, 'ConnectionClosed', what, { fatal: true }));
      return;
    }
    this.sink.deadlineChanged();
    if (old !== null && this.open && getsEverything(old, socketType)) {
      this.stopped = !this.sink.message([new Msg(Buffer.of(1), MsgFlags.NONE, 0, 1, peer)]);
    }
  }

  public refused(error: ZmqError, speaking: boolean): void {
    this.end(error, speaking);
  }

  // --- inside ------------------------------------------------------------------------------------------------

  private advance(): boolean {
    if (this.state === 'handshake' && !this.handshake.readGreeting()) return this.open;
    if (this.stopped || !this.open) return false;
    this.pingEnd = -1;
    const all = this.handshake.old?.framing === 1 ? this.decoder.parseOld() : this.decoder.parse();
    // A frame behind the PING is the sign of life that its promise waits for.
    if (this.pingEnd !== -1 && this.pingEnd !== this.decoder.position) this.heartbeat.heard();
    return all && this.open;
  }

  /** False once closed. A getter, because the compiler cannot see that calls change the state. */
  private get open(): boolean {
    return this.state !== 'closed';
  }

  /** A frame of the handshake, or one that has to be opened first. */
  private onGuardedFrame(flags: number, buffer: Buffer, offset: number, size: number): boolean {
    const { cipher, mechanism } = this;
    if (mechanism.exact === true && (flags & ~FrameFlag.LONG) !== (cipher === null ? FrameFlag.COMMAND : 0)) {
      return this.end(this.violation(`a frame has the flags ${flags}`));
    }
    if (cipher === null) {
      this.handshake.onFrame(buffer, offset, size);
      return this.open && !this.stopped;
    }
    const inner = cipher.open(buffer, offset, size);
    if (inner >= 0) return this.onContent(inner, buffer, offset + cipher.overhead, size - cipher.overhead);
    const reason = cipher.refusal ?? this.violation('a frame could not be opened');
    return this.end(mechanismProblem(this.config, this.state, reason));
  }

  /** From now on everything is sealed; what was not written yet is still of the handshake, and goes as it is. */
  private protect(cipher: ITrafficCipher): void {
    this.writer.encodeWith(new SealedFrameEncoder(cipher));
    this.cipher = cipher;
  }

  /** Commands of the traffic. Unknown and malformed ones are ignored, as libzmq does. */
  private onCommand(buffer: Buffer, offset: number, size: number): boolean {
    // ZMTP 2.0 has none; libzmq drops what looks like one.
    if (this.handshake.old !== null) return this.mayGoOn();
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
    this.writer.pong(encodePong(buffer, at + 2, size - 2));
    this.sink.deadlineChanged();
  }

  /** A subscription: a command for a 3.1 peer, a message for an older one. A group is always joined by a command. */
  private subscription(message: Msg): void {
    const bytes = message.data;
    const ofGroup = this.config.socketType === SocketType.Dish;
    if (this.handshake.subscribesByCommand || ofGroup) this.writer.command(encodeSubscription(bytes, ofGroup));
    else {
      this.writer.frame(bytes, 0);
      this.writer.flushSoon();
    }
  }

  /** @param speaking something was written just now that the peer should still read. */
  private end(error: ZmqError, speaking = false): false {
    if (this.state === 'closed') return false;
    this.close();
    this.sink.failed(error, speaking);
    return false;
  }

  private violation(what: string, errno?: string): ZmqError {
    return protocolViolation(this.config, this.state, what, errno);
  }
}
