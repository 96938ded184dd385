import type { IPattern, IPatternHost } from '../../../src/core/contracts/pattern.js';
import type { IRandom } from '../../../src/core/contracts/random.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { Metadata } from '../../../src/core/metadata.js';
import {
  type Frame,
  frameBytes,
  frameToMsg,
  type InMessage,
  Msg,
  MsgFlags,
  type OutMessage,
} from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../../src/core/options/values.js';
import { type IPipeEvents, type IPipeSink, Pipe } from '../../../src/core/pipe.js';
import type { SocketType } from '../../../src/core/socket-type.js';
import { DropCounts, type DropReason } from '../../../src/core/stats.js';
import { patternFactories } from '../../../src/patterns/index.js';

/** A small PRNG (mulberry32), so that a failing random test can be run again from its printed seed. */
export class SeededRandom implements IRandom {
  public constructor(private state: number) {}

  public below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  public bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)));
  }
}

/** The far end of one pipe: remembers what it was sent, and can be told to take nothing. */
export class FarEnd implements IPipeSink {
  public ready = true;
  public unsent = 0;
  public readonly sent: OutMessage[] = [];
  public resumed = 0;
  public failure: ZmqError | undefined = undefined;
  /** Called for each message, as a peer in the same process is. */
  public onSend: ((message: OutMessage) => void) | undefined = undefined;
  /** Called by each flush. */
  public onFlush: (() => void) | undefined = undefined;

  public constructor(
    public readonly pipe: Pipe,
    public readonly metadata: Metadata,
  ) {}

  public send(message: OutMessage): void {
    this.sent.push(message);
    this.onSend?.(message);
  }

  public flush(): void {
    this.onFlush?.();
  }

  public resume(): void {
    this.resumed++;
  }

  public fail(error: ZmqError): void {
    this.failure ??= error;
  }

  /** Takes messages again, beginning with those that waited. */
  public open(): void {
    this.ready = true;
    this.pipe.drain();
  }

  /** What it was sent, as text; frames of one message joined with a bar. */
  public get texts(): string[] {
    return this.sent.map(textOf);
  }

  /** What it was sent since the last call. */
  public takeTexts(): string[] {
    return this.sent.splice(0).map(textOf);
  }

  /** Sends frames to the socket, as its engine would. */
  public deliver(...frames: (string | Uint8Array)[]): boolean {
    return this.pipe.deliver(received(frames, this.metadata));
  }
}

/** What an engine makes of frames. */
export function received(frames: readonly Frame[], peer?: Metadata): InMessage {
  const last = frames.length - 1;
  return frames.map((frame, i) => frameToMsg(frame, i === last ? MsgFlags.NONE : MsgFlags.MORE, peer)) as InMessage;
}

export function metadataOf(routingId: string | Buffer = '', socketType = 'DEALER'): Metadata {
  const identity = Buffer.isBuffer(routingId) ? routingId : Buffer.from(routingId, 'latin1');
  return new Metadata(
    '',
    new Map([
      ['identity', identity],
      ['socket-type', Buffer.from(socketType)],
    ]),
  );
}

/** A message as text: `\x01a` is a subscription to `a`; frames joined with a bar. */
export function textOf(message: OutMessage | undefined): string {
  if (message === undefined) return '(none)';
  const frames: readonly Frame[] = Array.isArray(message) ? (message as readonly Frame[]) : [message as Frame];
  return frames.map((frame) => frameBytes(frame).toString('latin1')).join('|');
}

/** True for a single frame that is to become a command. */
export function isCommand(message: OutMessage | undefined): boolean {
  return message instanceof Msg && (message.flags & MsgFlags.COMMAND) !== 0;
}

/** The MORE flags of a received message. */
export function moreOf(message: InMessage | undefined): boolean[] {
  return (message ?? []).map((frame) => frame.more);
}

/** What a pipe tells nobody. */
export const NO_EVENTS: IPipeEvents = {
  readActivated: () => undefined,
  writeActivated: () => undefined,
  dropped: () => undefined,
  filled: () => undefined,
};

/** As much of a socket as a pattern needs: the real pipes, options and drop counts, and the order of its calls. */
export class TestSocket implements IPatternHost, IPipeEvents {
  public readonly options: SocketOptionValues;
  public readonly random: IRandom;
  public readonly drops: DropCounts = new DropCounts();
  public readonly pattern: IPattern;
  public readonly attached: Set<Pipe> = new Set();
  public writeEdges = 0;
  /** Called after each edge, as waiting callers are. */
  public onWriteEdge: (() => void) | undefined = undefined;
  public onReadEdge: (() => void) | undefined = undefined;

  public constructor(
    public readonly type: SocketType,
    options: Partial<SocketOptionValues> = {},
    random: IRandom = new SeededRandom(1),
  ) {
    this.options = { ...defaultValues(type), ...options };
    this.random = random;
    const factory = patternFactories.find((candidate) => candidate.type === type);
    if (factory === undefined) throw new Error(`no factory of ${type}`);
    this.pattern = factory.create(this);
  }

  /** What waits for the event loop to turn. */
  public readonly later: (() => void)[] = [];

  public dropped(reason: DropReason, messages: number): void {
    this.drops.add(reason, messages);
  }

  public nextTurn(callback: () => void): void {
    this.later.push(callback);
  }

  /** The event loop turns once. */
  public turn(): void {
    for (const callback of this.later.splice(0)) callback();
  }

  public readActivated(pipe: Pipe): void {
    this.pattern.readActivated(pipe);
    this.onReadEdge?.();
  }

  public filled(): void {
    // A pattern is not concerned.
  }

  public writeActivated(pipe: Pipe): void {
    this.writeEdges++;
    this.pattern.writeActivated(pipe);
    this.onWriteEdge?.();
  }

  /** A connecting pipe: it is there before any peer. */
  public connect(assignedRoutingId?: string): Pipe {
    const pipe = new Pipe('tcp://test', this.options);
    if (assignedRoutingId !== undefined) pipe.assignedRoutingId = Buffer.from(assignedRoutingId, 'latin1');
    this.attach(pipe);
    return pipe;
  }

  /** The pipe's connection is made, for the first time or again. */
  public join(pipe: Pipe, metadata: Metadata = metadataOf(), ready = true): FarEnd {
    const end = new FarEnd(pipe, metadata);
    end.ready = ready;
    pipe.connect(end, metadata);
    this.pattern.connected(pipe);
    pipe.drain();
    return end;
  }

  /** The pipe's connection is lost, and the pipe stays. */
  public lose(pipe: Pipe): void {
    pipe.disconnect();
    this.pattern.disconnected(pipe);
  }

  /** An accepted connection: its pipe comes with its peer. `early` was delivered before the socket knew. */
  public accept(metadata: Metadata = metadataOf(), early: InMessage[] = []): FarEnd {
    const pipe = new Pipe('tcp://test', this.options);
    const end = new FarEnd(pipe, metadata);
    pipe.connect(end, metadata);
    for (const message of early) pipe.deliver(message);
    if (this.attach(pipe)) {
      this.pattern.connected(pipe);
      pipe.drain();
    }
    return end;
  }

  /** The pipe ends, with its connection. */
  public end(pipe: Pipe): void {
    pipe.end();
    this.attached.delete(pipe);
    this.pattern.detach(pipe);
  }

  public send(...frames: Frame[]): boolean {
    return this.pattern.send(frames.length === 1 ? (frames[0] as Frame) : frames);
  }

  public recvText(): string {
    return textOf(this.pattern.recv());
  }

  /** Everything that can be received. */
  public recvAll(): string[] {
    const texts: string[] = [];
    for (let message = this.pattern.recv(); message !== undefined; message = this.pattern.recv())
      texts.push(textOf(message));
    return texts;
  }

  private attach(pipe: Pipe): boolean {
    if (!this.pattern.attach(pipe)) return false;
    this.attached.add(pipe);
    pipe.attach(this);
    return true;
  }
}

/** One direction of a {@link link}: hands to the other pipe what this one sends. */
class Wire implements IPipeSink {
  public ready = true;
  public readonly unsent = 0;
  public peer: Wire | undefined = undefined;
  public failure: ZmqError | undefined = undefined;

  public constructor(
    public readonly pipe: Pipe,
    private readonly metadata: Metadata,
  ) {}

  public send(message: OutMessage): void {
    const frames = Array.isArray(message) ? (message as readonly Frame[]) : [message as Frame];
    this.ready = (this.peer as Wire).pipe.deliver(received(frames, this.metadata));
  }

  public flush(): void {}

  public resume(): void {
    const peer = this.peer as Wire;
    peer.ready = true;
    peer.pipe.drain();
  }

  public fail(error: ZmqError): void {
    this.failure = error;
  }
}

/** Joins two sockets in memory, without delay: `from` connects, `to` accepts. */
export function link(from: TestSocket, to: TestSocket, ids: { from?: string; to?: string } = {}): [Pipe, Pipe] {
  const near = from.connect();
  const far = to.connect();
  const nearMetadata = metadataOf(ids.from ?? '', from.type);
  const farMetadata = metadataOf(ids.to ?? '', to.type);
  const nearWire = new Wire(near, nearMetadata);
  const farWire = new Wire(far, farMetadata);
  nearWire.peer = farWire;
  farWire.peer = nearWire;
  near.connect(nearWire, farMetadata);
  far.connect(farWire, nearMetadata);
  to.pattern.connected(far);
  from.pattern.connected(near);
  far.drain();
  near.drain();
  return [near, far];
}

/** The error that a call throws. */
export function errorOf(call: () => unknown): ZmqError {
  try {
    call();
  } catch (error) {
    return error as ZmqError;
  }
  throw new Error('nothing was thrown');
}
